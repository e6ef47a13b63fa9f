//! One request, from its arrival to its outcome: the way in for every door.

use std::sync::MutexGuard;
use std::time::SystemTime;

use http::StatusCode;

use super::{FakeKinde, door};
use crate::endpoints::answering::Answering;
use crate::endpoints::find::{Found, find};
use crate::endpoints::login::authorize::Authorize;
use crate::endpoints::secrets;
use crate::endpoints::table::{Lints, Served};
use crate::http::answer::Answer;
use crate::http::cors;
use crate::http::request::{Authorization, Request};
use crate::http::route::Route;
use crate::http::site::Site;
use crate::journal::event::{By, Event};
use crate::ledger::endpoint::{Endpoint, Scripted};
use crate::ledger::stray::{IMPOSSIBLE, hint};
use crate::script::outcome::Outcome;
use crate::script::plan::{Base, Plan};
use crate::tenant::Tenant;

impl FakeKinde {
    /// Carries out one request.
    pub(crate) fn handle(&self, mut request: Request) -> Outcome {
        let now = self.0.clock.now();
        // A browser's own question, and no call.
        if let Some(mut answer) = cors::preflight(&request) {
            answer.dated(now);
            return answer.into();
        }
        let mut outcome = self.carry_out(&mut request, now);
        cors::admit(&request, &mut outcome.answer);
        outcome
    }

    fn carry_out(&self, request: &mut Request, now: SystemTime) -> Outcome {
        match find(request) {
            Found::Call { served, route } => self.call(request, served, route, now),
            Found::Stray { answer, lint, route } => {
                let about = About { endpoint: None, route, by: By::Shape, lints: vec![lint] };
                self.tell(&self.tenant(), request, now, about, answer.into())
            }
        }
    }

    fn call(&self, request: &Request, served: &Served, route: Route, now: SystemTime) -> Outcome {
        let (plan, impossible) = self.scripted(request, served.endpoint).unzip();
        let scripted = plan.as_ref().and_then(|plan| plan.answer(now));
        let mut tenant = self.tenant();
        let mut lints = lints(&tenant, request, served);
        lints.extend(impossible.flatten());
        if *served.endpoint == *Authorize::ENDPOINT && self.is_another_name(request) {
            lints.push("a sign-in under another name than the issuer's: SDKs compare the two");
        }
        let limited = match plan {
            Some(_) => None,
            None => tenant.limiter.as_mut().and_then(|limiter| limiter.admit(now).err()),
        };
        let (tenant, answer, mut by) = match (scripted, limited) {
            (Some(answer), _) => (tenant, answer, By::Script),
            (None, Some(left)) => (tenant, served.endpoint.throttled(left), By::Limiter),
            (None, None) => {
                let (tenant, mut answer) = self.ask(tenant, request, served, now);
                challenge(request, &mut answer);
                (tenant, answer, By::State)
            }
        };
        let outcome = match &plan {
            None if answer.status == StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                by = By::Shape;
                answer.into()
            }
            None => answer.into(),
            // A script may leave the answer to the state and change its delivery alone.
            Some(plan) => {
                by = By::Script;
                plan.outcome(answer)
            }
        };
        let about = About { endpoint: Some(served.endpoint), route: Some(route), by, lints };
        self.tell(&tenant, request, now, about, outcome)
    }

    /// Whether it was asked under another host or port than it calls itself.
    fn is_another_name(&self, request: &Request) -> bool {
        let own = self.home().split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
        request.authority().is_some_and(|asked| own.is_some_and(|own| !own.eq_ignore_ascii_case(asked)))
    }

    /// The script that lies over the state, and a line for the lint if it can't be carried out. Filters and computed
    /// replies are the test's own code, so they run without a lock: they may use the fake.
    fn scripted(
        &self,
        request: &Request,
        endpoint: &'static Endpoint,
    ) -> Option<(Plan, Option<&'static str>)> {
        let plan = self.0.scripts.pick(endpoint, request)?;
        if !plan.is_computed() {
            return Some((plan, None));
        }
        let plan = plan.for_request(request);
        match self.0.door.get().map_or(Ok(()), |door| door::check(&**door, &plan)) {
            Ok(()) => Some((plan, None)),
            Err(error) => {
                let mut answer = IMPOSSIBLE.answer();
                hint(&mut answer, &endpoint.name, &error.to_string());
                Some((
                    Plan::new(Base::Fixed(answer)),
                    Some("a reply was computed that this door can't deliver"),
                ))
            }
        }
    }

    /// What the state answers. What takes long is done without it.
    fn ask<'a>(
        &'a self,
        mut tenant: MutexGuard<'a, Tenant>,
        request: &Request,
        served: &Served,
        now: SystemTime,
    ) -> (MutexGuard<'a, Tenant>, Answer) {
        let site = Site::new(self.home(), request);
        match (served.answer)(&mut tenant, request, now, &site) {
            Answering::Ready(answer) => (tenant, answer),
            Answering::Outside(work) => {
                drop(tenant);
                let commit = work();
                let mut tenant = self.tenant();
                let answer = commit(&mut tenant);
                (tenant, answer)
            }
        }
    }

    /// What all answers have in common, and a line in the journal: while the state is held, so that the journal has
    /// the order in which it changed.
    fn tell(
        &self,
        tenant: &Tenant,
        request: &Request,
        now: SystemTime,
        about: About,
        mut outcome: Outcome,
    ) -> Outcome {
        outcome.answer.dated(now);
        let About { endpoint, route, by, lints } = about;
        let is_application = &|id: &str| tenant.store.application(id).is_some();
        self.0
            .journal
            .record(Event { request, endpoint, route, by, lints, at: now, is_application }, &outcome);
        outcome
    }
}

/// Whose credentials came by Basic and are refused is told so by that scheme (RFC 6749 §5.2).
fn challenge(request: &Request, answer: &mut Answer) {
    let by_basic = matches!(request.authorization(), Authorization::Basic { .. });
    if by_basic && answer.status == StatusCode::UNAUTHORIZED {
        answer.set("www-authenticate", "Basic realm=\"kinde\"");
    }
}

/// What became of a request, beside its outcome.
struct About {
    endpoint: Option<&'static Endpoint>,
    route: Option<Route>,
    by: By,
    lints: Lints,
}

fn lints(tenant: &Tenant, request: &Request, served: &Served) -> Lints {
    let mut lints = Lints::new();
    if secrets::is_in_query(served.endpoint, request) {
        lints.push("a token or secret in the query: URLs end up in logs");
    }
    if request.method() == "HEAD" {
        lints.push("a method that is not documented for this path");
    }
    if matches!(request.authorization(), Authorization::Unreadable) {
        lints.push("an Authorization header that is neither one Bearer nor one Basic");
    }
    (served.lint)(tenant, request, &mut lints);
    lints
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::sync::OnceLock;

    use bytes::Bytes;
    use http::header::CONTENT_TYPE;
    use http::{HeaderMap, HeaderValue, Method, Uri};

    use super::*;
    use crate::endpoints::table::TABLE;
    use crate::tenant::user::User;

    static FAKE: OnceLock<FakeKinde> = OnceLock::new();

    fn answer(tenant: &mut Tenant, _: &Request, _: SystemTime, _: &Site<'_>) -> Answering {
        tenant.store.add_user(User::new("kp_1", "Arya", "Stark"));
        Answering::Outside(Box::new(|| {
            let mut tenant = FAKE.get().unwrap().0.tenant.try_lock().expect("nobody holds the state");
            tenant.store.add_user(User::new("kp_1", "Arya", "of Winterfell"));
            Box::new(|tenant| Answer {
                status: StatusCode::OK,
                headers: HeaderMap::new(),
                body: Bytes::from(tenant.store.user("kp_1").unwrap().name.clone()),
            })
        }))
    }

    #[test]
    fn what_takes_long_is_done_without_the_state_and_then_sees_what_became_of_it() {
        let fake = FAKE.get_or_init(FakeKinde::new);
        let request = Request::new(Method::GET, Uri::from_static("/"), HeaderMap::new(), Bytes::new());
        let slow = Served { answer, ..TABLE[0] };
        let outcome = fake.call(&request, &slow, TABLE[0].endpoint.routes[0], SystemTime::now());
        assert_eq!(outcome.answer.body, "Arya of Winterfell");
        assert_eq!(fake.journal().total(), 1);
    }

    /// It ends between the two times that the state is held.
    #[test]
    fn a_sign_in_that_ended_while_its_tokens_were_signed_gets_none() {
        for ends in [false, true] {
            let fake = FakeKinde::new();
            let (user, app) = (fake.sign_in(), fake.backend());
            let form = format!(
                "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
                app.client_id,
                app.client_secret.expose(),
                user.refresh_token.expose()
            );
            let media_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, media_type)]);
            let uri = Uri::from_static("/oauth2/token");
            let request = Request::new(Method::POST, uri, headers, form.into());
            let served = TABLE.iter().find(|served| served.endpoint.name == "refresh_token").unwrap();
            let site = Site::new("http://localhost", &request);
            let answering = (served.answer)(&mut fake.tenant(), &request, SystemTime::now(), &site);
            let Answering::Outside(work) = answering else { panic!("it is signed outside") };
            let commit = work();
            if ends {
                fake.revoke(&user.refresh_token);
            }
            let answer = commit(&mut fake.tenant());
            let body = String::from_utf8_lossy(&answer.body);
            assert_eq!(answer.status, if ends { 400 } else { 200 }, "{body}");
            assert_eq!(body.contains("invalid_grant"), ends, "{body}");
        }
    }
}
