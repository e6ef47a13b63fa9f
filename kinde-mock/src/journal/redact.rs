//! Names for what came in, made of words we know: anything else may be a secret.

use http::Method;

use crate::engine::distance;

pub(crate) fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "TRACE" => "TRACE",
        "CONNECT" => "CONNECT",
        _ => "(another method)",
    }
}

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
    const WORDS: [&str; 22] = [
        "oauth2",
        "v1",
        "v2",
        "user_profile",
        "introspect",
        "introspection",
        "revoke",
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
    ];
    segment.len() <= 24
        && WORDS.iter().any(|word| {
            // A slip of the pen in a longer word is worth showing; in a short one, anything would pass.
            distance(&segment.to_ascii_lowercase(), word) <= word.len() / 5
        })
}
