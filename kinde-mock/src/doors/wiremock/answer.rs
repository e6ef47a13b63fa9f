//! The fake behind wiremock's traits.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use wiremock::{Match, Mock, Respond, ResponseTemplate};

use crate::endpoints::find::is_path_of_an_endpoint;
use crate::fake::FakeKinde;
use crate::http::request::Request;
use crate::script::fault::{CutAt, CutBy, Wire};
use crate::script::outcome::Outcome;

use super::inside;

/// Longer than any test: as good as for ever.
const EVER: Duration = Duration::from_secs(365 * 86_400);

/// The mocks for a server that is all ours.
pub(super) fn everything(fake: &FakeKinde) -> [Mock; 2] {
    mocks(fake, |_| true)
}

/// The mocks for a server with mocks of its own: the paths that are in the table, and none beside.
pub(super) fn known_paths(fake: &FakeKinde) -> [Mock; 2] {
    mocks(fake, |request| is_path_of_an_endpoint(request.url.path()))
}

/// One request meets two mocks, and must meet the fake once. One mock can't do: whether it answers (`respond_with`) or
/// closes the connection without an answer (`respond_with_err`) is settled when it is made, and a script may ask for
/// either. wiremock asks the two in turn, under one lock: the first carries the request out and matches if it must be
/// cut off; if not, it leaves the outcome for the second. What is ours is for both the endpoint table to say.
fn mocks(fake: &FakeKinde, is_ours: fn(&wiremock::Request) -> bool) -> [Mock; 2] {
    let carried = Carried { fake: fake.clone(), outcome: Arc::default() };
    let cut = Mock::given(is_ours).and(Cut(carried.clone())).respond_with_err(cut_off);
    [cut, Mock::given(is_ours).respond_with(Rest(carried))]
}

#[derive(Clone)]
struct Carried {
    fake: FakeKinde,
    outcome: Arc<Mutex<Option<Outcome>>>,
}

impl Carried {
    fn handle(&self, request: &wiremock::Request) -> Outcome {
        let (url, headers) = (&request.url, request.headers.clone());
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        // It was one when it came.
        let target = Uri::try_from(target).unwrap_or_default();
        let body = Bytes::copy_from_slice(&request.body);
        let _inside = inside::enter();
        self.fake.handle(Request::new(request.method.clone(), target, headers, body))
    }

    fn put(&self, outcome: Option<Outcome>) -> Option<Outcome> {
        std::mem::replace(&mut *self.outcome.lock().unwrap_or_else(PoisonError::into_inner), outcome)
    }
}

struct Cut(Carried);

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

struct Rest(Carried);

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
        (_, delay) => template.set_delay(delay.min(EVER)),
    }
}
