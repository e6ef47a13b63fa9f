//! Scripts in writing, all forms but closures: for which requests, and how often.

use std::borrow::Cow;
use std::fmt;

use kinde_core::Token;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};

use super::reply::ReplySpec;
use super::{Setting, Wrong};
use crate::documented::Route;
use crate::script::{Filter, Replies};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScriptSpec {
    pub(crate) operation: OperationName,
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

/// An operation by its name.
#[derive(Clone, Copy)]
pub(crate) struct OperationName(Route);

impl OperationName {
    const ALL: [&str; Route::ALL.len()] = {
        let mut names = [""; Route::ALL.len()];
        let mut index = 0;
        while index < names.len() {
            names[index] = Route::ALL[index].operation();
            index += 1;
        }
        names
    };

    pub(crate) fn route(self) -> Route {
        self.0
    }

    pub(crate) fn of(text: &str) -> Option<Self> {
        Route::ALL.iter().copied().find(|route| route.operation() == text).map(Self)
    }
}

impl<'de> Deserialize<'de> for OperationName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::of(&text).ok_or_else(|| D::Error::unknown_variant(&text, &Self::ALL))
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
    /// What the engine takes.
    pub(crate) fn build(&self, setting: Setting<'_>) -> Result<(Route, Vec<Filter>, Replies), Wrong> {
        let route = self.operation.route();
        let plan =
            |spec: &ReplySpec, path: &str| spec.plan(route, setting).map_err(|wrong| wrong.within(path));
        let replies = match (&self.reply, &self.replies) {
            (Some(reply), None) => {
                let plan = plan(reply, "reply")?;
                match self.times {
                    None => Replies::Times(1, plan),
                    Some(Times::Number(0)) => return Err(Wrong::new("times", "a script for no call at all")),
                    Some(Times::Number(n)) => Replies::Times(n, plan),
                    Some(Times::Always) => Replies::Always(plan),
                }
            }
            (None, Some(_)) if self.times.is_some() => {
                return Err(Wrong::new("times", "goes with `reply`; `replies` are given once each"));
            }
            (None, Some(replies)) if !replies.is_empty() => {
                let plans =
                    replies.iter().enumerate().map(|(index, it)| plan(it, &format!("replies[{index}]")));
                Replies::Sequence(plans.collect::<Result<_, _>>()?)
            }
            _ => return Err(Wrong::new("", "give either one `reply` or a list of `replies`")),
        };
        let mut filters: Vec<Filter> = Vec::new();
        if let Some(bearer) = self.bearer.as_deref().map(Token::new) {
            filters.push(Box::new(move |request| request.bearer() == Some(bearer.expose())));
        }
        if let Some(token) = self.token.as_deref().map(Token::new) {
            if !route.facts().about_token {
                let why = format!("{} is about its bearer: filter by `bearer`", route.operation());
                return Err(Wrong::new("token", why));
            }
            filters.push(Box::new(move |request| request.form("token") == Some(token.expose())));
        }
        Ok((route, filters, replies))
    }
}
