//! The engine behind wiremock's traits.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use wiremock::matchers::{any, path};
use wiremock::{Match, Mock, Respond, ResponseTemplate};

use crate::FakeKinde;
use crate::documented::Route;
use crate::outcome::Outcome;
use crate::request::Request;
use crate::script::{CutAt, CutBy, Wire};

/// Longer than any test: as good as for ever.
const EVER: Duration = Duration::from_secs(365 * 86_400);

/// The mocks for a server that is all ours.
pub(super) fn everything(fake: &FakeKinde) -> Vec<Mock> {
    let engine = Engine::new(fake);
    let cut = Mock::given(Cut(engine.clone())).respond_with_err(cut_off);
    vec![cut, Mock::given(any()).respond_with(Rest(engine))]
}

/// The mocks for a server with mocks of its own: the three exact paths.
pub(super) fn documented(fake: &FakeKinde) -> Vec<Mock> {
    let engine = Engine::new(fake);
    let both = |route: Route| {
        let cut = Mock::given(path(route.path())).and(Cut(engine.clone())).respond_with_err(cut_off);
        [cut, Mock::given(path(route.path())).respond_with(Rest(engine.clone()))]
    };
    Route::ALL.iter().copied().flat_map(both).collect()
}

/// One request meets two mocks, and must meet the engine once. wiremock has a mock for answers and another
/// sort for a connection that is closed without one, and asks them in turn, all under one lock. So the first
/// carries the request out and matches if it must be cut off; if not, it leaves the outcome for the second.
#[derive(Clone)]
struct Engine {
    fake: FakeKinde,
    outcome: Arc<Mutex<Option<Outcome>>>,
}

impl Engine {
    fn new(fake: &FakeKinde) -> Self {
        Self { fake: fake.clone(), outcome: Arc::default() }
    }

    fn handle(&self, request: &wiremock::Request) -> Outcome {
        self.fake.handle(&Request::new(
            request.method.clone(),
            request.url.path().to_owned(),
            request.url.query().map(str::to_owned),
            request.headers.clone(),
            Bytes::copy_from_slice(&request.body),
        ))
    }

    fn put(&self, outcome: Option<Outcome>) -> Option<Outcome> {
        std::mem::replace(&mut *self.outcome.lock().unwrap_or_else(PoisonError::into_inner), outcome)
    }
}

struct Cut(Engine);

impl Match for Cut {
    fn matches(&self, request: &wiremock::Request) -> bool {
        let outcome = self.0.handle(request);
        if outcome.wire == (Wire::Cut { by: CutBy::Fin, at: CutAt::BeforeHead }) {
            return true;
        }
        self.0.put(Some(outcome));
        false
    }
}

fn cut_off(_: &wiremock::Request) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "cut off, as scripted")
}

struct Rest(Engine);

impl Respond for Rest {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        let outcome = self.0.put(None).unwrap_or_else(|| self.0.handle(request));
        template(outcome)
    }
}

fn template(outcome: Outcome) -> ResponseTemplate {
    let answer = outcome.answer;
    let mut template = ResponseTemplate::new(answer.status).set_body_bytes(answer.body);
    for (name, value) in &answer.headers {
        template = template.append_header(name, value);
    }
    match (outcome.wire, outcome.delay) {
        (Wire::Hang, _) => template.set_delay(EVER),
        (_, Duration::ZERO) => template,
        (_, delay) => template.set_delay(delay),
    }
}
