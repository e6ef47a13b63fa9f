//! From a place in the table to what is done.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::json;

use super::routes::Act;
use super::{Admin, Answer, Refusal};
use crate::program::instance::Instance;
use crate::program::seed::read::from_json;
use crate::program::seed::script::EndpointName;
use crate::text::key_error::KeyError;

impl Admin {
    pub(super) async fn carry_out(
        &self,
        act: Act,
        scope: Option<&str>,
        parameter: Option<&str>,
        query: &str,
        body: &[u8],
    ) -> Result<Answer, Refusal> {
        let scoped = match scope {
            Some(name) => Some(self.scopes.find(name).ok_or_else(|| Refusal::not_found("scope"))?),
            None => None,
        };
        let tenant: &Instance = scoped.as_deref().unwrap_or(&self.main);
        let parameter = parameter.unwrap_or_default();
        match act {
            // It is answered by the listener, byte for byte.
            Act::OpenApi => Ok(Answer::nothing()),
            Act::Health => Ok(Answer::ok(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))),
            Act::ListScopes => Ok(self.list_scopes()),
            Act::CreateScope => self.create_scope(read(body)?),
            Act::EndScope => self.end_scope(parameter),
            Act::ListApplications => Ok(tenant.list_applications()),
            Act::AddApplication => tenant.add_application(&read(body)?),
            Act::ListUsers => Ok(tenant.list_users()),
            Act::AddUser => tenant.create_user(&read(body)?),
            Act::MintToken => tenant.mint(&read(body)?),
            Act::SignIn => tenant.sign_in(&read(body)?),
            Act::RevokeToken => tenant.revoke(&read(body)?),
            Act::ExpireToken => tenant.expire(&read(body)?),
            Act::ReadOptions => Ok(tenant.options()),
            Act::ChangeOptions => Ok(tenant.change_options(&read(body)?)),
            Act::AddScript => tenant.add_script(&read(body)?),
            Act::ReadScript => tenant.script(parameter),
            Act::RemoveScript => tenant.remove_script(parameter),
            Act::ClearScripts => Ok(tenant.clear_scripts()),
            Act::ListGates => Ok(tenant.list_gates()),
            Act::MoveGate => tenant.move_gate(parameter, &read(body)?),
            Act::Connections => tenant.connections(&read(body)?),
            Act::ReadClock => Ok(tenant.clock()),
            Act::MoveClock => Ok(tenant.move_clock(&read(body)?)),
            Act::SetRateLimit => tenant.set_rate_limit(read(body)?),
            Act::NoRateLimit => Ok(tenant.no_rate_limit()),
            Act::ReadJournal => Ok(tenant.journal(Query::of(query, &["since"])?.number("since", 0)?)),
            Act::AwaitCalls => await_calls(tenant, query).await,
            Act::ClearJournal => Ok(tenant.clear_journal()),
            Act::Lint => Ok(tenant.lint()),
            Act::Reset => {
                tenant.reset()?;
                Ok(Answer::ok(match scope {
                    Some(name) => self.ready_scope(name, tenant),
                    None => self.ready(),
                }))
            }
        }
    }
}

async fn await_calls(tenant: &Instance, query: &str) -> Result<Answer, Refusal> {
    const LONGEST: Duration = Duration::from_secs(60);
    let query = Query::of(query, &["operation", "calls", "within"])?;
    let operation = query.get("operation").and_then(EndpointName::of).ok_or_else(|| {
        let names = "get_user_profile_v2, token_introspection or token_revocation";
        KeyError::new("operation", format!("must be {names}"))
    })?;
    let within = match query.get("within") {
        None => Duration::from_secs(5),
        Some(text) => text
            .parse()
            .ok()
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .filter(|within| *within <= LONGEST)
            .ok_or_else(|| KeyError::new("within", "must be a number of seconds, up to 60"))?,
    };
    tenant.await_calls(operation.endpoint(), query.number("calls", 1)?, within).await
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    Ok(from_json(body)?)
}

struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    fn of(query: &'a str, known: &[&str]) -> Result<Self, Refusal> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        match pairs.iter().find(|(name, _)| !known.contains(&&**name)) {
            Some(_) => Err(KeyError::new("", format!("the query takes {}", known.join(", "))).into()),
            None => Ok(Self(pairs)),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    fn number(&self, name: &'static str, default: u64) -> Result<u64, KeyError> {
        let Some(text) = self.get(name) else { return Ok(default) };
        text.parse().map_err(|_| KeyError::new(name, "must be a whole number"))
    }
}
