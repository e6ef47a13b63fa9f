//! `POST /oauth2/token` with no grant that there is

use std::time::SystemTime;

use super::admission::well_formed;
use super::{INVALID_REQUEST, ROUTE, SECRETS, THROTTLED, refusal};
use crate::endpoints::answering::Answering;
#[cfg(feature = "cli")]
use crate::endpoints::keyed::{KeyedRow, token_error};
use crate::endpoints::refusal::Refusal;
use crate::endpoints::table::Served;
use crate::http::request::Request;
use crate::http::site::Site;
use crate::ledger::endpoint::Endpoint;
use crate::ledger::row::Row;
use crate::ledger::row::Source::Documented;
use crate::ledger::shapes::TokenError;
use crate::tenant::Tenant;

static ENDPOINT: Endpoint = Endpoint {
    name: "token",
    routes: &[ROUTE],
    form: None,
    rows: &[INVALID_REQUEST, UNSUPPORTED, THROTTLED],
    secrets: SECRETS,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: super::lint,
    #[cfg(feature = "cli")]
    keyed: &[
        KeyedRow { row: &INVALID_REQUEST, base: token_error },
        KeyedRow { row: &UNSUPPORTED, base: token_error },
    ],
};

const UNSUPPORTED: Row = refusal(
    "unsupported_grant_type",
    400,
    Documented,
    "a `grant_type` that Kinde doesn't have",
    super::FOSITE,
    &TokenError {
        error: "unsupported_grant_type",
        error_description: "The authorization grant type is not supported by the authorization server.",
    },
);

fn answer(_: &mut Tenant, request: &Request, _: SystemTime, _: &Site<'_>) -> Answering {
    let why = |refusal: Refusal| refusal.answer(ROUTE).into();
    if let Err(refusal) = well_formed(request, &ENDPOINT) {
        return why(refusal);
    }
    match request.form("grant_type") {
        None => why(Refusal::because(&INVALID_REQUEST, "there is no grant_type")),
        Some(_) => why(Refusal::because(
            &UNSUPPORTED,
            "authorization_code, refresh_token, client_credentials or urn:ietf:params:oauth:grant-type:device_code",
        )),
    }
}
