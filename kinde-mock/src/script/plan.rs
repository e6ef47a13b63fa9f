//! A scripted answer, apart from the operation it is for.

#[cfg(feature = "cli")]
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, TRANSFER_ENCODING};
#[cfg(feature = "cli")]
use serde_json::Value;

use super::fault::{Fault, FaultKind, Mangle, Wire};
use super::gate::Gate;
use super::outcome::Outcome;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::ledger::row::JSON;
#[cfg(feature = "cli")]
use crate::text::members::Members;

/// What to answer and how to deliver it; the untyped inside of a [`Reply`](crate::Reply).
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) base: Base,
    /// Laid over the answer's own.
    #[cfg(feature = "cli")]
    pub(crate) members: BTreeMap<String, Value>,
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
    /// Depends on the request: a test's own code.
    Computed(Arc<AssertUnwindSafe<Box<Compute>>>),
}

pub(crate) type Compute = dyn Fn(&Request) -> Plan + Send + Sync;

impl Plan {
    pub(crate) fn new(base: Base) -> Self {
        Self {
            base,
            #[cfg(feature = "cli")]
            members: BTreeMap::new(),
            headers: HeaderMap::new(),
            delay: Duration::ZERO,
            gate: None,
            wire: Wire::Whole,
            mangle: None,
        }
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        match fault.0 {
            FaultKind::Gate(gate) => self.gate = Some(gate),
            FaultKind::Wire(wire) => self.wire = wire,
            FaultKind::Mangle(mangle) => self.mangle = Some(mangle),
        }
    }

    pub(crate) fn is_computed(&self) -> bool {
        matches!(self.base, Base::Computed(_))
    }

    /// The plan for this request: of a computed one, what is computed, with what this one adds. No lock may be held:
    /// it is a test's own code, which may use the fake.
    pub(crate) fn for_request(mut self, request: &Request) -> Self {
        while let Base::Computed(compute) = &self.base {
            let mut inner = compute(request);
            inner.headers.extend(self.headers);
            inner.delay = inner.delay.saturating_add(self.delay);
            self.gate.into_iter().for_each(|gate| inner.gate = Some(gate));
            self.mangle.into_iter().for_each(|mangle| inner.mangle = Some(mangle));
            if self.wire != Wire::Whole {
                inner.wire = self.wire;
            }
            self = inner;
        }
        self
    }

    /// The answer, where it doesn't depend on the state.
    pub(crate) fn answer(&self, now: SystemTime) -> Option<Answer> {
        match &self.base {
            Base::Live | Base::Computed(_) => None,
            Base::Fixed(answer) => Some(answer.clone()),
            Base::Timed(answer) => Some(answer(now)),
        }
    }

    /// How `answer` is delivered.
    pub(crate) fn outcome(&self, mut answer: Answer) -> Outcome {
        #[cfg(feature = "cli")]
        if let (false, Some(mut members)) = (self.members.is_empty(), Members::read(&answer.body)) {
            self.members.iter().for_each(|(name, value)| members.put(name, value));
            answer.body = members.write().into();
        }
        for (name, value) in &self.headers {
            answer.headers.insert(name, value.clone());
        }
        if let Some(mangle) = self.mangle {
            mangle.apply(&mut answer);
        }
        // What frames a body is its door's own: another length than the body's would break the connection.
        [CONTENT_LENGTH, TRANSFER_ENCODING].iter().for_each(|name| drop(answer.headers.remove(name)));
        Outcome { answer, delay: self.delay, gate: self.gate.clone(), wire: self.wire }
    }

    /// What is out of the ordinary in how it is delivered.
    pub(crate) fn faults(&self) -> impl Iterator<Item = Fault> {
        let gate = self.gate.clone().map(|gate| Fault(FaultKind::Gate(gate)));
        let wire = (self.wire != Wire::Whole).then_some(Fault(FaultKind::Wire(self.wire)));
        let mangle = self.mangle.map(|mangle| Fault(FaultKind::Mangle(mangle)));
        gate.into_iter().chain(wire).chain(mangle)
    }
}

impl Mangle {
    fn apply(self, answer: &mut Answer) {
        match self {
            Self::Json => {
                // Half of an object is not an object; of nothing, this is the beginning of one.
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
