//! What the environment says about proxies, read as curl reads it: each line of the tables was tried with curl 7.88, but
//! for what a comment says.

use std::ffi::OsString;

use kinde_core::transport::ProxyRules;
use kinde_core::{Error, ErrorKind, Proxy};

fn rules(variables: &[(&str, &str)]) -> Result<ProxyRules, Error> {
    let variable = |name: &str| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
    };
    Proxy::System.rules(variable)
}

fn proxy_of(rules: &ProxyRules, uri: &str) -> Result<Option<String>, &'static str> {
    rules.of(&uri.parse().unwrap()).map(|proxy| proxy.map(|url| url.expose().to_owned()))
}

#[test]
fn hosts_that_are_reached_directly() {
    let direct = [
        ("*", "203.0.113.9"),
        ("*", "a.example"),
        ("*", "[2001:db8::1]"),
        ("a.example", "a.example"),
        ("a.example.", "a.example"),
        ("a.example", "a.example."),
        (".example", "a.example"),
        (".example.", "a.example"),
        (".a.example", "a.example"),
        ("example", "a.example"),
        ("A.EXAMPLE", "a.Example"),
        ("x a.example", "a.example"),
        ("x,,a.example", "a.example"),
        ("x, a.example ,y", "a.example"),
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.0/24", "203.0.113.9"),
        ("203.0.113.9/0", "203.0.113.9"),
        ("203.0.113.9/32", "203.0.113.9"),
        ("2001:db8::1", "[2001:db8::1]"),
        // Documented by curl; 7.88 doesn't.
        ("2001:db8::/32", "[2001:db8::1]"),
        ("2001:DB8:0::1", "[2001:db8::1]"),
        ("[2001:db8::1]", "[2001:db8::1]"),
    ];
    let through = [
        ("", "a.example"),
        ("*,x", "a.example"),
        ("x,*", "203.0.113.9"),
        ("*.example", "a.example"),
        ("..example", "a.example"),
        ("xample", "a.example"),
        ("a.example..", "a.example"),
        ("a.example:80", "a.example"),
        (".", "a.example"),
        ("b.a.example", "a.example"),
        ("203.0.113", "203.0.113.9"),
        ("113.9", "203.0.113.9"),
        ("0.0.0.0/0", "203.0.113.9"),
        ("203.0.113.0/", "203.0.113.9"),
        ("203.0.113.9/33", "203.0.113.9"),
        ("203.0.113.9.", "203.0.113.9"),
        ("2001:db8::/33", "[2001:db8:8000::1]"),
        ("::/0", "203.0.113.9"),
    ];
    let cases =
        direct.map(|case| (case, None)).into_iter().chain(through.map(|case| (case, Some("http://p:3128"))));
    for ((exceptions, host), expected) in cases {
        for (scheme, variable, name) in [
            ("http", "http_proxy", "NO_PROXY"),
            ("https", "HTTPS_PROXY", "no_proxy"),
            ("https", "all_proxy", "no_proxy"),
        ] {
            let rules = rules(&[(variable, "http://p:3128"), (name, exceptions)]).unwrap();
            let proxy = proxy_of(&rules, &format!("{scheme}://{host}/")).unwrap();
            assert_eq!(proxy.as_deref(), expected, "{name}={exceptions:?} and {host}");
        }
    }
}

#[test]
fn which_variable_counts() {
    type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>, Option<&'a str>);
    let cases: [Case<'_>; 9] = [
        (&[], None, None),
        (&[("http_proxy", "http://a"), ("HTTP_PROXY", "http://b")], Some("http://a"), None),
        (&[("https_proxy", "http://a"), ("HTTPS_PROXY", "http://b")], None, Some("http://a")),
        (&[("https_proxy", ""), ("HTTPS_PROXY", "http://b")], None, Some("http://b")),
        (&[("https_proxy", "http://a"), ("all_proxy", "http://b")], Some("http://b"), Some("http://a")),
        (&[("ALL_PROXY", "http://a"), ("all_proxy", "http://b")], Some("http://b"), Some("http://b")),
        (
            &[("ALL_PROXY", "http://a"), ("NO_PROXY", "x"), ("no_proxy", "")],
            Some("http://a"),
            Some("http://a"),
        ),
        // curl reads HTTP_PROXY in capitals never, we don't by CGI.
        (&[("HTTP_PROXY", "http://a")], Some("http://a"), None),
        (
            &[("HTTP_PROXY", "http://a"), ("HTTPS_PROXY", "http://b"), ("REQUEST_METHOD", "GET")],
            None,
            Some("http://b"),
        ),
    ];
    for (variables, http, https) in cases {
        let rules = rules(variables).unwrap();
        assert_eq!(proxy_of(&rules, "http://x.example/").unwrap().as_deref(), http, "{variables:?}");
        assert_eq!(proxy_of(&rules, "https://x.example/").unwrap().as_deref(), https, "{variables:?}");
        assert_eq!(rules.is_empty(), http.is_none() && https.is_none());
        // Loopback is never behind a proxy.
        for host in ["localhost", "127.0.0.1", "127.8.7.6", "[::1]"] {
            assert_eq!(proxy_of(&rules, &format!("https://{host}/")).unwrap(), None);
        }
    }
}

#[test]
fn how_a_value_is_read() {
    let cases = [
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("HTTP://proxy.example:3128", "http://proxy.example:3128"),
        ("http://proxy:3128/", "http://proxy:3128"),
        ("http://127.0.0.77:9/x?y", "http://127.0.0.77:9"),
        ("user:pass%40word@proxy.example:3128", "http://user:pass%40word@proxy.example:3128"),
        ("http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"),
    ];
    for (value, expected) in cases {
        let rules = rules(&[("HTTPS_PROXY", value)]).unwrap();
        assert_eq!(proxy_of(&rules, "https://x.example/").unwrap().as_deref(), Some(expected), "{value:?}");
    }
    // Well-formed, and not for us: known once it is needed.
    for value in ["socks5://127.0.0.77:9", "SOCKS5H://x", "https://proxy.example:3128"] {
        let rules = rules(&[("HTTPS_PROXY", value)]).unwrap();
        assert!(proxy_of(&rules, "https://x.example/").unwrap_err().contains("neither https nor socks"));
        assert_eq!(proxy_of(&rules, "http://x.example/"), Ok(None));
        assert!(!rules.is_empty());
    }
}

#[test]
fn what_is_no_proxy_is_refused_by_the_variables_name() {
    for value in [
        "not a url s3cret",
        "ftp://s3cret:1",
        "foo://s3cret",
        "http://",
        "http://s3cret:x",
        "http://user:s3cret@",
        ":3128",
        "http://s3cret:99999",
        "//s3cret:9",
        "http://a s3cret:1",
        "http://user:s3cret#1@proxy.example:3128",
        "http://user:s3cret/1@proxy.example:3128",
    ] {
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            let error = rules(&[(name, value)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            let text = format!("{error}\n{error:?}");
            assert!(text.contains(&format!("invalid input: {name} ")), "{value:?}: {text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
    // If the caller says which proxy to use, the environment isn't read.
    assert!(Proxy::None.rules(|_| Some("not a url".into())).is_ok());
    assert!(Proxy::url("http://proxy:3128").unwrap().rules(|_| Some("not a url".into())).is_ok());
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    for name in ["https_proxy", "NO_PROXY"] {
        let value = |known: &str| (known == name).then(|| OsString::from_vec(vec![0x70, 0xff]));
        assert_eq!(
            Proxy::System.rules(value).unwrap_err().to_string(),
            format!("invalid input: {name} is not UTF-8")
        );
    }
}
