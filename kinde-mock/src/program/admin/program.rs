//! What the API says of the program, and a new beginning.

use serde_json::json;

use super::OPENAPI;
use super::call::Call;
use super::routes::Handled;
use crate::http::answer::Answer;

pub(super) fn health(_: &Call<'_>) -> Handled {
    Ok(Answer::json(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })))
}

/// Byte for byte.
pub(super) fn openapi(_: &Call<'_>) -> Handled {
    Ok(Answer::json_text(OPENAPI))
}

pub(super) fn reset(call: &Call<'_>) -> Handled {
    call.instance.reset()?;
    Ok(Answer::json(&call.admin.ready(call.scope, call.instance)))
}
