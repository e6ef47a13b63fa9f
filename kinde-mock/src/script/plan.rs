//! A scripted answer, apart from the operation it is for.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::Gate;
use super::fault::{Fault, Kind, Mangle, Wire};
use crate::documented::JSON;
use crate::outcome::{Answer, Outcome};

/// What to answer and how to deliver it; the untyped inside of a [`Reply`](crate::Reply).
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) base: Base,
    /// Put over the answer's own.
    pub(crate) headers: HeaderMap,
    pub(crate) delay: Duration,
    pub(crate) gate: Option<Gate>,
    pub(crate) wire: Wire,
    pub(crate) mangle: Option<Mangle>,
}

#[derive(Clone)]
pub(crate) enum Base {
    /// Whatever the state says; and a revocation revokes.
    Live,
    Fixed(Answer),
    /// Depends on the time it is sent.
    Timed(Arc<dyn Fn(SystemTime) -> Answer + Send + Sync + UnwindSafe + RefUnwindSafe>),
}

impl Plan {
    #[cfg(feature = "cli")]
    pub(crate) fn live() -> Self {
        Self::new(Base::Live)
    }

    #[cfg(feature = "cli")]
    pub(crate) fn fixed(answer: Answer) -> Self {
        Self::new(Base::Fixed(answer))
    }

    pub(crate) fn new(base: Base) -> Self {
        Self {
            base,
            headers: HeaderMap::new(),
            delay: Duration::ZERO,
            gate: None,
            wire: Wire::Whole,
            mangle: None,
        }
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        match fault.0 {
            Kind::Gate(gate) => self.gate = Some(gate),
            Kind::Wire(wire) => self.wire = wire,
            Kind::Mangle(mangle) => self.mangle = Some(mangle),
        }
    }

    pub(crate) fn outcome(self, now: SystemTime, live: impl FnOnce() -> Answer) -> Outcome {
        let mut answer = match self.base {
            Base::Live => live(),
            Base::Fixed(answer) => answer,
            Base::Timed(answer) => answer(now),
        };
        for (name, value) in &self.headers {
            answer.headers.insert(name, value.clone());
        }
        if let Some(mangle) = self.mangle {
            mangle.apply(&mut answer);
        }
        Outcome { answer, delay: self.delay, gate: self.gate, wire: self.wire }
    }

    /// What is out of the ordinary in how it is delivered.
    pub(crate) fn faults(&self) -> impl Iterator<Item = Fault> {
        let gate = self.gate.clone().map(|gate| Fault(Kind::Gate(gate)));
        let wire = (self.wire != Wire::Whole).then_some(Fault(Kind::Wire(self.wire)));
        let mangle = self.mangle.map(|mangle| Fault(Kind::Mangle(mangle)));
        gate.into_iter().chain(wire).chain(mangle)
    }
}

impl Mangle {
    fn apply(self, answer: &mut Answer) {
        match self {
            Self::Json => {
                // Half of an object is no object; of nothing, this is the beginning of one.
                let half = answer.body.len() / 2;
                answer.body = if half == 0 { Bytes::from_static(b"{\"") } else { answer.body.slice(..half) };
                answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
            }
            Self::ContentType => {
                answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            }
        }
    }
}
