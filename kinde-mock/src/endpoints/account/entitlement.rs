//! `GET /account_api/v1/entitlement`

use std::time::SystemTime;

use serde::Serialize;

use super::{EntitlementShown, FORBIDDEN, NOT_FOUND, SECRETS, caller, query};
use crate::endpoints::answering::Answering;
#[cfg(feature = "cli")]
use crate::endpoints::keyed::{KeyedRow, errors};
use crate::endpoints::refusal::Refusal;
use crate::endpoints::table::Served;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::Endpoint;
use crate::ledger::row::Source::Documented;
use crate::ledger::row::{Body, Document, Row};
use crate::ledger::shapes::THROTTLED;
use crate::tenant::Tenant;
use crate::tenant::user::Entitlement;

const ROUTE: Route = Route::new("GET", "/account_api/v1/entitlement");

static ENDPOINT: Endpoint = Endpoint {
    name: "get_entitlement",
    routes: &[ROUTE, Route::new("GET", "/account_api/v1/entitlement/{key}")],
    form: None,
    rows: &[OK, FORBIDDEN, NOT_FOUND, THROTTLED],
    secrets: SECRETS,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: |_, _, _| {},
    #[cfg(feature = "cli")]
    keyed: &[KeyedRow { row: &NOT_FOUND, base: errors }],
};

#[derive(Serialize)]
struct Shown<E> {
    data: Data<E>,
    metadata: Nothing,
}

#[derive(Serialize)]
struct Data<E> {
    org_code: String,
    entitlement: E,
}

#[derive(Serialize)]
struct Nothing {}

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: &[],
    body: Body::Filled(Document(&Shown {
        data: Data { org_code: String::new(), entitlement: Nothing {} },
        metadata: Nothing {},
    })),
    source: Documented,
    when: "a user's live access token, and an entitlement of theirs",
    note: "`key` is a path parameter in the reference, without a place in the path: it is taken from the query and, as \
           js-utils sends it, from the path.",
};

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, _: &Site<'_>) -> Answering {
    show(tenant, request, now).unwrap_or_else(|refusal| refusal.answer(ROUTE)).into()
}

fn show(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    let (user, organization) = caller(tenant, request, now)?;
    let key = request.segment("key").map(str::to_owned).or_else(|| query(request, "key"));
    let is_asked_for = |it: &&Entitlement| Some(&it.feature_key) == key.as_ref();
    let Some(entitlement) = user.entitlements.iter().find(is_asked_for) else {
        return Err((&NOT_FOUND).into());
    };
    let data = Data {
        org_code: organization.unwrap_or_default().to_owned(),
        entitlement: EntitlementShown::from(entitlement),
    };
    Ok(OK.filled(&Shown { data, metadata: Nothing {} }))
}
