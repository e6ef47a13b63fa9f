//! Replies in writing: a row's name, members laid over it, and the keys that some rows have beside that.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ledger::row::Row;
use crate::ledger::shapes::{Errors, TokenError};
use crate::script::plan::Base;
use crate::tenant::Tenant;
use crate::text::key_error::KeyError;
use crate::text::nearest::nearest;

/// A row that is not the same every time, or takes keys of its own.
pub(crate) struct KeyedRow {
    pub(crate) row: &'static Row,
    pub(crate) base: fn(&'static Row, &mut Keys, &Tenant) -> Result<Base, KeyError>,
}

/// What stands beside a reply's name: keys that must each have an effect.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Keys(BTreeMap<String, Value>);

impl Keys {
    /// The value of a key; none if it isn't there, or null.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, key: &'static str) -> Result<Option<T>, KeyError> {
        match self.0.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                serde_json::from_value(value).map(Some).map_err(|error| KeyError::new(key, error.to_string()))
            }
        }
    }

    /// A key that nothing took is a mistake.
    pub(crate) fn finish(self) -> Result<(), KeyError> {
        let Some((key, _)) = self.0.into_iter().find(|(_, value)| !value.is_null()) else { return Ok(()) };
        let near = nearest(&key, ["answer", "with", "headers", "after", "faults"]);
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Err(KeyError::new(key, format!("{NO_EFFECT}{near}")))
    }
}

const NO_EFFECT: &str = "has no effect on this answer";

/// Two keys, of which the second goes with the first.
fn pair(
    keys: &mut Keys,
    first: &'static str,
    second: &'static str,
) -> Result<Option<(String, String)>, KeyError> {
    match (keys.take(first)?, keys.take::<String>(second)?) {
        (Some(one), two) => Ok(Some((one, two.unwrap_or_default()))),
        (None, Some(_)) => Err(KeyError::new(second, NO_EFFECT)),
        (None, None) => Ok(None),
    }
}

/// `error` and `error_description` of a token error.
pub(super) fn token_error(row: &'static Row, keys: &mut Keys, _: &Tenant) -> Result<Base, KeyError> {
    let answer = match pair(keys, "error", "error_description")? {
        Some((error, description)) => {
            row.filled(&TokenError { error: &error, error_description: &description })
        }
        None => row.answer(),
    };
    Ok(Base::Fixed(answer))
}

/// `code` and `message` of the one error in a list.
pub(super) fn errors(row: &'static Row, keys: &mut Keys, _: &Tenant) -> Result<Base, KeyError> {
    let answer = match pair(keys, "code", "message")? {
        Some((code, message)) => row.filled(&Errors::one(&code, &message)),
        None => row.answer(),
    };
    Ok(Base::Fixed(answer))
}
