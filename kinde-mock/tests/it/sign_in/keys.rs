//! What is published: the keys that sign, and where things are.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinde_mock::MockTransport;
use serde_json::{Value, json};

use super::verified;
use crate::support::Raw;

#[tokio::test]
async fn the_key_is_one_at_both_paths_and_its_id_can_be_read_by_plain_base64() {
    let kinde = MockTransport::new();
    let [one, other] = ["/.well-known/jwks", "/.well-known/jwks.json"].map(|path| Raw::new("GET", path));
    let (one, other) = (one.send(&kinde).await, other.send(&kinde).await);
    assert_eq!(one.body(), other.body());
    let keys: Value = serde_json::from_str(one.body()).unwrap();
    let [key] = &keys["keys"].as_array().unwrap()[..] else { panic!("one key") };
    assert_eq!(
        (&key["kty"], &key["alg"], &key["use"], &key["e"]),
        (&json!("RSA"), &json!("RS256"), &json!("sig"), &json!("AQAB"))
    );
    let kid = key["kid"].as_str().unwrap();
    assert!(kid.split(':').count() == 16 && kid.split(':').all(|byte| u8::from_str_radix(byte, 16).is_ok()));
    assert_eq!(kid, MockTransport::new().key_ids()[0], "the same for every fake, so after a restart");
    let header = kinde.sign_in().access_token.expose().split('.').next().unwrap().to_owned();
    let padded = format!("{header}{}", "=".repeat((4 - header.len() % 4) % 4));
    assert!(STANDARD.decode(padded).is_ok());
}

#[tokio::test]
async fn discovery_says_where_it_calls_itself_and_where_it_was_asked() {
    let kinde = MockTransport::new();
    let asked = Raw::new("GET", "/.well-known/openid-configuration").send(&kinde).await;
    let also = Raw::new("GET", "/.well-known/oauth-authorization-server").send(&kinde).await;
    assert_eq!(asked.body(), also.body());
    let found: Value = serde_json::from_str(asked.body()).unwrap();
    assert_eq!(found["issuer"], "https://kinde-mock.invalid");
    assert_eq!(found["authorization_endpoint"], "https://kinde-mock.invalid/oauth2/auth");
    assert_eq!(found["end_session_endpoint"], "https://kinde-mock.invalid/logout");
    assert_eq!(found["token_endpoint"], "https://acme.kinde.com/oauth2/token");
    assert_eq!(found["jwks_uri"], "https://acme.kinde.com/.well-known/jwks");
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
}

#[tokio::test]
async fn rotated_keys_overlap_and_a_retired_one_is_gone() {
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    let mut ids = kinde.key_ids();
    let old = kinde.sign_in();
    for _ in 0..3 {
        ids.push(kinde.rotate_key(Duration::from_secs(60)));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "two that are embedded, then one that is new");
    assert!(verified(&kinde, old.access_token.expose()).await.is_some());
    assert!(verified(&kinde, kinde.sign_in().access_token.expose()).await.is_some());
    let current = kinde.key_ids()[0].clone();
    assert!(!kinde.retire_key(&current), "the one that signs stays");
    kinde.clock().advance(Duration::from_secs(60));
    assert!(verified(&kinde, old.access_token.expose()).await.is_none());
    assert_eq!(kinde.key_ids(), [current]);
}
