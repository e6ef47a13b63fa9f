//! What is secret in a request, by the table.

use std::sync::LazyLock;

use super::table::endpoints;
use crate::http::request::Request;
use crate::ledger::endpoint::Endpoint;

/// Names that RFC 6749 and 6750 give to secrets, wherever they stand.
const EVERYWHERE: [&str; 2] = ["access_token", "refresh_token"];

/// The parameters that hold a secret in some endpoint's form, in the table's order.
pub(crate) static IN_FORMS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names = Vec::new();
    for name in endpoints().flat_map(|endpoint| endpoint.secrets.form) {
        if !names.contains(name) {
            names.push(*name);
        }
    }
    names
});

/// Whether the query holds what belongs into a header or a form.
pub(crate) fn is_in_query(endpoint: &Endpoint, request: &Request) -> bool {
    request.has_in_query(|name| {
        let is_secret = EVERYWHERE.contains(&name) || IN_FORMS.contains(&name);
        is_secret && !endpoint.secrets.query.contains(&name)
    })
}
