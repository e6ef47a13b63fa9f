//! From text to the types: errors of syntax and type, with line and key path.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::text::key_error::KeyError;

/// Why a text is not a seed, or a body is not what its route takes.
#[derive(Debug)]
pub(crate) struct ReadError {
    /// Counted from 1; where it is known.
    pub(crate) at: Option<(usize, usize)>,
    pub(crate) key: KeyError,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "line {line}, column {column}: {}", self.key),
            None => self.key.fmt(f),
        }
    }
}

pub(crate) fn from_toml<T: DeserializeOwned>(text: &str) -> Result<T, ReadError> {
    let at = |error: &toml::de::Error| error.span().map(|span| position(text, span.start));
    let deserializer = toml::Deserializer::parse(text)
        .map_err(|error| ReadError { at: at(&error), key: KeyError::new("", first_line(error.message())) })?;
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = path(error.path());
        let error = error.into_inner();
        ReadError { at: at(&error), key: KeyError::new(path, first_line(error.message())) }
    })
}

pub(crate) fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ReadError> {
    // No body at all is an empty object, so that a call without parameters needs none.
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = path(error.path());
        json_error(path, &error.into_inner())
    })?;
    deserializer.end().map_err(|error| json_error(String::new(), &error))?;
    Ok(value)
}

fn json_error(path: String, error: &serde_json::Error) -> ReadError {
    let text = error.to_string();
    // serde_json writes the position behind the message.
    let why = text.rsplit_once(" at line ").map_or(text.as_str(), |(why, _)| why);
    // A text that is not JSON has no keys yet.
    let (path, why) = match error.is_data() {
        true => (path, why.to_owned()),
        false => (String::new(), format!("this is no JSON: {text}")),
    };
    ReadError { at: Some((error.line(), error.column())), key: KeyError::new(path, why) }
}

/// `.` stands for the whole, which needs no name.
fn path(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

/// What follows are lists of what was expected, over several lines.
fn first_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join(", ")
}

fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (line, String::from_utf8_lossy(&before[start..]).chars().count() + 1)
}
