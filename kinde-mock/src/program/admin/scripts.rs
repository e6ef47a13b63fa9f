//! What an instance is told to answer, and the gates at which it waits.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use super::call::Call;
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

pub(super) fn add(call: &Call<'_>) -> Handled {
    let number = call.instance.seeding().script(&call.read::<ScriptSpec>()?)?;
    Ok(Answer::created(&json!({ "script": number, "live": true })))
}

/// Those that still have something to say, oldest first.
pub(super) fn list(call: &Call<'_>) -> Handled {
    let all: Vec<_> = call.instance.fake.scripts().iter().map(state).collect();
    Ok(Answer::json(&json!({ "scripts": all })))
}

pub(super) fn read(call: &Call<'_>) -> Handled {
    let number = number(call)?;
    let state = match call.instance.fake.script(number) {
        Some(script) => state(&script),
        None => json!({ "script": number, "live": false }),
    };
    Ok(Answer::json(&state))
}

pub(super) fn remove(call: &Call<'_>) -> Handled {
    if let Some(script) = call.instance.fake.script(number(call)?) {
        script.remove();
    }
    Ok(Answer::nothing())
}

pub(super) fn clear(call: &Call<'_>) -> Handled {
    call.instance.fake.clear_scripts();
    Ok(Answer::nothing())
}

fn number(call: &Call<'_>) -> Result<u64, Refusal> {
    call.segment().parse().ok().filter(|number| *number > 0).ok_or_else(|| Refusal::not_found("script"))
}

fn state(script: &Script) -> Value {
    json!({
        "script": script.number(),
        "operation": script.endpoint().name,
        "live": script.is_live(),
        "calls": script.calls(),
    })
}

pub(super) fn list_gates(call: &Call<'_>) -> Handled {
    let all: Vec<_> = call.instance.gates.all().iter().map(|(name, gate)| gate_state(name, gate)).collect();
    Ok(Answer::json(&json!({ "gates": all })))
}

pub(super) fn move_gate(call: &Call<'_>) -> Handled {
    let (name, to) = (call.segment(), call.read::<GateMove>()?);
    let gate = call.instance.gates.find(name);
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
