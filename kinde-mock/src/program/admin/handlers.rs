//! What the API does to one tenant.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal};
use crate::fake::door::DoorError;
use crate::journal::call::Call;
use crate::ledger::endpoint::Endpoint;
use crate::program::instance::Instance;
use crate::program::seed::apply::not_issued;
use crate::program::seed::script::ScriptSpec;
use crate::program::seed::{
    ApplicationKind, ApplicationSpec, OptionsSpec, RateLimitSpec, TokenSpec, UserSpec,
};
use crate::script::gate::Gate;
use crate::tenant::token::TokenKind;
use crate::tenant::user::User;
use crate::text::date;
use crate::text::fingerprint::Fingerprint;
use crate::text::key_error::KeyError;
use crate::text::values::{Moment, Seconds};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenNamed {
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GateMove {
    open: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionsMove {
    accept: bool,
}

/// First set, then advanced, then stopped or started.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ClockMove {
    set: Option<Moment>,
    advance: Option<Seconds>,
    frozen: Option<bool>,
}

impl Instance {
    pub(super) fn list_applications(&self) -> Answer {
        let kind = |is_backend| if is_backend { ApplicationKind::Backend } else { ApplicationKind::Frontend };
        let all: Vec<_> = self
            .fake
            .applications()
            .into_iter()
            .map(|(client_id, is_backend)| json!({ "client_id": client_id, "kind": kind(is_backend) }))
            .collect();
        Answer::ok(json!({ "applications": all }))
    }

    pub(super) fn add_application(&self, spec: &ApplicationSpec) -> Result<Answer, Refusal> {
        self.seeding().application(spec)?;
        let body = json!({ "client_id": spec.client_id, "kind": spec.kind });
        Ok(Answer::with(StatusCode::CREATED, body))
    }

    pub(super) fn list_users(&self) -> Answer {
        let all: Vec<_> = self.fake.users().into_iter().map(user).collect();
        Answer::ok(json!({ "users": all }))
    }

    pub(super) fn create_user(&self, spec: &UserSpec) -> Result<Answer, Refusal> {
        Ok(Answer::with(StatusCode::CREATED, user(self.seeding().user(spec)?)))
    }

    pub(super) fn mint(&self, spec: &TokenSpec) -> Result<Answer, Refusal> {
        let text = self.seeding().token(spec)?;
        Ok(Answer::with(StatusCode::CREATED, json!({ "token": text, "kind": spec.kind })))
    }

    pub(super) fn sign_in(&self, spec: &TokenSpec) -> Result<Answer, Refusal> {
        // It issues one of each kind, both new.
        let not_here = [
            ("kind", spec.kind == TokenKind::Refresh),
            ("text", spec.text.is_some()),
            ("machine", spec.machine),
            ("same_sign_in_as", spec.same_sign_in_as.is_some()),
        ];
        if let Some((key, _)) = not_here.into_iter().find(|(_, is_there)| *is_there) {
            return Err(
                KeyError::new(key, "has no place in a sign-in: mint such a token by POST /tokens").into()
            );
        }
        let signed_in = self.fake.try_sign_in_with(self.seeding().new_token(spec)?).map_err(not_issued)?;
        let body = json!({
            "user": signed_in.user.id,
            "client_id": signed_in.client_id,
            "access_token": signed_in.access_token.expose(),
            "refresh_token": signed_in.refresh_token.expose(),
        });
        Ok(Answer::with(StatusCode::CREATED, body))
    }

    pub(super) fn revoke(&self, named: &TokenNamed) -> Result<Answer, Refusal> {
        self.known(named)?;
        self.fake.revoke(&named.token);
        Ok(self.state(named))
    }

    pub(super) fn expire(&self, named: &TokenNamed) -> Result<Answer, Refusal> {
        self.known(named)?;
        self.fake.expire(&named.token);
        Ok(self.state(named))
    }

    fn known(&self, named: &TokenNamed) -> Result<(), Refusal> {
        if self.fake.has_token(&named.token) { Ok(()) } else { Err(Refusal::not_found("token")) }
    }

    fn state(&self, named: &TokenNamed) -> Answer {
        let name = Fingerprint::of(&named.token).to_string();
        Answer::ok(json!({ "fingerprint": name, "live": self.fake.is_live(&named.token) }))
    }

    pub(super) fn options(&self) -> Answer {
        Answer::ok(OptionsSpec::from(&self.fake.options()))
    }

    pub(super) fn change_options(&self, spec: &OptionsSpec) -> Answer {
        self.fake.configure(|options| spec.change(options));
        self.options()
    }

    pub(super) fn add_script(&self, spec: &ScriptSpec) -> Result<Answer, Refusal> {
        let id = self.seeding().script(spec)?;
        Ok(Answer::with(StatusCode::CREATED, json!({ "script": shown(id), "live": true })))
    }

    pub(super) fn script(&self, id: &str) -> Result<Answer, Refusal> {
        let id = script_id(id)?;
        let live = self.fake.scripts().is_live(id);
        Ok(Answer::ok(json!({ "script": shown(id), "live": live })))
    }

    pub(super) fn remove_script(&self, id: &str) -> Result<Answer, Refusal> {
        self.fake.scripts().remove(script_id(id)?);
        Ok(Answer::nothing())
    }

    pub(super) fn clear_scripts(&self) -> Answer {
        self.fake.clear_scripts();
        Answer::nothing()
    }

    pub(super) fn list_gates(&self) -> Answer {
        let all: Vec<_> = self.gates.all().iter().map(|(name, gate)| gate_state(name, gate)).collect();
        Answer::ok(json!({ "gates": all }))
    }

    pub(super) fn move_gate(&self, name: &str, to: &GateMove) -> Result<Answer, Refusal> {
        let gate = self.gates.find(name).ok_or_else(|| Refusal::not_found("gate: a script makes it"))?;
        if to.open {
            gate.open()
        } else {
            gate.shut()
        }
        Ok(Answer::ok(gate_state(name, &gate)))
    }

    pub(super) fn connections(&self, to: &ConnectionsMove) -> Result<Answer, Refusal> {
        let moved =
            if to.accept { self.fake.try_accept_connections() } else { self.fake.try_refuse_connections() };
        let lost = |error: DoorError| {
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "port_lost", error.to_string())
        };
        moved.map_err(lost)?;
        Ok(Answer::ok(json!({ "accept": to.accept })))
    }

    pub(super) fn clock(&self) -> Answer {
        let clock = self.fake.clock();
        Answer::ok(json!({ "now": date::format(clock.now()), "frozen": clock.is_frozen() }))
    }

    pub(super) fn move_clock(&self, to: &ClockMove) -> Answer {
        let clock = self.fake.clock();
        if let Some(Moment(time)) = to.set {
            clock.set(time);
        }
        if let Some(Seconds(duration)) = to.advance {
            clock.advance(duration);
        }
        match to.frozen {
            Some(true) => clock.freeze(),
            Some(false) => clock.run(),
            None => {}
        }
        self.clock()
    }

    pub(super) fn set_rate_limit(&self, limit: RateLimitSpec) -> Result<Answer, Refusal> {
        limit.check()?;
        self.fake.rate_limit(limit.requests, limit.seconds.0);
        Ok(Answer::ok(limit))
    }

    pub(super) fn no_rate_limit(&self) -> Answer {
        self.fake.no_rate_limit();
        Answer::nothing()
    }

    pub(super) fn journal(&self, since: u64) -> Answer {
        let journal = self.fake.journal();
        let total = journal.total();
        let calls = journal.calls();
        let calls: Vec<_> = calls.iter().filter(|call| call.number() > since).map(line).collect();
        Answer::ok(json!({ "total": total, "calls": calls }))
    }

    pub(super) async fn await_calls(
        &self,
        endpoint: &'static Endpoint,
        calls: u64,
        within: Duration,
    ) -> Result<Answer, Refusal> {
        let journal = self.fake.journal();
        if tokio::time::timeout(within, journal.come(endpoint, calls)).await.is_err() {
            let why = journal.too_few(endpoint, calls, within).to_string();
            return Err(Refusal::new(StatusCode::CONFLICT, "too_few_calls", why));
        }
        Ok(Answer::ok(json!({ "operation": endpoint.name, "calls": journal.count_of(endpoint) })))
    }

    pub(super) fn clear_journal(&self) -> Answer {
        self.fake.journal().clear();
        Answer::nothing()
    }

    pub(super) fn lint(&self) -> Answer {
        let lines: Vec<_> = self
            .fake
            .journal()
            .lint()
            .into_iter()
            .map(|lint| json!({ "call": lint.call, "request": lint.request, "what": lint.what }))
            .collect();
        Answer::ok(json!({ "lint": lines }))
    }
}

/// Scripts are counted from 1 here.
fn shown(id: u64) -> u64 {
    id + 1
}

fn script_id(text: &str) -> Result<u64, Refusal> {
    text.parse().ok().and_then(|shown: u64| shown.checked_sub(1)).ok_or_else(|| Refusal::not_found("script"))
}

fn gate_state(name: &str, gate: &Gate) -> Value {
    json!({ "gate": name, "open": gate.is_open(), "held": gate.held() })
}

fn user(user: User) -> UserSpec {
    UserSpec {
        id: user.id,
        given_name: user.given_name,
        family_name: user.family_name,
        name: Some(user.name),
        provided_id: user.provided_id,
        email: user.email,
        email_verified: user.email_verified,
        updated_at: Some(user.updated_at),
        picture: user.picture,
        preferred_username: user.preferred_username,
    }
}

/// Tokens and secrets by fingerprint, as in the journal itself.
fn line(call: &Call) -> Value {
    json!({
        "number": call.number(),
        "at": date::format(call.at()),
        "operation": call.endpoint().map(|endpoint| endpoint.name),
        "method": call.method,
        "path": call.path,
        "bearer": call.bearer().map(|it| it.to_string()),
        "token": call.token().map(|it| it.to_string()),
        "status": call.status().as_u16(),
        "scripted": call.is_scripted(),
        "lint": call.lints(),
        "line": call.to_string(),
    })
}
