//! A transport that plays a script.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::{CallContext, Transport, TransportError, TransportErrorKind};
use tokio::time::{Instant, sleep};

type Step = (Duration, Box<dyn Fn() -> Outcome + Send>);
type Outcome = Result<Response<Bytes>, TransportErrorKind>;

/// Plays outcomes in order, each after a delay; the last one again and again. Remembers what it was given.
#[derive(Default)]
pub(super) struct Script {
    outcomes: Mutex<VecDeque<Step>>,
    pub(super) calls: Mutex<Vec<(Instant, CallContext)>>,
}

impl Script {
    pub(super) fn then(self, after: Duration, outcome: impl Fn() -> Outcome + Send + 'static) -> Self {
        self.outcomes.lock().unwrap().push_back((after, Box::new(outcome)));
        self
    }

    pub(super) fn status(self, status: u16, headers: &'static [(&str, &str)], body: &'static str) -> Self {
        self.then(Duration::ZERO, move || {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            Ok(response.body(Bytes::from_static(body.as_bytes())).unwrap())
        })
    }

    pub(super) fn broken(self, kind: TransportErrorKind) -> Self {
        self.then(Duration::ZERO, move || Err(kind))
    }

    pub(super) fn play(&self, other: Self) {
        *self.outcomes.lock().unwrap() = other.outcomes.into_inner().unwrap();
    }

    pub(super) fn calls(&self) -> Vec<(Instant, CallContext)> {
        self.calls.lock().unwrap().clone()
    }
}

impl Transport for Script {
    async fn send(&self, _: Request<Bytes>, call: CallContext) -> Result<Response<Bytes>, TransportError> {
        self.calls.lock().unwrap().push((Instant::now(), call));
        let (after, outcome) = {
            let mut outcomes = self.outcomes.lock().unwrap();
            let (after, outcome) = outcomes.front().map(|(after, outcome)| (*after, outcome())).unwrap();
            if outcomes.len() > 1 {
                outcomes.pop_front();
            }
            (after, outcome)
        };
        sleep(after).await;
        outcome.map_err(TransportError::from)
    }
}
