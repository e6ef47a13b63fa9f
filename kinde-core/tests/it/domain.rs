//! What a domain may be: everything else is refused, and says why.

use kinde_core::{Domain, ErrorKind, Proxy};

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
        ("xn--mnchen-3ya.de", "https://xn--mnchen-3ya.de", false),
        ("XN--BCHER-KVA.example", "https://XN--BCHER-KVA.example", false),
        ("auth.xn--e1afmkfd.xn--p1ai", "https://auth.xn--e1afmkfd.xn--p1ai", false),
        ("xn--wgv71a119e.jp", "https://xn--wgv71a119e.jp", false),
        ("xn--fiqs8s.example", "https://xn--fiqs8s.example", false),
        ("xn--3e0b707e.example", "https://xn--3e0b707e.example", false),
        ("xn--hxajbheg2az3al.xn--jxalpdlp", "https://xn--hxajbheg2az3al.xn--jxalpdlp", false),
        ("xn--mgbh0fb.xn--kgbechtv", "https://xn--mgbh0fb.xn--kgbechtv", false),
        ("https://auth.xn--4dbrk0ce:8443", "https://auth.xn--4dbrk0ce:8443", false),
        ("localhost", "https://localhost", true),
        ("LocalHost:8443", "https://LocalHost:8443", true),
        ("https://LOCALHOST", "https://LOCALHOST", true),
        ("https://app.localhost", "https://app.localhost", false),
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
        ("acme", "write `https://YOUR_SUBDOMAIN.kinde.com`"),
        ("https://acme", "without a dot"),
        ("https://acme:443", "without a dot"),
        ("xn--bcher-kva", "without a dot"),
        ("http://acme", "clear text"),
        ("http://kinde-mock:4455", "Domain::insecure_http_for_tests"),
        ("http://host.docker.internal:4455", "clear text"),
        ("http://app.localhost:4455", "clear text"),
        ("xn--0.example", "punycode"),
        ("XN--0.example", "punycode"),
        ("auth.xn--0.example", "punycode"),
        ("acme.xn--0", "punycode"),
        ("xn--99999999.example", "punycode"),
        ("xn--a_b-kva.example", "agree on"),
        // U+0080, a soft hyphen, a capital, `ﬁ` in one letter, a mark alone, an emoji, text that is ASCII.
        ("xn--a.example", "agree on"),
        ("xn--ad.example", "agree on"),
        ("xn--eca.example", "agree on"),
        ("xn--ndb.example", "agree on"),
        ("xn--ssa.example", "agree on"),
        ("xn--ls8h.example", "agree on"),
        ("xn--8bi.xn--fiqs8s", "agree on"),
        // Hyphens where no label has them: before, after, in the place of a prefix.
        ("xn----eha.example", "agree on"),
        ("xn----dha.example", "agree on"),
        ("xn--xn---3ra.example", "agree on"),
        // From right to left, beside what isn't.
        ("1a.xn--4dbrk0ce", "directions"),
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

/// One rule for both: what a domain calls this machine, no proxy carries. (The proxy's rule knows more names.)
#[test]
fn loopback_is_the_same_to_the_proxy_rule() {
    for host in
        ["localhost", "LocalHost", "LOCALHOST", "127.0.0.1", "127.255.3.4", "[::1]", "[0:0:0:0:0:0:0:1]"]
    {
        assert!(Domain::new(host).unwrap().is_loopback(), "{host}");
        assert!(!Proxy::may_carry(host), "{host}");
    }
    for host in ["acme.kinde.com", "localhost.example", "10.0.0.1", "[2001:db8::1]"] {
        assert!(!Domain::new(host).unwrap().is_loopback(), "{host}");
        assert!(Proxy::may_carry(host), "{host}");
    }
    for host in ["kinde-mock", "app.localhost", "a.b.LocalHost"] {
        assert!(!Proxy::may_carry(host), "{host}");
    }
}

#[test]
fn insecure_http_is_for_tests_and_says_so() {
    let cases = [
        "http://kinde-mock:4455",
        "http://project_kinde-mock_1:4455",
        "http://host.docker.internal:4455",
        "http://app.localhost",
        "http://kinde-mock.ci.svc.cluster.local",
        "http://10.0.0.7:4455",
        "http://0.0.0.0:4455",
        "http://[fd00::1]:4455",
    ];
    for input in cases {
        assert!(Domain::new(input).is_err(), "{input}");
        assert!(input.parse::<Domain>().is_err() && Domain::try_from(input).is_err(), "{input}");
        let domain =
            Domain::insecure_http_for_tests(input).unwrap_or_else(|error| panic!("{input}: {error}"));
        assert_eq!(domain.to_string(), input);
        assert_eq!(format!("{domain:?}"), format!("Domain({input}, INSECURE: tokens in clear text)"));
        assert!(domain.is_insecure() && !domain.is_loopback(), "{input}");
        assert_eq!(domain.uri("/a?b=c").unwrap().to_string(), format!("{input}/a?b=c"));
    }
    // What is accepted without it is the same with it, and is not insecure; nor is TLS to a name without a dot.
    for input in ["http://localhost:4455", "http://127.0.0.1", "acme.kinde.com", "https://acme.kinde.com"] {
        let domain = Domain::insecure_http_for_tests(input).unwrap();
        assert_eq!(domain, Domain::new(input).unwrap());
        assert_eq!(format!("{domain:?}"), format!("Domain({domain})"));
        assert!(!domain.is_insecure());
    }
    assert!(!Domain::insecure_http_for_tests("https://kinde-mock:4455").unwrap().is_insecure());
    // Real tokens, and what is not a domain at all.
    for (input, word) in [
        ("http://acme.kinde.com", "Kinde itself"),
        ("http://ACME.Kinde.Com:80", "Kinde itself"),
        ("http://kinde.com", "Kinde itself"),
        ("http://kinde-mock:4455/", "path"),
        ("http://user@kinde-mock:4455", "user information"),
        ("ws://kinde-mock:4455", "scheme"),
        ("http://xn--0.example", "punycode"),
        ("http://127.1", "number"),
        ("", "empty"),
    ] {
        let error = Domain::insecure_http_for_tests(input).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{input:?}");
        assert!(error.to_string().contains(word), "{input:?}: {error}");
    }
    assert!(Domain::insecure_http_for_tests("http://notkinde.com").unwrap().is_insecure());
}
