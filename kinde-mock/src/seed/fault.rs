//! Faults in writing.

use serde::Deserialize;

use super::{Seconds, Setting};
use crate::{CutAt, CutBy, Fault};

#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaultSpec {
    Hang,
    MalformedJson,
    WrongContentType,
    Gate(String),
    Cut(CutSpec),
    Drip(DripSpec),
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CutSpec {
    by: By,
    /// Before the head unless set.
    after_body: Option<usize>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    Fin,
    Rst,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DripSpec {
    bytes: usize,
    every: Seconds,
}

impl FaultSpec {
    pub(super) fn build(&self, setting: Setting<'_>) -> Fault {
        match self {
            Self::Hang => Fault::hang(),
            Self::MalformedJson => Fault::malformed_json(),
            Self::WrongContentType => Fault::wrong_content_type(),
            Self::Gate(name) => Fault::gate(&setting.gates.named(name)),
            Self::Cut(CutSpec { by, after_body }) => {
                let by = match by {
                    By::Fin => CutBy::Fin,
                    By::Rst => CutBy::Rst,
                };
                Fault::cut(by, after_body.map_or(CutAt::BeforeHead, CutAt::AfterBody))
            }
            Self::Drip(DripSpec { bytes, every }) => Fault::drip(*bytes, every.0),
        }
    }
}
