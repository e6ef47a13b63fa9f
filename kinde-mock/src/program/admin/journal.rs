//! What came to an instance.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use super::Refusal;
use super::request::AdminRequest;
use super::routes::{Handled, Waiting};
use crate::endpoints::table::endpoints;
use crate::http::answer::Answer;
use crate::journal::call::Call;
use crate::program::seed::script::EndpointName;
use crate::text::date;
use crate::text::key_error::KeyError;

pub(super) fn read(request: &AdminRequest<'_>) -> Handled {
    let since = request.query(&["since"])?.number("since", 0)?;
    let journal = request.instance.fake.journal();
    let total = journal.total();
    let calls = journal.calls();
    let calls: Vec<_> = calls.iter().filter(|call| call.number() > since).map(line).collect();
    Ok(Answer::json(&json!({ "total": total, "calls": calls })))
}

pub(super) fn wait<'a>(request: &'a AdminRequest<'a>) -> Waiting<'a> {
    Box::pin(wait_for_calls(request))
}

async fn wait_for_calls(request: &AdminRequest<'_>) -> Handled {
    const LONGEST: Duration = Duration::from_secs(60);
    let query = request.query(&["operation", "calls", "within"])?;
    let operation = query.get("operation").and_then(EndpointName::of).ok_or_else(names)?;
    let within = match query.get("within") {
        None => Duration::from_secs(5),
        Some(text) => text
            .parse()
            .ok()
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .filter(|within| *within <= LONGEST)
            .ok_or_else(|| KeyError::new("within", "must be a number of seconds, up to 60"))?,
    };
    let (endpoint, calls) = (operation.endpoint(), query.number("calls", 1)?);
    let journal = request.instance.fake.journal();
    if tokio::time::timeout(within, journal.come(endpoint, calls)).await.is_err() {
        let why = journal.too_few(endpoint, calls, within).to_string();
        return Err(Refusal::new(StatusCode::CONFLICT, "too_few_calls", why));
    }
    Ok(Answer::json(&json!({ "operation": endpoint.name, "calls": journal.count_of(endpoint) })))
}

fn names() -> KeyError {
    let mut names: Vec<&str> = endpoints().map(|endpoint| endpoint.name).collect();
    let last = names.pop().unwrap_or_default();
    KeyError::new("operation", format!("must be {} or {last}", names.join(", ")))
}

pub(super) fn clear(request: &AdminRequest<'_>) -> Handled {
    request.instance.fake.journal().clear();
    Ok(Answer::nothing())
}

pub(super) fn lint(request: &AdminRequest<'_>) -> Handled {
    let lint = request.instance.fake.journal().lint();
    let lines: Vec<_> = lint
        .into_iter()
        .map(|lint| json!({ "call": lint.call, "request": lint.request, "what": lint.what }))
        .collect();
    Ok(Answer::json(&json!({ "lint": lines })))
}

/// Tokens and secrets by fingerprint, as in the journal itself.
fn line(call: &Call) -> Value {
    json!({
        "number": call.number(),
        "at": date::format(call.at()),
        "operation": call.endpoint().map(|endpoint| endpoint.name),
        "method": call.method,
        "path": call.path,
        "bearer": call.bearer().map(|it| it.to_string()),
        "token": call.token().map(|it| it.to_string()),
        "status": call.status().as_u16(),
        "scripted": call.is_scripted(),
        "lint": call.lints(),
        "line": call.to_string(),
    })
}
