//! The two documented error bodies, read on any status and never required.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::code::printable;
use crate::json;

/// An error body in Kinde's own form: `{"errors":[{"code":"…","message":"…"}]}`.
///
/// `errors` may also be one object, as it is for an unknown route. Members of other types are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// What was wrong.
    #[serde(default, deserialize_with = "read_details")]
    pub errors: Vec<ErrorDetail>,
}

/// One entry of an [`ErrorResponse`].
///
/// `Debug` hides the message: a service may repeat a token in it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// A code for programs.
    #[serde(default, deserialize_with = "read_text", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A sentence for people.
    #[serde(default, deserialize_with = "read_text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// An error body in the form of RFC 6749 §5.2: `{"error":"…","error_description":"…"}`.
///
/// `Debug` hides the description: a service may repeat a token in it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenErrorResponse {
    /// A code for programs: `invalid_request`, `invalid_client` and so on.
    #[serde(default, deserialize_with = "read_text", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// A sentence for people.
    #[serde(default, deserialize_with = "read_text", skip_serializing_if = "Option::is_none")]
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
    let Ok(Value::Object(mut body)) = json::parse(body) else {
        return Vec::new();
    };
    let rfc = ErrorDetail {
        code: body.remove("error").and_then(text),
        message: body.remove("error_description").and_then(text),
    };
    let kinde = body.remove("errors").map(details).unwrap_or_default();
    let said = |detail: &ErrorDetail| detail.code.is_some() || detail.message.is_some();
    std::iter::once(rfc).chain(kinde).filter(said).collect()
}

/// A string, or nothing for any other type.
fn text(value: Value) -> Option<String> {
    if let Value::String(text) = value { Some(text) } else { None }
}

/// A list of details, or one; nothing for any other type.
fn details(value: Value) -> Vec<ErrorDetail> {
    match value {
        Value::Array(list) => list.into_iter().filter_map(detail).collect(),
        one => detail(one).into_iter().collect(),
    }
}

fn detail(value: Value) -> Option<ErrorDetail> {
    let Value::Object(mut members) = value else { return None };
    Some(ErrorDetail {
        code: members.remove("code").and_then(text),
        message: members.remove("message").and_then(text),
    })
}

fn read_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    json::value(deserializer).map(text)
}

fn read_details<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ErrorDetail>, D::Error> {
    json::value(deserializer).map(details)
}
