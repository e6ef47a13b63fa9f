//! Each answer, from Kinde's pages and the RFCs, byte for byte.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use kinde_core::error::Credentials;
use kinde_core::token::{
    Application, ClientCredentialsGrant, DeviceAuthorizationResponse, RefreshTokenGrant, TokenResponse,
};
use kinde_core::{AccessToken, ClientSecret, DeviceCode, Error, ErrorKind, IdToken, Operation, RefreshToken};

const REFRESH_TOKEN: &str = "c2VjcmV0LXNlY3JldA.cmVmcmVzaC10b2tlbg";
const SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";

pub(super) fn backend() -> Application {
    Application::backend("3b0b5c6c8fcc464fab397f4969b5f482", ClientSecret::new(SECRET))
}

fn refresh(status: u16, body: &str) -> Result<TokenResponse, Error> {
    let response = Response::builder().status(status).body(Bytes::from(body.to_owned())).unwrap();
    RefreshTokenGrant::new(&backend(), &RefreshToken::new(REFRESH_TOKEN)).decode(response)
}

/// RFC 6750 §4.
#[test]
fn the_answer_of_the_rfc() {
    let tokens = refresh(
        200,
        r#"     {
       "access_token":"mF_9.B5f-4.1JqM",
       "token_type":"Bearer",
       "expires_in":3600,
       "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA"
     }"#,
    )
    .unwrap();
    assert_eq!(tokens.access_token.expose(), "mF_9.B5f-4.1JqM");
    assert_eq!(tokens.expires_in, Some(Duration::from_secs(3_600)));
    assert_eq!(tokens.refresh_token.as_ref().map(RefreshToken::expose), Some("tGzv3JOkF0XG5Qx2TlKWIA"));
    assert!(tokens.id_token.is_none() && tokens.scope.is_none() && tokens.other.is_empty());
}

/// Kinde's "Refresh tokens", "Example of a refresh token response": no `expires_in`, no ID token.
#[test]
fn kindes_answer_to_a_refresh() {
    let body = "{\n\t\"access_token\": \"eyJ.a.b\",\n\t\"refresh_token\": \"c2hvcnQ.bGl2ZWQ\",\n\t\"token_type\": \"Bearer\"\n}";
    let tokens = refresh(200, body).unwrap();
    assert_eq!(tokens.access_token.expose(), "eyJ.a.b");
    assert_eq!(tokens.refresh_token.unwrap().expose(), "c2hvcnQ.bGl2ZWQ");
    assert_eq!((tokens.expires_in, tokens.id_token.is_none()), (None, true));
}

/// "Use Kinde without an SDK", step 7: no `token_type` at all.
#[test]
fn kindes_answer_to_a_code() {
    let body = "{\n  \"access_token\": \"eyJ.a.b\",\n  \"id_token\": \"eyJ.i.d\",\n  \"refresh_token\": \"c2hvcnQ.bGl2ZWQ\"\n}";
    let tokens = refresh(200, body).unwrap();
    assert_eq!(tokens.id_token.as_ref().map(IdToken::expose), Some("eyJ.i.d"));
}

/// "Authenticate with M2M applications".
#[test]
fn kindes_answer_to_a_machine() {
    let body =
        "{\n  \"access_token\": \"eyJ.a.b\",\n  \"token_type\": \"Bearer\",\n  \"expires_in\": 3600\n}";
    let tokens = ClientCredentialsGrant::new(&backend()).decode(Response::new(body.into())).unwrap();
    assert_eq!(tokens.expires_in, Some(Duration::from_secs(3_600)));
    assert!(tokens.refresh_token.is_none());
}

#[test]
fn what_may_be_written_otherwise() {
    for (member, life) in [
        ("3600", 3_600),
        ("\"3600\"", 3_600),
        ("3600.0", 3_600),
        ("3.6e3", 3_600),
        ("0", 0),
        ("86399", 86_399),
    ] {
        let tokens = refresh(200, &format!(r#"{{"access_token":"a","expires_in":{member}}}"#)).unwrap();
        assert_eq!(tokens.expires_in, Some(Duration::from_secs(life)), "{member}");
    }
    for kind in ["bearer", "Bearer", "BEARER"] {
        refresh(200, &format!(r#"{{"access_token":"a","token_type":"{kind}"}}"#)).unwrap();
    }
    let nulls = r#"{"access_token":"a","token_type":null,"expires_in":null,"scope":null,"id_token":null,"refresh_token":null}"#;
    assert!(refresh(200, nulls).unwrap().refresh_token.is_none());
    // An empty one can't be sent, and is as good as none.
    let empty = refresh(200, r#"{"access_token":"a","id_token":"","refresh_token":""}"#).unwrap();
    assert!(empty.id_token.is_none() && empty.refresh_token.is_none());
    let other = refresh(200, r#"{"access_token":"a","example_parameter":"example_value"}"#).unwrap();
    assert_eq!(other.other["example_parameter"], "example_value");
}

#[test]
fn what_is_no_answer() {
    for (body, why) in [
        ("", "it is empty"),
        ("[]", "it is not"),
        ("<html>", "HTML"),
        (r#"{"access_token":"a""#, "ends too early"),
        ("{}", "`access_token` is missing"),
        (r#"{"error":"invalid_grant"}"#, "it is an error, not an answer (invalid_grant)"),
        (r#"{"access_token":null}"#, "`access_token` is missing"),
        (r#"{"access_token":""}"#, "`access_token` is not a bearer token"),
        (r#"{"access_token":"two words"}"#, "`access_token` is not a bearer token"),
        (r#"{"access_token":["a"]}"#, "`access_token` is not a bearer token"),
        (r#"{"access_token":"a","access_token":"b"}"#, "`access_token` is given twice"),
        // RFC 6749 §5.1's own example.
        (r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"example"}"#, "`token_type` is not bearer"),
        (r#"{"access_token":"a","token_type":"DPoP"}"#, "`token_type` is not bearer"),
        (r#"{"access_token":"a","token_type":7}"#, "`token_type` is not bearer"),
        (r#"{"access_token":"a","expires_in":-1}"#, "`expires_in` is not a whole number"),
        (r#"{"access_token":"a","expires_in":1.5}"#, "`expires_in` is not a whole number"),
        (r#"{"access_token":"a","expires_in":"soon"}"#, "`expires_in` is not a whole number"),
        (r#"{"access_token":"a","refresh_token":7}"#, "`refresh_token` is not a string"),
        (r#"{"access_token":"a","id_token":{}}"#, "`id_token` is not a string"),
        (r#"{"access_token":"a","scope":["openid"]}"#, "`scope` is not a string"),
    ] {
        let error = refresh(200, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedBody, "{body}");
        assert!(error.to_string().contains(why), "{body}: {error}");
    }
    assert_eq!(refresh(201, r#"{"access_token":"a"}"#).unwrap_err().kind(), ErrorKind::UnexpectedStatus);
    assert_eq!(refresh(202, "").unwrap_err().kind(), ErrorKind::UnexpectedStatus);
}

/// RFC 6749 §5.2 and Kinde's "Token validation errors"; which status goes with which is not documented by Kinde.
#[test]
fn an_invalid_grant_and_nothing_else_signs_the_user_out() {
    for status in [400, 401, 403] {
        let error = refresh(
            status,
            r#"{"error":"invalid_grant","error_description":"The refresh token is expired"}"#,
        );
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::GrantRejected, Some("invalid_grant")));
        assert_eq!((error.is_retryable(), error.credentials()), (false, None));
        let line = format!("refresh_token: {status} grant rejected (invalid_grant), attempt 1");
        assert_eq!(error.to_string(), line);
    }
    for (status, body, kind) in [
        (400, r#"{"error":"invalid_request"}"#, ErrorKind::BadRequest),
        (400, r#"{"error":"invalid_scope"}"#, ErrorKind::BadRequest),
        (400, r#"{"error":"unsupported_grant_type"}"#, ErrorKind::BadRequest),
        (400, r#"{"error":"Invalid_Grant"}"#, ErrorKind::BadRequest),
        (400, r#"{"errors":[{"code":"other","message":"invalid_grant"}]}"#, ErrorKind::BadRequest),
        (400, "invalid_grant", ErrorKind::BadRequest),
        (401, r#"{"error":"invalid_client"}"#, ErrorKind::CredentialsRejected),
        (403, r#"{"error":"unauthorized_client"}"#, ErrorKind::CredentialsRejected),
        (403, "<html>blocked</html>", ErrorKind::CredentialsRejected),
        (429, r#"{"error":"invalid_grant"}"#, ErrorKind::RateLimited),
        (500, r#"{"error":"invalid_grant"}"#, ErrorKind::Server),
        (503, r#"{"error":"invalid_grant"}"#, ErrorKind::Server),
        (302, r#"{"error":"invalid_grant"}"#, ErrorKind::Redirect),
    ] {
        assert_eq!(refresh(status, body).unwrap_err().kind(), kind, "{status} {body}");
    }
    // A machine has no grant that could be over.
    let response = Response::builder().status(400).body(Bytes::from(r#"{"error":"invalid_grant"}"#)).unwrap();
    let error = ClientCredentialsGrant::new(&backend()).decode(response).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
}

#[test]
fn a_refused_application_is_told_from_the_user() {
    let error = refresh(401, "").unwrap_err();
    assert_eq!(error.credentials(), Some(Credentials::Application));
    let error = refresh(401, "<html>").unwrap_err();
    assert_eq!(error.credentials(), Some(Credentials::Unknown));
}

#[test]
fn errors_repeat_no_secret_of_the_request() {
    for secret in [REFRESH_TOKEN, SECRET] {
        let body = format!(r#"{{"error":"{secret}","error_description":"{secret}"}}"#);
        let error = refresh(400, &body).unwrap_err();
        assert_eq!(error.code(), None);
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}

#[test]
fn tokens_are_not_shown() {
    let tokens = refresh(
        200,
        r#"{"access_token":"access-text","id_token":"id-text","refresh_token":"refresh-text","scope":"openid","x":"other-text"}"#,
    )
    .unwrap();
    let shown = format!("{tokens:?} {tokens:#?}");
    assert!(!shown.contains("-text"), "{shown}");
    assert!(shown.contains("[redacted]") && shown.contains("openid"), "{shown}");
}

#[test]
fn a_stub_builds_what_it_needs() {
    let tokens = TokenResponse::new(AccessToken::new("a").unwrap())
        .expires_in(Duration::from_secs(1))
        .scope("openid")
        .id_token(IdToken::new("i"))
        .refresh_token(RefreshToken::new("r"));
    let copy = tokens.clone();
    assert_eq!(copy.access_token.expose(), "a");
    assert_eq!((copy.expires_in, copy.scope.as_deref()), (Some(Duration::from_secs(1)), Some("openid")));
    assert_eq!((copy.id_token.unwrap().expose(), copy.refresh_token.unwrap().expose()), ("i", "r"));
    let begun = DeviceAuthorizationResponse::new(DeviceCode::new("d"), "u", "v", Duration::from_secs(60))
        .interval(Duration::from_secs(1))
        .verification_uri_complete("v?u")
        .qr_code("data:");
    assert_eq!((begun.interval, begun.qr_code.as_deref()), (Duration::from_secs(1), Some("data:")));
    assert_eq!(begun.verification_uri_complete.as_deref(), Some("v?u"));
}
