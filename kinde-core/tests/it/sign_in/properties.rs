use std::time::Duration;

use kinde_core::sign_in::{Callback, Pending, ReauthState, SignIn};
use proptest::prelude::*;

use super::{CALLBACK, accept, application, comes_back, domain, form, now, parameters, sign_in};

fn start(sign_in: &SignIn, seed: [u8; 32]) -> (String, Pending) {
    sign_in.start_with(seed, &domain(), now()).unwrap()
}

proptest! {
    /// Whatever a value holds, the other side reads what was passed, and nothing else is changed by it.
    #[test]
    fn every_parameter_survives_encoding(name in "[a-z_]{1,12}x", value in "\\PC{1,40}") {
        let value = value.replace(char::is_control, "_");
        let plain = parameters(&start(&sign_in(), [7; 32]).0);
        let mut sent = parameters(&start(&sign_in().extra(name.clone(), value.clone()), [7; 32]).0);
        prop_assert_eq!(sent.remove(&name), Some(value));
        prop_assert_eq!(sent, plain);
    }

    #[test]
    fn two_seeds_share_nothing_and_answer_each_other_never(a: [u8; 32], b: [u8; 32]) {
        prop_assume!(a != b);
        let sign_in = sign_in();
        let ((first, mine), (second, theirs)) = (start(&sign_in, a), start(&sign_in, b));
        let (x, y) = (parameters(&first), parameters(&second));
        for name in ["state", "nonce", "code_challenge"] {
            prop_assert_ne!(&x[name], &y[name]);
        }
        prop_assert!(accept(&sign_in, &mine, &comes_back(&second, &[("code", "c")])).is_err());
        let first = form(&accept(&sign_in, &mine, &comes_back(&first, &[("code", "c")])).unwrap());
        let second = form(&accept(&sign_in, &theirs, &comes_back(&second, &[("code", "c")])).unwrap());
        prop_assert_ne!(&first["code_verifier"], &second["code_verifier"]);
        // The values that travel through the browser's address bar don't help anyone who lacks the seed.
        for name in ["state", "nonce", "code_challenge"] {
            prop_assert_ne!(&x[name], &first["code_verifier"]);
        }
    }

    #[test]
    fn a_cookie_gives_back_what_was_kept(seed: [u8; 32], path in "/[!-~]{0,60}", age in 0u64..599) {
        let sign_in = match SignIn::new(&application(), CALLBACK).unwrap().return_to(&path) {
            safe if safe.start_with(seed, &domain(), now()).is_ok() => safe,
            _ => sign_in(),
        };
        let (url, pending) = start(&sign_in, seed);
        let kept = Pending::from_cookie(&pending.to_cookie()).unwrap();
        prop_assert_eq!(kept.return_to(), pending.return_to());
        let callback = comes_back(&url, &[("code", "c")]);
        prop_assert!(sign_in.accept(&kept, &callback, now() + Duration::from_secs(age)).is_ok());
    }

    /// A path that was taken leads, in a browser's own rules, to the site it was on.
    #[test]
    fn where_to_go_on_never_leads_away(path in "[/\\\\.%25cf@:?#a-e\\t ]{0,24}") {
        if let Ok((_, pending)) = sign_in().return_to(&path).start_with([7; 32], &domain(), now()) {
            let taken = pending.return_to().unwrap();
            let base = url::Url::parse("https://app.example/callback").unwrap();
            let there = base.join(taken).unwrap();
            prop_assert_eq!(there.host_str(), Some("app.example"));
            // Also when a proxy has decoded it once.
            let there = base.join(&percent(taken)).unwrap();
            prop_assert_eq!(there.host_str(), Some("app.example"));
        }
    }

    #[test]
    fn no_text_makes_it_panic_or_signs_anyone_in(text in "\\PC{0,200}") {
        let sign_in = sign_in();
        let (_, pending) = start(&sign_in, [7; 32]);
        for callback in [Callback::from_url(&text), Callback::from_query(&text)] {
            prop_assert!(accept(&sign_in, &pending, &callback).is_err());
            let _ = format!("{callback:?}");
        }
        prop_assert!(Pending::from_cookie(&text).is_none());
        let _ = ReauthState::new(&text);
    }
}

fn percent(path: &str) -> String {
    let bytes = path.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let byte = path
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}
