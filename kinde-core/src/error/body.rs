//! The two documented error bodies, read on any status and never required.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::code::printable;

/// An error body in Kinde's own form: `{"errors":[{"code":"…","message":"…"}]}`.
///
/// `errors` may also be one object, as it is for an unknown route. Members of other types are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// What was wrong.
    #[serde(default, deserialize_with = "one_or_many")]
    pub errors: Vec<ErrorDetail>,
}

/// One entry of an [`ErrorResponse`].
///
/// `Debug` hides the message: a service may repeat a token in it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// A code for programs.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A sentence for people.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// An error body in the form of RFC 6749 §5.2: `{"error":"…","error_description":"…"}`.
///
/// `Debug` hides the description: a service may repeat a token in it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenErrorResponse {
    /// A code for programs: `invalid_request`, `invalid_client` and so on.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// A sentence for people.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

impl fmt::Debug for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_pair(f, "ErrorDetail", ("code", &self.code), ("message", &self.message))
    }
}

impl fmt::Debug for TokenErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let description = ("error_description", &self.error_description);
        debug_pair(f, "TokenErrorResponse", ("error", &self.error), description)
    }
}

type Member<'a> = (&'static str, &'a Option<String>);

fn debug_pair(f: &mut fmt::Formatter<'_>, name: &str, code: Member<'_>, words: Member<'_>) -> fmt::Result {
    const HIDDEN: &str = "[redacted]";
    let shown = code.1.as_deref().map(|text| printable(text).unwrap_or(HIDDEN));
    f.debug_struct(name).field(code.0, &shown).field(words.0, &words.1.as_ref().map(|_| HIDDEN)).finish()
}

/// Bodies longer than this say nothing that an error could use.
const READ_AT_MOST: usize = 64 * 1024;

/// What a body in either form, or in both, lists; nothing for any other body.
pub(super) fn read(body: &[u8]) -> Vec<ErrorDetail> {
    if body.len() > READ_AT_MOST {
        return Vec::new();
    }
    let Ok(body @ Value::Object(_)) = serde_json::from_slice::<Value>(body) else {
        return Vec::new();
    };
    let rfc = TokenErrorResponse::deserialize(&body).unwrap_or_default();
    let rfc = ErrorDetail { code: rfc.error, message: rfc.error_description };
    let kinde = ErrorResponse::deserialize(body).unwrap_or_default();
    let said = |detail: &ErrorDetail| detail.code.is_some() || detail.message.is_some();
    std::iter::once(rfc).chain(kinde.errors).filter(said).collect()
}

/// A string, or nothing for any other type.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// A list of details, or one; nothing for any other type.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ErrorDetail>, D::Error> {
    let read = |value: Value| if value.is_object() { ErrorDetail::deserialize(value).ok() } else { None };
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(list) => list.into_iter().filter_map(read).collect(),
        one => read(one).into_iter().collect(),
    })
}
