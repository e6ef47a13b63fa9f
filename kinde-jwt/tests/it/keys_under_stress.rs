//! G 6: what the issuer's endpoint is asked, and what callers notice of it. Everything is counted, and the clock is moved
//! by hand.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use kinde_core::AccessToken;
use kinde_jwt::{AccessClaims, RemoteKeys, Verifier, VerifyError};
use serde_json::json;

use super::support::{Answer, Clock, Endpoint, KID, Signer, ask, header, jwk, jwks, user, verifier, with};

fn good() -> String {
    Signer::a().sign(&with(&user(), &[("exp", json!(super::support::NOW + 1_000_000))]))
}

fn of_key(kid: &str) -> String {
    Signer::a().sign_with(
        with(&header(), &[("kid", json!(kid))]),
        &with(&user(), &[("exp", json!(super::support::NOW + 1_000_000))]),
    )
}

/// One poll: what a caller who waits for nothing gets.
async fn at_once<T>(call: impl Future<Output = T>) -> Option<T> {
    let mut call: Pin<Box<_>> = Box::pin(call);
    poll_fn(|cx| match call.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

fn set_up(answer: Answer) -> (Clock, Endpoint, Verifier) {
    let (clock, endpoint) = (Clock::new(), Endpoint::new(answer));
    let verifier = verifier(&endpoint, &clock);
    (clock, endpoint, verifier)
}

fn keys() -> Answer {
    Answer::Keys(jwks(&[jwk(KID, "a")]))
}

#[tokio::test]
async fn a_cold_start_with_a_thousand_callers_is_one_fetch() {
    let (_, endpoint, verifier) = set_up(Answer::Waits);
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let (verifier, token) = (verifier.clone(), AccessToken::new(good()).unwrap());
            tokio::spawn(async move { verifier.access_token(&token).await })
        })
        .collect();
    while endpoint.asked() == 0 {
        tokio::task::yield_now().await;
    }
    endpoint.now_does(keys());
    for caller in callers {
        assert!(caller.await.unwrap().is_ok());
    }
    assert_eq!(endpoint.asked(), 1);
}

#[tokio::test]
async fn a_cold_start_that_fails_is_one_fetch_too() {
    let (clock, endpoint, verifier) = set_up(Answer::Breaks);
    for _ in 0..1000 {
        assert_eq!(ask(&verifier, &good()).await, Err(VerifyError::Unavailable));
    }
    assert_eq!(endpoint.asked(), 1);
    clock.advance(29);
    assert_eq!(ask(&verifier, &good()).await, Err(VerifyError::Unavailable));
    assert_eq!(endpoint.asked(), 1);
    endpoint.now_does(keys());
    clock.advance(1);
    assert!(ask(&verifier, &good()).await.is_ok());
    assert_eq!(endpoint.asked(), 2);
}

/// 10,000 random kids, while good tokens keep passing: at most one fetch in 30 s, counted from the last attempt.
#[tokio::test]
async fn ten_thousand_random_kids_with_the_endpoint_up() {
    let (clock, endpoint, verifier) = set_up(keys());
    assert!(ask(&verifier, &good()).await.is_ok());
    assert_eq!(endpoint.asked(), 1);
    clock.advance(60);
    let message = good();
    for number in 0..10_000 {
        if number % 100 == 0 {
            assert!(ask(&verifier, &message).await.is_ok());
        }
        // No signature is needed: it is refused before one is looked at.
        let token = unsigned(&format!("kid-{number}"));
        assert_eq!(ask(&verifier, &token).await, Err(VerifyError::UnknownKey));
    }
    assert_eq!(endpoint.asked(), 2);
    clock.advance(29);
    assert_eq!(ask(&verifier, &unsigned("x")).await, Err(VerifyError::UnknownKey));
    assert_eq!(endpoint.asked(), 2);
    clock.advance(1);
    assert_eq!(ask(&verifier, &unsigned("x")).await, Err(VerifyError::UnknownKey));
    assert_eq!(endpoint.asked(), 3);
}

/// While nothing can be asked, a stranger's key is a doubt: 503, not 401; and the known key goes on.
#[tokio::test]
async fn ten_thousand_random_kids_with_the_endpoint_down() {
    let (clock, endpoint, verifier) = set_up(keys());
    assert!(ask(&verifier, &good()).await.is_ok());
    endpoint.now_does(Answer::Status(503, String::new()));
    clock.advance(60);
    let message = good();
    for number in 0..10_000 {
        if number % 100 == 0 {
            assert!(ask(&verifier, &message).await.is_ok());
        }
        assert_eq!(ask(&verifier, &unsigned(&number.to_string())).await, Err(VerifyError::Unavailable));
    }
    assert_eq!(endpoint.asked(), 2);
}

#[tokio::test]
async fn a_bad_signature_fetches_nothing() {
    let (clock, endpoint, verifier) = set_up(keys());
    assert!(ask(&verifier, &good()).await.is_ok());
    for _ in 0..100 {
        clock.advance(5);
        assert_eq!(ask(&verifier, &Signer::b().sign(&user())).await, Err(VerifyError::Signature));
        assert_eq!(ask(&verifier, "a.b.c").await.map(drop).map_err(|_| ()), Err(()));
    }
    assert_eq!(endpoint.asked(), 1);
}

#[tokio::test]
async fn a_slow_endpoint_delays_nobody_whose_key_is_known() {
    let (clock, endpoint, verifier) = set_up(keys());
    assert!(ask(&verifier, &good()).await.is_ok());
    endpoint.now_does(Answer::Waits);
    clock.advance(599);
    assert!(at_once(ask(&verifier, &good())).await.unwrap().is_ok());
    assert_eq!(endpoint.asked(), 1);
    // Past its ten minutes it is renewed, and nobody waits for it.
    clock.advance(1);
    for _ in 0..100 {
        assert!(at_once(ask(&verifier, &good())).await.unwrap().is_ok());
    }
    assert_eq!(endpoint.asked(), 2);
    // Whose key is not known does.
    assert!(at_once(ask(&verifier, &of_key("new"))).await.is_none());
    assert_eq!(endpoint.asked(), 2);
    endpoint.now_does(Answer::Keys(jwks(&[jwk(KID, "a"), jwk("new", "a")])));
    assert!(ask(&verifier, &of_key("new")).await.is_ok());
    assert_eq!(endpoint.asked(), 2);
}

/// Five seconds, then the attempt is over and counts as failed.
#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up() {
    let (clock, endpoint, verifier) = set_up(Answer::Waits);
    let token = AccessToken::new(good()).unwrap();
    let mut call = Box::pin(verifier.access_token(&token));
    let mut poll = async |advance| {
        clock.advance(advance);
        let call = &mut call;
        poll_fn(move |cx| {
            Poll::Ready(match call.as_mut().poll(cx) {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => None,
            })
        })
        .await
    };
    assert!(poll(0).await.is_none());
    endpoint.now_does(Answer::Waits);
    assert!(poll(4).await.is_none());
    endpoint.now_does(Answer::Waits);
    assert_eq!(poll(1).await, Some(Err(VerifyError::Unavailable)));
    assert_eq!(endpoint.asked(), 1);
}

#[tokio::test]
async fn a_rotation_before_at_and_after_use() {
    let (clock, endpoint, verifier) = set_up(keys());
    // Before anything was verified: the first fetch has both.
    endpoint.now_does(Answer::Keys(jwks(&[jwk(KID, "a"), jwk("b", "b")])));
    assert!(ask(&verifier, &good()).await.is_ok());
    let signed_by_b = |kid: &str| Signer::b().sign_with(with(&header(), &[("kid", json!(kid))]), &user());
    assert!(ask(&verifier, &signed_by_b("b")).await.is_ok());
    assert_eq!(endpoint.asked(), 1);
    // A new key, used at once: its first token fetches the set.
    endpoint.now_does(Answer::Keys(jwks(&[jwk("b", "b"), jwk("c", "b")])));
    clock.advance(30);
    assert!(ask(&verifier, &signed_by_b("c")).await.is_ok());
    assert_eq!(endpoint.asked(), 2);
    // The first key was withdrawn with it.
    assert_eq!(ask(&verifier, &good()).await, Err(VerifyError::UnknownKey));
}

#[tokio::test]
async fn a_withdrawn_key_is_refused_at_the_next_renewal() {
    let (clock, endpoint, verifier) = set_up(keys());
    assert!(ask(&verifier, &good()).await.is_ok());
    endpoint.now_does(Answer::Keys(jwks(&[jwk("b", "b")])));
    clock.advance(599);
    assert!(ask(&verifier, &good()).await.is_ok());
    clock.advance(1);
    // The caller who begins the renewal waits for nothing and is still served.
    assert!(ask(&verifier, &good()).await.is_ok());
    assert_eq!(ask(&verifier, &good()).await, Err(VerifyError::UnknownKey));
    assert_eq!(endpoint.asked(), 2);
}

/// 403, an empty 202 of a firewall, HTML, a redirect, too long, empty, one odd member, private parts: none replaces a good
/// set.
#[tokio::test]
async fn whatever_the_endpoint_sends_the_last_good_set_stays() {
    let private = with(&jwk("p", "b"), &[("d", json!("AQAB"))]);
    let answers = [
        Answer::Status(403, String::new()),
        Answer::Status(202, String::new()),
        Answer::Status(302, String::new()),
        Answer::Status(429, String::new()),
        Answer::Status(500, jwks(&[jwk("b", "b")])),
        Answer::Keys("<html></html>".into()),
        Answer::Keys("{}".into()),
        Answer::Keys(jwks(&[])),
        Answer::Keys(jwks(&[private])),
        Answer::Keys(jwks(&[with(&jwk("s", "a"), &[("n", json!(super::support::modulus("small")))])])),
        Answer::Keys(format!("{}{}", jwks(&[jwk("b", "b")]), " ".repeat(50 * 1024))),
        Answer::Keys(r#"{"error":"server_error"}"#.into()),
        Answer::Breaks,
    ];
    for (index, answer) in answers.into_iter().enumerate() {
        let (clock, endpoint, verifier) = set_up(keys());
        assert!(ask(&verifier, &good()).await.is_ok());
        endpoint.now_does(answer);
        clock.advance(600);
        assert!(ask(&verifier, &good()).await.is_ok(), "{index}");
        assert!(ask(&verifier, &good()).await.is_ok(), "{index}");
        assert_eq!(endpoint.asked(), 2, "{index}: one attempt, and no other within 30 s");
        clock.advance(30);
        assert!(ask(&verifier, &good()).await.is_ok(), "{index}");
        assert_eq!(endpoint.asked(), 3, "{index}");
    }
}

/// One hour after it was fetched, the last good set is too old: 503, at the second.
#[tokio::test]
async fn an_outage_is_survived_for_an_hour_and_then_told() {
    let (clock, endpoint, verifier) = set_up(keys());
    assert!(ask(&verifier, &good()).await.is_ok());
    endpoint.now_does(Answer::Breaks);
    clock.advance(3599);
    assert!(ask(&verifier, &good()).await.is_ok());
    clock.advance(1);
    assert_eq!(ask(&verifier, &good()).await, Err(VerifyError::Unavailable));
    assert!(VerifyError::Unavailable.is_unavailable());
    endpoint.now_does(keys());
    clock.advance(30);
    assert!(ask(&verifier, &good()).await.is_ok());
}

#[tokio::test]
async fn how_long_it_serves_is_settable_within_bounds() {
    for (asked_for, serves) in [(0, 600), (7200, 7200), (1_000_000, 86_400)] {
        let (clock, endpoint) = (Clock::new(), Endpoint::new(keys()));
        let keys: RemoteKeys = endpoint.keys(&clock).serve_stale_for(Duration::from_secs(asked_for));
        let verifier =
            Verifier::builder(keys).audience(kinde_jwt::Audience::any_of([super::support::API])).build();
        assert!(ask(&verifier, &good()).await.is_ok());
        endpoint.now_does(Answer::Breaks);
        clock.advance(serves - 1);
        assert!(ask(&verifier, &good()).await.is_ok(), "{asked_for}");
        clock.advance(1);
        assert_eq!(ask(&verifier, &good()).await, Err(VerifyError::Unavailable), "{asked_for}");
    }
}

/// The caller who began the request goes away: the others lose nothing, and there is no second one.
#[tokio::test]
async fn a_caller_who_goes_away_takes_nothing_along() {
    let (_, endpoint, verifier) = set_up(Answer::Waits);
    assert!(at_once(ask(&verifier, &good())).await.is_none());
    assert_eq!(endpoint.asked(), 1);
    endpoint.now_does(keys());
    let claims: AccessClaims = ask(&verifier, &good()).await.unwrap();
    assert_eq!(claims.subject.user(), Some("kp_1"));
    assert_eq!(endpoint.asked(), 1);
}

fn unsigned(kid: &str) -> String {
    let header = with(&header(), &[("kid", json!(kid))]);
    format!(
        "{}.{}.AAAA",
        super::support::base64(header.to_string()),
        super::support::base64(user().to_string())
    )
}
