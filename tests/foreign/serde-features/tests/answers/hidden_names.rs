//! The names that serde_json gives a meaning to mean nothing in an answer.

use kinde_core::error::{ErrorResponse, TokenErrorResponse};
use kinde_core::keys::GetJwks;
use kinde_core::oauth::{TokenIntrospect, UserProfileV2};
use kinde_core::wire::Answer;
use kinde_core::{ErrorKind, Operation, OperationKind};
use serde_json::{Value, json};

use super::{active, introspection, profile, response, revocation};

/// The names that serde_json gives a meaning to, as they are and with an escape.
const HIDDEN: [&str; 4] = [
    "$serde_json::private::RawValue",
    "$serde_json::private::Number",
    r"\u0024serde_json::private::RawValue",
    r"\u0024serde_json::private::Number",
];

#[test]
fn no_object_is_a_boolean_a_number_or_a_text() {
    for name in HIDDEN {
        for value in ["true", "1", "\\\"text\\\"", "null", "[\\\"a\\\"]"] {
            for member in ["active", "aud", "client_id", "exp", "iat"] {
                let rest = if member == "active" { "" } else { r#""active":true,"# };
                let body = format!(r#"{{{rest}"{member}":{{"{name}":"{value}"}}}}"#);
                assert_eq!(active(&body), [None, None], "{body}");
                assert!(serde_json::from_str::<TokenIntrospect>(&body).is_err(), "{body}");
            }
            for member in ["sub", "id", "provided_id"] {
                let body = format!(r#"{{"sub":"kp_1","{member}":{{"{name}":"{value}"}}}}"#)
                    .replace(r#""sub":"kp_1","sub""#, r#""sub""#);
                assert_eq!(profile(200, &body).unwrap_err().kind(), ErrorKind::UnexpectedBody, "{body}");
                assert!(serde_json::from_str::<UserProfileV2>(&body).is_err(), "{body}");
            }
            // What only describes stays what it is: an object.
            for member in ["updated_at", "email_verified", "name", "x"] {
                let body = format!(r#"{{"sub":"kp_1","{member}":{{"{name}":"{value}"}}}}"#);
                for user in [profile(200, &body).unwrap(), serde_json::from_str(&body).unwrap()] {
                    assert_eq!(
                        (user.updated_at, user.email_verified, &user.name),
                        (None, None, &None),
                        "{body}"
                    );
                    let kept = user.other[member].as_object().unwrap();
                    let kept: Vec<_> =
                        kept.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
                    assert_eq!(kept, [(&*name.replace(r"\u0024", "$"), &*value.replace('\\', ""))], "{body}");
                }
            }
        }
    }
}

/// Nor is one a key, and no key costs the others.
#[test]
fn no_object_is_a_key() {
    let read = |body: &str| GetJwks::new().decode(response(200, body));
    for name in HIDDEN {
        let hidden = format!(r#"{{"{name}":"\"RSA\""}}"#);
        let set = read(&format!(
            r#"{{"keys":[{{"kty":{hidden}}},{hidden},{{"kty":"RSA","kid":"a","x":{hidden}}}]}}"#
        ))
        .unwrap();
        assert_eq!(set.keys.iter().filter_map(|key| key.kid.as_deref()).collect::<Vec<_>>(), ["a"]);
        assert!(set.keys.iter().all(|key| key.kty.as_deref() != Some("RSA") || key.kid.is_some()));
        assert!(read(&format!(r#"{{"keys":{{"{name}":"[]"}}}}"#)).is_err());
    }
}

/// Levels of brackets around an object whose string is the next level: each was parsed with a fresh limit.
fn bomb(name: &str, levels: usize, brackets: usize) -> String {
    let mut text = "0".to_owned();
    // A backslash and a quote are written by their numbers, so that a level adds to its escapes and doesn't double them.
    for _ in 0..levels {
        let escaped = text.replace('\\', r"\u005c").replace('"', r"\u0022");
        text = format!(r#"{}{{"{name}":"{escaped}"}}{}"#, "[".repeat(brackets), "]".repeat(brackets));
    }
    text
}

#[test]
fn a_bomb_is_a_string_in_brackets() {
    for name in ["$serde_json::private::RawValue", "$serde_json::private::Number"] {
        let bomb = bomb(name, 128, 120);
        assert!((80_000..1_000_000).contains(&bomb.len()), "{}", bomb.len());
        let body = format!(r#"{{"active":true,"sub":"kp_1","x":{bomb}}}"#);
        assert!(active(&body).into_iter().all(|token| token.unwrap().other.contains_key("x")));
        assert!(profile(200, &body).unwrap().other["x"].is_array());
        assert!(serde_json::from_str::<UserProfileV2>(&body).unwrap().other["x"].is_array());
        revocation(200, &body).unwrap();

        // In error bodies, short enough to be read.
        let bomb = self::bomb(name, 70, 100);
        assert!(bomb.len() < 64 * 1024, "{}", bomb.len());
        for member in ["x", "error", "error_description", "errors"] {
            let body = format!(r#"{{"{member}":{bomb}}}"#);
            for status in [200, 400, 401, 403, 429, 500] {
                for error in [
                    introspection(status, &body).err(),
                    profile(status, &body).err(),
                    revocation(status, &body).err(),
                ] {
                    assert!(error.is_none_or(|error| error.code().is_none() && error.message().is_none()));
                }
            }
            let _ = serde_json::from_str::<ErrorResponse>(&body);
            let _ = serde_json::from_str::<TokenErrorResponse>(&body);
        }
        let body = format!(r#"{{"errors":[{{"code":{bomb},"message":"m"}},{{"code":"C","x":{bomb}}}]}}"#);
        let _ = serde_json::from_str::<ErrorResponse>(&body).unwrap();
    }
}

#[test]
fn error_bodies_are_what_they_are() {
    for name in HIDDEN {
        let hidden = format!(r#"{{"{name}":"\"hidden\""}}"#);
        let body = format!(r#"{{"error":{hidden},"errors":[{{"code":{hidden},"message":"m"}},{hidden}]}}"#);
        let error = introspection(401, &body).unwrap_err();
        assert_eq!(
            (error.kind(), error.code(), error.message()),
            (ErrorKind::CredentialsRejected, None, Some("m"))
        );
        let read: ErrorResponse = serde_json::from_str(&body).unwrap();
        assert_eq!(read.errors[0].message.as_deref(), Some("m"));
        assert!(read.errors.iter().all(|detail| detail.code.is_none()));
        assert_eq!(serde_json::from_str::<TokenErrorResponse>(&body).unwrap().error, None);

        let under_200 = format!(r#"{{"active":true,"sub":"kp_1","error":{hidden}}}"#);
        assert_eq!(introspection(200, &under_200).unwrap_err().kind(), ErrorKind::UnexpectedBody);
        assert_eq!(profile(200, &under_200).unwrap_err().kind(), ErrorKind::UnexpectedBody);
        assert_eq!(revocation(200, &under_200).unwrap_err().kind(), ErrorKind::UnexpectedBody);
    }
}

/// A type of the caller's may hold serde_json's own values: what would be read as something else is refused.
#[test]
fn types_of_others_see_no_hidden_names() {
    #[derive(Debug, serde::Deserialize)]
    struct Theirs {
        value: Value,
    }
    let read = |body: &str| {
        let response = response(200, body);
        Answer::new(OperationKind::new("theirs"), &response, [None]).json::<Theirs>()
    };
    assert_eq!(read(r#"{"value":[{"a":"b"}]}"#).unwrap().value, json!([{"a": "b"}]));
    let bomb = bomb("$serde_json::private::RawValue", 128, 120);
    for value in [
        r#"{"$serde_json::private::RawValue":"true"}"#,
        r#"[{"\u0024serde_json::private::Number":"1"}]"#,
        &bomb,
    ] {
        for body in [format!(r#"{{"value":{value}}}"#), format!(r#"{{"value":1,"x":{value}}}"#)] {
            assert_eq!(read(&body).unwrap_err().kind(), ErrorKind::UnexpectedBody);
        }
    }
    assert_eq!(read(r#"{"value":1,"error":"invalid_token"}"#).unwrap_err().code(), Some("invalid_token"));
}
