//! `POST /oauth2/token` with the grant of a device (RFC 8628 §3.4)

use std::sync::Arc;
use std::time::SystemTime;

use kinde_core::token::DeviceCodeGrant;

use super::admission::admit;
use super::{
    AnswersTokens, INVALID_CLIENT, INVALID_GRANT, INVALID_REQUEST, ROUTE, SECRETS, THROTTLED, TOKENS,
    UNAUTHORIZED_CLIENT, grant, outside, refusal,
};
use crate::endpoints::answering::Answering;
use crate::endpoints::refusal::Refusal;
use crate::endpoints::table::Served;
use crate::http::request::Request;
use crate::http::site::Site;
use crate::ledger::endpoint::{Endpoint, Scripted, sealed};
use crate::ledger::row::Row;
use crate::ledger::row::Source::Documented;
use crate::ledger::shapes::TokenError;
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::application::GrantType;
use crate::tenant::device::{Decision, INTERVAL};
use crate::tenant::mint::{Asked, Minting};
use crate::tenant::tokens::Holder;
use crate::text::digest::digest;
use crate::text::seconds::since_1970;

static ENDPOINT: Endpoint = Endpoint {
    name: "device_code",
    routes: &[ROUTE],
    form: grant("urn:ietf:params:oauth:grant-type:device_code"),
    rows: &[
        TOKENS,
        PENDING,
        SLOW_DOWN,
        DENIED,
        EXPIRED,
        INVALID_REQUEST,
        INVALID_CLIENT,
        INVALID_GRANT,
        UNAUTHORIZED_CLIENT,
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

impl sealed::Sealed for DeviceCodeGrant {}

impl Scripted for DeviceCodeGrant {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

impl AnswersTokens for DeviceCodeGrant {}

/// Answers to a device's poll.
pub type DeviceCodeReply = Reply<DeviceCodeGrant>;

const STATUS: &str = "The code is documented; the status is RFC 6749's, and the sentence is made up.";

const PENDING: Row = refusal(
    "authorization_pending",
    400,
    Documented,
    "the user has not decided yet",
    STATUS,
    &TokenError {
        error: "authorization_pending",
        error_description: "The authorization request is still pending as the end user hasn't yet completed the \
                            user-interaction steps.",
    },
);
const SLOW_DOWN: Row = refusal(
    "slow_down",
    400,
    Documented,
    "polled before the interval was over, which is five seconds longer from then on",
    STATUS,
    &TokenError {
        error: "slow_down",
        error_description: "The client polled too soon: the interval is five seconds longer from now on.",
    },
);
const DENIED: Row = refusal(
    "access_denied",
    400,
    Documented,
    "the user refused",
    STATUS,
    &TokenError {
        error: "access_denied",
        error_description: "The resource owner or authorization server denied the request.",
    },
);
const EXPIRED: Row = refusal(
    "expired_token",
    400,
    Documented,
    "the user's time is up",
    "The code is documented; the status is RFC 6749's, and the sentence is made up. For ten minutes; the code is \
     unknown after that.",
    &TokenError { error: "expired_token", error_description: "The device code has expired." },
);

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, site: &Site<'_>) -> Answering {
    match poll(tenant, request, now, site) {
        Ok(minting) => outside(minting, since_1970(now)),
        Err(refusal) => refusal.answer(ROUTE).into(),
    }
}

fn poll(
    tenant: &mut Tenant,
    request: &Request,
    now: SystemTime,
    site: &Site<'_>,
) -> Result<Minting, Refusal> {
    let application = admit(tenant, request, &ENDPOINT, GrantType::DeviceCode)?;
    let (client_id, refreshes) =
        (application.client_id.clone(), application.may_use(GrantType::RefreshToken));
    let no_code = || Refusal::because(&INVALID_REQUEST, "there is no device_code");
    let key = digest(request.form("device_code").ok_or_else(no_code)?);
    let refused = |why| Refusal::because(&INVALID_GRANT, why);
    let store = &mut tenant.store;
    let device = store.devices.get_mut(&key).ok_or_else(|| refused("the device code is unknown"))?;
    if device.client_id != client_id {
        return Err(refused("the device code was given to another application"));
    }
    let seconds = since_1970(now);
    if device.expires <= seconds {
        return Err((&EXPIRED).into());
    }
    if device.last_poll.replace(seconds).is_some_and(|last| seconds < last.saturating_add(device.interval)) {
        device.interval = device.interval.saturating_add(INTERVAL);
        return Err((&SLOW_DOWN).into());
    }
    let (user, auth_time) = match device.decision.clone() {
        Decision::Pending => return Err((&PENDING).into()),
        Decision::Refused => return Err((&DENIED).into()),
        Decision::Approved { user, auth_time } => (user, auth_time),
    };
    let Some(device) = store.devices.remove(&key) else { return Err(refused("the device code is unknown")) };
    let (audience, scopes) = (device.audience, device.scopes);
    let has = |scope: &str| scopes.iter().any(|it| it == scope);
    let (refresh, id) = (refreshes && has("offline"), has("openid"));
    let holder = Arc::new(Holder { user: Some(user), client_id, audience, scopes, organization: None });
    let grant = store.tokens.begin(auth_time);
    let asked = Asked { holder, grant, nonce: None, refresh, id, keeps_access: false };
    Ok(tenant.mint(asked, now, site.issuer()))
}

impl DeviceCodeReply {
    /// 400 with `authorization_pending`.
    pub fn authorization_pending() -> Self {
        Self::row(&PENDING)
    }

    /// 400 with `slow_down`.
    pub fn slow_down() -> Self {
        Self::row(&SLOW_DOWN)
    }
}
