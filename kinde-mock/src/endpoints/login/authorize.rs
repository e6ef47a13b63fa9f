//! `GET|POST /oauth2/auth`

use std::sync::Arc;
use std::time::SystemTime;

use http::header::{HeaderValue, LOCATION};

use super::page::{page, posting};
use super::request::{Asked, Back, Mode, Parameters, Prompt, Refused, read};
use super::{forms, session};
use crate::endpoints::answering::Answering;
use crate::endpoints::table::{Lints, Served};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::{Endpoint, Scripted, Secrets, sealed};
use crate::ledger::row::Source::{Assumed, Documented, Seen};
use crate::ledger::row::{Body, Header, Row};
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::code::{Code, LIFE};
use crate::tenant::session::Session;
use crate::tenant::tokens::Holder;
use crate::tenant::user::Organization;
use crate::text::digest::digest;
use crate::text::seconds::since_1970;

/// What a browser is sent to for signing in: `GET /oauth2/auth`, and the form there. No operation of the SDK, which
/// only makes the address; it is here so that it can be scripted.
#[derive(Clone, Copy, Debug)]
pub enum Authorize {}

static ENDPOINT: Endpoint = Endpoint {
    name: "authorize",
    routes: &[Route::new("GET", "/oauth2/auth"), Route::new("POST", "/oauth2/auth")],
    form: None,
    rows: &[SIGNED_IN, LOGIN_REQUIRED, REFUSED, FORM_POST, SIGN_IN, REGISTER, WRONG, ERROR_PAGE],
    secrets: Secrets {
        form: &["p_password", "csrf"],
        cookies: &["kinde_mock_"],
        answer: &["location", "set-cookie"],
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

impl sealed::Sealed for Authorize {}

impl Scripted for Authorize {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

/// Answers to a browser that is sent here to sign in.
pub type AuthorizeReply = Reply<Authorize>;

const TO_CALLBACK: &[Header] = &[Header::filled("location")];

const SIGNED_IN: Row = Row {
    name: "signed_in",
    status: 302,
    headers: TO_CALLBACK,
    body: Body::Empty,
    source: Seen,
    when: "the user has signed in, now or before: back with `code`, `scope`, `state`",
    note: "The callback's query was seen. A session cookie comes along, of which nothing is known: HttpOnly, Lax, without \
           a lifetime, for this host alone and with the port in its name.",
};
const LOGIN_REQUIRED: Row = Row {
    name: "login_required",
    status: 302,
    headers: TO_CALLBACK,
    body: Body::Empty,
    source: Documented,
    when: "`prompt=none` and no session: back with `error` = `login_required`, `error_description`, `state`",
    note: "Error and sentence are documented.",
};
const REFUSED: Row = Row {
    name: "refused",
    status: 302,
    headers: TO_CALLBACK,
    body: Body::Empty,
    source: Assumed,
    when: "anything else is wrong: back with `error` (`invalid_request`, `invalid_scope`, `invalid_state`, \
           `unsupported_response_type`, `unsupported_response_mode`, `unauthorized_client`, `access_denied`), \
           `error_description`, `state`",
    note: "The codes are RFC 6749's and Ory fosite's; that a state under 8 characters is refused is documented. A backend \
           application may leave PKCE out, a frontend one may not. `access_denied` is for an organization that the user \
           is not a member of.",
};
const FORM_POST: Row = Row {
    name: "form_post",
    status: 200,
    headers: &[],
    body: Body::Page(
        "a form with what a redirect would have in its query, which posts itself to the callback",
    ),
    source: Assumed,
    when: "`response_mode=form_post`, in place of each of the three before",
    note: "Kinde's discovery lists the mode; the page is that of OAuth 2.0 Form Post Response Mode, with a button for \
           browsers without scripts.",
};
const SIGN_IN: Row = Row {
    name: "sign_in",
    status: 200,
    headers: &[Header::filled("set-cookie")],
    body: Body::Page("a form with `p_email`, `p_password` and one submit button"),
    source: Assumed,
    when: "the browser has no session, or `prompt=login`",
    note: "The fields' names are Kinde's; it has a page for each of them.",
};
const REGISTER: Row = Row {
    name: "register",
    status: 200,
    headers: &[Header::filled("set-cookie")],
    body: Body::Page(
        "a form with `p_first_name`, `p_last_name`, `p_email`, `p_password` and one submit button",
    ),
    source: Assumed,
    when: "`prompt=create` or `start_page=registration`, with a session or without",
    note: "The fields' names but the password's are Kinde's, which has several pages and a code by e-mail.",
};
const WRONG: Row = Row {
    name: "wrong_credentials",
    status: 200,
    headers: &[Header::filled("set-cookie")],
    body: Body::Page("the form again, with what is wrong"),
    source: Assumed,
    when: "the form was not filled in right, or comes from another page than this browser was shown",
    note: "That it is the form again is assumed, and its status.",
};
const ERROR_PAGE: Row = Row {
    name: "error_page",
    status: 400,
    headers: &[],
    body: Body::Page("what is wrong"),
    source: Assumed,
    when: "the application is unknown, or the callback is none of its own",
    note: "That it is a page here and no redirect is documented; its status is assumed.",
};

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, site: &Site<'_>) -> Answering {
    let parameters = parameters(request);
    let asked = match read(tenant, &parameters) {
        Ok(asked) => asked,
        Err(refused) => return refuse(refused).into(),
    };
    let is_filled_in =
        request.method() == "POST" && (request.form("csrf").is_some() || request.form("p_email").is_some());
    if is_filled_in {
        return filled_in(tenant, request, &asked, now, site).into();
    }
    let session = session::of(tenant, request, site);
    match (session, asked.prompt) {
        (Some(session), Prompt::Usual | Prompt::None) => send_back(tenant, &asked, &session, now),
        (None, Prompt::None) => {
            let error =
                [("error", "login_required"), ("error_description", "User authentication is required")];
            back_with(&LOGIN_REQUIRED, &asked.back, &error)
        }
        (_, Prompt::Create) => forms::show(tenant, request, &asked, None, &REGISTER, site),
        (_, Prompt::Login) | (None, Prompt::Usual) => {
            forms::show(tenant, request, &asked, None, &SIGN_IN, site)
        }
    }
    .into()
}

/// Those of the query; of the body, where a form asks (OpenID Connect Core §3.1.2.1).
fn parameters(request: &Request) -> Parameters<'_> {
    match request.query() {
        Some(query) if query.contains("client_id") => Parameters::of(query.as_bytes()),
        _ if request.is_form() => Parameters::of(request.body()),
        query => Parameters::of(query.unwrap_or_default().as_bytes()),
    }
}

fn filled_in(
    tenant: &mut Tenant,
    request: &Request,
    asked: &Asked,
    now: SystemTime,
    site: &Site<'_>,
) -> Answer {
    if !session::is_ours(request, site) {
        let why = "This form is not from a page that this browser was shown. Try again.";
        return forms::show(tenant, request, asked, Some(why), &WRONG, site);
    }
    match forms::user(tenant, request, asked) {
        Err(why) => forms::show(tenant, request, asked, Some(why), &WRONG, site),
        Ok(user) => {
            let session = Session { user, auth_time: since_1970(now) };
            let mut answer = send_back(tenant, asked, &session, now);
            session::begin(tenant, &mut answer, session, site);
            answer
        }
    }
}

fn refuse(refused: Refused) -> Answer {
    match refused {
        Refused::Here(why) => page(&ERROR_PAGE, "This sign-in can't go on", &format!("<p>{why}</p>\n")),
        Refused::Back(back, error, why) => refused_with(&back, error, why),
    }
}

fn refused_with(back: &Back, error: &str, why: &str) -> Answer {
    back_with(&REFUSED, back, &[("error", error), ("error_description", why)])
}

/// Back to the application with a code, for whoever is signed in.
fn send_back(tenant: &mut Tenant, asked: &Asked, session: &Session, now: SystemTime) -> Answer {
    let Some(organization) = organization(tenant, asked, &session.user) else {
        let why = "The user is not a member of the organization.";
        return refused_with(&asked.back, "access_denied", why);
    };
    let holder = Holder {
        user: Some(session.user.clone()),
        client_id: asked.client_id.clone(),
        audience: asked.audience.clone(),
        scopes: asked.scopes.clone(),
        organization,
    };
    let text = tenant.store.random.two_parts();
    let code = Code {
        holder: Arc::new(holder),
        redirect_uri: asked.back.redirect_uri.clone(),
        challenge: asked.challenge.clone(),
        nonce: asked.nonce.clone(),
        auth_time: session.auth_time,
        grant: None,
    };
    tenant.store.codes.insert(digest(&text), since_1970(now).saturating_add(LIFE), code);
    back_with(&SIGNED_IN, &asked.back, &[("code", &text), ("scope", &asked.scopes.join(" "))])
}

/// The organization that was asked for, if any was; none if the user is not one of its members. Who registers becomes
/// one, and who has a new one made too.
fn organization(tenant: &mut Tenant, asked: &Asked, user: &str) -> Option<Option<String>> {
    let mut user = tenant.store.user(user)?.clone();
    let (code, name) = match (&asked.new_organization, &asked.org_code) {
        (Some(name), _) => (format!("org_{}", &tenant.store.random.hex()[..12]), name.clone()),
        (None, None) => return Some(None),
        (None, Some(code)) if user.organizations.iter().any(|it| it.code == *code) => {
            return Some(Some(code.clone()));
        }
        (None, Some(code)) if asked.prompt == Prompt::Create => (code.clone(), code.clone()),
        (None, Some(_)) => return None,
    };
    user.organizations.push(Organization::new(code.clone(), name));
    tenant.store.add_user(user);
    Some(Some(code))
}

/// Back to the application with these parameters and the state, in the way that it asked for.
fn back_with(row: &Row, back: &Back, parameters: &[(&str, &str)]) -> Answer {
    if back.mode == Mode::FormPost {
        return posting(&FORM_POST, back, parameters);
    }
    let mut answer = row.answer();
    // The callback is graphic ASCII, and the rest is percent-encoded.
    if let Ok(location) = HeaderValue::try_from(back.to(parameters)) {
        answer.headers.insert(LOCATION, location);
    }
    answer
}

fn lint(tenant: &Tenant, request: &Request, lints: &mut Lints) {
    if read(tenant, &parameters(request)).is_ok_and(|asked| asked.back.unlisted) {
        lints.push("a callback that the application doesn't list: Kinde has no list that takes all of this machine's");
    }
}

/// Signs `user` in as if they had filled in the form, and answers where they are sent; what the page says, if they stay.
pub(crate) fn carry_out(
    tenant: &mut Tenant,
    request: &Request,
    user: &str,
    now: SystemTime,
) -> Result<String, &'static str> {
    let mut asked = match read(tenant, &parameters(request)) {
        Ok(asked) => asked,
        Err(Refused::Here(why)) => return Err(why),
        Err(Refused::Back(back, error, why)) => {
            return Ok(back.to(&[("error", error), ("error_description", why)]));
        }
    };
    // There is no browser to post a form: what it would hold is in the query.
    if asked.back.mode == Mode::FormPost {
        asked.back.mode = Mode::Query;
    }
    let session = Session { user: user.to_owned(), auth_time: since_1970(now) };
    let answer = send_back(tenant, &asked, &session, now);
    let location = answer.headers.get(LOCATION).and_then(|location| location.to_str().ok());
    Ok(location.unwrap_or_default().to_owned())
}
