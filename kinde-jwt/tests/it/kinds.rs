//! G 4: nothing in Kinde's header tells what kind of token it is.

use kinde_core::IdToken;
use kinde_jwt::{Audience, Subject, Verifier, VerifyError};
use serde_json::json;

use super::support::{
    API, CLIENT, Clock, Endpoint, KID, NOW, Signer, access, id, identity, jwk, machine, nonce, user,
    verifier, with, without,
};

#[tokio::test]
async fn a_user_and_a_machine_are_told_apart() {
    let john = access(&Signer::a().sign(&user())).await.unwrap();
    assert_eq!(john.subject, Subject::User("kp_1".into()));
    assert_eq!(john.subject.user(), Some("kp_1"));
    let job = access(&Signer::a().sign(&machine())).await.unwrap();
    assert_eq!(job.subject, Subject::Machine);
    assert_eq!(job.subject.user(), None);
}

/// An ID token names the application, and an application's own API may be called by the same name.
#[tokio::test]
async fn an_id_token_as_an_access_token() {
    let (clock, endpoint) = (Clock::new(), Endpoint::of(&[jwk(KID, "a")]));
    let careless = Verifier::builder(endpoint.keys(&clock)).audience(Audience::any_of([API, CLIENT])).build();
    let of = |claims| {
        let token = kinde_core::AccessToken::new(Signer::a().sign(&claims)).unwrap();
        let careless = careless.clone();
        async move { careless.access_token(&token).await }
    };
    assert_eq!(of(id()).await, Err(VerifyError::Kind));
    // A workflow has added the scopes of an access token: what it can't take away still tells.
    assert_eq!(of(with(&id(), &[("scp", json!(["openid"]))])).await, Err(VerifyError::Kind));
    for gone in ["auth_time", "rat", "at_hash", "nonce"] {
        assert_eq!(
            of(with(&without(&id(), gone), &[("scp", json!([]))])).await,
            Err(VerifyError::Kind),
            "{gone}"
        );
    }
}

#[tokio::test]
async fn an_access_token_as_an_id_token() {
    assert_eq!(identity(&Signer::a().sign(&user())).await, Err(VerifyError::Audience));
    // For an API that has the application's name, with claims that imitate an ID token's.
    let imitation = with(
        &user(),
        &[
            ("aud", json!([CLIENT])),
            ("nonce", json!("n-0S6_WzA2Mj")),
            ("at_hash", json!("x")),
            ("name", json!("Jon")),
        ],
    );
    assert_eq!(identity(&Signer::a().sign(&imitation)).await, Err(VerifyError::Kind));
    let machine = with(
        &machine(),
        &[("aud", json!([CLIENT])), ("nonce", json!("n-0S6_WzA2Mj")), ("sub", json!("kp_1"))],
    );
    assert_eq!(identity(&Signer::a().sign(&machine)).await, Err(VerifyError::Kind));
}

#[tokio::test]
async fn a_machine_for_a_user() {
    // `sub` is not a claim that a workflow can write; a token that has both is of neither kind.
    let both = with(&machine(), &[("sub", json!("kp_1"))]);
    assert_eq!(access(&Signer::a().sign(&both)).await, Err(VerifyError::Kind));
}

/// Kinde signs webhooks with the same keys.
#[tokio::test]
async fn a_webhook_as_a_token() {
    let webhook = json!({"type": "user.created", "event_id": "event_1", "timestamp": "2026-01-01T00:00:00Z", "data": {"user": {"id": "kp_1"}}});
    assert_eq!(access(&Signer::a().sign(&webhook)).await, Err(VerifyError::Issuer));
    assert_eq!(identity(&Signer::a().sign(&webhook)).await, Err(VerifyError::Issuer));
    // With the standard claims of both, it still lacks what makes one.
    let dressed = json!({"iss": super::support::ISSUER, "aud": [API], "azp": CLIENT, "exp": NOW + 60, "sub": "kp_1", "type": "user.created"});
    assert_eq!(access(&Signer::a().sign(&dressed)).await, Err(VerifyError::Kind));
}

#[tokio::test]
async fn a_refreshed_id_token_is_of_the_same_user_at_the_same_client() {
    let (clock, endpoint) = (Clock::new(), Endpoint::of(&[jwk(KID, "a")]));
    let verifier = verifier(&endpoint, &clock);
    let old = verifier.id_token(&IdToken::new(Signer::a().sign(&id())), &nonce()).await.unwrap();
    let again = |claims| {
        let (verifier, old) = (verifier.clone(), old.clone());
        async move {
            verifier
                .refreshed_id_token(&IdToken::new(Signer::a().sign(&claims)), &old)
                .await
                .map(|new| new.subject)
        }
    };
    assert_eq!(again(id()).await.as_deref(), Ok("kp_1"));
    assert_eq!(again(without(&id(), "nonce")).await.as_deref(), Ok("kp_1"));
    assert_eq!(
        again(with(&id(), &[("iat", json!(NOW + 10)), ("exp", json!(NOW + 7200))])).await.as_deref(),
        Ok("kp_1")
    );
    for (claims, expected) in [
        (with(&id(), &[("sub", json!("kp_2"))]), VerifyError::Subject),
        (with(&id(), &[("nonce", json!("other"))]), VerifyError::Nonce),
        (with(&id(), &[("nonce", json!(null))]), VerifyError::Nonce),
        (with(&id(), &[("aud", json!([CLIENT, super::support::ISSUER]))]), VerifyError::Audience),
        (with(&id(), &[("iss", json!("https://evil.example"))]), VerifyError::Issuer),
        (with(&id(), &[("exp", json!(NOW - 60))]), VerifyError::Expired),
        (user(), VerifyError::Audience),
    ] {
        assert_eq!(again(claims.clone()).await, Err(expected), "{claims}");
    }
}

#[tokio::test]
async fn id_tokens_need_a_client_id_to_be_checked_by() {
    let (clock, endpoint) = (Clock::new(), Endpoint::of(&[jwk(KID, "a")]));
    let verifier = Verifier::builder(endpoint.keys(&clock)).audience(Audience::any_of([API])).build();
    let answer = verifier.id_token(&IdToken::new(Signer::a().sign(&id())), &nonce()).await;
    assert_eq!(answer, Err(VerifyError::NoClientId));
}
