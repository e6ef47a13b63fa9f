//! Names for what came in, made of words we know: anything else may be a secret.

use std::sync::LazyLock;

use crate::endpoints::table::endpoints;
use crate::http::answer::Answer;
use crate::ledger::endpoint::Endpoint;
use crate::text::fingerprint::Fingerprint;
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

/// The headers of an answer that its endpoint declares: where a redirect leads and which cookies are set, with the
/// fingerprints of what they hold.
pub(super) fn answered(endpoint: &Endpoint, answer: &Answer) -> Vec<(&'static str, String)> {
    let values = |name: &&'static str| {
        let name = *name;
        answer
            .headers
            .get_all(name)
            .iter()
            .filter_map(move |value| Some((name, header(name, value.to_str().ok()?))))
    };
    endpoint.secrets.answer.iter().flat_map(values).take(8).collect()
}

fn header(name: &str, value: &str) -> String {
    let held = |text: &str| match text.split_once('=') {
        Some((name, value)) => format!("{name:.64}={}", Fingerprint::of(value)),
        None => Fingerprint::of(text).to_string(),
    };
    match (name, value.split_once(['?', '#'])) {
        ("location", None) => format!("{value:.200}"),
        ("location", Some((place, rest))) => {
            let parameters: Vec<String> = rest.split('&').take(8).map(held).collect();
            format!("{place:.200}?{}", parameters.join("&"))
        }
        // A cookie; what comes after its value says how long and where to.
        _ => held(value.split(';').next().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn redirects_and_cookies_show_names_and_fingerprints() {
        let location = header("location", "https://app.example/callback?code=abc&state=abc");
        assert_eq!(location, "https://app.example/callback?code=ba7816bf&state=ba7816bf");
        assert_eq!(
            header("location", "https://app.example/#id_token=abc"),
            "https://app.example/?id_token=ba7816bf"
        );
        assert_eq!(header("location", "/logged_out"), "/logged_out");
        assert_eq!(header("location", "/?abc"), "/?ba7816bf", "a value without a name");
        assert_eq!(header("set-cookie", "session=abc; HttpOnly; Path=/"), "session=ba7816bf");
        assert!(header("location", &format!("/{}?{}", "a".repeat(9_000), "b=c&".repeat(9_000))).len() < 500);
    }
}
