//! Scripts in writing, all forms but closures: for which requests, and how often.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use kinde_core::Token;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};

use super::apply::Seeding;
use super::reply::ReplySpec;
use crate::endpoints::table::{Served, endpoints, named};
use crate::ledger::endpoint::Endpoint;
use crate::script::set::{Filter, Replies};
use crate::text::key_error::KeyError;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScriptSpec {
    pub(crate) operation: EndpointName,
    /// Only for requests that this bearer proves.
    bearer: Option<String>,
    /// Only for requests about this token.
    token: Option<String>,
    /// How often the one reply is given: a number, or "always". Once unless set.
    times: Option<Times>,
    reply: Option<ReplySpec>,
    /// One after the other.
    replies: Option<Vec<ReplySpec>>,
}

/// What is served, by its name.
#[derive(Clone, Copy)]
pub(crate) struct EndpointName(&'static Served);

impl EndpointName {
    pub(crate) fn of(text: &str) -> Option<Self> {
        named(text).map(Self)
    }

    pub(crate) fn endpoint(self) -> &'static Endpoint {
        self.0.endpoint
    }
}

impl<'de> Deserialize<'de> for EndpointName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        static NAMES: LazyLock<Vec<&'static str>> =
            LazyLock::new(|| endpoints().map(|endpoint| endpoint.name).collect());
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::of(&text).ok_or_else(|| D::Error::unknown_variant(&text, &NAMES))
    }
}

#[derive(Clone, Copy)]
enum Times {
    Number(u64),
    Always,
}

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Times;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or \"always\"")
            }

            fn visit_u64<E: Error>(self, times: u64) -> Result<Times, E> {
                Ok(Times::Number(times))
            }

            fn visit_i64<E: Error>(self, times: i64) -> Result<Times, E> {
                let times = u64::try_from(times);
                times
                    .map(Times::Number)
                    .map_err(|_| E::invalid_value(Unexpected::Other("a negative number"), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Times, E> {
                match text {
                    "always" => Ok(Times::Always),
                    other => Err(E::invalid_value(Unexpected::Str(other), &self)),
                }
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl ScriptSpec {
    /// What the fake takes.
    pub(crate) fn build(
        &self,
        seeding: Seeding<'_>,
    ) -> Result<(&'static Endpoint, Vec<Filter>, Replies), KeyError> {
        let (served, endpoint) = (self.operation.0, self.operation.endpoint());
        let plan =
            |spec: &ReplySpec, path: &str| spec.plan(served, seeding).map_err(|error| error.within(path));
        let replies = match (&self.reply, &self.replies) {
            (Some(reply), None) => {
                let plan = plan(reply, "reply")?;
                match self.times {
                    None => Replies::Times(1, plan),
                    Some(Times::Number(0)) => {
                        return Err(KeyError::new("times", "a script for no call at all"));
                    }
                    Some(Times::Number(n)) => Replies::Times(n, plan),
                    Some(Times::Always) => Replies::Always(plan),
                }
            }
            (None, Some(_)) if self.times.is_some() => {
                return Err(KeyError::new("times", "goes with `reply`; `replies` are given once each"));
            }
            (None, Some(replies)) if !replies.is_empty() => {
                let plans =
                    replies.iter().enumerate().map(|(index, it)| plan(it, &format!("replies[{index}]")));
                Replies::Sequence(plans.collect::<Result<_, _>>()?)
            }
            _ => return Err(KeyError::new("", "give either one `reply` or a list of `replies`")),
        };
        let mut filters: Vec<Filter> = Vec::new();
        if let Some(bearer) = self.bearer.as_deref().map(Token::new) {
            filters.push(Box::new(move |request| request.bearer() == Some(bearer.expose())));
        }
        if let Some(token) = self.token.as_deref().map(Token::new) {
            if !endpoint.is_about_token() {
                let why = format!("{} is about its bearer: filter by `bearer`", endpoint.name);
                return Err(KeyError::new("token", why));
            }
            filters.push(Box::new(move |request| request.form("token") == Some(token.expose())));
        }
        Ok((endpoint, filters, replies))
    }
}
