//! The URLs that a browser may be sent back to.

use crate::error::Error;

/// An absolute URL that a browser may be sent back to: nothing that changes in between, no tokens in clear text.
pub(super) fn absolute_url(field: &'static str, url: &str) -> Result<(), Error> {
    let bad = |why| Err(Error::invalid_input(field, why));
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return bad("has a space, a line break or a character outside ASCII: percent-encode it");
    }
    if url.contains('#') {
        return bad("has a fragment (`#`), which no server sees: leave it out");
    }
    let Some((scheme, rest)) = url.split_once(':') else {
        return bad("is not an absolute URL: write `https://HOST/PATH`");
    };
    let named = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !named || rest.is_empty() {
        return bad("is not an absolute URL: write `https://HOST/PATH`");
    }
    let web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    // A browser runs these itself.
    if ["javascript", "data", "vbscript", "file", "blob"].iter().any(|bad| scheme.eq_ignore_ascii_case(bad)) {
        return bad("has a scheme that leads to no application");
    }
    if !web {
        return Ok(());
    }
    let authority =
        rest.strip_prefix("//").map(|rest| rest.split(['/', '?', '\\']).next().unwrap_or_default());
    let Some(authority) = authority.filter(|authority| !authority.is_empty()) else {
        return bad("is not an absolute URL: write `https://HOST/PATH`");
    };
    if authority.contains('@') {
        return bad("has user information (`@`) before the host: leave it out");
    }
    if rest.contains('\\') {
        return bad("has a `\\`: write `/`, or %5C");
    }
    if scheme.eq_ignore_ascii_case("http") && !is_this_machine(authority) {
        return bad(
            "is http, which would send the code in clear text: write https (http is for loopback only)",
        );
    }
    Ok(())
}

/// Whether a URL comes back to the machine that the browser runs on.
pub(super) fn is_this_machine(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    };
    let host = host.to_ascii_lowercase();
    let loopback = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    loopback || host == "localhost" || host.ends_with(".localhost")
}
