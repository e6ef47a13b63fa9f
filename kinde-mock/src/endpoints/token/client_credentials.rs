//! `POST /oauth2/token` with `grant_type=client_credentials`

use std::sync::Arc;
use std::time::SystemTime;

use kinde_core::token::ClientCredentialsGrant;

use super::admission::admit;
use super::{
    AnswersTokens, INVALID_CLIENT, INVALID_REQUEST, INVALID_SCOPE, ROUTE, SECRETS, THROTTLED, TOKENS,
    UNAUTHORIZED_CLIENT, audience, grant, outside, words,
};
use crate::endpoints::answering::Answering;
use crate::endpoints::refusal::Refusal;
use crate::endpoints::table::Served;
use crate::http::request::Request;
use crate::http::site::Site;
use crate::ledger::endpoint::{Endpoint, Scripted, sealed};
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::application::GrantType;
use crate::tenant::mint::{Asked, Minting};
use crate::tenant::tokens::Holder;
use crate::text::seconds::since_1970;

static ENDPOINT: Endpoint = Endpoint {
    name: "client_credentials",
    routes: &[ROUTE],
    form: grant("client_credentials"),
    rows: &[TOKENS, INVALID_REQUEST, INVALID_CLIENT, UNAUTHORIZED_CLIENT, INVALID_SCOPE, THROTTLED],
    secrets: SECRETS,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: super::lint,
    #[cfg(feature = "cli")]
    keyed: super::KEYED,
};

impl sealed::Sealed for ClientCredentialsGrant {}

impl Scripted for ClientCredentialsGrant {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

impl AnswersTokens for ClientCredentialsGrant {}

/// Answers to a request for a machine's token.
pub type ClientCredentialsReply = Reply<ClientCredentialsGrant>;

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, site: &Site<'_>) -> Answering {
    match grant_to(tenant, request, now, site) {
        Ok(minting) => outside(minting, since_1970(now)),
        Err(refusal) => refusal.answer(ROUTE).into(),
    }
}

fn grant_to(
    tenant: &mut Tenant,
    request: &Request,
    now: SystemTime,
    site: &Site<'_>,
) -> Result<Minting, Refusal> {
    let application = admit(tenant, request, &ENDPOINT, GrantType::ClientCredentials)?;
    if !application.is_backend() {
        let why = "a frontend application has no secret to get a token by";
        return Err(Refusal::because(&UNAUTHORIZED_CLIENT, why));
    }
    let scopes = words(request.form("scope"));
    if application.forbidden_scope(&scopes).is_some() {
        return Err(Refusal::because(&INVALID_SCOPE, "a scope that is not among the application's"));
    }
    let client_id = application.client_id.clone();
    let holder = Holder { user: None, client_id, audience: audience(request), scopes, organization: None };
    let grant = tenant.store.tokens.begin(since_1970(now));
    let asked = Asked {
        holder: Arc::new(holder),
        grant,
        nonce: None,
        refresh: false,
        id: false,
        keeps_access: false,
    };
    Ok(tenant.mint(asked, now, site.issuer()))
}
