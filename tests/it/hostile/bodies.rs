//! 200s that are not what is documented, and those that are, however strangely written.

use kinde::ErrorKind::UnexpectedBody;

use super::case::{Call, Case, End, body, failed};

const ACTIVE: End = End::Active { exp: None, aud: 0 };

fn until(exp: u64) -> End {
    End::Active { exp: Some(exp), aud: 0 }
}

fn for_some(aud: usize) -> End {
    End::Active { exp: None, aud }
}

fn nested(open: &str, close: &str, depth: usize) -> Vec<u8> {
    format!(r#"{{"active":true,"x":{}0{}}}"#, open.repeat(depth), close.repeat(depth)).into_bytes()
}

fn many(item: &str, count: usize) -> Vec<u8> {
    format!(r#"{{"active":true,"x":[{}]}}"#, vec![item; count].join(",")).into_bytes()
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

pub fn cases() -> Vec<Case> {
    let bad = |name, text: &str| body(name, Call::Introspection, text, failed(UnexpectedBody));
    let raw = |name, bytes: Vec<u8>| body(name, Call::Introspection, bytes, failed(UnexpectedBody));
    let good = |name, text: &str, end| body(name, Call::Introspection, text, end);
    let profile = |name, text: &str| body(name, Call::Profile, text, failed(UnexpectedBody));
    let someone = |name, text: &str| body(name, Call::Profile, text, End::Profile(Some("kp_1".to_owned())));
    let revocation = |name, text: &str, end| body(name, Call::Revocation, text, end);
    vec![
        // Empty, cut short, malformed.
        bad("200 empty", ""),
        bad("200 white space", " \r\n\t"),
        bad("200 cut in a word", r#"{"active":tr"#),
        bad("200 cut before the brace", r#"{"active":true"#),
        bad("200 cut in a name", r#"{"acti"#),
        bad("200 two documents", r#"{"active":false}{"active":true}"#),
        bad("200 text after it", r#"{"active":true} ok"#),
        bad("200 trailing comma", r#"{"active":true,}"#),
        bad("200 unquoted name", "{active:true}"),
        bad("200 single quotes", "{'active':true}"),
        bad("200 comment", r#"{"active":true/* yes */}"#),
        bad("200 NaN", r#"{"active":true,"exp":NaN}"#),
        bad("200 line break in a string", "{\"active\":true,\"client_id\":\"a\nb\"}"),
        bad("200 list", r#"[{"active":true}]"#),
        bad("200 null", "null"),
        bad("200 true", "true"),
        bad("200 string", r#""{\"active\":true}""#),
        bad("200 HTML", "<!doctype html><title>Sign in</title>"),
        bad("200 XML", r#"<?xml version="1.0"?><active>true</active>"#),
        bad("200 JWT", "eyJhbGciOiJub25lIn0.eyJhY3RpdmUiOnRydWV9."),
        bad("200 JSONP", r#"cb({"active":true})"#),
        bad("200 guarded JSON", ")]}'\n{\"active\":true}"),
        bad("200 form", "active=true"),
        // `active`.
        bad("active missing", "{}"),
        bad("active null", r#"{"active":null}"#),
        bad("active 1", r#"{"active":1}"#),
        bad("active a string", r#"{"active":"true"}"#),
        bad("active a list", r#"{"active":[true]}"#),
        bad("active an object", r#"{"active":{"active":true}}"#),
        bad("active in capitals", r#"{"Active":true,"ACTIVE":true}"#),
        bad("active with a space", r#"{"active ":true}"#),
        bad("active within", r#"{"data":{"active":true}}"#),
        bad("active another's meaning", r#"{"active":{"$serde_json::private::RawValue":"true"}}"#),
        bad(
            "active another's meaning, escaped",
            r#"{"active":{"\u0024serde_json::private::RawValue":"true"}}"#,
        ),
        bad("active a number's meaning", r#"{"active":{"$serde_json::private::Number":"1"}}"#),
        bad("active, and an error", r#"{"active":true,"error":"invalid_client"}"#),
        bad("inactive, and errors", r#"{"active":false,"errors":[{"code":"NO","message":"no"}]}"#),
        bad("active twice", r#"{"active":true,"active":true}"#),
        bad("active false, then true", r#"{"active":false,"active":true}"#),
        bad("active true, then false", r#"{"active":true,"active":false}"#),
        bad("active null, then true", r#"{"active":null,"active":true}"#),
        bad("active twice, once escaped", r#"{"active":false,"\u0061ctive":true}"#),
        good("active escaped", r#"{"\u0061ctive":true}"#, ACTIVE),
        good("inactive with claims", r#"{"active":false,"exp":9999999999}"#, End::Inactive),
        // `aud`.
        good("aud a list", r#"{"active":true,"aud":["a","b"]}"#, for_some(2)),
        good("aud an empty list", r#"{"active":true,"aud":[]}"#, for_some(0)),
        good("aud a string", r#"{"active":true,"aud":"a"}"#, for_some(1)),
        good("aud null", r#"{"active":true,"aud":null}"#, for_some(0)),
        bad("aud numbers", r#"{"active":true,"aud":[1,2]}"#),
        bad("aud a list with null", r#"{"active":true,"aud":["a",null]}"#),
        bad("aud a list of lists", r#"{"active":true,"aud":[["a"]]}"#),
        bad("aud an object", r#"{"active":true,"aud":{"a":true}}"#),
        bad("aud a number", r#"{"active":true,"aud":7}"#),
        bad("aud true", r#"{"active":true,"aud":true}"#),
        bad("aud twice", r#"{"active":true,"aud":"a","aud":"b"}"#),
        // `exp` and the other claims.
        good("exp 0", r#"{"active":true,"exp":0}"#, until(0)),
        good("exp 64 bits", r#"{"active":true,"exp":18446744073709551615}"#, until(u64::MAX)),
        good("exp with an exponent", r#"{"active":true,"exp":1e9}"#, until(1_000_000_000)),
        good("exp digits in a string", r#"{"active":true,"exp":"1612345678"}"#, until(1_612_345_678)),
        bad("exp negative", r#"{"active":true,"exp":-1}"#),
        bad("exp fractional", r#"{"active":true,"exp":1612345678.5}"#),
        bad("exp beyond 64 bits", r#"{"active":true,"exp":18446744073709551616}"#),
        bad("exp that a float can't hold", r#"{"active":true,"exp":9007199254740993.0}"#),
        bad("exp almost whole", r#"{"active":true,"exp":1612345678.00000001}"#),
        bad("exp 1e400", r#"{"active":true,"exp":1e400}"#),
        bad("exp 1e300", r#"{"active":true,"exp":1e300}"#),
        bad("exp a word", r#"{"active":true,"exp":"never"}"#),
        bad("exp a date", r#"{"active":true,"exp":"2030-01-01T00:00:00Z"}"#),
        bad("exp negative in a string", r#"{"active":true,"exp":"-1"}"#),
        bad("exp true", r#"{"active":true,"exp":true}"#),
        bad("exp a list", r#"{"active":true,"exp":[1]}"#),
        bad("exp twice", r#"{"active":true,"exp":1,"exp":2}"#),
        bad("exp with a leading zero", r#"{"active":true,"exp":01}"#),
        bad("iat fractional", r#"{"active":true,"iat":0.5}"#),
        bad("client_id a number", r#"{"active":true,"client_id":7}"#),
        bad("client_id twice", r#"{"active":true,"client_id":"a","client_id":"b"}"#),
        good("unknown member twice", r#"{"active":true,"scope":"a","scope":"b"}"#, ACTIVE),
        bad("inactive with a wrong claim", r#"{"active":false,"exp":"never"}"#),
        // Depth and encodings.
        raw("lists 10,000 deep", nested("[", "]", 10_000)),
        raw("objects 10,000 deep", nested(r#"{"x":"#, "}", 10_000)),
        raw("lists 100,000 deep", nested("[", "]", 100_000)),
        raw("objects 100,000 deep", nested(r#"{"x":"#, "}", 100_000)),
        raw("lists 400,000 deep, never closed", nested("[", "", 400_000)),
        raw("invalid UTF-8", b"{\"active\":true,\"client_id\":\"\xff\"}".to_vec()),
        raw("invalid UTF-8 in a name", b"{\"active\":true,\"\xc0\xae\":1}".to_vec()),
        raw("half a surrogate pair", br#"{"active":true,"client_id":"\ud800"}"#.to_vec()),
        raw("byte-order mark", b"\xef\xbb\xbf{\"active\":true}".to_vec()),
        raw("UTF-16, little end first", utf16("\u{feff}{\"active\":true}", u16::to_le_bytes)),
        raw("UTF-16, big end first", utf16("{\"active\":true}", u16::to_be_bytes)),
        raw("zero bytes", vec![0; 100_000]),
        raw("a zero byte after it", b"{\"active\":true}\0".to_vec()),
        // Short on the wire, large in memory.
        raw("a hundred thousand objects", many(r#"{"":0}"#, 100_000)),
        raw("half a million numbers", many("0", 500_000)),
        body("sixteen thousand numbers", Call::Introspection, many("0", 16_000), ACTIVE),
        // The other two operations.
        profile("profile empty", ""),
        profile("profile null", "null"),
        profile("profile list", r#"["kp_1"]"#),
        profile("profile HTML", "<html>"),
        profile("profile sub a number", r#"{"sub":1}"#),
        profile("profile sub twice", r#"{"sub":"kp_1","sub":"kp_2"}"#),
        profile("profile sub null, then another", r#"{"sub":null,"sub":"kp_2"}"#),
        profile("profile email_verified a string", r#"{"email_verified":"true"}"#),
        profile("profile updated_at a date", r#"{"updated_at":"yesterday"}"#),
        profile("profile cut", r#"{"sub":"kp_1","email":"a@"#),
        profile("profile of nulls", r#"{"sub":null,"email":null}"#),
        profile("profile of nobody", r#"{"name":"John Snow"}"#),
        profile("profile of two", r#"{"sub":"kp_1","id":"kp_2"}"#),
        profile("profile that is an error", r#"{"errors":[{"code":"TOKEN_INVALID","message":"no"}]}"#),
        profile("profile with an error", r#"{"sub":"kp_1","error":"invalid_token"}"#),
        profile("profile sub another's meaning", r#"{"sub":{"$serde_json::private::RawValue":"\"kp_1\""}}"#),
        someone("profile updated_at with a fraction", r#"{"sub":"kp_1","updated_at":1612345678.25}"#),
        someone(
            "profile of odd members",
            r#"{"sub":"kp_1","updated_at":"","email_verified":"true","name":[1]}"#,
        ),
        revocation("revocation empty", "", End::Revoked),
        revocation("revocation an object", "{}", End::Revoked),
        revocation("revocation OK", "OK", failed(UnexpectedBody)),
        revocation("revocation a captive portal", "<html>Please sign in</html>", failed(UnexpectedBody)),
        revocation("revocation null", "null", failed(UnexpectedBody)),
        revocation("revocation list", "[]", failed(UnexpectedBody)),
        revocation("revocation cut", "{", failed(UnexpectedBody)),
        revocation("revocation two objects", "{} {}", failed(UnexpectedBody)),
        revocation("revocation that is an error", r#"{"error":"invalid_client"}"#, failed(UnexpectedBody)),
        revocation("revocation of errors", r#"{"errors":[{"code":"NO"}]}"#, failed(UnexpectedBody)),
        revocation("revocation with half a surrogate pair", r#"{"x":"\ud800"}"#, failed(UnexpectedBody)),
        revocation("revocation with 1e999", r#"{"x":1e999}"#, failed(UnexpectedBody)),
        body("revocation no UTF-8", Call::Revocation, b"{\"x\":\"\xff\"}".to_vec(), failed(UnexpectedBody)),
    ]
}
