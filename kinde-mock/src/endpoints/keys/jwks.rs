//! `GET /.well-known/jwks`

use std::time::SystemTime;

use kinde_core::keys::GetJwks;
use serde::Serialize;

use crate::endpoints::answering::Answering;
use crate::endpoints::table::Served;
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::{Endpoint, Scripted, Secrets, sealed};
use crate::ledger::row::Source::{Documented, Seen};
use crate::ledger::row::{Body, Document, Row};
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::keys::signing::SigningKey;
use crate::text::seconds::since_1970;

static ENDPOINT: Endpoint = Endpoint {
    name: "jwks",
    routes: &[Route::new("GET", "/.well-known/jwks"), Route::new("GET", "/.well-known/jwks.json")],
    form: None,
    rows: &[OK, FORBIDDEN],
    secrets: Secrets::NONE,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint: |_, _, _| {},
    #[cfg(feature = "cli")]
    keyed: &[],
};

impl sealed::Sealed for GetJwks {}

impl Scripted for GetJwks {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

/// Answers to `jwks`: 200, 403.
pub type JwksReply = Reply<GetJwks>;

#[derive(Serialize)]
struct Keys<T> {
    keys: T,
}

#[derive(Serialize)]
struct Key<'a> {
    e: &'a str,
    n: &'a str,
    alg: &'a str,
    kid: &'a str,
    kty: &'a str,
    r#use: &'a str,
}

const EXAMPLE: Keys<[Key<'static>; 1]> =
    Keys { keys: [Key { e: "AQAB", n: "", alg: "RS256", kid: "", kty: "RSA", r#use: "sig" }] };

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: &[],
    body: Body::Filled(Document(&EXAMPLE)),
    source: Seen,
    when: "without an Authorization header",
    note: "The members of a key are those of fixtures in Kinde's SDKs, and so is the `kid`'s form. One key, unless it \
           was rotated.",
};
const FORBIDDEN: Row = Row {
    name: "forbidden",
    status: 403,
    headers: &[],
    body: Body::Empty,
    source: Documented,
    when: "an Authorization header came along",
    note: "Kinde's page on error codes has the status, without a body: none is sent.",
};

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, _: &Site<'_>) -> Answering {
    if request.headers().contains_key(http::header::AUTHORIZATION) {
        return FORBIDDEN.answer().into();
    }
    let keys: Vec<_> = tenant.keys.published(since_1970(now)).map(key).collect();
    OK.filled(&Keys { keys }).into()
}

fn key(key: &SigningKey) -> Key<'_> {
    Key { e: key.e(), n: key.n(), alg: "RS256", kid: key.kid(), kty: "RSA", r#use: "sig" }
}

impl JwksReply {
    /// 200 without a key.
    pub fn empty() -> Self {
        Self::fixed(OK.filled(&Keys::<[Key<'_>; 0]> { keys: [] }))
    }

    /// 403, without a body.
    pub fn forbidden() -> Self {
        Self::row(&FORBIDDEN)
    }
}
