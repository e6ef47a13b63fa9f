//! The fake's mind: `(state, request, now) -> outcome`, without I/O, a clock of its own or a runtime.

mod route;

use std::time::SystemTime;

use http::StatusCode;
use http::header::{ALLOW, DATE, HeaderValue};

pub(crate) use route::{Routed, distance, route};

use crate::Options;
use crate::documented::{Route, Row, TOO_LARGE, WRONG_MEDIA_TYPE};
use crate::limiter::Limiter;
use crate::outcome::{Answer, Outcome};
use crate::request::{Authorization, Request};
use crate::script::Plan;
use crate::store::{Application, Kind, Record, Store};

pub(crate) struct Engine {
    pub(crate) store: Store,
    pub(crate) options: Options,
    pub(crate) limiter: Option<Limiter>,
}

/// What the documentation does not allow in a request.
pub(crate) type Lints = Vec<&'static str>;

/// What a request came to, and what there is to say about it.
pub(crate) struct Step {
    pub(crate) outcome: Outcome,
    pub(crate) by: By,
    /// What the documentation does not allow, whether it worked here or not.
    pub(crate) lints: Lints,
}

/// Who decided the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    State,
    Script,
    Limiter,
    /// It was no documented request.
    Shape,
}

impl Engine {
    pub(crate) fn seeded() -> Self {
        Self { store: Store::seeded(), options: Options::default(), limiter: None }
    }

    /// Carries one request out. `plan` is the script that lies over the state, if one matched.
    pub(crate) fn step(
        &mut self,
        request: &Request,
        routed: Routed,
        plan: Option<Plan>,
        now: SystemTime,
    ) -> Step {
        let mut lints = Vec::new();
        let mut step = match (routed, plan) {
            (Routed::TooLarge(route), _) => {
                lints.push("a body over 64 KiB");
                let answer = Answer::of(&TOO_LARGE).hint(route, "no documented request is over 64 KiB");
                Step { outcome: answer.into(), by: By::Shape, lints }
            }
            (Routed::Stray(answer, lint), _) => {
                lints.push(lint);
                Step { outcome: (*answer).into(), by: By::Shape, lints }
            }
            (Routed::Call(route), Some(plan)) => {
                self.lint(route, request, &mut lints);
                // A script may leave the answer to the state and change its delivery alone.
                let outcome = plan.outcome(now, || self.answer(route, request, now).0);
                Step { outcome, by: By::Script, lints }
            }
            (Routed::Call(route), None) => {
                self.lint(route, request, &mut lints);
                let limited = self.limiter.as_mut().and_then(|limiter| limiter.admit(now).err());
                let (answer, by) = match limited {
                    Some(left) => (Answer::throttled(route, left), By::Limiter),
                    None => self.answer(route, request, now),
                };
                Step { outcome: answer.into(), by, lints }
            }
        };
        let headers = &mut step.outcome.answer.headers;
        if let (false, Ok(date)) =
            (headers.contains_key(DATE), HeaderValue::try_from(httpdate::fmt_http_date(dated(now))))
        {
            headers.insert(DATE, date);
        }
        step
    }

    fn answer(&mut self, route: Route, request: &Request, now: SystemTime) -> (Answer, By) {
        let answer = (route.facts().answer)(self, request, now);
        let by = if answer.status == StatusCode::UNSUPPORTED_MEDIA_TYPE { By::Shape } else { By::State };
        (answer, by)
    }

    /// The token that a bearer is, if it proves anyone: a live access token, a user's or a machine's.
    pub(crate) fn bearer(&self, bearer: &str, now: SystemTime) -> Option<&Record> {
        self.store.live(bearer, now).filter(|record| record.kind == Kind::Access)
    }

    /// Whether these are an application's credentials: a backend one's secret must be right, and a frontend
    /// one has none to check.
    pub(crate) fn authenticates(&self, client_id: &str, secret: Option<&str>) -> bool {
        match self.store.application(client_id) {
            Some(Application::Backend(expected)) => secret == Some(expected.expose()),
            Some(Application::Frontend) => true,
            None => false,
        }
    }

    fn lint(&self, route: Route, request: &Request, lints: &mut Lints) {
        if request.secret_in_query() {
            lints.push("a token or secret in the query: URLs end up in logs");
        }
        if matches!(request.authorization(), Authorization::Unreadable) {
            lints.push("an Authorization header that is neither one Bearer nor one Basic");
        }
        (route.facts().lint)(self, request, lints);
    }

    /// For operations with a form about a token.
    pub(crate) fn lint_form(&self, request: &Request, lints: &mut Lints) {
        if !request.is_form() && !request.body().is_empty() {
            lints.push(match request.media_type().as_deref() {
                Some("application/json") => {
                    "JSON, where a form (application/x-www-form-urlencoded) is documented"
                }
                _ => "a body that is not declared as the documented form (application/x-www-form-urlencoded)",
            });
        }
        if request.repeats(None) {
            lints.push("a parameter that is given more than once");
        }
        if request
            .form("token_type_hint")
            .is_some_and(|hint| !["access_token", "refresh_token"].contains(&hint))
        {
            lints.push("a token_type_hint that is neither access_token nor refresh_token");
        }
    }
}

/// A row of the ledger that ends a request early.
pub(crate) struct Refusal {
    row: &'static Row,
    hint: Option<&'static str>,
}

impl Refusal {
    pub(crate) fn because(row: &'static Row, hint: &'static str) -> Self {
        Self { row, hint: Some(hint) }
    }
}

impl From<&'static Row> for Refusal {
    fn from(row: &'static Row) -> Self {
        Self { row, hint: None }
    }
}

impl Refusal {
    pub(crate) fn answer(self, route: Route) -> Answer {
        let answer = Answer::of(self.row);
        match self.hint {
            Some(hint) => answer.hint(route, hint),
            None => answer,
        }
    }
}

/// 415, where a form is documented and something else came. A request without a body has no media type
/// either, and its parameters are simply absent.
pub(crate) fn check_media_type(request: &Request) -> Result<(), Refusal> {
    if request.is_form() || request.body().is_empty() {
        return Ok(());
    }
    Err(Refusal::because(
        &WRONG_MEDIA_TYPE,
        "the parameters go into a form body, application/x-www-form-urlencoded",
    ))
}

/// The dates that the header can express: four-digit years from 1970 on.
fn dated(now: SystemTime) -> SystemTime {
    const LAST: u64 = 253_402_300_799;
    SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(crate::clock::seconds(now).min(LAST))
}

/// The methods that a 405 allows.
pub(crate) fn allow(answer: &mut Answer, route: Route) {
    answer.headers.insert(ALLOW, HeaderValue::from_static(route.method()));
}
