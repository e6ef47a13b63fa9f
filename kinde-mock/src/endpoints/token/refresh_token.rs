//! `POST /oauth2/token` with `grant_type=refresh_token`

use std::sync::Arc;
use std::time::SystemTime;

use kinde_core::token::RefreshTokenGrant;

use super::admission::admit;
use super::{
    AnswersTokens, INVALID_CLIENT, INVALID_GRANT, INVALID_REQUEST, INVALID_SCOPE, ROUTE, SECRETS, THROTTLED,
    TOKENS, UNAUTHORIZED_CLIENT, grant, outside, scopes,
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
use crate::tenant::token::TokenKind;
use crate::tenant::tokens::Holder;
use crate::text::seconds::since_1970;

static ENDPOINT: Endpoint = Endpoint {
    name: "refresh_token",
    routes: &[ROUTE],
    form: grant("refresh_token"),
    rows: &[
        TOKENS,
        INVALID_REQUEST,
        INVALID_CLIENT,
        INVALID_GRANT,
        UNAUTHORIZED_CLIENT,
        INVALID_SCOPE,
        THROTTLED,
    ],
    secrets: SECRETS,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: super::lint,
    #[cfg(feature = "cli")]
    keyed: super::KEYED,
};

impl sealed::Sealed for RefreshTokenGrant {}

impl Scripted for RefreshTokenGrant {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

impl AnswersTokens for RefreshTokenGrant {}

/// Answers to a refresh.
pub type RefreshTokenReply = Reply<RefreshTokenGrant>;

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, site: &Site<'_>) -> Answering {
    match redeem(tenant, request, now, site) {
        Ok(minting) => outside(minting, since_1970(now)),
        Err(refusal) => refusal.answer(ROUTE).into(),
    }
}

/// Rotates the token, and drafts what comes in its place.
fn redeem(
    tenant: &mut Tenant,
    request: &Request,
    now: SystemTime,
    site: &Site<'_>,
) -> Result<Minting, Refusal> {
    let client_id = admit(tenant, request, &ENDPOINT, GrantType::RefreshToken)?.client_id.clone();
    let no_token = || Refusal::because(&INVALID_REQUEST, "there is no refresh_token");
    let text = request.form("refresh_token").ok_or_else(no_token)?;
    let refused = |why| Refusal::because(&INVALID_GRANT, why);
    let (overlap, ends) = (tenant.options.refresh_overlap, tenant.options.refresh_reuse_ends_sign_in);
    let tokens = &mut tenant.store.tokens;
    let record = tokens.live(text, now).filter(|record| record.kind == TokenKind::Refresh);
    let record = record.ok_or_else(|| refused("the refresh token is unknown, expired or revoked"))?;
    if record.holder.client_id != client_id {
        return Err(refused("the refresh token was given to another application"));
    }
    let (mut holder, grant) = (Arc::clone(&record.holder), record.grant);
    let seconds = since_1970(now);
    if record.rotated.is_some_and(|rotated| rotated.saturating_add(overlap) <= seconds) {
        if ends {
            tokens.end(grant);
        }
        return Err(refused("the refresh token was used before, longer ago than the overlap"));
    }
    if let Some(scope) = request.form("scope") {
        let scopes = scopes(Some(scope));
        if !scopes.iter().all(|scope| holder.scopes.contains(scope)) {
            return Err(Refusal::because(&INVALID_SCOPE, "a scope that was not granted"));
        }
        holder = Arc::new(Holder {
            user: holder.user.clone(),
            client_id,
            audience: holder.audience.clone(),
            scopes,
            organization: holder.organization.clone(),
        });
    }
    if let Some(record) = tokens.get_mut(text) {
        record.rotated.get_or_insert(seconds);
    }
    tokens.hold(grant);
    let id = holder.scopes.iter().any(|scope| scope == "openid");
    let keeps_access = tenant.options.refresh_keeps_access_token;
    let asked = Asked { holder, grant, nonce: None, refresh: true, id, keeps_access };
    Ok(tenant.mint(asked, now, site.issuer()))
}
