//! What is secret in a request, by the table.

use std::sync::LazyLock;

use super::table::endpoints;
use crate::http::request::{Authorization, Request};
use crate::ledger::endpoint::{Endpoint, Secrets};
use crate::text::fingerprint::Fingerprint;

/// Names that RFC 6749 and 6750 give to secrets, wherever they stand.
const EVERYWHERE: [&str; 2] = ["access_token", "refresh_token"];

/// The names that any endpoint declares, in the table's order.
struct Names {
    form: Vec<&'static str>,
    query: Vec<&'static str>,
    cookies: Vec<&'static str>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| Names {
    form: all(|secrets| secrets.form),
    query: all(|secrets| secrets.query),
    cookies: all(|secrets| secrets.cookies),
});

fn all(sort: fn(&Secrets) -> &'static [&'static str]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in endpoints().flat_map(|endpoint| sort(&endpoint.secrets)) {
        if !names.contains(name) {
            names.push(*name);
        }
    }
    names
}

/// Whether the query holds what belongs into a header or a form.
pub(crate) fn is_in_query(endpoint: &Endpoint, request: &Request) -> bool {
    request.query_parameters().any(|(name, _)| {
        let is_secret = EVERYWHERE.contains(&&*name) || NAMES.form.contains(&&*name);
        is_secret && !endpoint.secrets.query.contains(&&*name)
    })
}

/// What was secret in a request, by name: of all endpoints, since a secret that was sent to the wrong one is one too.
pub(crate) fn of(request: &Request) -> Vec<(&'static str, Fingerprint)> {
    let basic = match request.authorization() {
        Authorization::Basic { client_secret, .. } => Some(client_secret.as_str()),
        _ => None,
    };
    let in_form = NAMES.form.iter().filter_map(|name| {
        let value = request.form(name).or(basic.filter(|_| *name == "client_secret"))?;
        Some((*name, Fingerprint::of(value)))
    });
    let in_query = NAMES.query.iter().filter_map(|name| {
        let (_, value) = request.query_parameters().find(|(known, _)| known == name)?;
        Some((*name, Fingerprint::of(&value)))
    });
    let in_cookies = NAMES.cookies.iter().filter_map(|name| {
        let (_, value) = request.cookies().find(|(known, _)| known.starts_with(name))?;
        Some((*name, Fingerprint::of(value)))
    });
    in_form.chain(in_query).chain(in_cookies).collect()
}
