//! Which application asks, and whether it may.

use std::collections::HashSet;

use super::{INVALID_CLIENT, INVALID_REQUEST, UNAUTHORIZED_CLIENT};
use crate::endpoints::client::client;
use crate::endpoints::refusal::Refusal;
use crate::endpoints::secrets;
use crate::http::request::Request;
use crate::ledger::endpoint::Endpoint;
use crate::tenant::Tenant;
use crate::tenant::application::{Application, GrantType};

/// The application that asks, if it may use this grant.
pub(super) fn admit<'a>(
    tenant: &'a Tenant,
    request: &Request,
    endpoint: &Endpoint,
    grant: GrantType,
) -> Result<&'a Application, Refusal> {
    well_formed(request, endpoint)?;
    let Some((client_id, secret)) = client(request) else {
        return Err(match request.form("client_id") {
            Some(_) => Refusal::because(&INVALID_REQUEST, "Basic and form name different applications"),
            None => Refusal::because(&INVALID_CLIENT, "there is no client_id, in the form or by Basic"),
        });
    };
    let application = tenant.store.application(&client_id);
    let Some(application) = application.filter(|_| tenant.authenticates(&client_id, secret.as_deref()))
    else {
        let why = match (application, secret) {
            (None, _) => "there is no application of this client_id",
            (Some(_), None) => "a backend application sends its client_secret",
            (Some(_), Some(_)) => "the client_secret is not the application's",
        };
        return Err(Refusal::because(&INVALID_CLIENT, why));
    };
    if !application.may_use(grant) {
        return Err(Refusal::because(&UNAUTHORIZED_CLIENT, "this grant is not among the application's"));
    }
    Ok(application)
}

pub(super) fn well_formed(request: &Request, endpoint: &Endpoint) -> Result<(), Refusal> {
    if !request.is_form() {
        let why = "the parameters go into a form body, application/x-www-form-urlencoded";
        return Err(Refusal::because(&INVALID_REQUEST, why));
    }
    if secrets::is_in_query(endpoint, request) {
        let why = "the parameters go into the form body, never into the query";
        return Err(Refusal::because(&INVALID_REQUEST, why));
    }
    let mut seen = HashSet::new();
    // An audience may be given several times; nothing else may (RFC 6749 §3.2).
    let mut names =
        request.parameters().iter().map(|(name, _)| name.as_str()).filter(|name| *name != "audience");
    if !names.all(|name| seen.insert(name)) {
        return Err(Refusal::because(&INVALID_REQUEST, "a parameter is given more than once"));
    }
    Ok(())
}
