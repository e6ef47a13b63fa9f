//! One request to the admin API: what a handler is given.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use super::{Admin, Refusal};
use crate::http::route::Segments;
use crate::program::instance::Instance;
use crate::program::seed::read::from_json;
use crate::text::key_error::KeyError;

pub(super) struct AdminRequest<'a> {
    pub(super) admin: &'a Admin,
    /// The one it is about: the program's own, or a scope's.
    pub(super) instance: &'a Instance,
    /// The scope's name.
    pub(super) scope: Option<&'a str>,
    pub(super) segments: Segments,
    pub(super) query: &'a str,
    pub(super) body: &'a [u8],
}

impl AdminRequest<'_> {
    /// The body.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        Ok(from_json(self.body)?)
    }

    /// What stands in place of the braces in its path.
    pub(super) fn segment(&self) -> &str {
        self.segments.first().map_or("", |(_, value)| value)
    }

    /// The query, which takes these names and no others.
    pub(super) fn query(&self, known: &[&str]) -> Result<Query<'_>, Refusal> {
        let pairs: Vec<_> = form_urlencoded::parse(self.query.as_bytes()).collect();
        match pairs.iter().find(|(name, _)| !known.contains(&&**name)) {
            Some(_) => Err(KeyError::new("", format!("the query takes {}", known.join(", "))).into()),
            None => Ok(Query(pairs)),
        }
    }
}

pub(super) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Query<'_> {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    pub(super) fn number(&self, name: &'static str, default: u64) -> Result<u64, KeyError> {
        let Some(text) = self.get(name) else { return Ok(default) };
        text.parse().map_err(|_| KeyError::new(name, "must be a whole number"))
    }
}
