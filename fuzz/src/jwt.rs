//! A service's verifier: which tokens, claims and key sets it takes.

use std::sync::LazyLock;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kinde_jwt::{Audience, KeySet, Policy};
use serde_json::Value;

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://acme.kinde.com";
const API: &str = "https://api.example";
const HEADER: &str = r#"{"alg":"RS256","kid":"2a:e0","typ":"JWT"}"#;

fn policy() -> Policy {
    Policy::new(ISSUER, Audience::any_of([API]).or_empty_from(["f9c0f8a0b1"]))
}

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let moduli: Value =
        serde_json::from_str(include_str!("../../kinde-jwt/tests/it/keys/moduli.json")).expect("ours");
    let set =
        format!(r#"{{"keys":[{{"kty":"RSA","use":"sig","kid":"2a:e0","n":{},"e":"AQAB"}}]}}"#, moduli["a"]);
    KeySet::parse(set.as_bytes()).expect("ours")
});

static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| {
    RsaKeyPair::from_pkcs8(include_bytes!("../../kinde-jwt/tests/it/keys/a.pk8.der")).expect("ours")
});

fn signed(header: &[u8], claims: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).expect("it signs");
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Reads `data` as a token: nobody has the key, so none is good, and a refusal says which check it was and nothing of it.
pub fn token(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(token) = kinde::AccessToken::new(text) else { return };
    let refusal =
        policy().access_token(&KEYS, &token, Duration::from_secs(NOW)).expect_err("nobody signed it");
    assert!(!refusal.is_unavailable());
    assert!(text.len() < 12 || !format!("{refusal} {refusal:?}").contains(text));
}

/// Signs `data` as the claims of a token: what is let in is, to another reader, for this API, of this issuer and alive.
pub fn claims(data: &[u8]) {
    let token = signed(HEADER.as_bytes(), data);
    let Ok(token) = kinde::AccessToken::new(token) else { return };
    let Ok(claims) = policy().access_token(&KEYS, &token, Duration::from_secs(NOW)) else { return };
    let other: Value = serde_json::from_slice(data).expect("what was read is JSON");
    assert_eq!(other["iss"], ISSUER);
    assert!(other["exp"].as_u64().expect("a number") > NOW - 30);
    assert_eq!(other["exp"].as_u64(), Some(claims.expires_at));
    for name in ["iat", "nbf"] {
        assert!(other.get(name).is_none_or(|time| time.as_u64().expect("a number") <= NOW + 30));
    }
    let named = match &other["aud"] {
        Value::String(one) => one == API,
        Value::Array(list) if list.is_empty() => other["azp"] == "f9c0f8a0b1",
        Value::Array(list) => list.iter().any(|one| one == API),
        _ => false,
    };
    assert!(named);
    assert_eq!(other["sub"].as_str(), claims.subject.user());
    assert!(other["scp"].is_array());
    for name in ["auth_time", "rat", "at_hash", "nonce"] {
        assert!(other.get(name).is_none());
    }
    // Asking never panics, and a permission is granted only if it is written.
    let granted = claims.permission("read:todos").is_granted();
    let written =
        |name: &str| other[name].as_array().is_some_and(|list| list.iter().any(|one| one == "read:todos"));
    assert!(!granted || written("permissions") || written("x-hasura-permissions"));
    let _ =
        (claims.role("admin"), claims.flag::<bool>("dark"), claims.organization(), claims.scope("openid"));
}

/// Reads `data` as a key set: what is taken has a key for signatures, with a name and of some strength.
pub fn key_set(data: &[u8]) {
    let Ok(set) = KeySet::parse(data) else { return };
    assert!(!set.is_empty() && set.len() <= 100 && data.len() <= 50 * 1024);
    let other: Value = serde_json::from_slice(data).expect("what was read is JSON");
    let strong = |key: &&Value| {
        let bytes = key["n"].as_str().and_then(|n| URL_SAFE_NO_PAD.decode(n).ok()).unwrap_or_default();
        key["kty"] == "RSA" && bytes.len() >= 256 && key["d"].is_null()
    };
    let named = |key: &Value| key["kid"].as_str().is_some_and(|kid| set.contains(kid));
    assert!(other["keys"].as_array().expect("a list").iter().filter(strong).any(named));
}
