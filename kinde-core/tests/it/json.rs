//! Answers are read as JSON is written, and as serde_json reads it without features; its second opinion here. What
//! features of serde_json must not change is tested in a crate of its own, tests/foreign/serde-features.

use bytes::Bytes;
use kinde_core::ErrorKind;
use kinde_core::oauth::{ActiveToken, TokenIntrospect, UserProfileV2};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::decoded::{introspection, profile, revocation};

fn values() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("JSON has no such number", |float| {
            serde_json::Number::from_f64(float).map(Value::Number)
        }),
    ];
    let text = prop_oneof![".{0,8}", "[\\u{0}-\\u{1f}\"\\\\/\u{7f}\u{2028}\u{10ffff}]{0,8}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number,
        text.clone().prop_map(Value::String)
    ];
    leaf.prop_recursive(6, 64, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((text.clone(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Pieces that texts are made of, right and wrong ones.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\"a\"",
        "\"\\",
        "\\u",
        "\\ud83d\\ude00",
        "\\ud800",
        "\\udc00",
        "00e9",
        "u0000",
        "true",
        "false",
        "null",
        "tru",
        "0",
        "-",
        "1",
        "01",
        ".5",
        "e",
        "E+",
        "1e999",
        "-0",
        "1e-999",
        " ",
        "\n",
        "\t",
        "\u{c}",
        "\u{0}",
        "\u{1f}",
        "\u{7f}",
        "é",
        "\u{feff}",
        "x",
        "NaN",
        "/",
        "18446744073709551616",
    ]);
    prop::collection::vec(pieces, 0..16).prop_map(|pieces| format!("{{\"a\":{}}}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is written is read, to the last bit of a float, by either way in.
    #[test]
    fn what_is_written_is_read(value in values()) {
        let body = json!({ "active": true, "sub": "kp_1", "x": value });
        for text in [body.to_string(), format!("{body:#}")] {
            let TokenIntrospect::Active(token) = introspection(200, text.clone()).unwrap() else {
                return Err(TestCaseError::fail("inactive"));
            };
            prop_assert_eq!(&token.other["x"], &value);
            prop_assert_eq!(&profile(200, text.clone()).unwrap().other["x"], &value);
            revocation(200, text).unwrap();
        }
        let read: ActiveToken = serde_json::from_value(body.clone()).unwrap();
        prop_assert_eq!(&read.other["x"], &value);
        let read: UserProfileV2 = serde_json::from_value(body).unwrap();
        prop_assert_eq!(&read.other["x"], &value);
    }

    /// What isn't JSON is refused, and what is isn't.
    #[test]
    fn what_is_no_json_is_refused(text in prop_oneof![soup(), ".{0,12}".prop_map(|text| format!("{{\"a\":{text}}}"))]) {
        let expected = serde_json::from_str::<Map<String, Value>>(&text);
        match revocation(200, text.clone()) {
            Ok(()) => prop_assert!(expected.is_ok(), "{}", text),
            Err(error) => {
                prop_assert!(expected.is_err(), "{}: {}", text, error);
                prop_assert_eq!(error.kind(), ErrorKind::UnexpectedBody);
            }
        }
    }

    /// Nor are bytes that are none of a text.
    #[test]
    fn bytes_that_are_no_json_are_refused(mut bytes in values().prop_map(|value| json!({ "a": value }).to_string().into_bytes()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3)) {
        for (place, byte) in changes {
            *place.get_mut(&mut bytes) = byte;
        }
        let expected = serde_json::from_slice::<Map<String, Value>>(&bytes);
        prop_assert_eq!(revocation(200, Bytes::from(bytes.clone())).is_ok(), expected.is_ok_and(|read| {
            read.get("error").is_none_or(Value::is_null) && read.get("errors").is_none_or(Value::is_null)
        }), "{:?}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn as_deep_as_serde_json_reads_and_no_deeper() {
    for (open, close) in [("[", "]"), (r#"{"x":"#, "}")] {
        let nested = |levels: usize| {
            // The answer itself is a level.
            format!(r#"{{"x":{}0{}}}"#, open.repeat(levels - 1), close.repeat(levels - 1))
        };
        assert!(revocation(200, nested(127)).is_ok());
        assert!(serde_json::from_str::<Value>(&nested(127)).is_ok());
        let error = revocation(200, nested(128)).unwrap_err();
        assert!(error.to_string().contains(": it is nested deeper than 127 levels"), "{error}");
        assert!(serde_json::from_str::<Value>(&nested(128)).is_err());
        // From what is not text, nothing but our own limit is there.
        let deep = |levels: usize| (1..levels).fold(json!(0), |inner, _| json!([inner]));
        let read = |levels| serde_json::from_value::<UserProfileV2>(json!({ "x": deep(levels) }));
        assert!(read(127).is_ok() && read(128).is_err());
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (body, place) in [
        ("{\"a\":1,\n\n \"b\":x}", "it is not valid JSON, at line 3 column 6"),
        ("{\"a\":\"\\udc00\"}", "it is not valid JSON, at line 1 column 9"),
        ("{\"a\":\"\\ud800\"}", "it is not valid JSON, at line 1 column 13"),
        ("{\"a\":1e999}", "it is not valid JSON, at line 1 column 6"),
        ("{\"a\":1.}", "it is not valid JSON, at line 1 column 8"),
        ("{\"a\":\"b", "the JSON ends too early, at line 1 column 7"),
        ("{\"a\":\n", "the JSON ends too early, at line 1 column 6"),
    ] {
        let error = revocation(200, body).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("token_revocation: 200 unexpected body: {place}, attempt 1"),
            "{body}"
        );
    }
    let cut = revocation(200, b"{\"a\":\"\xc3".to_vec()).unwrap_err();
    assert!(cut.to_string().contains("ends too early"), "{cut}");
}

/// As serde_json's maps are sorted, unless someone switches on `preserve_order`.
#[test]
fn of_unknown_members_of_one_name_the_last_is_kept() {
    let token = introspection(200, r#"{"active":true,"x":{"b":1,"a":1,"b":2},"a":1,"b":2,"a":3}"#).unwrap();
    let other = &token.active().unwrap().other;
    assert_eq!(serde_json::to_string(other).unwrap(), r#"{"a":3,"b":2,"x":{"a":1,"b":2}}"#);
}
