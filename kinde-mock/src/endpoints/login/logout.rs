//! `GET /logout`

use std::time::SystemTime;

use http::header::{HeaderValue, LOCATION};

use super::page::page;
use super::request::Parameters;
use super::session;
use crate::endpoints::answering::Answering;
use crate::endpoints::table::{Lints, Served};
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::{Endpoint, Scripted, Secrets, sealed};
use crate::ledger::row::Source::{Assumed, Documented};
use crate::ledger::row::{Body, Header, Row};
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::callback::{Allowed, allowed};

/// What a browser is sent to for signing out: `GET /logout`. No operation of the SDK, which only makes the address; it
/// is here so that it can be scripted.
#[derive(Clone, Copy, Debug)]
pub enum Logout {}

static ENDPOINT: Endpoint = Endpoint {
    name: "logout",
    routes: &[Route::new("GET", "/logout")],
    form: None,
    rows: &[SIGNED_OUT, PAGE, ERROR_PAGE],
    secrets: Secrets {
        query: &["id_token_hint"],
        cookies: &["kinde_mock_"],
        answer: &["set-cookie"],
        ..Secrets::NONE
    },
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint,
    #[cfg(feature = "cli")]
    keyed: &[],
};

impl sealed::Sealed for Logout {}

impl Scripted for Logout {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

/// Answers to a browser that is sent here to sign out.
pub type LogoutReply = Reply<Logout>;

const SIGNED_OUT: Row = Row {
    name: "signed_out",
    status: 302,
    headers: &[Header::filled("location")],
    body: Body::Empty,
    source: Documented,
    when: "`redirect` is a logout redirect of an application",
    note: "`redirect` is documented; SDKs also send `redirect_uri`, and OpenID Connect's is `post_logout_redirect_uri` \
           (with `state`): both are taken for it. The status is assumed.",
};
const PAGE: Row = Row {
    name: "page",
    status: 200,
    headers: &[],
    body: Body::Page("that the user is signed out"),
    source: Assumed,
    when: "there is no `redirect`",
    note: "Nobody says.",
};
const ERROR_PAGE: Row = Row {
    name: "error_page",
    status: 400,
    headers: &[],
    body: Body::Page("what is wrong"),
    source: Assumed,
    when: "`redirect` is not a logout redirect of an application",
    note: "That it must be one is documented, and what happens otherwise isn't. The user is signed out all the same.",
};

fn answer(tenant: &mut Tenant, request: &Request, _: SystemTime, site: &Site<'_>) -> Answering {
    let (url, allowed) = target(tenant, request);
    let location = url.as_deref().and_then(|url| HeaderValue::try_from(url).ok());
    let mut answer = match (allowed, location) {
        (Some(Allowed::Listed | Allowed::Loopback), Some(location)) => {
            let mut answer = SIGNED_OUT.answer();
            answer.headers.insert(LOCATION, location);
            answer
        }
        (None, _) => page(&PAGE, "Signed out", "<p>You are signed out.</p>\n"),
        _ => {
            let why = "<p>You are signed out. The address to go to is none of the allowed logout redirect URLs.</p>\n";
            page(&ERROR_PAGE, "Signed out", why)
        }
    };
    session::end(tenant, request, &mut answer, site);
    answer.into()
}

/// Where the user wants to go, if anywhere, and whether they may.
fn target(tenant: &Tenant, request: &Request) -> (Option<String>, Option<Allowed>) {
    let parameters = Parameters::of(request.query().unwrap_or_default().as_bytes());
    let openid = parameters.get("post_logout_redirect_uri");
    let url = parameters.get("redirect").or(parameters.get("redirect_uri")).or(openid);
    let Some(url) = url else { return (None, None) };
    let found: Vec<Allowed> =
        tenant.store.applications().map(|application| allowed(url, &application.logout_redirects)).collect();
    let best = [Allowed::Listed, Allowed::Loopback].into_iter().find(|it| found.contains(it));
    let target = match parameters.get("state").filter(|_| openid == Some(url)) {
        None => url.to_owned(),
        Some(state) => {
            let mut text = form_urlencoded::Serializer::new(String::new());
            text.append_pair("state", state);
            format!("{url}{}{}", if url.contains('?') { '&' } else { '?' }, text.finish())
        }
    };
    (Some(target), Some(best.unwrap_or(Allowed::No)))
}

fn lint(tenant: &Tenant, request: &Request, lints: &mut Lints) {
    match target(tenant, request).1 {
        Some(Allowed::Loopback) => {
            lints.push("a logout redirect that no application lists: Kinde wants it among the allowed ones");
        }
        Some(Allowed::No) => lints.push("a logout redirect that is not allowed"),
        Some(Allowed::Listed) | None => {}
    }
}
