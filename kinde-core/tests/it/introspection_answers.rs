//! What introspection says of a token, and that a doubt is never "active". Bodies are written from Kinde's reference
//! page and API description by hand.

use kinde_core::ErrorKind;
use kinde_core::oauth::TokenIntrospect;
use serde_json::json;

use crate::decoded::introspection;

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
        (r#"{"active":true,"exp":1e400}"#, "not valid JSON"),
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
        (r#"{"active":true}{"active":true}"#, "not valid JSON"),
        (r#"{"active":true} x"#, "not valid JSON"),
        (r#"{"active":true,}"#, "not valid JSON"),
        (r#"{active:true}"#, "not valid JSON"),
        (r#"[true]"#, "not a JSON object"),
        (r#"[{"active":true}]"#, "not a JSON object"),
        ("true", "not a JSON object"),
        ("null", "not a JSON object"),
        ("\"canary\"", "not a JSON object"),
        ("\u{feff}{\"active\":true}", "not a JSON object"),
        ("<!doctype html><title>Sign in</title>", "HTML"),
        (&deep, "not valid JSON"),
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
