//! What a bearer may be, and that no secret is printed.

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation, TokenTypeHint};
use kinde_core::{AccessToken, ClientSecret, ErrorKind, Token};

#[test]
fn good_bearers() {
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2ln-bmF0_dXJl";
    let long = "a".repeat(16 * 1024);
    for text in [jwt, "a", "0", "-._~+/", "abc=", "abc==", "mF_9.B5f-4.1JqM", &long] {
        let token = AccessToken::new(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(token.expose(), text);
        assert_eq!(token.to_header_value(), format!("Bearer {text}"));
        assert_eq!(text.parse::<AccessToken>().unwrap().expose(), text);
    }
}

#[test]
fn bad_bearers() {
    // (input, a word of the reason)
    let cases = [
        ("", "empty"),
        (" ", "character"),
        ("=", "character"),
        ("==", "character"),
        ("=abc", "character"),
        ("a=b", "character"),
        ("a b", "character"),
        (" abc", "character"),
        ("abc ", "character"),
        ("abc\n", "character"),
        ("abc\r\nX-Evil: 1", "character"),
        ("a\tb", "character"),
        ("a\0b", "character"),
        ("\u{7f}", "character"),
        ("\"abc\"", "character"),
        ("'abc'", "character"),
        ("a,b", "character"),
        ("a;b", "character"),
        ("a:b", "character"),
        ("a%20b", "character"),
        ("a&b", "character"),
        ("<token>", "character"),
        ("{token}", "character"),
        ("$TOKEN", "character"),
        ("tokén", "character"),
        ("\u{feff}abc", "character"),
        ("ａｂｃ", "character"),
        ("Bearer abc", "Bearer"),
        ("bearer abc", "Bearer"),
        ("Bearer ", "Bearer"),
    ];
    for (input, word) in cases {
        let Err(error) = AccessToken::new(input) else { panic!("{input:?} was accepted") };
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{input:?}");
        let text = error.to_string();
        assert!(text.starts_with("invalid input: access token "), "{text}");
        assert!(text.contains(word), "{input:?} is refused for another reason: {text}");
    }
}

#[test]
fn nothing_secret_is_printed() {
    let bearer = AccessToken::new("canary-bearer").unwrap();
    let token = Token::new("canary-token");
    let secret = ClientSecret::new("canary-secret");
    let introspection = TokenIntrospection::new(&bearer, token.clone());
    let revocation = TokenRevocation::new("id", token.clone()).client_secret(secret.clone()).bearer(&bearer);
    let refused = AccessToken::new("canary bearer").unwrap_err();
    let printed = format!(
        "{bearer:?} {bearer:#?} {token:?} {token:#?} {secret:?} {secret:#?} {:?} {introspection:#?} {revocation:#?} \
         {refused} {refused:?}",
        GetUserProfileV2::new(&bearer),
    );
    assert!(!printed.contains("canary"), "{printed}");
    assert!(printed.contains("[redacted]"));
}

fn authorization(values: &[&[u8]]) -> Result<Option<String>, String> {
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("x-authorization"), HeaderValue::from_static("Bearer other"));
    for value in values {
        headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
    }
    match AccessToken::from_authorization(&headers) {
        Ok(bearer) => Ok(bearer.map(|bearer| bearer.expose().to_owned())),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            Err(format!("{error} {error:?}"))
        }
    }
}

/// Absent, one, or something that is neither (RFC 6750 §2.1 and §3.1).
#[test]
fn the_bearer_of_an_authorization_header() {
    assert_eq!(authorization(&[]), Ok(None));
    for good in ["Bearer mF_9.B5f-4.1JqM==", "bearer mF_9.B5f-4.1JqM==", "BEARER   mF_9.B5f-4.1JqM=="] {
        assert_eq!(authorization(&[good.as_bytes()]), Ok(Some("mF_9.B5f-4.1JqM==".to_owned())), "{good}");
    }
    for bad in [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearercanary",
        "Bearer canary canary",
        "Bearer canary ",
        "Bearer\tcanary",
        "Basic canary",
        "Token canary",
        "canary",
        "Bearer canary, Bearer canary",
        "Bearer \"canary\"",
        "Bearer Bearer canary",
        " Bearer canary",
        "DPoP canary",
        "Bearer: canary",
        "Bearer =",
    ] {
        let told = authorization(&[bad.as_bytes()]).unwrap_err();
        assert!(told.starts_with("invalid input: Authorization header "), "{bad:?}: {told}");
        assert!(!told.contains("canary"), "{told}");
    }
    authorization(&[b"Bearer tok\xe9n"]).unwrap_err();
    // Two, even if they are the same or only one of them is a bearer: which is meant is for nobody to guess.
    for second in ["Bearer abc", "Bearer abd", "Basic abc", ""] {
        let told = authorization(&[b"Bearer abc", second.as_bytes()]).unwrap_err();
        assert!(told.starts_with("invalid input: Authorization header is there more than once"), "{told}");
    }
}

/// A decorator over an `OAuth` sees what it was asked.
#[test]
fn requests_show_what_they_carry() {
    let (bearer, token) = (AccessToken::new("bearer").unwrap(), Token::new("token"));
    assert_eq!(GetUserProfileV2::new(&bearer).bearer().expose(), "bearer");

    let introspection = TokenIntrospection::new(&bearer, token.clone());
    assert_eq!((introspection.bearer().expose(), introspection.token().expose()), ("bearer", "token"));
    assert_eq!(introspection.get_token_type_hint(), None);
    let hint = TokenTypeHint::RefreshToken;
    assert_eq!(introspection.token_type_hint(hint).get_token_type_hint(), Some(hint));

    let revocation = TokenRevocation::new("id", token);
    assert_eq!((revocation.client_id(), revocation.token().expose()), ("id", "token"));
    assert!(revocation.get_client_secret().is_none() && revocation.get_bearer().is_none());
    assert_eq!(revocation.get_token_type_hint(), None);
    let revocation =
        revocation.client_secret(ClientSecret::new("secret")).token_type_hint(hint).bearer(&bearer);
    assert_eq!(revocation.get_client_secret().map(ClientSecret::expose), Some("secret"));
    assert_eq!(revocation.get_bearer().map(AccessToken::expose), Some("bearer"));
    assert_eq!(revocation.get_token_type_hint(), Some(hint));
}
