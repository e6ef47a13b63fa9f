//! An accepted bearer is sent as it is and can't split a header; a refused one is not repeated.

use bytes::Bytes;
use http::Request;
use kinde::oauth::{GetUserProfileV2, TokenRevocation};
use kinde::{AccessToken, Domain, ErrorKind, Operation, Token};

/// Reads `data` as a bearer, and as a token in a form.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let domain = Domain::new("acme.kinde.com").expect("a domain");
    let body = text.trim_end_matches('=');
    let b64 = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    match AccessToken::new(text) {
        Ok(bearer) => {
            assert!(!body.is_empty() && body.chars().all(b64), "{text:?} is not a b64token");
            assert_eq!(bearer.expose(), text);
            let request: Request<Bytes> = GetUserProfileV2::new(&bearer).encode(&domain).expect("a request");
            let header = &request.headers()["authorization"];
            assert_eq!(header.as_bytes(), format!("Bearer {text}").as_bytes());
            assert!(header.is_sensitive());
            assert_eq!(request.headers().get_all("authorization").iter().count(), 1);
            assert!(request.uri().query().is_none());
        }
        Err(error) => {
            assert!(body.is_empty() || !body.chars().all(b64), "{text:?} was refused");
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().is_ascii() && error.to_string().len() < 200);
        }
    }

    // In a form: sent whole, as one field, or refused.
    let revocation = TokenRevocation::new("client", Token::new(text)).encode(&domain);
    let visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    assert_eq!(revocation.is_ok(), visible, "{text:?}");
    if let Ok(request) = revocation {
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(request.body()).into_owned().collect();
        let expected = [("client_id", "client"), ("token", text)];
        assert!(
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected),
            "{fields:?}"
        );
    }
}
