//! The Account API: what a user may ask about themselves, from the state.

pub(crate) mod entitlement;
pub(crate) mod lists;
pub(crate) mod permission;
pub(crate) mod portal_link;

use std::time::SystemTime;

use serde::Serialize;

use super::refusal::Refusal;
use crate::http::request::Request;
use crate::ledger::endpoint::Secrets;
use crate::ledger::row::Source::{Assumed, Documented};
use crate::ledger::row::{Body, Document, Row};
use crate::ledger::shapes::{Errors, NO_CONTENT};
use crate::tenant::Tenant;
use crate::tenant::claims;
use crate::tenant::user::{Entitlement, User};

const SECRETS: Secrets = Secrets::NONE;

const FORBIDDEN: Row = Row {
    name: "forbidden",
    status: 403,
    headers: &[],
    body: Body::Empty,
    source: Documented,
    when: "no bearer, or one that is unknown, expired, revoked, a refresh token or a machine's",
    note: NO_CONTENT,
};
const NOT_FOUND: Row = Row {
    name: "not_found",
    status: 404,
    headers: &[],
    body: Body::Fixed(Document(&Errors::one("NOT_FOUND", "The requested entitlement does not exist"))),
    source: Assumed,
    when: "the user has no such entitlement",
    note: "A tutorial of Kinde's takes 404 for a feature that is not in the plan; the body is made up.",
};

/// Whose live access token it is, and which organization it is for.
fn caller<'a>(
    tenant: &'a Tenant,
    request: &Request,
    now: SystemTime,
) -> Result<(&'a User, Option<&'a str>), Refusal> {
    let caller = || {
        let holder = &tenant.bearer(request.bearer()?, now)?.holder;
        let user = tenant.store.user(holder.user.as_deref()?)?;
        Some((user, claims::organization(user, holder.organization.as_deref()).map(|it| it.code.as_str())))
    };
    caller().ok_or_else(|| (&FORBIDDEN).into())
}

/// A parameter of the query, if it has a value.
fn query(request: &Request, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(request.query()?.as_bytes());
    pairs.find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// In the documentation's order, as are all that follow.
#[derive(Serialize)]
struct Metadata {
    has_more: bool,
    next_page_starting_after: String,
}

/// What comes after an id, `page_size` at most, and how it goes on.
fn page<T>(request: &Request, all: Vec<T>, id: fn(&T) -> &str) -> (Vec<T>, Metadata) {
    let size = query(request, "page_size").and_then(|text| text.parse().ok()).unwrap_or(10).max(1);
    let after = query(request, "starting_after");
    let start =
        after.map_or(0, |after| all.iter().position(|it| id(it) == after).map_or(all.len(), |at| at + 1));
    let has_more = all.len() - start > size;
    let page: Vec<T> = all.into_iter().skip(start).take(size).collect();
    let last = page.last().filter(|_| has_more).map(|it| id(it).to_owned());
    (page, Metadata { has_more, next_page_starting_after: last.unwrap_or_default() })
}

#[derive(Serialize)]
struct EntitlementShown {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_charge: Option<i64>,
    price_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_amount: Option<i64>,
    feature_key: String,
    feature_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    entitlement_limit_max: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entitlement_limit_min: Option<i64>,
}

impl From<&Entitlement> for EntitlementShown {
    fn from(it: &Entitlement) -> Self {
        Self {
            id: claims::id("entitlement", &it.feature_key),
            fixed_charge: it.fixed_charge,
            price_name: it.price_name.clone(),
            unit_amount: it.unit_amount,
            feature_key: it.feature_key.clone(),
            feature_name: it.feature_name.clone(),
            entitlement_limit_max: it.entitlement_limit_max,
            entitlement_limit_min: it.entitlement_limit_min,
        }
    }
}
