//! The answers to a request that is no documented call.

use super::{Body, Route, Row, Source, row};

const fn stray(status: u16, body: Body, when: &'static str, note: &'static str) -> Row {
    Row { route: None, ..row(Route::UserProfile, status, body, Source::Assumed, when, note) }
}

pub(crate) const NO_ROUTE: Row = stray(
    404,
    Body::Fixed(
        r#"{"errors":{"code":"ROUTE_NOT_FOUND","message":"The requested API route does not exist"}}"#,
    ),
    "a path that is none of the documented",
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

pub(super) const ROWS: &[Row] = &[NO_ROUTE, WRONG_METHOD, WRONG_MEDIA_TYPE, TOO_LARGE];
