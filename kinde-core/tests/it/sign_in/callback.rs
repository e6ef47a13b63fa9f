use std::error::Error as _;
use std::time::Duration;

use kinde_core::sign_in::{Callback, CallbackError, Prompt, SignIn};

use super::{CALLBACK, SECRET, accept, application, begin, comes_back, form, now, parameters, sign_in};

#[test]
fn a_code_is_redeemed_with_what_the_sign_in_began_with() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    // As Kinde writes it: code, scope, state.
    let state = &parameters(&url)["state"];
    let query = format!("code=abc.d-f_&scope=openid+profile+email+offline&state={state}");
    for callback in [
        Callback::from_query(&query),
        Callback::from_url(&format!("https://app.example/callback?{query}")),
        Callback::from_url(&format!("/callback?{query}#top")),
        Callback::from(&format!("/callback?{query}").parse::<http::Uri>().unwrap()),
    ] {
        let accepted = accept(&sign_in, &pending, &callback).unwrap();
        let sent = form(&accepted);
        assert_eq!(sent["grant_type"], "authorization_code");
        assert_eq!(sent["client_id"], "f9c0f8a0b1");
        assert_eq!(sent["client_secret"], SECRET);
        assert_eq!(sent["code"], "abc.d-f_");
        assert_eq!(sent["redirect_uri"], CALLBACK);
        assert_eq!(accepted.nonce.expose(), parameters(&url)["nonce"]);
        assert_eq!(accepted.return_to, None);
    }
}

#[test]
fn without_the_own_state_nothing_is_looked_at() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    let (other, _) = begin(&sign_in, 8);
    let state = parameters(&url)["state"].clone();

    assert_eq!(
        accept(&sign_in, &pending, &comes_back(&other, &[("code", "c")])).unwrap_err(),
        CallbackError::NoPendingSignIn
    );
    // An error of a stranger's making is not believed either.
    for callback in [
        comes_back(&other, &[("error", "access_denied")]),
        Callback::from_pairs([("state", &state[..42]), ("code", "c")]),
        Callback::from_pairs([("state", format!("{state}A")), ("code", "c".into())]),
        Callback::from_pairs([("state", state.to_lowercase()), ("code", "c".into())]),
    ] {
        assert_eq!(accept(&sign_in, &pending, &callback).unwrap_err(), CallbackError::NoPendingSignIn);
    }
    for query in ["code=c", "code=c&state=", "error=access_denied", ""] {
        let error = accept(&sign_in, &pending, &Callback::from_query(query)).unwrap_err();
        assert_eq!(error, CallbackError::NoState, "{query}");
    }
}

#[test]
fn it_expires_after_ten_minutes_to_the_second() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    let callback = comes_back(&url, &[("code", "c")]);
    let at = |seconds| sign_in.accept(&pending, &callback, now() + Duration::from_secs(seconds));
    assert!(at(0).is_ok());
    assert!(at(599).is_ok());
    assert_eq!(at(600).unwrap_err(), CallbackError::Expired);
    // Begun on a machine whose clock is ahead: a minute at most.
    assert!(sign_in.accept(&pending, &callback, now() - Duration::from_secs(60)).is_ok());
    assert_eq!(
        sign_in.accept(&pending, &callback, now() - Duration::from_secs(61)).unwrap_err(),
        CallbackError::Expired
    );
}

#[test]
fn another_issuer_is_refused_before_its_error_or_code_is_read() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    let own = comes_back(&url, &[("iss", "https://acme.kinde.com"), ("code", "c")]);
    assert!(accept(&sign_in, &pending, &own).is_ok());
    for issuer in ["https://acme.kinde.com/", "https://evil.example", "https://ACME.kinde.com"] {
        for (name, value) in [("code", "c"), ("error", "access_denied")] {
            let callback = comes_back(&url, &[("iss", issuer), (name, value)]);
            assert_eq!(accept(&sign_in, &pending, &callback).unwrap_err(), CallbackError::OtherIssuer);
        }
    }
}

#[test]
fn an_error_comes_before_a_code() {
    let sign_in = sign_in().prompt(Prompt::None);
    let (url, pending) = begin(&sign_in, 7);
    let callback = comes_back(
        &url,
        &[
            ("error", "login_required"),
            ("error_description", "User authentication is required"),
            ("code", "c"),
        ],
    );
    let error = accept(&sign_in, &pending, &callback).unwrap_err();
    let CallbackError::Refused(refused) = &error else { panic!("{error:?}") };
    assert!(refused.is_login_required() && !refused.is_access_denied());
    assert_eq!(refused.description(), Some("User authentication is required"));
    assert_eq!(error.to_string(), "the sign-in was refused: login_required");

    let denied = accept(&sign_in, &pending, &comes_back(&url, &[("error", "access_denied")])).unwrap_err();
    assert!(matches!(denied, CallbackError::Refused(refused) if refused.is_access_denied()));
}

#[test]
fn what_is_printed_is_never_what_a_stranger_wrote() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    let callback = comes_back(&url, &[("error", "<b>evil\u{1b}[31m"), ("error_description", "a secret")]);
    let error = accept(&sign_in, &pending, &callback).unwrap_err();
    let shown = format!("{error} {error:?} {callback:?}");
    assert!(!shown.contains("evil") && !shown.contains("secret"), "{shown}");
    assert!(error.source().is_none());
}

#[test]
fn a_parameter_given_twice_is_a_doubt() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    for twice in [
        [("code", "a"), ("code", "b")],
        [("code", "a"), ("code", "a")],
        [("scope", "a"), ("scope", "b")],
        [("whatever", "a"), ("whatever", "b")],
        [("iss", "https://acme.kinde.com"), ("iss", "https://evil.example")],
    ] {
        let mut pairs = vec![("code", "c")];
        pairs.retain(|(name, _)| *name != twice[0].0);
        pairs.extend(twice);
        assert_eq!(
            accept(&sign_in, &pending, &comes_back(&url, &pairs)).unwrap_err(),
            CallbackError::DuplicateParameter
        );
    }
    let state = parameters(&url)["state"].clone();
    let twice = Callback::from_query(&format!("state={state}&code=c&%73tate={state}"));
    assert_eq!(accept(&sign_in, &pending, &twice).unwrap_err(), CallbackError::DuplicateParameter);
}

#[test]
fn a_callback_without_a_code_or_too_long_says_so() {
    let sign_in = sign_in();
    let (url, pending) = begin(&sign_in, 7);
    for pairs in [&[][..], &[("code", "")][..], &[("error", "")][..]] {
        assert_eq!(accept(&sign_in, &pending, &comes_back(&url, pairs)).unwrap_err(), CallbackError::NoCode);
    }
    let long = Callback::from_query(&format!("code={}", "a".repeat(33 * 1024)));
    assert_eq!(accept(&sign_in, &pending, &long).unwrap_err(), CallbackError::TooLong);
    let many = Callback::from_pairs((0..65).map(|n| (format!("a{n}"), "b")));
    assert_eq!(accept(&sign_in, &pending, &many).unwrap_err(), CallbackError::TooLong);
}

/// The complaint of kinde-auth-nextjs#86: "State not found" names no cause.
#[test]
fn the_message_names_the_likely_causes() {
    let text = CallbackError::NoPendingSignIn.to_string();
    for cause in ["cookie is missing", "another host name", "reload", "another browser", "Sign in again"] {
        assert!(text.contains(cause), "{cause}: {text}");
    }
}

/// A code in another application's sign-in is redeemed by nobody else: verifier and callback URL are the own ones.
#[test]
fn a_verifier_of_one_never_completes_another() {
    let sign_in = sign_in();
    let other = SignIn::new(&application(), "https://app.example/other").unwrap();
    let ((first, mine), (second, theirs)) = (begin(&sign_in, 1), begin(&other, 2));
    let a = form(&accept(&sign_in, &mine, &comes_back(&first, &[("code", "c")])).unwrap());
    let b = form(&accept(&other, &theirs, &comes_back(&second, &[("code", "c")])).unwrap());
    assert_ne!(a["code_verifier"], b["code_verifier"]);
    assert_eq!(b["redirect_uri"], "https://app.example/other");
}
