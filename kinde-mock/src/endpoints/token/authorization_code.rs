//! `POST /oauth2/token` with `grant_type=authorization_code`

use std::sync::Arc;
use std::time::SystemTime;

use kinde_core::token::AuthorizationCodeGrant;

use super::admission::admit;
use super::{
    AnswersTokens, INVALID_CLIENT, INVALID_GRANT, INVALID_REQUEST, ROUTE, SECRETS, THROTTLED, TOKENS,
    UNAUTHORIZED_CLIENT, grant, outside,
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
use crate::text::base64;
use crate::text::digest::digest;
use crate::text::seconds::since_1970;

static ENDPOINT: Endpoint = Endpoint {
    name: "authorization_code",
    routes: &[ROUTE],
    form: grant("authorization_code"),
    rows: &[TOKENS, INVALID_REQUEST, INVALID_CLIENT, INVALID_GRANT, UNAUTHORIZED_CLIENT, THROTTLED],
    secrets: SECRETS,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: super::lint,
    #[cfg(feature = "cli")]
    keyed: super::KEYED,
};

impl sealed::Sealed for AuthorizationCodeGrant {}

impl Scripted for AuthorizationCodeGrant {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

impl AnswersTokens for AuthorizationCodeGrant {}

/// Answers to the exchange of a code.
pub type AuthorizationCodeReply = Reply<AuthorizationCodeGrant>;

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, site: &Site<'_>) -> Answering {
    match redeem(tenant, request, now, site) {
        Ok(minting) => outside(minting, since_1970(now)),
        Err(refusal) => refusal.answer(ROUTE).into(),
    }
}

/// Uses the code up, and drafts what it is good for.
fn redeem(
    tenant: &mut Tenant,
    request: &Request,
    now: SystemTime,
    site: &Site<'_>,
) -> Result<Minting, Refusal> {
    let application = admit(tenant, request, &ENDPOINT, GrantType::AuthorizationCode)?;
    let (client_id, is_backend) = (application.client_id.clone(), application.is_backend());
    let refreshes = application.may_use(GrantType::RefreshToken);
    let text = request.form("code").ok_or_else(|| Refusal::because(&INVALID_REQUEST, "there is no code"))?;
    let refused = |why| Refusal::because(&INVALID_GRANT, why);
    let store = &mut tenant.store;
    let code =
        store.codes.get_mut(&digest(text)).ok_or_else(|| refused("the code is unknown, or has expired"))?;
    if code.holder.client_id != client_id {
        return Err(refused("the code was given to another application"));
    }
    if let Some(grant) = code.grant {
        store.tokens.end(grant);
        return Err(refused("the code was used before: what it was redeemed for has ended"));
    }
    if request.form("redirect_uri") != Some(&code.redirect_uri) {
        return Err(refused("the redirect_uri is not the one that the sign-in was begun with"));
    }
    match (&code.challenge, request.form("code_verifier")) {
        (Some(challenge), Some(verifier)) if proves(verifier, challenge) => {}
        (Some(_), Some(_)) => return Err(refused("the code_verifier is not that of the code_challenge")),
        (Some(_), None) => {
            return Err(refused("the sign-in had a code_challenge: its code_verifier is missing"));
        }
        (None, Some(_)) => return Err(refused("a code_verifier, where the sign-in had no code_challenge")),
        (None, None) if !is_backend => return Err(refused("a frontend application proves itself by PKCE")),
        (None, None) => {}
    }
    // One for the code, which remembers what it was redeemed for, and one for the access token.
    let grant = store.tokens.begin(code.auth_time);
    store.tokens.hold(grant);
    code.grant = Some(grant);
    let (holder, nonce) = (Arc::clone(&code.holder), code.nonce.clone());
    let has = |scope: &str| holder.scopes.iter().any(|it| it == scope);
    let (refresh, id) = (refreshes && has("offline"), has("openid"));
    let asked = Asked { holder: Arc::clone(&holder), grant, nonce, refresh, id, keeps_access: false };
    Ok(tenant.mint(asked, now, site.issuer()))
}

/// RFC 7636 §4.6, for S256.
fn proves(verifier: &str, challenge: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(is_unreserved)
        && base64::url(digest(verifier)) == challenge
}
