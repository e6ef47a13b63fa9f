//! Scripted replies in writing: rows of the ledger by name, members laid over them, and how they are delivered.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

use super::apply::Seeding;
use super::fault::FaultSpec;
use crate::endpoints::keyed::Keys;
use crate::endpoints::table::Served;
use crate::http::answer::Answer;
use crate::ledger::row::Row;
use crate::script::plan::{Base, Plan};
use crate::text::key_error::KeyError;
use crate::text::nearest::nearest;
use crate::text::values::Seconds;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReplySpec {
    /// A row's name; or one of the three that every endpoint has.
    answer: Option<String>,
    /// Laid over the row's members.
    with: BTreeMap<String, Value>,
    headers: BTreeMap<String, String>,
    after: Option<Seconds>,
    faults: Vec<FaultSpec>,
    /// What the row has keys of its own for.
    #[serde(flatten)]
    keys: Keys,
}

impl ReplySpec {
    pub(super) fn plan(&self, served: &Served, seeding: Seeding<'_>) -> Result<Plan, KeyError> {
        let mut keys = self.keys.clone();
        let mut row = None;
        let mut plan = Plan::new(match self.answer.as_deref().unwrap_or("live") {
            "live" => Base::Live,
            "throttled" => {
                row = served.endpoint.row("throttled");
                let reset_after = keys.take::<Seconds>("reset_after")?.map(|reset| reset.0);
                Base::Fixed(served.endpoint.throttled(reset_after.unwrap_or_default()))
            }
            "undocumented" => Base::Fixed(undocumented(&mut keys)?),
            name => {
                let found = served.endpoint.row(name).ok_or_else(|| not_documented(name, served))?;
                row = Some(found);
                match served.keyed.iter().find(|keyed| keyed.row.name == name) {
                    Some(keyed) => seeding.fake.look(|tenant| (keyed.base)(found, &mut keys, tenant))?,
                    None => Base::Fixed(found.answer()),
                }
            }
        });
        keys.finish()?;
        self.lay_over(row, &mut plan)?;
        for (name, value) in &self.headers {
            let (header, value) = header(name, value)?;
            plan.headers.insert(header, value);
        }
        plan.delay = self.after.map(|after| after.0).unwrap_or_default();
        for fault in &self.faults {
            plan.fault(fault.build(seeding));
        }
        Ok(plan)
    }

    /// Each member must be one of the row's.
    fn lay_over(&self, row: Option<&Row>, plan: &mut Plan) -> Result<(), KeyError> {
        let members = row.map(Row::members).unwrap_or_default();
        for (name, value) in &self.with {
            if members.is_empty() {
                return Err(KeyError::new("with", "goes with an answer that has members"));
            }
            if !members.contains(name) {
                let near = nearest(name, members.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                let why = format!("is not a member of this answer, which has {}{near}", members.join(", "));
                return Err(KeyError::new(format!("with.{name}"), why));
            }
            plan.members.insert(name.clone(), value.clone());
        }
        Ok(())
    }
}

fn undocumented(keys: &mut Keys) -> Result<Answer, KeyError> {
    let status: Option<u16> = keys.take("status")?;
    let status = status.ok_or_else(|| KeyError::new("status", "an undocumented answer needs one"))?;
    // What has no head of its own can't be a final answer.
    let status = StatusCode::from_u16(status).ok().filter(|status| status.as_u16() >= 200);
    let status = status.ok_or_else(|| KeyError::new("status", "a number from 200 to 999"))?;
    let body: Option<String> = keys.take("body")?;
    Ok(Answer { status, headers: HeaderMap::new(), body: Bytes::from(body.unwrap_or_default()) })
}

fn not_documented(name: &str, served: &Served) -> KeyError {
    let mut names = vec!["live"];
    names.extend(served.endpoint.rows.iter().map(|row| row.name).filter(|name| *name != "throttled"));
    let known = names.iter().copied().chain(["throttled", "undocumented"]);
    let near = nearest(name, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    let (operation, names) = (served.endpoint.name, names.join(", "));
    let why =
        format!("is not documented for {operation}, which has {names}, throttled and undocumented{near}");
    KeyError::new("answer", why)
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), KeyError> {
    let path = format!("headers.{name}");
    let header: HeaderName =
        name.parse().map_err(|_| KeyError::new(path.as_str(), "no header can have this name"))?;
    let value = value.parse().map_err(|_| KeyError::new(path.as_str(), "no header can have this value"))?;
    if [http::header::CONTENT_LENGTH, http::header::TRANSFER_ENCODING].contains(&header) {
        return Err(KeyError::new(
            path,
            "is the server's own: what a connection breaks off is a fault (`cut`)",
        ));
    }
    Ok((header, value))
}
