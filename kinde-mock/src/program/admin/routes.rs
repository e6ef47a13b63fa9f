//! The table of the admin API: which handler a request is for.

use std::future::Future;
use std::pin::Pin;

use super::request::AdminRequest;
use super::{Refusal, behaviour, journal, program, scopes, scripts, setup, sign_in};
use crate::http::answer::Answer;
use crate::http::route::{self, Route};

pub(super) type Handled = Result<Answer, Refusal>;
pub(super) type Waiting<'a> = Pin<Box<dyn Future<Output = Handled> + Send + 'a>>;

#[derive(Clone, Copy)]
pub(super) enum Handler {
    Now(fn(&AdminRequest<'_>) -> Handled),
    /// One that waits for something to happen.
    Later(for<'a> fn(&'a AdminRequest<'a>) -> Waiting<'a>),
}

pub(super) struct Entry {
    pub(super) route: Route,
    pub(super) handler: Handler,
    /// Whether it is about one instance, and so is there under `/scopes/{scope}` too.
    of_instance: bool,
}

const fn whole(method: &'static str, path: &'static str, handler: fn(&AdminRequest<'_>) -> Handled) -> Entry {
    Entry { route: Route::new(method, path), handler: Handler::Now(handler), of_instance: false }
}

const fn one(method: &'static str, path: &'static str, handler: fn(&AdminRequest<'_>) -> Handled) -> Entry {
    Entry { route: Route::new(method, path), handler: Handler::Now(handler), of_instance: true }
}

pub(super) static ROUTES: &[Entry] = &[
    whole("GET", "/health", program::health),
    whole("GET", "/openapi.json", program::openapi),
    whole("GET", "/scopes", scopes::list),
    whole("POST", "/scopes", scopes::create),
    whole("DELETE", "/scopes/{scope}", scopes::end),
    one("GET", "/applications", setup::list_applications),
    one("POST", "/applications", setup::add_application),
    one("GET", "/users", setup::list_users),
    one("POST", "/users", setup::add_user),
    one("POST", "/tokens", setup::issue_token),
    one("POST", "/tokens/revoke", setup::revoke_token),
    one("POST", "/tokens/expire", setup::expire_token),
    one("POST", "/sign-ins", setup::sign_in),
    one("POST", "/authorizations", sign_in::authorize),
    one("POST", "/devices", sign_in::decide_device),
    one("GET", "/keys", sign_in::keys),
    one("POST", "/keys/rotate", sign_in::rotate_key),
    one("POST", "/keys/retire", sign_in::retire_key),
    one("GET", "/options", behaviour::options),
    one("PATCH", "/options", behaviour::change_options),
    one("POST", "/scripts", scripts::add),
    one("DELETE", "/scripts", scripts::clear),
    one("GET", "/scripts", scripts::list),
    one("GET", "/scripts/{script}", scripts::read),
    one("DELETE", "/scripts/{script}", scripts::remove),
    one("GET", "/gates", scripts::list_gates),
    one("PUT", "/gates/{gate}", scripts::move_gate),
    one("PUT", "/connections", behaviour::connections),
    one("GET", "/clock", behaviour::clock),
    one("PATCH", "/clock", behaviour::move_clock),
    one("PUT", "/rate-limit", behaviour::set_rate_limit),
    one("DELETE", "/rate-limit", behaviour::no_rate_limit),
    one("GET", "/journal", journal::read),
    one("DELETE", "/journal", journal::clear),
    Entry {
        route: Route::new("GET", "/journal/wait"),
        handler: Handler::Later(journal::wait),
        of_instance: true,
    },
    one("GET", "/lint", journal::lint),
    one("POST", "/reset", program::reset),
];

/// The scope that a request is about, if any, and its place in the table.
pub(super) fn find<'a>(method: &str, path: &'a str) -> (Option<&'a str>, route::Found<Handler>) {
    let (scope, path) = match path.strip_prefix("/scopes/").and_then(|rest| rest.split_once('/')) {
        Some((scope, rest)) => (Some(scope), &path[path.len() - rest.len() - 1..]),
        None => (None, path),
    };
    let rows = ROUTES.iter().filter(|row| scope.is_none() || row.of_instance);
    (scope, route::find(rows.map(|row| (row.route, row.handler)), method, path))
}
