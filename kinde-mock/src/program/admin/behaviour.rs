//! How an instance goes about its answers: options, clock, limit, connections.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Refusal;
use super::request::AdminRequest;
use super::routes::Handled;
use crate::http::answer::Answer;
use crate::program::seed::RateLimitSpec;
use crate::tenant::options::Options;
use crate::text::date;
use crate::text::key_error::KeyError;
use crate::text::seconds::latest;
use crate::text::values::{Moment, Seconds};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectionsMove {
    accept: bool,
}

/// First set, then advanced, then stopped or started.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ClockMove {
    set: Option<Moment>,
    advance: Option<Seconds>,
    frozen: Option<bool>,
}

pub(super) fn options(request: &AdminRequest<'_>) -> Handled {
    Ok(Answer::json(&request.instance.fake.options()))
}

/// Those that are named; the others stay as they are.
pub(super) fn change_options(request: &AdminRequest<'_>) -> Handled {
    // All at once, so that a wrong one is told by its key and changes nothing.
    request.read::<Options>()?;
    let named: Map<String, Value> = request.read()?;
    request.instance.fake.configure(|options| {
        let Ok(Value::Object(mut all)) = serde_json::to_value(&*options) else { return };
        all.extend(named);
        *options = serde_json::from_value(all.into()).unwrap_or_else(|_| options.clone());
    });
    self::options(request)
}

pub(super) fn connections(request: &AdminRequest<'_>) -> Handled {
    let (fake, to) = (&request.instance.fake, request.read::<ConnectionsMove>()?);
    let moved = if to.accept { fake.try_accept_connections() } else { fake.try_refuse_connections() };
    moved.map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "port_lost", error.to_string()))?;
    Ok(Answer::json(&json!({ "accept": to.accept })))
}

pub(super) fn clock(request: &AdminRequest<'_>) -> Handled {
    let clock = request.instance.fake.clock();
    Ok(Answer::json(&json!({ "now": date::format(clock.now()), "frozen": clock.is_frozen() })))
}

pub(super) fn move_clock(request: &AdminRequest<'_>) -> Handled {
    let (clock, to) = (request.instance.fake.clock(), request.read::<ClockMove>()?);
    let from = to.set.map_or_else(|| clock.now(), |Moment(time)| time);
    let by = to.advance.map_or(Duration::ZERO, |Seconds(duration)| duration);
    // Looked at before anything is moved.
    if from.checked_add(by).is_none_or(|to| to > latest()) {
        return Err(KeyError::new("advance", "leads beyond the year 9999, where the fake's time ends").into());
    }
    if let Some(Moment(time)) = to.set {
        clock.set(time);
    }
    if let Some(Seconds(duration)) = to.advance {
        clock.advance(duration);
    }
    match to.frozen {
        Some(true) => clock.freeze(),
        Some(false) => clock.run(),
        None => {}
    }
    self::clock(request)
}

pub(super) fn set_rate_limit(request: &AdminRequest<'_>) -> Handled {
    let limit: RateLimitSpec = request.read()?;
    limit.check()?;
    request.instance.fake.rate_limit(limit.requests, limit.seconds.0);
    Ok(Answer::json(&limit))
}

pub(super) fn no_rate_limit(request: &AdminRequest<'_>) -> Handled {
    request.instance.fake.no_rate_limit();
    Ok(Answer::nothing())
}
