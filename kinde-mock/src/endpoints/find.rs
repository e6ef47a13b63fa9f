//! Which endpoint a request is for, and what to say to one that is for none.

use super::table::{Served, TABLE, endpoints};
use super::token;
use crate::http::answer::Answer;
use crate::http::request::{BODY_LIMIT, Request};
use crate::http::route::{self, Route};
use crate::ledger::stray::{
    NO_ROUTE, TOO_LARGE, TOO_LARGE_FOR_TOKENS, WRONG_METHOD, WRONG_METHOD_FOR_TOKENS, hint,
};
use crate::text::nearest::distance;

pub(crate) enum Found {
    Call {
        served: &'static Served,
        route: Route,
    },
    /// No documented request: the answer, and a line for the lint. The route is that of its path, if there is one.
    Stray {
        answer: Answer,
        lint: &'static str,
        route: Option<Route>,
    },
}

/// The endpoint, which tells the request what stood in place of its braces.
pub(crate) fn find(request: &mut Request) -> Found {
    let table = TABLE
        .iter()
        .filter(|served| served.endpoint.takes(request))
        .flat_map(|served| served.endpoint.routes.iter().map(move |route| (*route, served)));
    match route::find(table, request.method().as_str(), request.path()) {
        route::Found::At { route, .. } if request.body().len() > BODY_LIMIT => {
            let row = if route == token::ROUTE { &TOO_LARGE_FOR_TOKENS } else { &TOO_LARGE };
            let mut answer = row.answer();
            hint(&mut answer, &route, "no documented request is over 64 KiB");
            Found::Stray { answer, lint: "a body over 64 KiB", route: Some(route) }
        }
        route::Found::At { route, entry, segments } => {
            request.set_segments(segments);
            Found::Call { served: entry, route }
        }
        route::Found::OtherMethod { route, allowed } => {
            let row = if route == token::ROUTE { &WRONG_METHOD_FOR_TOKENS } else { &WRONG_METHOD };
            let mut answer = row.answer();
            hint(&mut answer, &route, "no other method is documented here");
            answer.set("allow", &allowed.join(", "));
            let lint = "a method that is not documented for this path";
            Found::Stray { answer, lint, route: Some(route) }
        }
        route::Found::Nothing => {
            let mut answer = NO_ROUTE.answer();
            if let Some(nearest) = nearest(request.path()) {
                hint(&mut answer, &nearest, "the route nearest to the path that was asked for");
            }
            Found::Stray { answer, lint: "a path that is not documented", route: None }
        }
    }
}

/// Whether any endpoint has this path, with whatever method.
#[cfg(feature = "wiremock")]
pub(crate) fn is_path_of_an_endpoint(path: &str) -> bool {
    let routes = endpoints().flat_map(|endpoint| endpoint.routes).map(|route| (*route, ()));
    !matches!(route::find(routes, "", path), route::Found::Nothing)
}

fn nearest(path: &str) -> Option<Route> {
    let path = path.get(..256).unwrap_or(path).to_ascii_lowercase();
    // The last segment decides: people get prefixes and versions wrong more often than names.
    let last = |text: &str| text.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    // By shares of the length, or the shortest name would be nearest to whatever is far from all.
    let apart = |a: &str, b: &str| distance(a, b) * 1_000 / a.len().max(b.len()).max(1);
    let far = |route: &Route| (apart(&last(&path), &last(route.path)), apart(&path, route.path));
    endpoints().flat_map(|endpoint| endpoint.routes).copied().min_by_key(far)
}
