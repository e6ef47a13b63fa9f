//! `POST /oauth2/device/auth`

use std::time::SystemTime;

use kinde_core::token::DeviceAuthorization;
use serde::Serialize;

use super::admission::admit;
use super::{
    INVALID_CLIENT, INVALID_REQUEST, INVALID_SCOPE, NO_STORE, SECRETS, THROTTLED, UNAUTHORIZED_CLIENT,
    audience, scopes,
};
use crate::endpoints::answering::Answering;
use crate::endpoints::refusal::Refusal;
use crate::endpoints::table::Served;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::{Endpoint, Scripted, sealed};
use crate::ledger::row::Source::Documented;
use crate::ledger::row::{Body, Document, Row};
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::application::GrantType;
use crate::tenant::device::{Decision, Device, INTERVAL, LIFE};
use crate::text::digest::digest;
use crate::text::seconds::since_1970;

const ROUTE: Route = Route::new("POST", "/oauth2/device/auth");

static ENDPOINT: Endpoint = Endpoint {
    name: "device_authorization",
    routes: &[ROUTE, Route::new("POST", "/oauth2/v2/device_authorization")],
    form: None,
    rows: &[OK, INVALID_REQUEST, INVALID_CLIENT, UNAUTHORIZED_CLIENT, INVALID_SCOPE, THROTTLED],
    secrets: SECRETS,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: super::lint,
    #[cfg(feature = "cli")]
    keyed: super::KEYED,
};

impl sealed::Sealed for DeviceAuthorization {}

impl Scripted for DeviceAuthorization {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

/// Answers to a device that begins.
pub type DeviceAuthorizationReply = Reply<DeviceAuthorization>;

#[derive(Serialize)]
struct Begun<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: &'a str,
    expires_in: u64,
    interval: u64,
}

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: NO_STORE,
    body: Body::Filled(Document(&Begun {
        device_code: "kinde_dc_",
        user_code: "BCDFGHJK",
        verification_uri: "http://localhost:4455/device",
        verification_uri_complete: "http://localhost:4455/device?user_code=BCDFGHJK",
        expires_in: LIFE,
        interval: INTERVAL,
    })),
    source: Documented,
    when: "an application begins",
    note: "Both paths are documented. `qr_code` is left out, and there is no page at the address: a test decides by \
           `approve_device` and `refuse_device`, or the admin API.",
};

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, site: &Site<'_>) -> Answering {
    begin(tenant, request, now, site).unwrap_or_else(|refusal| refusal.answer(ROUTE)).into()
}

fn begin(
    tenant: &mut Tenant,
    request: &Request,
    now: SystemTime,
    site: &Site<'_>,
) -> Result<Answer, Refusal> {
    let application = admit(tenant, request, &ENDPOINT, GrantType::DeviceCode)?;
    let scopes = scopes(request.form("scope"));
    if application.forbidden_scope(&scopes).is_some() {
        return Err(Refusal::because(&INVALID_SCOPE, "a scope that is not among the application's"));
    }
    let client_id = application.client_id.clone();
    let device_code = format!("kinde_dc_{}", tenant.store.random.text());
    let user_code = tenant.store.random.letters();
    let expires = since_1970(now).saturating_add(LIFE);
    let device = Device {
        client_id,
        user_code: user_code.clone(),
        audience: audience(request),
        scopes,
        expires,
        interval: INTERVAL,
        last_poll: None,
        decision: Decision::Pending,
    };
    // As long again, so that it is told from one that never was.
    tenant.store.devices.insert(digest(&device_code), expires.saturating_add(LIFE), device);
    let page = format!("{}/device", site.issuer());
    Ok(OK.filled(&Begun {
        device_code: &device_code,
        user_code: &user_code,
        verification_uri: &page,
        verification_uri_complete: &format!("{page}?user_code={user_code}"),
        expires_in: LIFE,
        interval: INTERVAL,
    }))
}
