//! The table's rows.

use super::{Body, Route, Row, Source};

const fn row(
    route: Route,
    status: u16,
    body: Body,
    source: Source,
    when: &'static str,
    note: &'static str,
) -> Row {
    let media_type = match body {
        Body::Empty => None,
        _ => Some(JSON),
    };
    Row { route: Some(route), when, status, media_type, body, source, note }
}

const fn stray(status: u16, body: Body, when: &'static str, note: &'static str) -> Row {
    Row { route: None, ..row(Route::UserProfile, status, body, Source::Assumed, when, note) }
}

pub(crate) const JSON: &str = "application/json";
/// The second media type that is documented for introspection's 200 and 401.
pub(crate) const JSON_UTF8: &str = "application/json; charset=utf-8";

use Route::{Introspection, Revocation, UserProfile};
use Source::{Assumed, Documented, Seen};

const NO_CONTENT: &str = "The status is documented, without content: none is sent, and no Content-Type.";
const THROTTLED: &str = "The status is documented, without content. RateLimit-Reset, in seconds, is what \
                         Kinde's page on rate limits names.";
const CODES: &str = "Status and shape are documented; code and message are made up.";
const INVALID_CLIENT: Body = Body::TokenError {
    error: "invalid_client",
    error_description: "Client authentication failed (e.g., unknown client, no client authentication \
                        included, or unsupported authentication method).",
};

pub(crate) const PROFILE_OK: Row = row(
    UserProfile,
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
pub(crate) const PROFILE_FORBIDDEN: Row = row(
    UserProfile,
    403,
    Body::Empty,
    Documented,
    "no bearer, or one that is unknown, expired, revoked, a refresh token or a machine's",
    "The status is documented, without content: none is sent, and no Content-Type. That all these cases are \
     403 is assumed: a page on another flow speaks of 401.",
);
pub(crate) const PROFILE_THROTTLED: Row =
    row(UserProfile, 429, Body::Empty, Documented, "too many requests", THROTTLED);

pub(crate) const INTROSPECT_ACTIVE: Row = row(
    Introspection,
    200,
    Body::Members(&["active", "aud", "client_id", "exp", "iat"]),
    Documented,
    "the token is live",
    "Exactly the documented members. The real service may send more.",
);
pub(crate) const INTROSPECT_INACTIVE: Row = row(
    Introspection,
    200,
    Body::Fixed(r#"{"active":false}"#),
    Assumed,
    "the token is unknown, expired or revoked",
    "The status and the member are documented; that a dead token gives this and nothing more is RFC 7662's.",
);
pub(crate) const INTROSPECT_INVALID: Row = row(
    Introspection,
    401,
    Body::TokenError {
        error: "invalid_request",
        error_description: "The request is missing a required parameter, includes an invalid parameter value, \
                            includes a parameter more than once, or is otherwise malformed.",
    },
    Assumed,
    "`token` is absent, empty, repeated or in the query",
    "Status and shape are documented as \"Bad request\", and there is no 400; the case, code and sentence are assumed.",
);
pub(crate) const INTROSPECT_SELF: Row = row(
    Introspection,
    401,
    Body::TokenError {
        error: "request_unauthorized",
        error_description: "The request could not be authorized.",
    },
    Assumed,
    "the token is the bearer itself, and the option refuses that",
    "As servers built on Ory fosite answer. Off by default.",
);
pub(crate) const INTROSPECT_CLIENT: Row = row(
    Introspection,
    401,
    INVALID_CLIENT,
    Assumed,
    "an application's credentials are wrong, where the option accepts them",
    "Status and shape are documented; the sentence was seen at the token endpoint. Off by default.",
);
pub(crate) const INTROSPECT_FORBIDDEN: Row = row(
    Introspection,
    403,
    Body::Empty,
    Documented,
    "no bearer, or one that is unknown, expired, revoked or a refresh token",
    NO_CONTENT,
);
pub(crate) const INTROSPECT_THROTTLED: Row =
    row(Introspection, 429, Body::Empty, Documented, "too many requests", THROTTLED);

pub(crate) const REVOKE_OK: Row = row(
    Revocation,
    200,
    Body::Empty,
    Documented,
    "revoked; or the token is unknown or dead already",
    "Documented with no body. That an unknown token is a success too is RFC 7009's.",
);
pub(crate) const REVOKE_INVALID: Row = row(
    Revocation,
    400,
    Body::Errors { code: "INVALID_REQUEST", message: "Invalid request." },
    Documented,
    "a parameter is repeated or in the query; `client_id` or `token` is absent or empty; Basic and form disagree",
    CODES,
);
pub(crate) const REVOKE_CLIENT: Row = row(
    Revocation,
    401,
    INVALID_CLIENT,
    Seen,
    "the application is unknown, its secret is wrong, or it is a backend one and sent none",
    "Status and shape are documented; the code and the sentence were seen at the token endpoint.",
);
pub(crate) const REVOKE_FORBIDDEN: Row = row(
    Revocation,
    403,
    Body::Errors { code: "INVALID_CREDENTIALS", message: "Unauthorized - invalid credentials." },
    Documented,
    "a bearer was sent and is not live; or the token is another application's",
    CODES,
);
pub(crate) const REVOKE_THROTTLED: Row = row(
    Revocation,
    429,
    Body::Errors { code: "TOO_MANY_REQUESTS", message: "Too many requests. Request was throttled." },
    Documented,
    "too many requests",
    "Status and shape are documented; code and message are made up. RateLimit-Reset, in seconds, is what \
     Kinde's page on rate limits names.",
);

pub(crate) const NO_ROUTE: Row = stray(
    404,
    Body::Fixed(
        r#"{"errors":{"code":"ROUTE_NOT_FOUND","message":"The requested API route does not exist"}}"#,
    ),
    "a path that is none of the three",
    "The body is the Management API's. `x-kinde-mock` names the nearest route.",
);
pub(crate) const WRONG_METHOD: Row =
    stray(405, Body::Empty, "another method than the documented one", "With `Allow`, and `x-kinde-mock`.");
pub(crate) const WRONG_MEDIA_TYPE: Row = stray(
    415,
    Body::Empty,
    "a body that is no application/x-www-form-urlencoded, where a form is documented",
    "With `x-kinde-mock`.",
);
pub(crate) const TOO_LARGE: Row =
    stray(413, Body::Empty, "a body over 64 KiB", "With `x-kinde-mock`. The limit is ours.");

/// The whole table.
pub const ROWS: &[Row] = &[
    PROFILE_OK,
    PROFILE_FORBIDDEN,
    PROFILE_THROTTLED,
    INTROSPECT_ACTIVE,
    INTROSPECT_INACTIVE,
    INTROSPECT_INVALID,
    INTROSPECT_SELF,
    INTROSPECT_CLIENT,
    INTROSPECT_FORBIDDEN,
    INTROSPECT_THROTTLED,
    REVOKE_OK,
    REVOKE_INVALID,
    REVOKE_CLIENT,
    REVOKE_FORBIDDEN,
    REVOKE_THROTTLED,
    NO_ROUTE,
    WRONG_METHOD,
    WRONG_MEDIA_TYPE,
    TOO_LARGE,
];
