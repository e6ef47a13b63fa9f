//! What a door is to do with a request.

use std::time::Duration;

use super::fault::Wire;
use super::gate::Gate;
use crate::http::answer::Answer;

/// An answer, and how it is to be delivered.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    /// Waits first, on the door's timer,
    pub(crate) delay: Duration,
    /// then until this is opened,
    pub(crate) gate: Option<Gate>,
    /// then sends it so.
    pub(crate) wire: Wire,
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self { answer, delay: Duration::ZERO, gate: None, wire: Wire::Whole }
    }
}
