//! Scripted replies in writing: the constructors of the typed ones, by name.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use super::fault::FaultSpec;
use super::{Moment, Seconds, Setting, Wrong};
use crate::documented::Route;
use crate::outcome::Answer;
use crate::script::Plan;

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ReplySpec {
    answer: AnswerName,
    /// `ok` of the profile: whose.
    pub(crate) user: Option<String>,
    /// `active`: the claims.
    pub(crate) audience: Option<Vec<String>>,
    pub(crate) client_id: Option<String>,
    pub(crate) expires_in: Option<Seconds>,
    pub(crate) issued_at: Option<Moment>,
    /// `unauthorized`
    error: Option<String>,
    error_description: Option<String>,
    /// `bad_request`, and `forbidden` of a revocation
    code: Option<String>,
    message: Option<String>,
    /// `throttled`
    reset_after: Option<Seconds>,
    /// `undocumented`
    status: Option<u16>,
    body: Option<String>,
    headers: BTreeMap<String, String>,
    after: Option<Seconds>,
    faults: Vec<FaultSpec>,
}

/// The constructors of the typed replies, by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AnswerName {
    #[default]
    Live,
    Ok,
    Active,
    Inactive,
    BadRequest,
    Unauthorized,
    Forbidden,
    Throttled,
    Undocumented,
}

/// One reply of an operation, in writing.
pub(crate) struct Written {
    pub(crate) answer: AnswerName,
    /// The keys that have an effect on it.
    pub(crate) keys: &'static [&'static str],
    pub(crate) plan: fn(&ReplySpec, Setting<'_>) -> Result<Plan, Wrong>,
}

impl ReplySpec {
    pub(super) fn plan(&self, route: Route, setting: Setting<'_>) -> Result<Plan, Wrong> {
        let own = route.facts().written.iter().find(|written| written.answer == self.answer);
        // Every operation has the first three.
        let mut plan = match (self.answer, own) {
            (AnswerName::Live, _) => self.check_keys(&[]).map(|()| Plan::live()),
            (AnswerName::Throttled, _) => self.check_keys(&["reset_after"]).map(|()| self.throttled(route)),
            (AnswerName::Undocumented, _) => {
                self.check_keys(&["status", "body"]).and_then(|()| self.undocumented())
            }
            (_, Some(own)) => self.check_keys(own.keys).and_then(|()| (own.plan)(self, setting)),
            (_, None) => Err(Wrong::new("answer", not_documented(route))),
        }?;
        for (name, value) in &self.headers {
            let (header, value) = header(name, value)?;
            plan.headers.insert(header, value);
        }
        plan.delay = self.after.map(|after| after.0).unwrap_or_default();
        for fault in &self.faults {
            plan.fault(fault.build(setting));
        }
        Ok(plan)
    }

    fn throttled(&self, route: Route) -> Plan {
        let reset_after = self.reset_after.map(|reset| reset.0).unwrap_or_default();
        Plan::fixed(Answer::throttled(route, reset_after))
    }

    fn undocumented(&self) -> Result<Plan, Wrong> {
        let status = self.status.ok_or_else(|| Wrong::new("status", "an undocumented answer needs one"))?;
        // What has no head of its own can't be a final answer.
        let status = StatusCode::from_u16(status).ok().filter(|status| status.as_u16() >= 200);
        let status = status.ok_or_else(|| Wrong::new("status", "a number from 200 to 999"))?;
        let body = Bytes::from(self.body.clone().unwrap_or_default());
        Ok(Plan::fixed(Answer { status, headers: HeaderMap::new(), body }))
    }

    /// The code and the sentence of a token error, if there are any.
    pub(crate) fn error(&self) -> Option<(&str, &str)> {
        Some((self.error.as_deref()?, self.error_description.as_deref().unwrap_or_default()))
    }

    /// The code and the message of an error, if there are any.
    pub(crate) fn code(&self) -> Option<(&str, &str)> {
        Some((self.code.as_deref()?, self.message.as_deref().unwrap_or_default()))
    }

    /// A key that has no effect is a mistake.
    fn check_keys(&self, effective: &[&str]) -> Result<(), Wrong> {
        let keys = [
            ("user", self.user.is_some()),
            ("audience", self.audience.is_some()),
            ("client_id", self.client_id.is_some()),
            ("expires_in", self.expires_in.is_some()),
            ("issued_at", self.issued_at.is_some()),
            ("error", self.error.is_some()),
            ("error_description", self.error_description.is_some()),
            ("code", self.code.is_some()),
            ("message", self.message.is_some()),
            ("reset_after", self.reset_after.is_some()),
            ("status", self.status.is_some()),
            ("body", self.body.is_some()),
        ];
        // A sentence goes with its code.
        let alone = |key| match key {
            "error_description" => self.error.is_none(),
            "message" => self.code.is_none(),
            _ => false,
        };
        match keys.into_iter().find(|(key, is_there)| *is_there && (!effective.contains(key) || alone(key))) {
            Some((key, _)) => Err(Wrong::new(key, "has no effect on this answer")),
            None => Ok(()),
        }
    }
}

fn not_documented(route: Route) -> String {
    let mut names = vec!["live"];
    names.extend(route.facts().written.iter().map(|written| written.answer.name()));
    let (operation, names) = (route.operation(), names.join(", "));
    format!("is not documented for {operation}, which has {names}, throttled and undocumented")
}

impl AnswerName {
    fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Ok => "ok",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::Throttled => "throttled",
            Self::Undocumented => "undocumented",
        }
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Wrong> {
    let path = format!("headers.{name}");
    let header: HeaderName =
        name.parse().map_err(|_| Wrong::new(path.as_str(), "no header can have this name"))?;
    let value = value.parse().map_err(|_| Wrong::new(path.as_str(), "no header can have this value"))?;
    if [http::header::CONTENT_LENGTH, http::header::TRANSFER_ENCODING].contains(&header) {
        return Err(Wrong::new(path, "is the server's own: what a connection breaks off is a fault (`cut`)"));
    }
    Ok((header, value))
}
