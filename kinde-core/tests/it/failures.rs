//! Each answer that is a failure: its kind, and what is read from its body. Bodies are written from Kinde's reference
//! page and API description by hand.

use kinde_core::error::Credentials;
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde_core::{AccessToken, Error, ErrorKind, Operation, OperationKind, Token};

use crate::decoded::{introspection, profile, response, revocation};

#[test]
fn only_200_is_a_success() {
    for status in [201, 202, 203, 204, 205, 206, 226, 299] {
        for body in ["", r#"{"active":true,"sub":"kp_1"}"#] {
            let errors = [
                profile(status, body).unwrap_err(),
                introspection(status, body).unwrap_err(),
                revocation(status, body).unwrap_err(),
            ];
            for error in errors {
                assert_eq!(error.kind(), ErrorKind::UnexpectedStatus, "{status}");
                assert_eq!(error.status().unwrap(), status);
            }
        }
    }
}

#[test]
fn statuses_by_cause() {
    use ErrorKind::*;
    let cases = [
        (400, BadRequest),
        (401, CredentialsRejected),
        (403, CredentialsRejected),
        (404, UnexpectedStatus),
        (405, UnexpectedStatus),
        (415, UnexpectedStatus),
        (429, RateLimited),
        (301, Redirect),
        (302, Redirect),
        (304, Redirect),
        (307, Redirect),
        (308, Redirect),
        (500, Server),
        (501, Server),
        (503, Server),
        (599, Server),
        (600, UnexpectedStatus),
        (100, UnexpectedStatus),
    ];
    for (status, kind) in cases {
        assert_eq!(profile(status, "").unwrap_err().kind(), kind, "{status}");
        assert_eq!(introspection(status, "").unwrap_err().kind(), kind, "{status}");
        assert_eq!(revocation(status, "").unwrap_err().kind(), kind, "{status}");
    }
}

#[test]
fn either_error_body_on_any_status() {
    let rfc = r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#;
    let kinde = r#"{"errors":[{"code":"TOKEN_INVALID","message":"The token is not valid"},{"code":"SECOND","message":"m"}]}"#;
    let route = r#"{"errors":{"code":"ROUTE_NOT_FOUND","message":"The requested API route does not exist"}}"#;
    for status in [400, 401, 403, 404, 429, 500] {
        let error = revocation(status, rfc).unwrap_err();
        assert_eq!(
            (error.code(), error.message()),
            (Some("invalid_client"), Some("Client authentication failed"))
        );
        assert_eq!(error.errors().len(), 1);

        let error = revocation(status, kinde).unwrap_err();
        assert_eq!((error.code(), error.message()), (Some("TOKEN_INVALID"), Some("The token is not valid")));
        assert_eq!(error.errors().len(), 2);
        assert_eq!(error.errors()[1].code.as_deref(), Some("SECOND"));

        let error = profile(status, route).unwrap_err();
        assert_eq!(error.code(), Some("ROUTE_NOT_FOUND"));
    }
}

#[test]
fn an_error_body_that_is_neither_is_no_obstacle() {
    let nested = "{\"errors\":".to_owned() + &"[".repeat(100_000);
    let huge = format!(r#"{{"error":"{}"}}"#, "x".repeat(900_000));
    let bodies: &[&[u8]] = &[
        b"",
        b"<html>403</html>",
        b"\xff\xfe\x00",
        b"null",
        b"[\"invalid_client\",\"canary\"]",
        b"{\"error\":42,\"error_description\":[]}",
        b"{\"errors\":\"canary\"}",
        b"{\"errors\":[[\"canary\",\"canary\"],7,null,{}]}",
        nested.as_bytes(),
        huge.as_bytes(),
    ];
    for body in bodies {
        let error = introspection(403, body.to_vec()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CredentialsRejected);
        assert_eq!((error.code(), error.message(), error.errors().len()), (None, None, 0));
        assert_eq!(error.to_string(), "token_introspection: 403 credentials rejected, attempt 1");
    }
}

/// Of many codes, with long secrets, those that repeat one are found wherever they stand.
#[test]
fn a_repeated_secret_is_found_among_many_codes() {
    let mut random = fastrand::Rng::with_seed(13);
    let mut text = |length: usize| -> String { (0..length).map(|_| random.alphanumeric()).collect() };
    let (bearer, token, secret) = (text(4_000), text(12_000), text(4_000));
    let codes: Vec<String> = (0..700).map(|number| format!("CODE_{number}")).collect();
    let listed: Vec<_> = codes.iter().map(|code| format!(r#"{{"code":"{code}"}}"#)).collect();
    let body = |code: &str| {
        format!(r#"{{"errors":[{},{{"code":"{code}","message":"m"}},{{"code":"LAST"}}]}}"#, listed.join(","))
    };
    let call = TokenRevocation::new("client-id", Token::new(token.clone()))
        .client_secret(kinde_core::ClientSecret::new(secret.clone()))
        .bearer(&AccessToken::new(bearer.clone()).unwrap());
    for status in [401, 200] {
        for echo in
            [&bearer[..64], &bearer[3_980..], &token[11_940..], &token[6_000..6_012], &secret[2_000..2_040]]
        {
            let error = call
                .decode(response(status, body(&format!("E{}", &echo[..echo.len().min(63)]))))
                .unwrap_err();
            assert_eq!(error.errors().len(), 702, "{status}");
            assert_eq!(
                (error.errors()[700].code.as_deref(), error.message()),
                (None, Some("m")),
                "{status} {echo}"
            );
            assert_eq!(error.errors()[701].code.as_deref(), Some("LAST"));
        }
        let error = call.decode(response(status, body("CODE_700"))).unwrap_err();
        assert_eq!((error.code(), error.errors()[700].code.as_deref()), (Some("CODE_0"), Some("CODE_700")));
    }
}

/// A token can look like a code, and codes are printed.
#[test]
fn a_code_that_repeats_a_secret_is_no_code() {
    let bearer = AccessToken::new("canary-bearer-0123456789").unwrap();
    let request = TokenRevocation::new("client-id", Token::new("canary-token-0123456789"))
        .client_secret(kinde_core::ClientSecret::new("canary_secret_0123456789"))
        .bearer(&bearer);
    let read = |code: &str| {
        let body = format!(r#"{{"error":"{code}","error_description":"d","errors":[{{"code":"{code}"}}]}}"#);
        request.decode(response(401, body)).unwrap_err()
    };
    for code in [
        "canary-bearer-0123456789",
        "canary-token-0123456789",
        "canary_secret_0123456789",
        "unknown_canary-token-0123456789",
        "n-0123456789",
        "canary-token",
    ] {
        let error = read(code);
        assert_eq!(error.code(), None, "{code}");
        assert_eq!((error.message(), error.errors().len()), (Some("d"), 1));
        let printed = format!("{error} {error:?} {:?}", error.errors());
        assert!(!printed.contains(code), "{printed}");
    }
    for code in ["invalid_client", "TOKEN_INVALID", "token", "client-id"] {
        assert_eq!(read(code).code(), Some(code));
    }

    let echo = r#"{"error":"canary-bearer-0123456789"}"#;
    let profile = GetUserProfileV2::new(&bearer).decode(response(403, echo)).unwrap_err();
    let introspection =
        TokenIntrospection::new(&bearer, Token::new("t")).decode(response(401, echo)).unwrap_err();
    assert_eq!((profile.code(), introspection.code()), (None, None));
    // A registered code is a public word, even where a test calls its token so.
    let named = TokenIntrospection::new(&bearer, Token::new("invalid_token"))
        .decode(response(401, r#"{"error":"invalid_token"}"#));
    assert_eq!(named.unwrap_err().code(), Some("invalid_token"));
    // A token of one letter would hide every code.
    let short = TokenIntrospection::new(&bearer, Token::new("i"))
        .decode(response(401, r#"{"error":"invalid_token"}"#));
    assert_eq!(short.unwrap_err().code(), Some("invalid_token"));
}

/// For each operation: a refusal that names nobody, and one for each code that names somebody.
#[test]
fn whose_credentials_were_refused() {
    use Credentials::*;
    let bearer = AccessToken::new("a-bearer").unwrap();
    let with_bearer = TokenRevocation::new("id", Token::new("t")).bearer(&bearer);
    let own = OperationKind::new("get_user_roles").repeatable();
    // (body, profile, introspection, revocation, revocation with a bearer, a user's own operation)
    let cases = [
        ("", [Bearer, Bearer, Application, Unknown, Unknown]),
        (
            r#"{"errors":[{"code":"INVALID_CREDENTIALS","message":"Unauthorized - invalid credentials."}]}"#,
            [Bearer, Bearer, Application, Unknown, Unknown],
        ),
        (
            r#"{"error":"request_unauthorized","error_description":"The request could not be authorized."}"#,
            [Bearer, Bearer, Application, Unknown, Unknown],
        ),
        (
            r#"{"error":"invalid_token","error_description":"The access token is invalid or expired"}"#,
            [Bearer, Bearer, Bearer, Bearer, Bearer],
        ),
        (r#"{"error":"insufficient_scope"}"#, [Bearer, Bearer, Bearer, Bearer, Bearer]),
        (
            r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
            [Application, Application, Application, Application, Application],
        ),
        (
            r#"{"error":"unauthorized_client"}"#,
            [Application, Application, Application, Application, Application],
        ),
        // The request itself is at fault.
        (r#"{"error":"invalid_request"}"#, [Unknown, Unknown, Unknown, Unknown, Unknown]),
        // A firewall's page: the service judged nobody.
        ("\r\n <html><h1>403 Forbidden</h1></html>", [Unknown, Unknown, Unknown, Unknown, Unknown]),
    ];
    for (body, expected) in cases {
        for status in [401, 403] {
            let errors = [
                profile(status, body).unwrap_err(),
                introspection(status, body).unwrap_err(),
                revocation(status, body).unwrap_err(),
                with_bearer.decode(response(status, body)).unwrap_err(),
                Error::from_response(own, &response(status, body)),
            ];
            assert_eq!(errors.each_ref().map(Error::credentials), expected.map(Some), "{status} {body}");
            let told = Error::from_response(own, &response(status, body)).carrying(Bearer);
            assert_eq!(told.credentials(), Some(expected[0]), "{status} {body}");
        }
    }
}

#[test]
fn only_a_refusal_of_credentials_is_about_somebodys() {
    let body = r#"{"error":"invalid_token"}"#;
    for status in [200, 202, 302, 400, 404, 429, 500, 503] {
        assert_eq!(introspection(status, body).unwrap_err().credentials(), None, "{status}");
        assert_eq!(revocation(status, "<html>").unwrap_err().credentials(), None, "{status}");
    }
}
