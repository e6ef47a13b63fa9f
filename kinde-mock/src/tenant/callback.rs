//! Where a browser may be sent.

use http::Uri;

/// How a URL is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// It is in the list.
    Listed,
    /// There is no list, and it is on this machine.
    Loopback,
    No,
}

/// Whether `url` is one of `list`: exactly, or by the one wildcard that Kinde has, the leftmost part of the host. Where
/// there is no list, every http URL on this machine is.
pub(crate) fn allowed(url: &str, list: &[String]) -> Allowed {
    if list.is_empty() {
        return if is_loopback(url) { Allowed::Loopback } else { Allowed::No };
    }
    let is_listed = |pattern: &String| pattern == url || wildcard(url, pattern);
    if list.iter().any(is_listed) { Allowed::Listed } else { Allowed::No }
}

fn wildcard(url: &str, pattern: &str) -> bool {
    let Some((scheme, rest)) = pattern.split_once("://*.") else { return false };
    let Some(found) = url.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://")) else {
        return false;
    };
    let Some((label, found)) = found.split_once('.') else { return false };
    let is_label =
        |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    is_label(label) && found == rest
}

fn is_loopback(url: &str) -> bool {
    let Ok(url) = url.parse::<Uri>() else { return false };
    let on_this_machine = |host: &str| ["localhost", "127.0.0.1", "[::1]"].contains(&host);
    url.scheme_str() == Some("http")
        && url.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        && url.host().is_some_and(on_this_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_one_of_the_list_or_on_this_machine() {
        let list = ["https://a.example/cb".to_owned(), "https://*.b.example/cb".to_owned()];
        for url in ["https://a.example/cb", "https://x-1.b.example/cb"] {
            assert_eq!(allowed(url, &list), Allowed::Listed, "{url}");
        }
        let others = [
            "https://a.example/cb/",
            "https://a.example/cb?x=1",
            "http://a.example/cb",
            "https://b.example/cb",
            "https://x.y.b.example/cb",
            "https://evil.example/.b.example/cb",
            "https://evil@x.b.example/cb",
            "http://localhost/cb",
        ];
        for url in others {
            assert_eq!(allowed(url, &list), Allowed::No, "{url}");
        }
        for url in ["http://localhost:3000/cb?a=b", "http://127.0.0.1/", "http://[::1]:1/x"] {
            assert_eq!(allowed(url, &[]), Allowed::Loopback, "{url}");
        }
        for url in [
            "https://localhost/cb",
            "http://a.example/cb",
            "http://localhost@evil.example/",
            "/cb",
            "http://localhost.evil.example/",
        ] {
            assert_eq!(allowed(url, &[]), Allowed::No, "{url}");
        }
    }
}
