//! A JSON object that says one thing to every reader.

use std::fmt;

use serde_json::{Map, Value};

use crate::json;

/// Reads a JSON object for what decides who is let in: RFC 8259, and no member twice at any depth. It doesn't depend on
/// which features of serde_json a program has switched on.
///
/// # Errors
/// [`NotAnObject`] for anything else.
pub fn unique_object(text: &[u8]) -> Result<Map<String, Value>, NotAnObject> {
    json::unique_object(text).map_err(|_| NotAnObject)
}

/// A text that is not one JSON object, or says something twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnObject;

impl fmt::Display for NotAnObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is not one JSON object, or has a member twice")
    }
}

impl std::error::Error for NotAnObject {}
