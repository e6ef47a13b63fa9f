//! Which application asks.

use crate::http::request::{Authorization, Request};

/// The application's id and secret, from the form and from Basic; none if there is no id, or if the two
/// disagree.
pub(super) fn client(request: &Request) -> Option<(String, Option<String>)> {
    let form = |name| request.form(name).map(str::to_owned);
    let Authorization::Basic { client_id, client_secret } = request.authorization() else {
        return Some((form("client_id")?, form("client_secret")));
    };
    let basic_secret = Some(client_secret.clone()).filter(|secret| !secret.is_empty());
    let same_id = form("client_id").is_none_or(|id| id == *client_id);
    let same_secret = match (form("client_secret"), &basic_secret) {
        (Some(form), Some(basic)) => form == *basic,
        _ => true,
    };
    if client_id.is_empty() || !same_id || !same_secret {
        return None;
    }
    Some((client_id.clone(), basic_secret.or_else(|| form("client_secret"))))
}
