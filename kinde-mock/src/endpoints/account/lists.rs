//! `GET /account_api/v1/entitlements`, `feature_flags`, `permissions`, `properties`, `roles`

use std::time::SystemTime;

use serde::Serialize;
use serde_json::Value;

use super::{EntitlementShown, FORBIDDEN, Metadata, SECRETS, caller, page};
use crate::endpoints::answering::Answering;
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
use crate::tenant::claims::id;
use crate::tenant::user::Plan;

#[derive(Serialize)]
struct Paged<T> {
    data: T,
    metadata: Metadata,
}

#[derive(Serialize)]
struct Unpaged<T> {
    data: T,
}

#[derive(Serialize)]
struct Entitlements<P, E> {
    org_code: String,
    plans: P,
    entitlements: E,
}

#[derive(Serialize)]
struct Flags<F> {
    feature_flags: F,
}

#[derive(Serialize)]
struct Permissions<P> {
    org_code: String,
    permissions: P,
}

#[derive(Serialize)]
struct Properties<P> {
    properties: P,
}

#[derive(Serialize)]
struct Roles<R> {
    org_code: String,
    roles: R,
}

#[derive(Serialize)]
struct Flag {
    id: String,
    name: String,
    key: String,
    r#type: &'static str,
    value: Value,
}

#[derive(Serialize)]
struct Named {
    id: String,
    name: String,
    key: String,
}

#[derive(Serialize)]
struct Property {
    id: String,
    name: String,
    key: String,
    value: Value,
}

const LAST: Metadata = Metadata { has_more: false, next_page_starting_after: String::new() };
const NOTE: &str =
    "Every documented member. Ids are made of the keys, and a name that nobody gave is the key.";

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: &[],
    body: Body::Empty,
    source: Documented,
    when: "a user's live access token",
    note: NOTE,
};

const ENTITLEMENTS: Row = Row {
    body: Body::Filled(Document(&Paged {
        data: Entitlements::<[Plan; 0], [EntitlementShown; 0]> {
            org_code: String::new(),
            plans: [],
            entitlements: [],
        },
        metadata: LAST,
    })),
    ..OK
};
const FLAGS: Row =
    Row { body: Body::Filled(Document(&Unpaged { data: Flags::<[Flag; 0]> { feature_flags: [] } })), ..OK };
const PERMISSIONS: Row = Row {
    body: Body::Filled(Document(&Paged {
        data: Permissions::<[Named; 0]> { org_code: String::new(), permissions: [] },
        metadata: LAST,
    })),
    ..OK
};
const PROPERTIES: Row = Row {
    body: Body::Filled(Document(&Paged {
        data: Properties::<[Property; 0]> { properties: [] },
        metadata: LAST,
    })),
    ..OK
};
const ROLES: Row = Row {
    body: Body::Filled(Document(&Paged {
        data: Roles::<[Named; 0]> { org_code: String::new(), roles: [] },
        metadata: LAST,
    })),
    ..OK
};

macro_rules! list {
    ($served:ident, $endpoint:ident, $name:literal, $path:literal, $row:ident, $list:ident) => {
        static $endpoint: Endpoint = Endpoint {
            name: $name,
            routes: &[Route::new("GET", $path)],
            form: None,
            rows: &[$row, FORBIDDEN, THROTTLED],
            secrets: SECRETS,
        };

        pub(in crate::endpoints) const $served: Served = Served {
            endpoint: &$endpoint,
            answer: |tenant, request, now, _: &Site<'_>| -> Answering {
                let route = $endpoint.routes[0];
                $list(tenant, request, now).unwrap_or_else(|refusal| refusal.answer(route)).into()
            },
            lint: |_, _, _| {},
            #[cfg(feature = "cli")]
            keyed: &[],
        };
    };
}

list!(
    SERVED_ENTITLEMENTS,
    ENDPOINT_ENTITLEMENTS,
    "get_entitlements",
    "/account_api/v1/entitlements",
    ENTITLEMENTS,
    entitlements
);
list!(SERVED_FLAGS, ENDPOINT_FLAGS, "get_feature_flags", "/account_api/v1/feature_flags", FLAGS, flags);
list!(
    SERVED_PERMISSIONS,
    ENDPOINT_PERMISSIONS,
    "get_user_permissions",
    "/account_api/v1/permissions",
    PERMISSIONS,
    permissions
);
list!(
    SERVED_PROPERTIES,
    ENDPOINT_PROPERTIES,
    "get_user_properties",
    "/account_api/v1/properties",
    PROPERTIES,
    properties
);
list!(SERVED_ROLES, ENDPOINT_ROLES, "get_user_roles", "/account_api/v1/roles", ROLES, roles);

fn entitlements(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    let (user, organization) = caller(tenant, request, now)?;
    let all: Vec<EntitlementShown> = user.entitlements.iter().map(EntitlementShown::from).collect();
    let (entitlements, metadata) = page(request, all, |it| &it.id);
    let data = Entitlements { org_code: text(organization), plans: &user.plans, entitlements };
    Ok(ENTITLEMENTS.filled(&Paged { data, metadata }))
}

fn flags(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    let (user, _) = caller(tenant, request, now)?;
    let flag = |(key, value): (&String, &Value)| Flag {
        id: id("flag", key),
        name: key.clone(),
        key: key.clone(),
        r#type: match value {
            Value::Bool(_) => "boolean",
            Value::Number(_) => "integer",
            Value::Object(_) | Value::Array(_) => "json",
            Value::String(_) | Value::Null => "string",
        },
        value: value.clone(),
    };
    let (feature_flags, _) = page(request, user.feature_flags.iter().map(flag).collect(), |it| &it.id);
    Ok(FLAGS.filled(&Unpaged { data: Flags { feature_flags } }))
}

fn permissions(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    let (user, organization) = caller(tenant, request, now)?;
    let all = user.permissions.iter().map(|key| named("perm", key)).collect();
    let (permissions, metadata) = page(request, all, |it| &it.id);
    Ok(PERMISSIONS
        .filled(&Paged { data: Permissions { org_code: text(organization), permissions }, metadata }))
}

fn properties(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    let (user, _) = caller(tenant, request, now)?;
    let property = |(key, value): (&String, &Value)| {
        let Named { id, name, key } = named("prop", key);
        Property { id, name, key, value: value.clone() }
    };
    let (properties, metadata) = page(request, user.properties.iter().map(property).collect(), |it| &it.id);
    Ok(PROPERTIES.filled(&Paged { data: Properties { properties }, metadata }))
}

fn roles(tenant: &Tenant, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
    let (user, organization) = caller(tenant, request, now)?;
    let (roles, metadata) =
        page(request, user.roles.iter().map(|key| named("role", key)).collect(), |it| &it.id);
    Ok(ROLES.filled(&Paged { data: Roles { org_code: text(organization), roles }, metadata }))
}

fn named(kind: &str, key: &str) -> Named {
    Named { id: id(kind, key), name: key.to_owned(), key: key.to_owned() }
}

fn text(organization: Option<&str>) -> String {
    organization.unwrap_or_default().to_owned()
}
