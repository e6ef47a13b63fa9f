//! `GET /account_api/v1/permission/{key}`

use std::time::SystemTime;

use serde::Serialize;

use super::{FORBIDDEN, SECRETS, caller};
use crate::endpoints::answering::Answering;
use crate::endpoints::refusal::Refusal;
use crate::endpoints::table::Served;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::Endpoint;
use crate::ledger::row::Source::Assumed;
use crate::ledger::row::{Body, Document, Row};
use crate::ledger::shapes::THROTTLED;
use crate::tenant::Tenant;

const ROUTE: Route = Route::new("GET", "/account_api/v1/permission/{key}");

static ENDPOINT: Endpoint = Endpoint {
    name: "get_user_permission",
    routes: &[ROUTE],
    form: None,
    rows: &[OK, Row { source: Assumed, ..FORBIDDEN }, Row { source: Assumed, ..THROTTLED }],
    secrets: SECRETS,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: |_, _, lints| {
        lints.push("a path that only js-utils knows: the reference has no permission by its key")
    },
    #[cfg(feature = "cli")]
    keyed: &[],
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    permission_key: String,
    org_code: String,
    is_granted: bool,
}

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: &[],
    body: Body::Filled(Document(&Shown {
        permission_key: String::new(),
        org_code: String::new(),
        is_granted: true,
    })),
    source: Assumed,
    when: "a user's live access token, whether they have the permission or not",
    note: "No reference has the path. js-utils passes the answer on as what its caller expects: these members.",
};

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, _: &Site<'_>) -> Answering {
    show(tenant, request, now).unwrap_or_else(|refusal| refusal.answer(ROUTE)).into()
}

fn show(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    let (user, organization) = caller(tenant, request, now)?;
    let permission_key = request.segment("key").unwrap_or_default().to_owned();
    let is_granted = user.permissions.contains(&permission_key);
    let org_code = organization.unwrap_or_default().to_owned();
    Ok(OK.filled(&Shown { permission_key, org_code, is_granted }))
}
