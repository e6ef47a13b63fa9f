//! Scripted replies in writing: the constructors of the typed ones, by name.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use kinde_core::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use serde::Deserialize;

use super::fault::FaultSpec;
use super::{Moment, Seconds, Setting, Wrong};
use crate::documented::Route;
use crate::script::Plan;
use crate::{ActiveClaims, Reply, Scripted};

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReplySpec {
    answer: Answer,
    /// `ok` of the profile: whose.
    user: Option<String>,
    /// `active`: the claims.
    audience: Option<Vec<String>>,
    client_id: Option<String>,
    expires_in: Option<Seconds>,
    issued_at: Option<Moment>,
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
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
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

impl ReplySpec {
    pub(super) fn plan(&self, route: Route, setting: Setting<'_>) -> Result<Plan, Wrong> {
        self.check_keys(route)?;
        let mut plan = match route {
            Route::UserProfile => self.profile(setting)?,
            Route::Introspection => self.introspection()?,
            Route::Revocation => self.revocation()?,
        };
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

    fn profile(&self, setting: Setting<'_>) -> Result<Plan, Wrong> {
        type Profile = Reply<GetUserProfileV2>;
        Ok(match self.answer {
            Answer::Ok => {
                let user = match &self.user {
                    None => setting.fake.user(),
                    Some(id) => setting
                        .fake
                        .find_user(id)
                        .ok_or_else(|| Wrong::new("user", "there is no such user"))?,
                };
                Profile::ok(&user).plan
            }
            Answer::Forbidden => Profile::forbidden().plan,
            _ => return self.common::<GetUserProfileV2>("ok, forbidden"),
        })
    }

    fn introspection(&self) -> Result<Plan, Wrong> {
        type Introspection = Reply<TokenIntrospection>;
        Ok(match self.answer {
            Answer::Active => {
                let usual = ActiveClaims::default();
                let claims = ActiveClaims {
                    audience: self.audience.clone().unwrap_or_default(),
                    client_id: self.client_id.clone().unwrap_or(usual.client_id),
                    expires_in: self.expires_in.map_or(usual.expires_in, |it| it.0),
                    issued_at: self.issued_at.map(|it| it.0),
                };
                Introspection::active(claims).plan
            }
            Answer::Inactive => Introspection::inactive().plan,
            Answer::Unauthorized => match &self.error {
                Some(error) => Introspection::unauthorized_with(error, self.description()).plan,
                None => Introspection::unauthorized().plan,
            },
            Answer::Forbidden => Introspection::forbidden().plan,
            _ => return self.common::<TokenIntrospection>("active, inactive, unauthorized, forbidden"),
        })
    }

    fn revocation(&self) -> Result<Plan, Wrong> {
        type Revocation = Reply<TokenRevocation>;
        let message = self.message.as_deref().unwrap_or_default();
        Ok(match (self.answer, &self.code) {
            (Answer::Ok, _) => Revocation::ok().plan,
            (Answer::BadRequest, Some(code)) => Revocation::bad_request_with(code, message).plan,
            (Answer::BadRequest, None) => Revocation::bad_request().plan,
            (Answer::Unauthorized, _) => match &self.error {
                Some(error) => Revocation::unauthorized_with(error, self.description()).plan,
                None => Revocation::unauthorized().plan,
            },
            (Answer::Forbidden, Some(code)) => Revocation::forbidden_with(code, message).plan,
            (Answer::Forbidden, None) => Revocation::forbidden().plan,
            _ => return self.common::<TokenRevocation>("ok, bad_request, unauthorized, forbidden"),
        })
    }

    /// What every operation has.
    fn common<O: Scripted>(&self, others: &str) -> Result<Plan, Wrong> {
        Ok(match self.answer {
            Answer::Live => Reply::<O>::live().plan,
            Answer::Throttled => {
                Reply::<O>::throttled(self.reset_after.map(|reset| reset.0).unwrap_or_default()).plan
            }
            Answer::Undocumented => {
                let status =
                    self.status.ok_or_else(|| Wrong::new("status", "an undocumented answer needs one"))?;
                let body = Bytes::from(self.body.clone().unwrap_or_default());
                let response = http::Response::builder().status(status).body(body);
                // What has no head of its own can't be a final answer.
                match response {
                    Ok(response) if (200..=999).contains(&status) => Reply::<O>::undocumented(response).plan,
                    _ => return Err(Wrong::new("status", "a number from 200 to 999")),
                }
            }
            _ => {
                let operation = O::ROUTE.operation();
                let why = format!(
                    "is not documented for {operation}, which has live, {others}, throttled and undocumented"
                );
                return Err(Wrong::new("answer", why));
            }
        })
    }

    fn description(&self) -> &str {
        self.error_description.as_deref().unwrap_or_default()
    }

    /// A key that has no effect is a mistake.
    fn check_keys(&self, route: Route) -> Result<(), Wrong> {
        use Answer::{Active, BadRequest, Forbidden, Ok, Throttled, Unauthorized, Undocumented};
        let answer = self.answer;
        let revocation = route == Route::Revocation;
        let error = answer == Unauthorized;
        let code = revocation && matches!(answer, BadRequest | Forbidden);
        let keys = [
            ("user", self.user.is_some(), answer == Ok && route == Route::UserProfile),
            ("audience", self.audience.is_some(), answer == Active),
            ("client_id", self.client_id.is_some(), answer == Active),
            ("expires_in", self.expires_in.is_some(), answer == Active),
            ("issued_at", self.issued_at.is_some(), answer == Active),
            ("error", self.error.is_some(), error),
            ("error_description", self.error_description.is_some(), error && self.error.is_some()),
            ("code", self.code.is_some(), code),
            ("message", self.message.is_some(), code && self.code.is_some()),
            ("reset_after", self.reset_after.is_some(), answer == Throttled),
            ("status", self.status.is_some(), answer == Undocumented),
            ("body", self.body.is_some(), answer == Undocumented),
        ];
        match keys.into_iter().find(|(_, is_there, has_effect)| *is_there && !has_effect) {
            Some((key, ..)) => Err(Wrong::new(key, "has no effect on this answer")),
            None => Result::Ok(()),
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
