//! What one verification allocates. A process of its own: the counter is the allocator's.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, dead_code)]

#[path = "it/support.rs"]
mod support;

use std::time::Duration;

use kinde_core::AccessToken;
use kinde_jwt::{Audience, KeySet, Policy};
use serde_json::json;
use support::{API, CLIENT, ISSUER, KID, NOW, Signer, jwk, jwks, user, with};

/// A token of Kinde's size, with ten permissions and three flags.
fn token() -> AccessToken {
    let permissions: Vec<String> = (0..10).map(|n| format!("read:things-{n}")).collect();
    let flags = json!({"a": {"t": "b", "v": true}, "b": {"t": "s", "v": "pink"}, "c": {"t": "i", "v": 5}});
    let claims = with(&user(), &[("permissions", json!(permissions)), ("feature_flags", flags)]);
    AccessToken::new(Signer::a().sign(&claims)).unwrap()
}

#[test]
fn a_verification_allocates_its_claims_and_little_more() {
    let keys = KeySet::parse(jwks(&[jwk(KID, "a")]).as_bytes()).unwrap();
    let policy = Policy::new(ISSUER, Audience::any_of([API])).client_id(CLIENT);
    let (token, now) = (token(), Duration::from_secs(NOW));
    assert!((900..1300).contains(&token.expose().len()), "{}", token.expose().len());
    policy.access_token(&keys, &token, now).unwrap();

    let counted = allocation_counter::measure(|| drop(policy.access_token(&keys, &token, now)));
    assert!(
        counted.count_total <= ALLOCATIONS,
        "{} allocations, {} bytes",
        counted.count_total,
        counted.bytes_total
    );
    assert!(
        counted.bytes_total <= BYTES,
        "{} allocations, {} bytes",
        counted.count_total,
        counted.bytes_total
    );
    assert_eq!(counted.count_current, 0, "nothing is kept");

    // What is refused before the signature costs less, however often it comes.
    let refused = AccessToken::new("eyJhbGciOiJub25lIn0.e30.").unwrap();
    let counted = allocation_counter::measure(|| drop(policy.access_token(&keys, &refused, now)));
    assert!(counted.count_total <= 12, "{} allocations", counted.count_total);
}

/// Three parts, some thirty strings of the claims, their maps.
const ALLOCATIONS: u64 = 72;
const BYTES: u64 = 6_400;
