//! What an instance is told to answer, and the gates at which it waits.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use super::request::AdminRequest;
use super::routes::Handled;
use crate::fake::script::Script;
use crate::http::answer::Answer;
use crate::program::seed::script::ScriptSpec;
use crate::script::gate::Gate;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateMove {
    open: bool,
}

pub(super) fn add(request: &AdminRequest<'_>) -> Handled {
    let number = request.instance.seeding().script(&request.read::<ScriptSpec>()?)?;
    Ok(Answer::created(&json!({ "script": number, "live": true })))
}

/// Those that still have something to say, oldest first.
pub(super) fn list(request: &AdminRequest<'_>) -> Handled {
    let all: Vec<_> = request.instance.fake.scripts().iter().map(state).collect();
    Ok(Answer::json(&json!({ "scripts": all })))
}

pub(super) fn read(request: &AdminRequest<'_>) -> Handled {
    let state = match known(request)? {
        (_, Some(script)) => state(&script),
        (number, None) => json!({ "script": number, "live": false }),
    };
    Ok(Answer::json(&state))
}

pub(super) fn remove(request: &AdminRequest<'_>) -> Handled {
    if let (_, Some(script)) = known(request)? {
        script.remove();
    }
    Ok(Answer::nothing())
}

pub(super) fn clear(request: &AdminRequest<'_>) -> Handled {
    request.instance.fake.clear_scripts();
    Ok(Answer::nothing())
}

/// The number that was asked about, and its script unless that is forgotten. One that never was is not found.
fn known(request: &AdminRequest<'_>) -> Result<(u64, Option<Script>), Refusal> {
    let fake = &request.instance.fake;
    let number = request.segment().parse().ok().filter(|number| (1..=fake.scripts_ever()).contains(number));
    let number = number.ok_or_else(|| Refusal::not_found("script"))?;
    Ok((number, fake.script(number)))
}

fn state(script: &Script) -> Value {
    json!({
        "script": script.number(),
        "operation": script.endpoint().name,
        "live": script.is_live(),
        "calls": script.calls(),
    })
}

pub(super) fn list_gates(request: &AdminRequest<'_>) -> Handled {
    let all: Vec<_> =
        request.instance.gates.all().iter().map(|(name, gate)| gate_state(name, gate)).collect();
    Ok(Answer::json(&json!({ "gates": all })))
}

pub(super) fn move_gate(request: &AdminRequest<'_>) -> Handled {
    let (name, to) = (request.segment(), request.read::<GateMove>()?);
    let gate = request.instance.gates.find(name);
    let gate = gate.ok_or_else(|| Refusal::not_found("gate: a script makes it"))?;
    if to.open {
        gate.open()
    } else {
        gate.shut()
    }
    Ok(Answer::json(&gate_state(name, &gate)))
}

fn gate_state(name: &str, gate: &Gate) -> Value {
    json!({ "gate": name, "open": gate.is_open(), "held": gate.held() })
}
