//! What an answer is read as does not depend on features of serde_json. Every expectation here holds for each of them.

mod hidden_names;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Response;
use kinde_core::error::{ErrorResponse, TokenErrorResponse};
use kinde_core::oauth::{
    ActiveToken, GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation, UserProfileV2,
};
use kinde_core::{AccessToken, Error, ErrorKind, Operation, Token};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn response(status: u16, body: &str) -> Response<Bytes> {
    Response::builder().status(status).body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

fn bearer() -> AccessToken {
    AccessToken::new("bearer").unwrap()
}

fn introspection(status: u16, body: &str) -> Result<TokenIntrospect, Error> {
    TokenIntrospection::new(&bearer(), Token::new("t")).decode(response(status, body))
}

fn profile(status: u16, body: &str) -> Result<UserProfileV2, Error> {
    GetUserProfileV2::new(&bearer()).decode(response(status, body))
}

fn revocation(status: u16, body: &str) -> Result<(), Error> {
    TokenRevocation::new("id", Token::new("t")).decode(response(status, body))
}

/// Decoded as an answer, and deserialized by the caller.
fn active(body: &str) -> [Option<ActiveToken>; 2] {
    let decoded = introspection(200, body);
    if let Err(error) = &decoded {
        assert_eq!(error.kind(), ErrorKind::UnexpectedBody, "{body}");
    }
    let claims = |read: TokenIntrospect| read.active().cloned();
    [decoded.ok().and_then(claims), serde_json::from_str(body).ok().and_then(claims)]
}

#[test]
fn whole_numbers_are_judged_alike() {
    let exp = |written: &str| {
        let [decoded, read] = active(&format!(r#"{{"active":true,"exp":{written}}}"#));
        (decoded.map(|token| token.exp), read.map(|token| token.exp))
    };
    for (written, expected) in [
        ("0", 0),
        ("1612345678", 1_612_345_678),
        ("18446744073709551615", u64::MAX),
        ("1.612345678e9", 1_612_345_678),
        ("1612345678.0", 1_612_345_678),
        ("281474976710655.0", 281_474_976_710_655),
        ("\"1612345678\"", 1_612_345_678),
    ] {
        assert_eq!(exp(written), (Some(Some(expected)), Some(Some(expected))), "{written}");
    }
    for written in [
        "9007199254740993.0",
        "9007199254740993e0",
        "18446744073709551616",
        "340282366920938463463374607431768211456",
        "1e300",
        "1e999",
        "-1",
        "0.5",
        "1612345678.5",
    ] {
        assert_eq!(exp(written), (None, None), "{written}");
    }
    // Of floats that have lost their text, those that may have been another number are refused.
    assert_eq!(exp("9007199254740991.0"), (Some(Some(9_007_199_254_740_991)), None));
    assert_eq!(exp("9007199254740992.0"), (Some(Some(1 << 53)), None));
    // The text is judged, where there is one.
    assert_eq!(exp("1612345678.00000001").0, None);
}

/// The same values, in the same order, and as precise, no matter who reads them.
#[test]
fn what_is_kept_is_the_same() {
    let body = r#"{"active":true,"sub":"kp_1","z":{"b":[1,-1,0,-0,1.5,1e3,100,1e-7],"a":{"d":null,"c":true}},
        "f":122.416294033786585,"big":18446744073709551616,"y":"\ud83d\ude00\n","a":1,"a":2}"#;
    let expected = r#"{"a":2,"big":1.8446744073709552e+19,"f":122.41629403378658,"y":"😀\n","z":{"a":{"c":true,"d":null},"b":[1,-1,0,-0.0,1.5,1000.0,100,1e-7]}}"#;
    // The two decoders read a float as IEEE 754 has it. So does serde_json, but for the last bit unless
    // `float_roundtrip` is on, and that is the caller's own doing.
    let users = [
        profile(200, body).unwrap().other,
        introspection(200, body).unwrap().active().unwrap().other.clone(),
    ];
    for other in users {
        let other: BTreeMap<_, _> =
            other.into_iter().filter(|(name, _)| name != "sub" && name != "active").collect();
        assert_eq!(serde_json::to_string(&other).unwrap().replace("e19", "e+19"), expected);
    }
    let read: UserProfileV2 = serde_json::from_str(body).unwrap();
    let (z, big) = (&read.other["z"], &read.other["big"]);
    assert_eq!(
        serde_json::to_string(z).unwrap(),
        r#"{"a":{"c":true,"d":null},"b":[1,-1,0,-0.0,1.5,1000.0,100,1e-7]}"#
    );
    assert_eq!(big.as_f64(), Some(18446744073709551616.0));
    assert_eq!(read.other["f"].as_f64().map(|f| (f * 1e6).round()), Some(122_416_294.0));
    // And kept, it is read back from where it was kept.
    let again: UserProfileV2 = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
    assert_eq!(again.other["z"], *z);
    let again: UserProfileV2 = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
    assert_eq!(again.other["z"], *z);
}

/// Nor does what another format makes of it.
#[test]
fn what_is_kept_is_plain_data() {
    let body =
        r#"{"active":true,"sub":"kp_1","x":[1,-1,1.5,1e300,18446744073709551615,{"a":0.25,"b":null}]}"#;
    let expected = json!([1, -1, 1.5, 1e300, u64::MAX, {"a": 0.25, "b": null}]);
    let user = profile(200, body).unwrap();
    assert_eq!(user.other["x"], expected);
    let kept = rmp_serde::to_vec_named(&user).unwrap();
    assert!(!kept.windows(10).any(|bytes| bytes == b"serde_json"), "{}", String::from_utf8_lossy(&kept));
    assert_eq!(rmp_serde::from_slice::<UserProfileV2>(&kept).unwrap(), user);
    let token = introspection(200, body).unwrap();
    let kept = rmp_serde::to_vec_named(&token).unwrap();
    assert_eq!(rmp_serde::from_slice::<TokenIntrospect>(&kept).unwrap(), token);
}

#[test]
fn a_persons_data_is_read_alike() {
    for (written, expected) in [
        ("1612345678.25", Some(1_612_345_678)),
        ("1.61234567825e9", Some(1_612_345_678)),
        ("1612345678", Some(1_612_345_678)),
        ("\"\"", None),
        ("-0.5", None),
        ("1e300", None),
    ] {
        let body = format!(r#"{{"sub":"kp_1","updated_at":{written}}}"#);
        for user in [profile(200, &body).unwrap(), serde_json::from_str(&body).unwrap()] {
            assert_eq!(user.updated_at, expected, "{written}");
            assert_eq!(user.other.contains_key("updated_at"), expected.is_none(), "{written}");
        }
    }
}

#[test]
fn depth_has_a_limit_of_our_own() {
    fn deep<M: DeserializeOwned>(body: &str) -> Result<M, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(body);
        #[cfg(feature = "unbounded_depth")]
        deserializer.disable_recursion_limit();
        M::deserialize(&mut deserializer)
    }
    for (open, close) in [("[", "]"), (r#"{"x":"#, "}")] {
        let nested = |member: &str, levels: usize| {
            let inner = levels - 1;
            format!(
                r#"{{"active":true,"sub":"kp_1","{member}":{}0{}}}"#,
                open.repeat(inner),
                close.repeat(inner)
            )
        };
        let fine = nested("x", 127);
        assert!(
            profile(200, &fine).is_ok()
                && introspection(200, &fine).is_ok()
                && revocation(200, &fine).is_ok()
        );
        assert!(deep::<UserProfileV2>(&fine).is_ok() && deep::<TokenIntrospect>(&fine).is_ok());
        for levels in [128, 2_000] {
            let body = nested("x", levels);
            assert!(
                profile(200, &body).is_err()
                    && introspection(200, &body).is_err()
                    && revocation(200, &body).is_err()
            );
            assert!(deep::<UserProfileV2>(&body).is_err() && deep::<TokenIntrospect>(&body).is_err());
            for member in ["error", "errors"] {
                let body = nested(member, levels);
                assert!(deep::<ErrorResponse>(&body).is_err() || member == "error");
                assert!(deep::<TokenErrorResponse>(&body).is_err() || member == "errors");
                assert_eq!(introspection(401, &body).unwrap_err().errors().len(), 0);
            }
        }
    }
}

/// The features are what this crate was built with: otherwise it would have shown nothing.
#[test]
fn the_features_are_on() {
    let hidden = serde_json::from_str::<Value>(r#"{"$serde_json::private::RawValue":"true"}"#).unwrap();
    assert_eq!(hidden == json!(true), cfg!(feature = "raw_value"));
    let precise = serde_json::from_str::<Value>("1.00000000000000000000001").unwrap();
    assert_eq!(precise.to_string().len() > 10, cfg!(feature = "arbitrary_precision"));
    let float: f64 = serde_json::from_str("9007199254740991.0").unwrap();
    assert_eq!(float == 9007199254740991.0, cfg!(feature = "float_roundtrip"));
    let order = serde_json::from_str::<Value>(r#"{"b":1,"a":1}"#).unwrap();
    assert_eq!(order.to_string().starts_with(r#"{"b""#), cfg!(feature = "preserve_order"));
}
