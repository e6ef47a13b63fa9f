//! What the API says of the program, and a new beginning.

use serde_json::json;

use super::OPENAPI;
use super::request::AdminRequest;
use super::routes::Handled;
use crate::http::answer::Answer;

pub(super) fn health(_: &AdminRequest<'_>) -> Handled {
    Ok(Answer::json(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })))
}

/// Byte for byte.
pub(super) fn openapi(_: &AdminRequest<'_>) -> Handled {
    Ok(Answer::json_text(OPENAPI))
}

pub(super) fn reset(request: &AdminRequest<'_>) -> Handled {
    request.instance.reset()?;
    Ok(Answer::json(&request.admin.ready(request.scope, request.instance)))
}
