//! What is taken for a key, and what is not.

use kinde_jwt::{KeySet, KeySetError};
use serde_json::{Value, json};

use super::support::{KID, base64, jwk, jwks, modulus, with, without};

fn parse(keys: &[Value]) -> Result<KeySet, KeySetError> {
    KeySet::parse(jwks(keys).as_bytes())
}

#[test]
fn kindes_own_form_is_taken() {
    let set = parse(&[jwk(KID, "a")]).unwrap();
    assert_eq!((set.len(), set.is_empty()), (1, false));
    assert!(set.contains(KID) && !set.contains("other"));
    // As other fixtures write it.
    for key in [
        without(&without(&jwk(KID, "a"), "use"), "alg"),
        with(&jwk(KID, "a"), &[("key_ops", json!(["verify"]))]),
        with(&jwk(KID, "a"), &[("x5t", json!("x")), ("whatever", json!({"a": []}))]),
    ] {
        assert_eq!(parse(std::slice::from_ref(&key)).unwrap().len(), 1, "{key}");
    }
    assert_eq!(format!("{:?}", parse(&[jwk(KID, "a")]).unwrap()), format!("{{{KID:?}}}"));
}

/// RFC 7517 §5: what isn't understood is skipped, and the rest stays.
#[test]
fn an_odd_member_does_not_take_the_others_with_it() {
    let good = jwk(KID, "a");
    let odd = [
        json!(null),
        json!(1),
        json!("x"),
        json!([]),
        json!({}),
        with(&good, &[("kty", json!("EC"))]),
        with(&good, &[("kty", json!("oct"))]),
        without(&good, "kty"),
        with(&good, &[("use", json!("enc"))]),
        with(&good, &[("use", json!(1))]),
        with(&good, &[("alg", json!("RS512"))]),
        with(&good, &[("alg", json!("HS256"))]),
        with(&good, &[("key_ops", json!(["encrypt"]))]),
        with(&good, &[("key_ops", json!("verify"))]),
        without(&good, "kid"),
        with(&good, &[("kid", json!(5))]),
        with(&good, &[("kid", json!(""))]),
        without(&good, "n"),
        without(&good, "e"),
        with(&good, &[("n", json!("!"))]),
        with(&good, &[("n", json!(""))]),
        with(&good, &[("e", json!(""))]),
        with(&good, &[("e", json!(65537))]),
        // Private parts: anyone who reads the set can sign with it.
        with(&good, &[("d", json!("AQAB"))]),
        with(&good, &[("p", json!("AQAB"))]),
        with(&good, &[("k", json!("AQAB"))]),
    ];
    for (index, member) in odd.into_iter().enumerate() {
        let other = match &member {
            Value::Object(members) if members.contains_key("kid") => with(&member, &[("kid", json!("odd"))]),
            _ => member.clone(),
        };
        let other = if member.get("kid").and_then(Value::as_str).is_some_and(|kid| !kid.is_empty()) {
            other
        } else {
            member.clone()
        };
        assert_eq!(parse(std::slice::from_ref(&other)).err(), Some(KeySetError::NoKey), "{index}: {member}");
        let set = parse(&[other, good.clone()]).unwrap();
        assert_eq!(set.len(), 1, "{index}: {member}");
        assert!(set.contains(KID));
    }
}

/// aws-lc-rs parses these and would fail at each signature.
#[test]
fn weak_keys_are_refused_when_the_set_is_read() {
    let good = jwk(KID, "a");
    let padded = base64([&[0, 0][..], &bytes(&modulus("small"))].concat());
    for weak in [
        with(&good, &[("n", json!(modulus("small")))]),
        with(&good, &[("n", json!(padded))]),
        with(&good, &[("e", json!(base64([1])))]),
        with(&good, &[("e", json!(base64([0, 1])))]),
        with(&good, &[("e", json!(base64([2])))]),
        with(&good, &[("e", json!(base64([0])))]),
        with(&good, &[("e", json!(base64([1; 9])))]),
        with(&good, &[("n", json!(base64([0; 256])))]),
        with(&good, &[("n", json!(base64([0xfe; 256])))]),
        with(&good, &[("n", json!(base64([0xff; 1025])))]),
    ] {
        assert_eq!(parse(std::slice::from_ref(&weak)).err(), Some(KeySetError::NoKey), "{weak}");
    }
    // Zeros in front change nothing.
    let zeros = with(&good, &[("n", json!(base64([&[0][..], &bytes(&modulus("a"))].concat())))]);
    assert_eq!(parse(&[zeros]).unwrap().len(), 1);
}

#[test]
fn two_keys_of_one_name_are_neither() {
    assert_eq!(parse(&[jwk(KID, "a"), jwk(KID, "b")]).err(), Some(KeySetError::NoKey));
    assert_eq!(parse(&[jwk(KID, "a"), jwk(KID, "b"), jwk(KID, "a"), jwk("c", "b")]).unwrap().len(), 1);
}

#[test]
fn what_is_no_key_set() {
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":null}",
        "<html>",
        "{\"keys\":[]",
        "{\"keys\":[],\"keys\":[]}",
    ] {
        assert_eq!(KeySet::parse(text.as_bytes()).err(), Some(KeySetError::Unreadable), "{text}");
    }
    assert_eq!(KeySet::parse(b"{\"keys\":[]}").err(), Some(KeySetError::NoKey));
    let many: Vec<Value> = (0..101).map(|n| json!({"kid": n.to_string()})).collect();
    assert_eq!(parse(&many).err(), Some(KeySetError::TooLarge));
    let long = with(&jwk(KID, "a"), &[("x", json!("x".repeat(50 * 1024)))]);
    assert_eq!(parse(&[long]).err(), Some(KeySetError::TooLarge));
}

fn bytes(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}
