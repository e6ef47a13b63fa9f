//! `GET /account_api/v1/portal_link`

use std::time::SystemTime;

use serde::Serialize;

use super::{FORBIDDEN, SECRETS, caller, query};
use crate::endpoints::answering::Answering;
use crate::endpoints::table::{Lints, Served};
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::Endpoint;
use crate::ledger::row::Source::Documented;
use crate::ledger::row::{Body, Document, Row};
use crate::ledger::shapes::THROTTLED;
use crate::tenant::Tenant;

const ROUTE: Route = Route::new("GET", "/account_api/v1/portal_link");

static ENDPOINT: Endpoint = Endpoint {
    name: "get_portal_link",
    routes: &[ROUTE],
    form: None,
    rows: &[OK, FORBIDDEN, THROTTLED],
    secrets: SECRETS,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint,
    #[cfg(feature = "cli")]
    keyed: &[],
};

#[derive(Serialize)]
struct Link<'a> {
    url: &'a str,
}

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: &[],
    body: Body::Filled(Document(&Link { url: "http://localhost:4455/portal_redirect?key=" })),
    source: Documented,
    when: "a user's live access token",
    note: "`subnav` is the reference's and `sub_nav` that of Kinde's pages: both are taken. There is no page at the \
           address here.",
};

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, site: &Site<'_>) -> Answering {
    if let Err(refusal) = caller(tenant, request, now) {
        return refusal.answer(ROUTE).into();
    }
    let mut url = format!("{}/portal_redirect?key={}", site.issuer(), tenant.store.random.text());
    if let Some(area) = query(request, "subnav").or_else(|| query(request, "sub_nav")) {
        let area: String = form_urlencoded::byte_serialize(area.as_bytes()).collect();
        url.push_str(&format!("&subnav={area}"));
    }
    OK.filled(&Link { url: &url }).into()
}

fn lint(_: &Tenant, request: &Request, lints: &mut Lints) {
    if query(request, "sub_nav").is_some() {
        lints.push("sub_nav, where the reference has subnav");
    }
}
