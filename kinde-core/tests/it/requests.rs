//! Each request, byte for byte, against Kinde's reference page.

use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation, TokenTypeHint};
use kinde_core::{AccessToken, ClientSecret, Domain, ErrorKind, Operation, Token};

use crate::on_the_wire::on_the_wire;

const BEARER: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl";

fn domain() -> Domain {
    Domain::new("acme.kinde.com").unwrap()
}

fn bearer() -> AccessToken {
    AccessToken::new(BEARER).unwrap()
}

#[test]
fn get_user_profile_v2() {
    let request = GetUserProfileV2::new(&bearer()).encode(&domain()).unwrap();
    let expected = "\
GET https://acme.kinde.com/oauth2/v2/user_profile
accept: application/json
authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

";
    assert_eq!(on_the_wire(&request), expected);
    let from = GetUserProfileV2::from(&bearer()).encode(&domain()).unwrap();
    assert_eq!(on_the_wire(&from), expected);
}

#[test]
fn token_introspection() {
    let request = TokenIntrospection::new(
        &bearer(),
        Token::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W"),
    );
    let expected = "\
POST https://acme.kinde.com/oauth2/introspect
accept: application/json, application/json; charset=utf-8
authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl
content-type: application/x-www-form-urlencoded
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

token=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";
    assert_eq!(on_the_wire(&request.clone().encode(&domain()).unwrap()), expected);

    assert_eq!(TokenTypeHint::RefreshToken.to_string(), "refresh_token");
    let hinted = request.token_type_hint(TokenTypeHint::RefreshToken).encode(&domain()).unwrap();
    assert_eq!(on_the_wire(&hinted), format!("{expected}&token_type_hint=refresh_token"));
}

#[test]
fn token_revocation() {
    let request = TokenRevocation::new("3b0b5c6c8fcc464fab397f4969b5f482", Token::new("abc.def"));
    let bare = "\
POST https://acme.kinde.com/oauth2/revoke
accept: application/json
content-type: application/x-www-form-urlencoded
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

client_id=3b0b5c6c8fcc464fab397f4969b5f482&token=abc.def";
    assert_eq!(on_the_wire(&request.clone().encode(&domain()).unwrap()), bare);

    let whole = request
        .client_secret(ClientSecret::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4"))
        .token_type_hint(TokenTypeHint::AccessToken)
        .bearer(&bearer())
        .encode(&domain())
        .unwrap();
    let expected = "\
POST https://acme.kinde.com/oauth2/revoke
accept: application/json
authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl
content-type: application/x-www-form-urlencoded
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

client_id=3b0b5c6c8fcc464fab397f4969b5f482&token=abc.def\
&client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4&token_type_hint=access_token";
    assert_eq!(on_the_wire(&whole), expected);
}

/// What has a meaning in a form must not have it in a value.
#[test]
fn form_values_are_escaped() {
    let request = TokenRevocation::new("a&token=b", Token::new("x+y/z==&%~"))
        .client_secret(ClientSecret::new("p@ss=w?rd;#"))
        .encode(&domain())
        .unwrap();
    let body = std::str::from_utf8(request.body()).unwrap();
    assert_eq!(
        body,
        "client_id=a%26token%3Db&token=x%2By%2Fz%3D%3D%26%25%7E&client_secret=p%40ss%3Dw%3Frd%3B%23"
    );
}

#[test]
fn the_bearer_is_marked_sensitive() {
    for request in [
        GetUserProfileV2::new(&bearer()).encode(&domain()).unwrap(),
        TokenIntrospection::new(&bearer(), Token::new("t")).encode(&domain()).unwrap(),
        TokenRevocation::new("id", Token::new("t")).bearer(&bearer()).encode(&domain()).unwrap(),
    ] {
        assert!(request.headers()["authorization"].is_sensitive());
        assert!(!format!("{request:?}").contains(BEARER));
    }
}

#[test]
fn an_http_domain_on_loopback_and_a_port_are_kept() {
    let request =
        GetUserProfileV2::new(&bearer()).encode(&Domain::new("http://127.0.0.1:4455").unwrap()).unwrap();
    assert_eq!(request.uri(), "http://127.0.0.1:4455/oauth2/v2/user_profile");
}

/// Values that can't be sent are refused before anything is, with the field's name.
#[test]
fn bad_form_values_are_refused_by_field() {
    let bad = ["", " ", "canary b", " canary", "canary ", "canary\n", "canary\r\nb", "canary\tb", "canary\0"];
    let bad = bad.into_iter().chain(["canary\u{7f}", "canarytokén", "\u{feff}canary", "𝕔canary"]);
    for value in bad {
        let refused = [
            ("token", TokenIntrospection::new(&bearer(), Token::new(value)).encode(&domain())),
            ("token", TokenRevocation::new("id", Token::new(value)).encode(&domain())),
            ("client_id", TokenRevocation::new(value, Token::new("t")).encode(&domain())),
            (
                "client_secret",
                TokenRevocation::new("id", Token::new("t"))
                    .client_secret(ClientSecret::new(value))
                    .encode(&domain()),
            ),
        ];
        for (field, result) in refused {
            let Err(error) = result else { panic!("{field} {value:?} was accepted") };
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{field} {value:?}");
            assert_eq!(error.attempts(), 0);
            let text = error.to_string();
            assert!(text.starts_with(&format!("invalid input: {field} ")), "{text}");
            assert!(!format!("{text} {error:?}").contains("canary"), "the value is repeated: {text}");
        }
    }
}
