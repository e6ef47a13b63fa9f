//! The cookie by which a browser is known. Its name has the port in it, since browsers keep the cookies of all ports of a
//! host together; it has no lifetime, since the state decides.

use http::header::{COOKIE, HeaderValue, SET_COOKIE};

use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::http::site::Site;
use crate::tenant::Tenant;
use crate::tenant::session::{LIFE, Session};
use crate::text::base64;
use crate::text::digest::digest;

/// `kinde_mock_localhost_4455`
fn name(site: &Site<'_>) -> String {
    let (_, authority) = site.issuer().split_once("://").unwrap_or_default();
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    format!("kinde_mock_{}", authority.chars().map(letter).collect::<String>())
}

/// What the browser sent.
pub(super) fn cookie(request: &Request, site: &Site<'_>) -> Option<String> {
    let name = name(site);
    let cookies = request.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// Whom the browser is signed in as.
pub(super) fn of(tenant: &Tenant, request: &Request, site: &Site<'_>) -> Option<Session> {
    let session = tenant.store.sessions.get(&digest(cookie(request, site)?))?;
    tenant.store.user(&session.user).map(|_| session.clone())
}

/// Signs the browser in: with a new cookie, so that nobody has it who put the last one there.
pub(super) fn begin(tenant: &mut Tenant, answer: &mut Answer, session: Session, site: &Site<'_>) {
    let cookie = tenant.store.random.text();
    let expires = session.auth_time.saturating_add(LIFE);
    tenant.store.sessions.insert(digest(&cookie), expires, session);
    set(answer, &cookie, site);
}

/// Signs the browser out.
pub(super) fn end(tenant: &mut Tenant, request: &Request, answer: &mut Answer, site: &Site<'_>) {
    if let Some(cookie) = cookie(request, site) {
        tenant.store.sessions.remove(&digest(cookie));
        put(answer, &format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", name(site)));
    }
}

/// The cookie that a form is shown with, a new one if there is none, and what the form must send back: nothing is kept
/// for a page that is only shown.
pub(super) fn for_form(tenant: &mut Tenant, request: &Request, site: &Site<'_>) -> (String, String) {
    let cookie = cookie(request, site).unwrap_or_else(|| tenant.store.random.text());
    let csrf = csrf(&cookie);
    (cookie, csrf)
}

/// Whether a form comes from a page that this browser was shown.
pub(super) fn is_ours(request: &Request, site: &Site<'_>) -> bool {
    cookie(request, site).is_some_and(|cookie| request.form("csrf") == Some(&csrf(&cookie)))
}

fn csrf(cookie: &str) -> String {
    base64::url(digest(format!("csrf {cookie}")))
}

pub(super) fn set(answer: &mut Answer, cookie: &str, site: &Site<'_>) {
    let secure = if site.issuer().starts_with("https://") { "; Secure" } else { "" };
    put(answer, &format!("{}={cookie}; Path=/; HttpOnly; SameSite=Lax{secure}", name(site)));
}

fn put(answer: &mut Answer, cookie: &str) {
    // Our own letters and base64url.
    if let Ok(value) = HeaderValue::try_from(cookie) {
        answer.headers.append(SET_COOKIE, value);
    }
}
