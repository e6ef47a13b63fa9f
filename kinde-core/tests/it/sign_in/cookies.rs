use std::time::Duration;

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use kinde_core::sign_in::{Callback, CallbackError, Pending, SignIn};

use super::{accept, application, begin, comes_back, now, parameters, sign_in};

/// A browser as far as these cookies go: a later one of a name replaces the earlier, `Max-Age=0` removes it.
#[derive(Default)]
struct Browser(Vec<(String, String)>);

impl Browser {
    fn take(&mut self, line: &HeaderValue) {
        let line = line.to_str().unwrap();
        let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
        self.0.retain(|(known, _)| known != name);
        if !line.contains("Max-Age=0") {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    fn headers(&self) -> HeaderMap {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, format!("theme=dark; {}", pairs.join("; ")).parse().unwrap());
        headers
    }
}

#[test]
fn the_cookie_is_as_a_browser_keeps_it_safely() {
    let sign_in = sign_in().return_to("/orders");
    let (_, pending) = begin(&sign_in, 7);
    let line = sign_in.set_cookie(&pending);
    assert!(line.is_sensitive());
    let (pair, attributes) = line.to_str().unwrap().split_once("; ").unwrap();
    let (name, value) = pair.split_once('=').unwrap();
    assert!(
        name.strip_prefix("__Host-kinde-sign-in-").is_some_and(|slot| ["0", "1", "2", "3"].contains(&slot)),
        "{name}"
    );
    assert_eq!(attributes, "Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure");
    // RFC 6265 §4.1.1, cookie-octet.
    assert!(value.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)), "{value}");
    assert_eq!(value, pending.to_cookie());
    let cleared = sign_in.clear_cookie(&pending);
    assert_eq!(
        cleared.to_str().unwrap(),
        format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure")
    );
}

#[test]
fn over_http_on_loopback_the_name_has_no_prefix() {
    for callback in
        ["http://localhost:3000/callback", "http://127.0.0.1:3000/callback", "HTTP://[::1]/callback"]
    {
        let sign_in = SignIn::new(&application(), callback).unwrap();
        let (_, pending) = begin(&sign_in, 7);
        let line = sign_in.set_cookie(&pending);
        assert!(line.to_str().unwrap().starts_with("kinde-sign-in-"));
        assert!(!line.to_str().unwrap().contains("Secure"));
    }
}

#[test]
fn the_longest_one_stays_under_a_kibibyte() {
    let host = format!("{0}.{0}.{0}.kinde.com", "a".repeat(63));
    let domain = kinde_core::Domain::new(format!("{host}:65535")).unwrap();
    for path in [format!("/{}", "a".repeat(511)), format!("/{}{}", ",".repeat(128), "a".repeat(383))] {
        let sign_in = sign_in().return_to(&path);
        let (_, pending) = sign_in.start_with([255; 32], &domain, now()).unwrap();
        let line = sign_in.set_cookie(&pending);
        let pair = line.to_str().unwrap().split(';').next().unwrap();
        assert!(pair.len() < 1024, "{}", pair.len());
        assert_eq!(Pending::from_cookie(&pending.to_cookie()).unwrap().return_to(), Some(path.as_str()));
    }
}

#[test]
fn what_was_kept_completes_the_sign_in() {
    let sign_in = sign_in().return_to("/a;b,c!1?x=|");
    let (url, pending) = begin(&sign_in, 7);
    let mut browser = Browser::default();
    browser.take(&sign_in.set_cookie(&pending));
    let callback = comes_back(&url, &[("code", "c")]);
    let kept = sign_in.pending(&browser.headers(), &callback).unwrap();
    let accepted = accept(&sign_in, &kept, &callback).unwrap();
    assert_eq!(accepted.return_to.as_deref(), Some("/a;b,c!1?x=|"));
    assert_eq!(accepted.nonce.expose(), parameters(&url)["nonce"]);

    // Once it is done, a reload finds nothing.
    browser.take(&sign_in.clear_cookie(&kept));
    assert_eq!(sign_in.pending(&browser.headers(), &callback).unwrap_err(), CallbackError::NoPendingSignIn);
}

#[cfg(feature = "sign-in")]
#[test]
fn two_tabs_opened_one_after_the_other_both_work() {
    let sign_in = sign_in();
    for _ in 0..50 {
        let mut browser = Browser::default();
        let tabs: Vec<String> = (0..4)
            .map(|_| {
                let (url, pending) =
                    sign_in.start_beside(&browser.headers(), &super::domain(), now()).unwrap();
                browser.take(&sign_in.set_cookie(&pending));
                url
            })
            .collect();
        for url in &tabs {
            let callback = comes_back(url, &[("code", "c")]);
            let kept = sign_in.pending(&browser.headers(), &callback).unwrap();
            assert!(accept(&sign_in, &kept, &callback).is_ok());
            browser.take(&sign_in.clear_cookie(&kept));
        }
        assert!(browser.0.is_empty());
    }
}

/// Both requests leave before either answer is there: they carry the same cookies, and still get two.
#[cfg(feature = "sign-in")]
#[test]
fn two_tabs_opened_at_once_both_work() {
    let sign_in = sign_in();
    let (first, one) = sign_in.start(&super::domain(), now()).unwrap();
    let (second, two) = sign_in.clone().start(&super::domain(), now()).unwrap();
    let mut browser = Browser::default();
    browser.take(&sign_in.set_cookie(&one));
    browser.take(&sign_in.set_cookie(&two));
    for url in [first, second] {
        let callback = comes_back(&url, &[("code", "c")]);
        assert!(
            accept(&sign_in, &sign_in.pending(&browser.headers(), &callback).unwrap(), &callback).is_ok()
        );
    }
}

#[cfg(feature = "sign-in")]
#[test]
fn cookies_do_not_pile_up() {
    let sign_in = sign_in();
    let mut browser = Browser::default();
    for _ in 0..100 {
        let (_, pending) = sign_in.start_beside(&browser.headers(), &super::domain(), now()).unwrap();
        browser.take(&sign_in.set_cookie(&pending));
    }
    assert_eq!(browser.0.len(), 4);
    for line in sign_in.clear_cookies() {
        browser.take(&line);
    }
    assert!(browser.0.is_empty());
}

/// Each machine counts for itself, and looks at what the browser already has.
#[cfg(feature = "sign-in")]
#[test]
fn another_machine_takes_a_cookie_that_is_free() {
    let mut browser = Browser::default();
    for _ in 0..4 {
        let machine = sign_in();
        let (_, pending) = machine.start_beside(&browser.headers(), &super::domain(), now()).unwrap();
        browser.take(&machine.set_cookie(&pending));
    }
    assert_eq!(browser.0.len(), 4);
}

/// A sign-in that has expired leaves its place to the next.
#[cfg(feature = "sign-in")]
#[test]
fn an_expired_one_gives_its_cookie_away() {
    let sign_in = sign_in();
    let mut browser = Browser::default();
    for _ in 0..4 {
        let (_, pending) = sign_in.start_beside(&browser.headers(), &super::domain(), now()).unwrap();
        browser.take(&sign_in.set_cookie(&pending));
    }
    let later = now() + Duration::from_secs(600);
    for _ in 0..4 {
        let (_, pending) = sign_in.start_beside(&browser.headers(), &super::domain(), later).unwrap();
        browser.take(&sign_in.set_cookie(&pending));
    }
    assert_eq!(browser.0.len(), 4);
}

#[test]
fn a_missing_foreign_doubled_or_changed_cookie_is_no_pending_sign_in() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    let callback = comes_back(&url, &[("code", "c")]);
    let line = sign_in.set_cookie(&pending);
    let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
    let headers = |cookie: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        headers
    };
    assert!(sign_in.pending(&headers(&format!("{name}={value}")), &callback).is_ok());
    let other = begin(&sign_in, 9).1.to_cookie();
    for cookie in [
        String::new(),
        format!("{name}x={value}"),
        format!("x{name}={value}"),
        format!("{}={value}", name.trim_start_matches("__Host-")),
        format!("{name}={value}; {name}={other}"),
        format!("{name}="),
        format!("{name}={}", &value[1..]),
    ] {
        let found = sign_in.pending(&headers(&cookie), &callback);
        assert_eq!(found.unwrap_err(), CallbackError::NoPendingSignIn, "{cookie}");
    }
    assert_eq!(sign_in.pending(&HeaderMap::new(), &callback).unwrap_err(), CallbackError::NoPendingSignIn);
    assert_eq!(
        sign_in.pending(&HeaderMap::new(), &Callback::from_query("code=c")).unwrap_err(),
        CallbackError::NoState
    );
    // Another browser's cookie doesn't answer this state, wherever it was put.
    let other = format!("{name}={other}");
    assert_eq!(sign_in.pending(&headers(&other), &callback).unwrap_err(), CallbackError::NoPendingSignIn);
}

#[test]
fn a_cookie_that_someone_made_is_read_strictly() {
    let good = begin(&sign_in().return_to("/a"), 7).1.to_cookie();
    assert!(Pending::from_cookie(&good).is_some());
    let parts: Vec<&str> = good.split('|').collect();
    let with = |index: usize, part: &str| {
        let mut changed = parts.clone();
        changed[index] = part;
        changed.join("|")
    };
    for bad in [
        with(0, "2"),
        with(0, ""),
        with(1, ""),
        with(1, "AAAA"),
        with(1, &format!("{}=", parts[1])),
        with(2, ""),
        with(2, "-1"),
        with(2, "+1"),
        with(2, "99999999999999999999"),
        with(3, ""),
        with(4, "//evil.example"),
        with(4, "https://evil.example"),
        with(4, "/a!9"),
        with(4, "/a!"),
        with(4, "/a;b"),
        parts[..4].join("|"),
        String::new(),
        "x".repeat(100_000),
    ] {
        assert!(Pending::from_cookie(&bad).is_none(), "{bad}");
    }
}
