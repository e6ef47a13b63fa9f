//! What wiremock can't do.

use std::time::Duration;

use crate::script::fault::{CutAt, CutBy, Fault, FaultKind, Wire};
use crate::script::plan::Plan;

/// What of a plan, and why.
pub(super) fn cannot(plan: &Plan) -> Option<(Fault, &'static str)> {
    let cut = plan.faults().find(|fault| matches!(fault.0, FaultKind::Wire(Wire::Cut { .. })));
    if let (Some(fault), true) = (cut, plan.delay > Duration::ZERO) {
        return Some((fault, "wiremock can't wait before it closes a connection"));
    }
    plan.faults().find_map(|fault| {
        let why = why_not(&fault.0)?;
        Some((fault, why))
    })
}

fn why_not(fault: &FaultKind) -> Option<&'static str> {
    match fault {
        FaultKind::Mangle(_)
        | FaultKind::Wire(Wire::Whole | Wire::Hang | Wire::Cut { by: CutBy::Fin, at: CutAt::BeforeHead }) => {
            None
        }
        FaultKind::Gate(_) => Some("wiremock answers under one lock, so a held answer would hold all others"),
        FaultKind::Wire(Wire::Cut { .. }) => {
            Some("wiremock can only close a connection before the head, by FIN")
        }
        FaultKind::Wire(Wire::Drip { .. }) => Some("wiremock sends bodies whole"),
    }
}
