//! A transport that plays a script and remembers what it was given.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::{CallContext, Client, Domain, Transport, TransportError, TransportErrorKind};
use tokio::time::Instant;

use crate::on_the_wire::on_the_wire;

pub(crate) type Outcome = Result<(u16, &'static str), TransportErrorKind>;

#[derive(Default)]
pub(crate) struct Script {
    outcomes: Mutex<VecDeque<Outcome>>,
    requests: Mutex<Vec<(Instant, Request<Bytes>)>>,
}

impl Script {
    /// Plays `outcomes` in order, the last one again and again.
    pub(crate) fn new(outcomes: impl IntoIterator<Item = Outcome>) -> Arc<Self> {
        Arc::new(Self { outcomes: Mutex::new(outcomes.into_iter().collect()), ..Self::default() })
    }

    pub(crate) fn client(self: &Arc<Self>) -> Client<Arc<Self>> {
        let domain = Domain::new("acme.kinde.com").unwrap();
        let policy = kinde_core::RetryPolicy::standard();
        Client::builder(domain, Arc::clone(self)).retry(policy, kinde_core::TokioTimer).build()
    }

    pub(crate) fn times(&self) -> Vec<Instant> {
        self.requests.lock().unwrap().iter().map(|(time, _)| *time).collect()
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|(_, request)| on_the_wire(request)).collect()
    }
}

impl Transport for Script {
    async fn send(&self, request: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        self.requests.lock().unwrap().push((Instant::now(), request));
        let mut outcomes = self.outcomes.lock().unwrap();
        let outcome = *outcomes.front().unwrap();
        if outcomes.len() > 1 {
            outcomes.pop_front();
        }
        let (status, body) = outcome.map_err(TransportError::from)?;
        Ok(Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap())
    }
}
