//! Which documented call a request is, and what to say to one that is none.

use crate::documented::{NO_ROUTE, Route, WRONG_METHOD};
use crate::outcome::Answer;
use crate::request::{BODY_LIMIT, Request};

pub(crate) enum Routed {
    Call(Route),
    /// No documented request: the answer, and a line for the lint.
    Stray(Box<Answer>, &'static str),
    TooLarge(Route),
}

pub(crate) fn route(request: &Request) -> Routed {
    let path = request.path();
    let Some(route) = Route::at(path) else {
        let answer =
            Answer::of(&NO_ROUTE).hint(nearest(path), "the route nearest to the path that was asked for");
        return Routed::Stray(Box::new(answer), "a path that is not documented");
    };
    if request.method() != route.method() {
        let mut answer = Answer::of(&WRONG_METHOD).hint(route, "no other method is documented here");
        super::allow(&mut answer, route);
        return Routed::Stray(Box::new(answer), "a method that is not documented for this path");
    }
    if request.body().len() > BODY_LIMIT {
        return Routed::TooLarge(route);
    }
    Routed::Call(route)
}

fn nearest(path: &str) -> Route {
    let path = path.get(..256).unwrap_or(path).to_ascii_lowercase();
    // The last segment decides: people get prefixes and versions wrong more often than names.
    let last = |text: &str| text.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    // By shares of the length, or the shortest name would be nearest to whatever is far from all.
    let apart = |a: &str, b: &str| distance(a, b) * 1_000 / a.len().max(b.len()).max(1);
    let far = |route: &Route| (apart(&last(&path), &last(route.path())), apart(&path, route.path()));
    Route::ALL.iter().copied().min_by_key(far).unwrap_or(Route::UserProfile)
}

/// Levenshtein's.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(256).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
