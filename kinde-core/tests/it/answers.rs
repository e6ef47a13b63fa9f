//! Each documented success, and what must not be taken for one. Bodies are written from Kinde's reference
//! page and API description by hand.

use kinde_core::ErrorKind;
use kinde_core::oauth::UserProfileV2;
use serde_json::json;

use crate::decoded::{introspection, profile, revocation};

#[test]
fn the_documented_profile() {
    let body = r#"{"sub":"kp_c3143a4b50ad43c88e541d9077681782","provided_id":"some_external_id","name":"John Snow","given_name":"John","family_name":"Snow","updated_at":1612345678,"email":"john.snow@example.com","email_verified":true,"picture":"https://example.com/john_snow.jpg","preferred_username":"john_snow","id":"kp_c3143a4b50ad43c88e541d9077681782"}"#;
    let user = profile(200, body).unwrap();
    let text = |it: &'static str| Some(it.to_owned());
    let mut expected = UserProfileV2::default();
    expected.sub = text("kp_c3143a4b50ad43c88e541d9077681782");
    expected.provided_id = text("some_external_id");
    expected.name = text("John Snow");
    expected.given_name = text("John");
    expected.family_name = text("Snow");
    expected.updated_at = Some(1_612_345_678);
    expected.email = text("john.snow@example.com");
    expected.email_verified = Some(true);
    expected.picture = text("https://example.com/john_snow.jpg");
    expected.preferred_username = text("john_snow");
    expected.id = text("kp_c3143a4b50ad43c88e541d9077681782");
    assert_eq!(user, expected);
    assert_eq!(serde_json::to_string(&user).unwrap(), body);
}

#[test]
fn a_profile_with_nulls_gaps_and_news() {
    let user =
        profile(200, r#"{"sub":"kp_1","provided_id":null,"picture":null,"locale":"de","x":{"y":[1]}}"#)
            .unwrap();
    assert_eq!(user.sub.as_deref(), Some("kp_1"));
    assert_eq!((user.provided_id, user.picture, user.email), (None, None, None));
    assert_eq!(serde_json::Value::Object(user.other), json!({"locale": "de", "x": {"y": [1]}}));
    let mut expected = UserProfileV2::default();
    expected.id = Some("kp_1".to_owned());
    assert_eq!(profile(200, r#"{"id":"kp_1"}"#).unwrap(), expected);
}

#[test]
fn a_profile_is_somebodys() {
    for body in [r#"{"sub":"kp_1"}"#, r#"{"id":"kp_1","sub":null}"#, r#"{"id":"kp_1","sub":"kp_1"}"#] {
        assert_eq!(profile(200, body).unwrap().subject(), Some("kp_1"), "{body}");
    }
    for body in [
        "{}",
        r#"{"sub":null,"id":null}"#,
        r#"{"name":"John Snow","email":"john.snow@example.com"}"#,
        r#"{"provided_id":"kp_1"}"#,
        r#"{"SUB":"kp_1"}"#,
        r#"{"sub":""}"#,
        r#"{"id":"","sub":null}"#,
        r#"{"sub":"","id":"kp_1"}"#,
        r#"{"sub":"kp_1","id":"kp_2"}"#,
        r#"{"sub":"kp_1","id":"KP_1"}"#,
        r#"{"sub":"kp_1","id":1}"#,
        r#"{"sub":{"sub":"kp_1"},"id":"kp_1"}"#,
        r#"{"sub":"kp_1","provided_id":7}"#,
    ] {
        let error = profile(200, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedBody, "{body}");
        assert!(!error.to_string().contains("kp_"), "{error}");
    }
    let mut two = UserProfileV2::default();
    two.sub = Some("kp_1".to_owned());
    two.id = Some("kp_2".to_owned());
    assert_eq!(two.subject(), None);
}

/// What only describes a person: what isn't understood stays, as it came, and nothing else is lost to it.
#[test]
fn a_person_is_read_as_far_as_understood() {
    let with = |member: &str| {
        let body = format!(r#"{{"sub":"kp_1","given_name":"John",{member}}}"#);
        let user = profile(200, body).unwrap_or_else(|error| panic!("{member}: {error}"));
        assert_eq!((user.subject(), user.given_name.as_deref()), (Some("kp_1"), Some("John")), "{member}");
        // And what was read is what is written.
        let again: UserProfileV2 = serde_json::from_str(&serde_json::to_string(&user).unwrap()).unwrap();
        assert_eq!(again, user, "{member}");
        user
    };
    for (written, read) in [
        ("1612345678", 1_612_345_678),
        ("1612345678.25", 1_612_345_678),
        ("1612345678.9999", 1_612_345_678),
        ("1.61234567825e9", 1_612_345_678),
        ("0.5", 0),
        ("0", 0),
        ("\"1612345678\"", 1_612_345_678),
        ("18446744073709551615", u64::MAX),
    ] {
        let user = with(&format!(r#""updated_at":{written}"#));
        assert_eq!((user.updated_at, user.other.len()), (Some(read), 0), "{written}");
    }
    for written in [
        json!(""),
        json!("2021-02-03T09:47:58Z"),
        json!("yesterday"),
        json!("1612345678.25"),
        json!(-1),
        json!(-0.5),
        json!(1e300),
        json!(true),
        json!([1_612_345_678]),
        json!({"seconds": 1}),
    ] {
        let user = with(&format!(r#""updated_at":{written}"#));
        assert_eq!((user.updated_at, user.other.len()), (None, 1), "{written}");
        assert_eq!(user.other["updated_at"], written);
    }
    for written in [json!("true"), json!("false"), json!(1), json!([true])] {
        let user = with(&format!(r#""email":"j@example.com","email_verified":{written}"#));
        // A doubt does not prove that the address is theirs.
        assert_eq!((user.email.as_deref(), user.email_verified), (Some("j@example.com"), None));
        assert_eq!(user.other["email_verified"], written);
    }
    for name in ["name", "family_name", "email", "picture", "preferred_username"] {
        let user = with(&format!(r#""{name}":["John"]"#));
        assert_eq!(user.other[name], json!(["John"]));
    }
    // Twice is twice, whatever it describes.
    for twice in [r#""updated_at":"","updated_at":1"#, r#""email_verified":"true","email_verified":true"#] {
        let body = format!(r#"{{"sub":"kp_1",{twice}}}"#);
        assert_eq!(profile(200, body).unwrap_err().kind(), ErrorKind::UnexpectedBody);
    }
}

#[test]
fn an_error_is_no_success_whatever_its_status_says() {
    for body in [
        r#"{"errors":[{"code":"TOKEN_INVALID","message":"canary"}]}"#,
        r#"{"errors":{"code":"ROUTE_NOT_FOUND","message":"canary"}}"#,
        r#"{"error":"invalid_client","error_description":"canary"}"#,
        r#"{"active":true,"sub":"kp_1","error":"invalid_client"}"#,
        r#"{"active":false,"sub":"kp_1","errors":["canary"]}"#,
        r#"{"active":true,"sub":"kp_1","errors":[]}"#,
        r#"{"active":true,"sub":"kp_1","error":{"canary":1}}"#,
        r#"{"active":true,"sub":"kp_1","\u0065rror":"invalid_client"}"#,
        r#"{"active":true,"sub":"kp_1","error":null,"error":"invalid_client"}"#,
        r#"{"active":true,"sub":"kp_1","error":"invalid_client","error":null}"#,
    ] {
        let errors = [
            profile(200, body).unwrap_err(),
            introspection(200, body).unwrap_err(),
            revocation(200, body).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::UnexpectedBody, "{body}");
            let text = error.to_string();
            assert!(text.contains(": 200 unexpected body: it is an error, not an answer"), "{text}");
            assert!(!format!("{text} {error:?}").contains("canary"), "{error:?}");
        }
    }
    let error = revocation(200, r#"{"errors":[{"code":"TOKEN_INVALID","message":"no"}]}"#).unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("TOKEN_INVALID"), Some("no")));
    assert_eq!(
        error.to_string(),
        "token_revocation: 200 unexpected body: it is an error, not an answer (TOKEN_INVALID), attempt 1"
    );
    // A member that is null is absent, here as elsewhere; and what is within another is not about the answer.
    let fine = r#"{"active":true,"sub":"kp_1","error":null,"errors":null,"x":{"error":"e"},"error_uri":"u"}"#;
    assert!(profile(200, fine).is_ok() && introspection(200, fine).unwrap().is_active());
    revocation(200, fine).unwrap();
}

#[test]
fn a_mistyped_profile_is_no_profile() {
    for body in [
        r#"{"sub":1}"#,
        r#"{"email_verified":"true"}"#,
        r#"{"updated_at":"yesterday"}"#,
        r#"{"name":["John"]}"#,
        r#"{"sub":"a","sub":"b"}"#,
        r#"["kp_1"]"#,
        "",
        "null",
        "<html>",
    ] {
        assert_eq!(profile(200, body).unwrap_err().kind(), ErrorKind::UnexpectedBody, "{body}");
    }
}

#[test]
fn a_revocation_succeeds_only_as_documented() {
    for body in ["", "{}", r#" {"status":"ok"}"#] {
        revocation(200, body).unwrap();
    }
    for body in ["<html>Please sign in</html>", "OK", "null", "[]", "{", "{} {}"] {
        assert_eq!(revocation(200, body).unwrap_err().kind(), ErrorKind::UnexpectedBody, "{body}");
    }
    // No JSON, to the last byte.
    for body in [
        &b"{\"x\":\"\xff\"}"[..],
        b"{\"\xc0\xae\":1}",
        br#"{"x":"\ud800"}"#,
        br#"{"x":"\udc00"}"#,
        br#"{"x":"\ud800\u0041"}"#,
        br#"{"x":"\ud800\ud800"}"#,
        br#"{"x":1e999}"#,
        br#"{"x":[-1e999]}"#,
        br#"{"x":01}"#,
        b"{\"x\":\"\x00\"}",
        b"{}\0",
        b"{}\x0c",
        b" ",
    ] {
        let text = String::from_utf8_lossy(body);
        assert_eq!(revocation(200, body.to_vec()).unwrap_err().kind(), ErrorKind::UnexpectedBody, "{text}");
    }
}
