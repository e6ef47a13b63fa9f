//! G 5: several issuers, side by side.

use kinde_core::{AccessToken, Client, Domain};
use kinde_jwt::{Audience, RemoteKeys, Verifier, Verifiers, VerifyError};
use serde_json::json;

use super::support::{API, Clock, Endpoint, KID, Signer, header, jwk, user, with};

fn tenant(host: &str, endpoint: &Endpoint, clock: &Clock) -> Verifier {
    let domain = Domain::new(host).unwrap();
    let keys = RemoteKeys::new(Client::new(domain.clone(), endpoint.clone()), &domain, clock.clone());
    Verifier::builder(keys).audience(Audience::any_of([API])).build()
}

/// Both call their key the same: a kid is a name within one set.
#[tokio::test]
async fn the_same_kid_at_two_issuers() {
    let clock = Clock::new();
    let (a, b) = (Endpoint::of(&[jwk(KID, "a")]), Endpoint::of(&[jwk(KID, "b")]));
    let both = Verifiers::new([tenant("acme.kinde.com", &a, &clock), tenant("other.kinde.com", &b, &clock)]);
    let of = |signer: Signer, issuer: &str| {
        let token = signer.sign(&with(&user(), &[("iss", json!(issuer))]));
        let both = both.clone();
        async move { both.access_token(&AccessToken::new(token).unwrap()).await.map(|claims| claims.issuer) }
    };
    assert_eq!(of(Signer::a(), "https://acme.kinde.com").await.as_deref(), Ok("https://acme.kinde.com"));
    assert_eq!(of(Signer::b(), "https://other.kinde.com").await.as_deref(), Ok("https://other.kinde.com"));
    // Each one's key is good for its own tokens alone.
    assert_eq!(of(Signer::b(), "https://acme.kinde.com").await, Err(VerifyError::Signature));
    assert_eq!(of(Signer::a(), "https://other.kinde.com").await, Err(VerifyError::Signature));
}

#[tokio::test]
async fn no_address_from_a_token_is_ever_called() {
    let clock = Clock::new();
    let endpoint = Endpoint::of(&[jwk(KID, "a")]);
    let both = Verifiers::new([tenant("acme.kinde.com", &endpoint, &clock)]);
    for issuer in [
        "https://evil.example",
        "http://127.0.0.1:9",
        "file:///etc/passwd",
        "https://acme.kinde.com@evil.example",
        "",
    ] {
        let header = with(
            &header(),
            &[("jku", json!("https://evil.example/jwks")), ("x5u", json!("https://evil.example"))],
        );
        let token = Signer::b().sign_with(header, &with(&user(), &[("iss", json!(issuer))]));
        let token = AccessToken::new(token).unwrap();
        assert_eq!(both.access_token(&token).await, Err(VerifyError::Issuer), "{issuer}");
        // A verifier alone: its own issuer's keys, and no other address.
        assert!(
            both.for_token(Signer::a().sign(&user()).as_str()).unwrap().access_token(&token).await.is_err()
        );
    }
    for request in endpoint.requests() {
        assert_eq!(request.uri(), "https://acme.kinde.com/.well-known/jwks");
    }
}

/// Kinde answers a key set's request that has an `Authorization` header with 403.
#[tokio::test]
async fn keys_are_asked_for_without_credentials() {
    let (clock, endpoint) = (Clock::new(), Endpoint::of(&[jwk(KID, "a")]));
    let verifier = tenant("acme.kinde.com", &endpoint, &clock);
    assert!(super::support::ask(&verifier, &Signer::a().sign(&user())).await.is_ok());
    let requests = endpoint.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].uri(), "https://acme.kinde.com/.well-known/jwks");
    assert!(!requests[0].headers().contains_key("authorization"));
    assert!(!requests[0].headers().contains_key("cookie"));
}
