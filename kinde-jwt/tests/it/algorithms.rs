//! G 1: a header chooses among our keys, never how they are used.

use aws_lc_rs::hmac;
use kinde_jwt::VerifyError;
use serde_json::{Value, json};

use super::support::{KID, Signer, access, base64, header, id, identity, jwk, jwks, modulus, user, with};

fn hs256(header: &Value, key: &[u8]) -> String {
    let message = format!("{}.{}", base64(header.to_string()), base64(user().to_string()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
    format!("{message}.{}", base64(tag))
}

#[tokio::test]
async fn a_good_token_passes() {
    assert!(access(&Signer::a().sign(&user())).await.is_ok());
    assert!(identity(&Signer::a().sign(&id())).await.is_ok());
}

#[tokio::test]
async fn alg_none_in_any_case() {
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let header = with(&header(), &[("alg", json!(name))]);
        let message = format!("{}.{}", base64(header.to_string()), base64(user().to_string()));
        assert_eq!(access(&format!("{message}.")).await, Err(VerifyError::Algorithm));
        assert_eq!(access(&Signer::a().sign_with(header, &user())).await, Err(VerifyError::Algorithm));
    }
}

/// The classic: the public key as the secret of an HMAC, in each form in which it may be known.
#[tokio::test]
async fn hs256_with_the_public_key() {
    let header = with(&header(), &[("alg", json!("HS256"))]);
    let keys = [
        modulus("a").into_bytes(),
        include_bytes!("keys/a.pub.pem").to_vec(),
        jwk(KID, "a").to_string().into_bytes(),
        jwks(&[jwk(KID, "a")]).into_bytes(),
        Vec::new(),
    ];
    for key in keys {
        assert_eq!(access(&hs256(&header, &key)).await, Err(VerifyError::Algorithm));
    }
    // Under its right name it is still not an RSA signature.
    assert_eq!(access(&hs256(&super::support::header(), b"x")).await, Err(VerifyError::Signature));
}

#[tokio::test]
async fn any_other_algorithm() {
    for name in [
        json!("RS384"),
        json!("RS512"),
        json!("PS256"),
        json!("ES256"),
        json!("EdDSA"),
        json!("HS512"),
        json!("rs256"),
        json!("RS256 "),
        json!(["RS256"]),
        json!(256),
        Value::Null,
        json!({"alg": "RS256"}),
    ] {
        let token = Signer::a().sign_with(with(&header(), &[("alg", name.clone())]), &user());
        assert_eq!(access(&token).await, Err(VerifyError::Algorithm), "{name}");
    }
    let token = Signer::a().sign_with(super::support::without(&header(), "alg"), &user());
    assert_eq!(access(&token).await, Err(VerifyError::Algorithm));
}

/// A key in the header is the sender's, and so is an address.
#[tokio::test]
async fn keys_and_addresses_in_the_header_are_not_looked_at() {
    for (name, value) in [
        ("jwk", jwk(KID, "b")),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("x")),
    ] {
        let header = with(&header(), &[(name, value)]);
        assert_eq!(
            access(&Signer::b().sign_with(header.clone(), &user())).await,
            Err(VerifyError::Signature),
            "{name}"
        );
        assert!(access(&Signer::a().sign_with(header, &user())).await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn extensions_that_must_be_understood() {
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!(["b64"])),
        ("crit", Value::Null),
        ("b64", json!(false)),
        ("b64", json!(true)),
    ] {
        let token = Signer::a().sign_with(with(&header(), &[(name, value)]), &user());
        assert_eq!(access(&token).await, Err(VerifyError::Extension), "{name}");
    }
}

#[tokio::test]
async fn other_types() {
    for typ in [json!("JWT"), json!("jwt"), json!("Jwt")] {
        assert!(access(&Signer::a().sign_with(with(&header(), &[("typ", typ)]), &user())).await.is_ok());
    }
    assert!(access(&Signer::a().sign_with(super::support::without(&header(), "typ"), &user())).await.is_ok());
    for typ in [
        json!("at+jwt"),
        json!("logout+jwt"),
        json!("JOSE"),
        json!(""),
        json!(1),
        Value::Null,
        json!(["JWT"]),
    ] {
        let token = Signer::a().sign_with(with(&header(), &[("typ", typ.clone())]), &user());
        assert_eq!(access(&token).await, Err(VerifyError::Type), "{typ}");
    }
}

#[tokio::test]
async fn a_jwe_and_the_json_serialization() {
    let jwe = format!("{}.a.b.c.d", base64(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#));
    assert!(matches!(access(&jwe).await, Err(VerifyError::Malformed(_))));
    let json = json!({"payload": base64(user().to_string()), "protected": base64(header().to_string()), "signature": "x"});
    assert!(matches!(access(&json.to_string()).await, Err(VerifyError::Malformed(_))));
}

#[tokio::test]
async fn a_key_id_that_is_none() {
    for kid in [Value::Null, json!(1), json!([KID]), json!({"a": KID})] {
        let token = Signer::a().sign_with(with(&header(), &[("kid", kid.clone())]), &user());
        assert_eq!(access(&token).await, Err(VerifyError::NoKeyId), "{kid}");
    }
    let token = Signer::a().sign_with(super::support::without(&header(), "kid"), &user());
    assert_eq!(access(&token).await, Err(VerifyError::NoKeyId));
    for kid in ["", "other", "2A:E0:4F:11:22:33", "2a:e0:4f:11:22:33 ", "../2a", "' OR 1=1 --"] {
        let token = Signer::a().sign_with(with(&header(), &[("kid", json!(kid))]), &user());
        assert_eq!(access(&token).await, Err(VerifyError::UnknownKey), "{kid}");
    }
}

#[tokio::test]
async fn a_signature_of_someone_else_or_none() {
    let token = Signer::a().sign(&user());
    let (message, signature) = token.rsplit_once('.').unwrap();
    assert_eq!(access(&Signer::b().sign(&user())).await, Err(VerifyError::Signature));
    assert_eq!(access(&format!("{message}.")).await, Err(VerifyError::Signature));
    // The first and the last byte, the length, and another token's.
    let mut bytes = base64_bytes(signature);
    bytes[0] ^= 1;
    assert_eq!(access(&format!("{message}.{}", base64(&bytes))).await, Err(VerifyError::Signature));
    bytes[0] ^= 1;
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert_eq!(access(&format!("{message}.{}", base64(&bytes))).await, Err(VerifyError::Signature));
    bytes[last] ^= 1;
    assert_eq!(access(&format!("{message}.{}", base64(&bytes[..last]))).await, Err(VerifyError::Signature));
    let longer = [&[0], &bytes[..]].concat();
    assert_eq!(access(&format!("{message}.{}", base64(longer))).await, Err(VerifyError::Signature));
    let other = Signer::a().sign(&with(&user(), &[("sub", json!("kp_2"))]));
    let (theirs, _) = other.rsplit_once('.').unwrap();
    assert_eq!(access(&format!("{theirs}.{signature}")).await, Err(VerifyError::Signature));
}

fn base64_bytes(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}
