//! Keys name what they hold, and give nothing of it away.

use kinde_core::Domain;
use kinde_core::keep::StoreKey;

fn key(domain: &str, kind: &'static str, parts: &[&[u8]]) -> StoreKey {
    StoreKey::new(&Domain::new(domain).unwrap(), kind, parts)
}

#[test]
fn a_key_is_written_as_documented() {
    // The digest by hand: printf '\0\0\0\0\0\0\0\x05a.b.c' | sha256sum
    let expected = "kinde:1:acme.kinde.com:session:DIGEST";
    let digest = "ef754a468e0df2339161cb5347c06862ad24944d76d2f95b31285191b9eb6cd2";
    assert_eq!(key("acme.kinde.com", "session", &[b"a.b.c"]).as_str(), expected.replace("DIGEST", digest));
}

#[test]
fn tenants_kinds_and_parts_are_told_apart() {
    let one = key("acme.kinde.com", "session", &[b"ab", b"c"]);
    for other in [
        key("other.kinde.com", "session", &[b"ab", b"c"]),
        key("acme.kinde.com:8443", "session", &[b"ab", b"c"]),
        key("acme.kinde.com", "lock", &[b"ab", b"c"]),
        key("acme.kinde.com", "session", &[b"a", b"bc"]),
        key("acme.kinde.com", "session", &[b"abc"]),
        key("acme.kinde.com", "session", &[b"ab", b"c", b""]),
    ] {
        assert_ne!(one, other);
    }
    assert_eq!(one, key("ACME.kinde.com", "session", &[b"ab", b"c"]));
}

#[test]
fn a_key_shows_nothing_of_what_it_is_made_of() {
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl";
    let key = key("acme.kinde.com", "answer", &[token.as_bytes()]);
    for shown in [key.as_str().to_owned(), format!("{key:?}")] {
        assert!(!token.split('.').any(|part| shown.contains(part)), "{shown}");
        assert!(shown.bytes().all(|byte| byte.is_ascii_graphic()) && shown.len() < 400, "{shown}");
    }
}
