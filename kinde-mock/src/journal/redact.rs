//! Names for what came in, made of words we know: anything else may be a secret.

use std::sync::LazyLock;

use crate::endpoints::table::endpoints;
use crate::text::nearest::distance;

/// The words of all endpoints' paths, and others that people write in their place.
static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    const OTHERS: [&str; 19] = [
        "v1",
        "introspection",
        "revocation",
        "token",
        "auth",
        "authorize",
        "userinfo",
        "profile",
        "logout",
        "account_api",
        "api",
        ".well-known",
        "jwks",
        "jwks.json",
        "openid-configuration",
        "device",
        "permissions",
        "v2",
        "oauth2",
    ];
    let routes = endpoints().flat_map(|endpoint| endpoint.routes);
    let segments = routes.flat_map(|route| route.path.split('/'));
    segments.filter(|word| !word.is_empty() && !word.starts_with('{')).chain(OTHERS).collect()
});

/// A path whose segments are shown if they are, or nearly are, words of Kinde's own paths. A token in a
/// path is none.
pub(crate) fn path(path: &str) -> String {
    // One slash only: a second one is what made `//oauth2/…` another path.
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let mut shown = String::new();
    for segment in segments.iter().take(8) {
        shown.push('/');
        shown.push_str(if segment.is_empty() || is_word(segment) { segment } else { "…" });
    }
    if segments.len() > 8 {
        shown.push_str("/…");
    }
    shown
}

fn is_word(segment: &str) -> bool {
    segment.len() <= 24
        && WORDS.iter().any(|word| {
            // A slip of the pen in a longer word is worth showing; in a short one, anything would pass.
            distance(&segment.to_ascii_lowercase(), word) <= word.len() / 5
        })
}
