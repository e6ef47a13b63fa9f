//! What a bearer may be, and that no secret is printed.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use kinde_core::{
    AccessToken, ClientSecret, ErrorKind, GetUserProfileV2, Token, TokenIntrospection, TokenRevocation,
};

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
