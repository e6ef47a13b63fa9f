//! `GET /oauth2/v2/user_profile`

use std::time::SystemTime;

use kinde_core::GetUserProfileV2;

use super::{Facts, Route};
use crate::documented::{Body, Row, Source::Documented, THROTTLED_EMPTY, row};
use crate::engine::{Engine, Lints};
use crate::outcome::{Answer, Member};
use crate::request::Request;
#[cfg(feature = "cli")]
use crate::seed::{AnswerName, Setting, Written, Wrong};
use crate::{Reply, User};

pub(super) const FACTS: Facts = Facts {
    method: "GET",
    path: "/oauth2/v2/user_profile",
    rows: &[OK, FORBIDDEN, THROTTLED],
    throttled: &THROTTLED,
    answer,
    lint,
    #[cfg(feature = "cli")]
    about_token: false,
    #[cfg(feature = "cli")]
    written: WRITTEN,
};

const OK: Row = row(
    Route::UserProfile,
    200,
    Body::Members(&[
        "sub",
        "provided_id",
        "name",
        "given_name",
        "family_name",
        "updated_at",
        "email",
        "email_verified",
        "picture",
        "preferred_username",
        "id",
    ]),
    Documented,
    "a user's live access token",
    "Every documented member; `email` is left out if the user has none, as its description allows.",
);
const FORBIDDEN: Row = row(
    Route::UserProfile,
    403,
    Body::Empty,
    Documented,
    "no bearer, or one that is unknown, expired, revoked, a refresh token or a machine's",
    "The status is documented, without content: none is sent, and no Content-Type. That all these cases are \
     403 is assumed: a page on another flow speaks of 401.",
);
const THROTTLED: Row =
    row(Route::UserProfile, 429, Body::Empty, Documented, "too many requests", THROTTLED_EMPTY);

fn answer(engine: &mut Engine, request: &Request, now: SystemTime) -> Answer {
    let user = || {
        // 403 is the only refusal there is, for a token in the query too.
        let bearer = request.bearer().filter(|_| !request.secret_in_query())?;
        engine.store.user(engine.bearer(bearer, now)?.user.as_deref()?)
    };
    match user() {
        Some(user) => profile(user),
        None if request.secret_in_query() => Answer::of(&FORBIDDEN).hint(
            Route::UserProfile,
            "the token goes into the header Authorization: Bearer, never into the query",
        ),
        None => Answer::of(&FORBIDDEN),
    }
}

fn profile(user: &User) -> Answer {
    Answer::filled(&OK, |member| {
        Some(match member {
            "sub" | "id" => user.id.as_str().into(),
            "provided_id" => Member::Text(user.provided_id.as_deref()),
            "name" => user.name.as_str().into(),
            "given_name" => user.given_name.as_str().into(),
            "family_name" => user.family_name.as_str().into(),
            "updated_at" => Member::Number(user.updated_at),
            "email" => return user.email.as_deref().map(Member::from),
            "email_verified" => Member::Flag(user.email_verified),
            "picture" => Member::Text(user.picture.as_deref()),
            "preferred_username" => Member::Text(user.preferred_username.as_deref()),
            _ => return None,
        })
    })
}

fn lint(_: &Engine, request: &Request, lints: &mut Lints) {
    if !request.body().is_empty() {
        lints.push("a body, where none is documented");
    }
}

/// Answers to `get_user_profile_v2`: 200, 403, 429.
///
/// ```
/// use kinde_core::GetUserProfileV2;
/// use kinde_mock::{FakeKinde, User, UserProfileV2Reply};
///
/// let kinde = FakeKinde::new();
/// kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::ok(&User::new("kp_7", "Arya", "Stark")));
/// ```
pub type UserProfileV2Reply = Reply<GetUserProfileV2>;

impl UserProfileV2Reply {
    /// 200 with this user's profile, whoever asks.
    pub fn ok(user: &User) -> Self {
        Self::fixed(profile(user))
    }

    /// 403, without a body.
    pub fn forbidden() -> Self {
        Self::row(&FORBIDDEN)
    }
}

#[cfg(feature = "cli")]
const WRITTEN: &[Written] = &[
    Written {
        answer: AnswerName::Ok,
        keys: &["user"],
        plan: |reply, setting| Ok(UserProfileV2Reply::ok(&whose(reply.user.as_deref(), setting)?).plan),
    },
    Written {
        answer: AnswerName::Forbidden,
        keys: &[],
        plan: |_, _| Ok(UserProfileV2Reply::forbidden().plan),
    },
];

#[cfg(feature = "cli")]
fn whose(id: Option<&str>, setting: Setting<'_>) -> Result<User, Wrong> {
    match id {
        None => Ok(setting.fake.user()),
        Some(id) => setting.fake.find_user(id).ok_or_else(|| Wrong::new("user", "there is no such user")),
    }
}
