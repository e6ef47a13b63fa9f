//! Each documented success, and what must not be taken for one. Bodies are written from Kinde's reference
//! page and API description by hand.

use kinde_core::ErrorKind;
use kinde_core::oauth::{TokenIntrospect, UserProfileV2};
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
        // A doubt is no proof that the address is theirs.
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
fn the_documented_introspection() {
    let body = r#"{"active":true,"aud":["https://api.example.com/v1"],"client_id":"3b0b5c6c8fcc464fab397f4969b5f482","exp":1612345678,"iat":1612345678}"#;
    let TokenIntrospect::Active(token) = introspection(200, body).unwrap() else { panic!("inactive") };
    assert_eq!(token.aud, ["https://api.example.com/v1"]);
    assert_eq!(token.client_id.as_deref(), Some("3b0b5c6c8fcc464fab397f4969b5f482"));
    assert_eq!((token.exp, token.iat), (Some(1_612_345_678), Some(1_612_345_678)));
    assert!(token.other.is_empty());
    assert_eq!(serde_json::to_string(&TokenIntrospect::Active(token)).unwrap(), body);

    assert_eq!(introspection(200, r#"{"active":false}"#).unwrap(), TokenIntrospect::Inactive);
    assert_eq!(serde_json::to_string(&TokenIntrospect::Inactive).unwrap(), r#"{"active":false}"#);
}

#[test]
fn introspection_is_read_leniently_where_nothing_is_in_doubt() {
    let read =
        |body: &str| introspection(200, body.to_owned()).unwrap_or_else(|error| panic!("{body}: {error}"));
    let active = |body: &str| match read(body) {
        TokenIntrospect::Active(token) => token,
        other => panic!("{body}: {other:?}"),
    };
    assert!(active(r#"{"active":true}"#).aud.is_empty());
    assert!(active(r#"{"active":true,"aud":[]}"#).aud.is_empty());
    assert!(active(r#"{"active":true,"aud":null,"client_id":null,"exp":null}"#).aud.is_empty());
    assert_eq!(active(r#"{"active":true,"aud":"one"}"#).aud, ["one"]);
    assert_eq!(active(r#"{"active":true,"exp":"1612345678","iat":"0"}"#).exp, Some(1_612_345_678));
    assert_eq!(active(r#"{"active":true,"exp":1.612345678e9}"#).exp, Some(1_612_345_678));
    assert_eq!(active(r#"{"active":true,"exp":18446744073709551615}"#).exp, Some(u64::MAX));
    assert_eq!(active("\r\n {\"exp\":1,\"active\":true} \n").exp, Some(1));
    let token = active(r#"{"active":true,"scope":"openid email","sub":"kp_1"}"#);
    assert_eq!(serde_json::Value::Object(token.other), json!({"scope": "openid email", "sub": "kp_1"}));
    // An unknown member may be given twice: nothing of ours depends on it.
    assert_eq!(active(r#"{"active":true,"scope":"a","scope":"b"}"#).other["scope"], "b");
    assert_eq!(read(r#"{"active":false,"client_id":"someone"}"#), TokenIntrospect::Inactive);
}

#[test]
fn a_doubt_is_never_active() {
    let deep = format!("{}{}", r#"{"active":true,"x":"#, "[".repeat(10_000));
    let deeper = deep.clone() + &"[".repeat(100_000);
    let many = format!(r#"{{"active":true,"x":[{}0]}}"#, "0,".repeat(20_000));
    let cases: &[(&str, &str)] = &[
        ("", "empty"),
        ("  \r\n", "empty"),
        ("{}", "`active` is missing"),
        (r#"{"active":null}"#, "`active` is missing"),
        (r#"{"active":1}"#, "`active` is not true or false"),
        (r#"{"active":"true"}"#, "`active` is not true or false"),
        (r#"{"active":[true]}"#, "`active` is not true or false"),
        (r#"{"Active":true}"#, "`active` is missing"),
        (r#"{"active":true,"active":true}"#, "`active` is given twice"),
        (r#"{"active":false,"active":true}"#, "`active` is given twice"),
        (r#"{"active":true,"exp":1,"exp":2}"#, "`exp` is given twice"),
        (r#"{"active":null,"active":true}"#, "`active` is given twice"),
        (r#"{"active":true,"exp":1.5}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"exp":-1}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"exp":18446744073709551616}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"exp":1e400}"#, "no valid JSON"),
        (r#"{"active":true,"exp":9007199254740993.0}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"exp":1612345678.00000001}"#, "`exp` is not a whole number"),
        (r#"{"active":{"$serde_json::private::RawValue":"true"}}"#, "`active` is not true or false"),
        (r#"{"active":{"\u0024serde_json::private::RawValue":"true"}}"#, "`active` is not true or false"),
        (r#"{"active":true,"exp":{"$serde_json::private::Number":"1"}}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"exp":""}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"exp":"+1"}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"exp":"soon"}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"exp":"99999999999999999999"}"#, "`exp` is not a whole number"),
        (r#"{"active":true,"iat":true}"#, "`iat` is not a whole number"),
        (r#"{"active":true,"aud":[1]}"#, "`aud` is not a string or a list of strings"),
        (r#"{"active":true,"aud":{"a":"b"}}"#, "`aud` is not a string or a list of strings"),
        (r#"{"active":true,"client_id":7}"#, "`client_id` is not a string"),
        (r#"{"active":false,"exp":"canary"}"#, "`exp` is not a whole number"),
        (r#"{"active":true"#, "ends too early"),
        (r#"{"active":tr"#, "ends too early"),
        (r#"{"active":true}{"active":true}"#, "no valid JSON"),
        (r#"{"active":true} x"#, "no valid JSON"),
        (r#"{"active":true,}"#, "no valid JSON"),
        (r#"{active:true}"#, "no valid JSON"),
        (r#"[true]"#, "no JSON object"),
        (r#"[{"active":true}]"#, "no JSON object"),
        ("true", "no JSON object"),
        ("null", "no JSON object"),
        ("\"canary\"", "no JSON object"),
        ("\u{feff}{\"active\":true}", "no JSON object"),
        ("<!doctype html><title>Sign in</title>", "HTML"),
        (&deep, "no valid JSON"),
        (&deeper, "too many values"),
        (&many, "too many values"),
    ];
    for (body, word) in cases {
        let shown: String = body.chars().take(60).collect();
        let Err(error) = introspection(200, (*body).to_owned()) else { panic!("{shown} was read") };
        assert_eq!(error.kind(), ErrorKind::UnexpectedBody, "{shown}");
        assert_eq!(error.status().unwrap(), 200);
        let text = error.to_string();
        assert!(text.starts_with("token_introspection: 200 unexpected body: "), "{text}");
        assert!(text.contains(word), "{shown}: {text}");
        assert!(!format!("{text} {error:?}").contains("canary"), "{text}");
        assert!(!error.is_retryable());
    }
    let utf16: Vec<u8> = r#"{"active":true}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&b"{\"active\":true,\"client_id\":\"\xff\"}"[..], b"\xff\xfe", &utf16] {
        assert_eq!(introspection(200, bytes.to_vec()).unwrap_err().kind(), ErrorKind::UnexpectedBody);
    }
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
