//! `GET /oauth2/v2/user_profile`

use std::time::SystemTime;

use kinde_core::oauth::GetUserProfileV2;
use serde::Serialize;

use crate::endpoints::answering::Answering;
#[cfg(feature = "cli")]
use crate::endpoints::keyed::{KeyedRow, Keys};
use crate::endpoints::refusal::Refusal;
use crate::endpoints::secrets;
use crate::endpoints::table::{Lints, Served};
use crate::http::request::Request;
use crate::http::route::Route;
use crate::http::site::Site;
use crate::ledger::endpoint::{Endpoint, Scripted, Secrets, sealed};
use crate::ledger::row::{Body, Document, Row, Source};
use crate::ledger::shapes::THROTTLED;
#[cfg(feature = "cli")]
use crate::script::plan::Base;
use crate::script::reply::Reply;
use crate::tenant::Tenant;
use crate::tenant::user::User;
#[cfg(feature = "cli")]
use crate::text::key_error::KeyError;

const ROUTE: Route = Route::new("GET", "/oauth2/v2/user_profile");

static ENDPOINT: Endpoint = Endpoint {
    name: "get_user_profile_v2",
    routes: &[ROUTE],
    form: None,
    rows: &[OK, SCOPED, FORBIDDEN, THROTTLED],
    secrets: Secrets::NONE,
};

pub(in crate::endpoints) const SERVED: Served = Served {
    endpoint: &ENDPOINT,
    answer,
    lint,
    #[cfg(feature = "cli")]
    keyed: &[KeyedRow { row: &OK, base: keyed_ok }],
};

impl sealed::Sealed for GetUserProfileV2 {}

impl Scripted for GetUserProfileV2 {
    const ENDPOINT: &'static Endpoint = &ENDPOINT;
}

/// The members of the documentation, in its order.
#[derive(Serialize)]
struct Profile<'a> {
    sub: &'a str,
    provided_id: Option<&'a str>,
    #[serde(flatten)]
    person: Option<Person<'a>>,
    #[serde(flatten)]
    address: Option<Address<'a>>,
    #[serde(flatten)]
    looks: Option<Looks<'a>>,
    id: &'a str,
}

/// For the scope `profile`.
#[derive(Serialize)]
struct Person<'a> {
    name: &'a str,
    given_name: &'a str,
    family_name: &'a str,
    updated_at: u64,
}

/// For the scope `email`.
#[derive(Serialize)]
struct Address<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    email_verified: bool,
}

/// For the scope `profile`, too.
#[derive(Serialize)]
struct Looks<'a> {
    picture: Option<&'a str>,
    preferred_username: Option<&'a str>,
}

const EXAMPLE: Profile<'_> = Profile {
    sub: "kp_c3143a4b50ad43c88e541d9077681782",
    provided_id: Some("some_external_id"),
    person: Some(Person {
        name: "John Snow",
        given_name: "John",
        family_name: "Snow",
        updated_at: 1_612_345_678,
    }),
    address: Some(Address { email: Some("john.snow@example.com"), email_verified: true }),
    looks: Some(Looks {
        picture: Some("https://example.com/john_snow.jpg"),
        preferred_username: Some("john_snow"),
    }),
    id: "kp_c3143a4b50ad43c88e541d9077681782",
};

const OK: Row = Row {
    name: "ok",
    status: 200,
    headers: &[],
    body: Body::Filled(Document(&EXAMPLE)),
    source: Source::Documented,
    when: "a user's live access token",
    note: "Every documented member; `email` is left out if the user has none, as its description allows.",
};
const SCOPED: Row = Row {
    name: "scoped",
    status: 200,
    headers: &[],
    body: Body::Filled(Document(&Profile { person: None, address: None, looks: None, ..EXAMPLE })),
    source: Source::Assumed,
    when: "a user's live access token without the scope `profile` or `email`",
    note: "Only what its scopes allow, as OpenID Connect Core 5.4 has it: without `profile` no `name`, `given_name`, \
           `family_name`, `updated_at`, `picture` and `preferred_username`, without `email` no `email` and \
           `email_verified`.",
};
const FORBIDDEN: Row = Row {
    name: "forbidden",
    status: 403,
    headers: &[],
    body: Body::Empty,
    source: Source::Documented,
    when: "no bearer, or one that is unknown, expired, revoked, a refresh token or a machine's",
    note: "The status is documented, without content: none is sent, and no Content-Type. That all these cases are \
           403 is assumed: a page on another flow speaks of 401.",
};

fn answer(tenant: &mut Tenant, request: &Request, now: SystemTime, _: &Site<'_>) -> Answering {
    let in_query = secrets::is_in_query(&ENDPOINT, request);
    let user = || {
        // 403 is the only refusal there is, for a token in the query too.
        let bearer = request.bearer().filter(|_| !in_query)?;
        let holder = &tenant.bearer(bearer, now)?.holder;
        let user = tenant.store.user(holder.user.as_deref()?)?;
        Some((user, holder.scopes.as_slice()))
    };
    let refusal = match user() {
        Some((user, scopes)) => {
            let has = |scope: &str| scopes.iter().any(|it| it == scope);
            let mut profile = Profile::of(user);
            if !has("profile") {
                (profile.person, profile.looks) = (None, None);
            }
            if !has("email") {
                profile.address = None;
            }
            return OK.filled(&profile).into();
        }
        None if in_query => Refusal::because(
            &FORBIDDEN,
            "the token goes into the header Authorization: Bearer, never into the query",
        ),
        None => Refusal::from(&FORBIDDEN),
    };
    refusal.answer(ROUTE).into()
}

impl<'a> Profile<'a> {
    fn of(user: &'a User) -> Self {
        Self {
            sub: &user.id,
            provided_id: user.provided_id.as_deref(),
            person: Some(Person {
                name: &user.name,
                given_name: &user.given_name,
                family_name: &user.family_name,
                updated_at: user.updated_at,
            }),
            address: Some(Address { email: user.email.as_deref(), email_verified: user.email_verified }),
            looks: Some(Looks {
                picture: user.picture.as_deref(),
                preferred_username: user.preferred_username.as_deref(),
            }),
            id: &user.id,
        }
    }
}

fn lint(_: &Tenant, request: &Request, lints: &mut Lints) {
    if !request.body().is_empty() {
        lints.push("a body, where none is documented");
    }
}

/// Answers to `get_user_profile_v2`: 200, 403, 429.
///
/// ```
/// use kinde::oauth::GetUserProfileV2;
/// use kinde_mock::{FakeKinde, User, UserProfileV2Reply};
///
/// let kinde = FakeKinde::new();
/// kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::ok(&User::new("kp_7", "Arya", "Stark")));
/// ```
pub type UserProfileV2Reply = Reply<GetUserProfileV2>;

impl UserProfileV2Reply {
    /// 200 with this user's profile, whoever asks.
    pub fn ok(user: &User) -> Self {
        Self::fixed(OK.filled(&Profile::of(user)))
    }

    /// 403, without a body.
    pub fn forbidden() -> Self {
        Self::row(&FORBIDDEN)
    }
}

/// `user`: whose; John Snow's unless set.
#[cfg(feature = "cli")]
fn keyed_ok(row: &'static Row, keys: &mut Keys, tenant: &Tenant) -> Result<Base, KeyError> {
    let john;
    let user = match keys.take::<String>("user")? {
        Some(id) => tenant.store.user(&id).ok_or_else(|| KeyError::new("user", "there is no such user"))?,
        None => {
            john = User::john_snow();
            &john
        }
    };
    Ok(Base::Fixed(row.filled(&Profile::of(user))))
}
