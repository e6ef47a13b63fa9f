//! `GET /.well-known/openid-configuration`

use std::time::SystemTime;

use kinde_core::keys::GetOpenidConfiguration;
use serde::Serialize;

use crate::endpoints::answering::Answering;
use crate::endpoints::table::Served;
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::{Endpoint, Scripted, Secrets, sealed};
use crate::ledger::row::Source::Seen;
use crate::ledger::row::{Body, Document, Row};
use crate::script::reply::Reply;
use crate::tenant::Tenant;

static ENDPOINT: Endpoint = Endpoint {
    name: "openid_configuration",
    routes: &[
        Route::new("GET", "/.well-known/openid-configuration"),
        Route::new("GET", "/.well-known/oauth-authorization-server"),
    ],
    form: None,
    rows: &[OK],
    secrets: Secrets::NONE,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: |_, _, _| {},
    #[cfg(feature = "cli")]
    keyed: &[],
};

impl sealed::Sealed for GetOpenidConfiguration {}

impl Scripted for GetOpenidConfiguration {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

/// Answers to `openid_configuration`.
pub type OpenidConfigurationReply = Reply<GetOpenidConfiguration>;

/// The members that were seen, in their order.
#[derive(Serialize)]
struct Configuration<'a> {
    issuer: &'a str,
    jwks_uri: &'a str,
    authorization_endpoint: &'a str,
    token_endpoint: &'a str,
    userinfo_endpoint: &'a str,
    introspection_endpoint: &'a str,
    revocation_endpoint: &'a str,
    end_session_endpoint: &'a str,
    claims_supported: [&'a str; 5],
    scopes_supported: [&'a str; 6],
    subject_types_supported: [&'a str; 1],
    response_modes_supported: [&'a str; 3],
    response_types_supported: [&'a str; 1],
    request_uri_parameter_supported: bool,
    code_challenge_methods_supported: [&'a str; 1],
    id_token_signing_alg_values_supported: [&'a str; 1],
    token_endpoint_auth_methods_supported: [&'a str; 1],
}

const EXAMPLE: Configuration<'static> = Configuration {
    issuer: "http://localhost:4455",
    jwks_uri: "http://localhost:4455/.well-known/jwks",
    authorization_endpoint: "http://localhost:4455/oauth2/auth",
    token_endpoint: "http://localhost:4455/oauth2/token",
    userinfo_endpoint: "http://localhost:4455/oauth2/v2/user_profile",
    introspection_endpoint: "http://localhost:4455/oauth2/introspect",
    revocation_endpoint: "http://localhost:4455/oauth2/revoke",
    end_session_endpoint: "http://localhost:4455/logout",
    claims_supported: ["aud", "exp", "iat", "iss", "sub"],
    scopes_supported: ["address", "email", "offline", "openid", "phone", "profile"],
    subject_types_supported: ["public"],
    response_modes_supported: ["form_post", "query", "fragment"],
    response_types_supported: ["code"],
    request_uri_parameter_supported: false,
    code_challenge_methods_supported: ["S256"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post"],
};

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: &[],
    body: Body::Filled(Document(&EXAMPLE)),
    source: Seen,
    when: "always",
    note: "The members and values of Kinde's own console, but for the scope `event_hooks`, which no tenant's copy has. \
           Issuer, authorization and end of session are where the fake calls itself; the others follow the address that \
           was asked.",
};

fn answer(_: &mut Tenant, _: &Request, _: SystemTime, site: &Site<'_>) -> Answering {
    let (issuer, asked) = (site.issuer(), site.asked());
    let (jwks, token) = (format!("{asked}/.well-known/jwks"), format!("{asked}/oauth2/token"));
    let (profile, introspect) =
        (format!("{asked}/oauth2/v2/user_profile"), format!("{asked}/oauth2/introspect"));
    let (revoke, authorize) = (format!("{asked}/oauth2/revoke"), format!("{issuer}/oauth2/auth"));
    OK.filled(&Configuration {
        issuer,
        jwks_uri: &jwks,
        authorization_endpoint: &authorize,
        token_endpoint: &token,
        userinfo_endpoint: &profile,
        introspection_endpoint: &introspect,
        revocation_endpoint: &revoke,
        end_session_endpoint: &format!("{issuer}/logout"),
        ..EXAMPLE
    })
    .into()
}

impl OpenidConfigurationReply {
    /// The document of a fake at `http://localhost:4455`.
    pub fn ok() -> Self {
        Self::row(&OK)
    }
}
