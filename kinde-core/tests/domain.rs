//! What a domain may be: everything else is refused, and says why.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use kinde_core::{Domain, ErrorKind};

#[test]
fn accepted_forms() {
    // (input, as it is used, is it this machine)
    let cases = [
        ("acme.kinde.com", "https://acme.kinde.com", false),
        ("https://acme.kinde.com", "https://acme.kinde.com", false),
        ("HTTPS://acme.kinde.com", "https://acme.kinde.com", false),
        ("auth.acme.co.uk:8443", "https://auth.acme.co.uk:8443", false),
        ("https://Acme.Kinde.com", "https://Acme.Kinde.com", false),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example", false),
        ("203.0.113.7", "https://203.0.113.7", false),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443", false),
        ("localhost", "https://localhost", true),
        ("https://localhost:1", "https://localhost:1", true),
        ("http://localhost", "http://localhost", true),
        ("http://localhost:65535", "http://localhost:65535", true),
        ("http://127.0.0.1:4455", "http://127.0.0.1:4455", true),
        ("http://127.200.3.4", "http://127.200.3.4", true),
        ("http://[::1]", "http://[::1]", true),
        ("http://[::1]:4455", "http://[::1]:4455", true),
        ("http://[0:0:0:0:0:0:0:1]", "http://[0:0:0:0:0:0:0:1]", true),
    ];
    for (input, used, loopback) in cases {
        let domain = Domain::new(input).unwrap_or_else(|error| panic!("{input}: {error}"));
        assert_eq!(domain.to_string(), used);
        assert_eq!(domain.is_loopback(), loopback, "{input}");
        assert_eq!(domain.uri("/a?b=c").unwrap().to_string(), format!("{used}/a?b=c"));
        assert_eq!(input.parse::<Domain>().unwrap(), domain);
        assert_eq!(Domain::try_from(input).unwrap(), domain);
    }
}

#[test]
fn refused_forms() {
    // (input, a word of the reason)
    let cases = [
        ("", "empty"),
        (" ", "space"),
        (" acme.kinde.com", "space"),
        ("acme.kinde.com\n", "line break"),
        ("acme kinde.com", "space"),
        ("acme.kinde.com\0", "character"),
        ("bücher.example", "ASCII"),
        ("http://acme.kinde.com", "clear text"),
        ("http://127.0.0.1.evil.com", "clear text"),
        ("http://localhost.evil.com", "clear text"),
        ("http://LOCALHOST", "clear text"),
        ("http://0.0.0.0", "clear text"),
        ("http://10.0.0.1", "clear text"),
        ("http://[::]", "clear text"),
        ("http://[::ffff:127.0.0.1]", "clear text"),
        ("http://[fe80::1]", "clear text"),
        ("ftp://acme.kinde.com", "scheme"),
        ("//acme.kinde.com", "path"),
        ("://acme.kinde.com", "scheme"),
        ("https://https://acme.kinde.com", "path"),
        ("https:acme.kinde.com", "port"),
        ("https://acme.kinde.com/", "path"),
        ("https://acme.kinde.com/oauth2", "path"),
        ("acme.kinde.com/", "path"),
        ("acme.kinde.com\\@evil.com", "user information"),
        ("acme.kinde.com\\evil.com", "path"),
        ("https://acme.kinde.com?x=1", "query"),
        ("https://acme.kinde.com#top", "query"),
        ("http://localhost@evil.com", "user information"),
        ("http://localhost:80@evil.com", "user information"),
        ("https://user:password@acme.kinde.com", "user information"),
        ("https://@acme.kinde.com", "user information"),
        ("https://", "no host"),
        ("https://:443", "no host"),
        ("acme.kinde.com:", "port"),
        ("acme.kinde.com:0", "port"),
        ("acme.kinde.com:99999", "port"),
        ("acme.kinde.com:65536", "port"),
        ("acme.kinde.com:+443", "port"),
        ("acme.kinde.com:-1", "port"),
        ("acme.kinde.com:0443", "port"),
        ("acme.kinde.com:443:443", "port"),
        ("acme.kinde.com:http", "port"),
        ("::1", "port"),
        ("[::1", "bracket"),
        ("[::1]x", "port"),
        ("[::1]:", "port"),
        ("[fe80::1%25eth0]", "IPv6"),
        ("[127.0.0.1]", "IPv6"),
        ("http://127.1", "number"),
        ("http://2130706433", "number"),
        ("http://0x7f.0.0.1", "number"),
        ("http://0x7f000001", "number"),
        ("http://0177.0.0.1", "number"),
        ("https://256.256.256.256", "number"),
        ("https://1.2.3.4.5", "number"),
        ("acme..com", "DNS name"),
        (".kinde.com", "DNS name"),
        ("acme.kinde.com.", "DNS name"),
        ("-acme.kinde.com", "DNS name"),
        ("acme-.kinde.com", "DNS name"),
        ("acme%2ekinde.com", "DNS name"),
        ("acme,kinde.com", "DNS name"),
        ("*.kinde.com", "DNS name"),
        ("${KINDE_DOMAIN}", "DNS name"),
        ("\"acme.kinde.com\"", "DNS name"),
    ];
    for (input, word) in cases {
        let Err(error) = Domain::new(input) else { panic!("{input:?} was accepted") };
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{input:?}");
        let text = error.to_string();
        assert!(text.starts_with("invalid input: domain "), "{input:?}: {text}");
        assert!(text.contains(word), "{input:?} is refused for another reason: {text}");
    }
    assert!(Domain::new("a".repeat(64) + ".kinde.com").is_err());
    assert!(Domain::new(["a".repeat(63).as_str(); 4].join(".")).is_err());
}

/// A refusal must not print what was pasted by mistake.
#[test]
fn a_refusal_does_not_repeat_the_input() {
    let error = Domain::new("eyJhbGciOi canary-token").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[test]
fn paths_of_ones_own() {
    let domain = Domain::new("acme.kinde.com").unwrap();
    for bad in [
        "",
        "evil.com",
        ".evil.com",
        "@evil.com",
        ":80/",
        "?x",
        "/a b",
        "/a\n",
        "https://evil.com/",
        "/users/a#b/roles",
        "/users?id=a#b&role=c",
    ] {
        assert_eq!(domain.uri(bad).unwrap_err().kind(), ErrorKind::InvalidInput, "{bad:?}");
    }
    let doubled = domain.uri("//evil.com/x").unwrap();
    assert_eq!(doubled.authority().unwrap(), "acme.kinde.com");
}
