//! The discovery document and the key set: no credentials out, and what comes in as it was seen.

use bytes::Bytes;
use http::Response;
use kinde_core::keys::{
    GetJwks, GetOpenidConfiguration, JsonWebKeySet, JwksPath, OpenidConfiguration, WellKnown,
};
use kinde_core::{Domain, Error, ErrorKind, Operation};

use crate::on_the_wire::on_the_wire;
use crate::token::script::Script;

fn assert_get(operation: &impl Operation, path: &str) {
    let expected = format!(
        "\
GET https://acme.kinde.com{path}
accept: application/json
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

"
    );
    let domain = Domain::new("acme.kinde.com").unwrap();
    assert_eq!(on_the_wire(&operation.encode(&domain).unwrap()), expected);
}

#[test]
fn requests_carry_no_credentials() {
    assert_get(&GetOpenidConfiguration::new(), "/.well-known/openid-configuration");
    assert_get(&GetJwks::new(), "/.well-known/jwks");
    assert_get(&GetJwks::new().path(JwksPath::JwksJson), "/.well-known/jwks.json");
    assert_eq!(GetJwks::new().path(JwksPath::JwksJson).get_path(), JwksPath::JwksJson);
}

/// As it was seen at a tenant, member by member.
const SEEN: &str = r#"{"issuer":"https://app.kinde.com","jwks_uri":"https://app.kinde.com/.well-known/jwks","authorization_endpoint":"https://app.kinde.com/oauth2/auth","token_endpoint":"https://app.kinde.com/oauth2/token","userinfo_endpoint":"https://app.kinde.com/oauth2/v2/user_profile","introspection_endpoint":"https://app.kinde.com/oauth2/introspect","revocation_endpoint":"https://app.kinde.com/oauth2/revoke","end_session_endpoint":"https://app.kinde.com/logout","claims_supported":["aud","exp","iat","iss","sub"],"scopes_supported":["address","email","event_hooks","offline","openid","phone","profile"],"subject_types_supported":["public"],"response_modes_supported":["form_post","query","fragment"],"response_types_supported":["code"],"request_uri_parameter_supported":false,"code_challenge_methods_supported":["S256"],"id_token_signing_alg_values_supported":["RS256"],"token_endpoint_auth_methods_supported":["client_secret_post"]}"#;

fn configuration(body: &str) -> Result<OpenidConfiguration, Error> {
    GetOpenidConfiguration::new().decode(Response::new(Bytes::from(body.to_owned())))
}

#[test]
fn the_discovery_document_as_it_was_seen() {
    let seen = configuration(SEEN).unwrap();
    assert_eq!(seen.issuer, "https://app.kinde.com");
    assert_eq!(seen.jwks_uri.as_deref(), Some("https://app.kinde.com/.well-known/jwks"));
    assert_eq!(seen.end_session_endpoint.as_deref(), Some("https://app.kinde.com/logout"));
    assert_eq!(seen.token_endpoint_auth_methods_supported, ["client_secret_post"]);
    assert_eq!(seen.request_uri_parameter_supported, Some(false));
    assert!(seen.other.is_empty());
    // Nothing is lost: written again it is the same document.
    let again: serde_json::Value = serde_json::from_str(&serde_json::to_string(&seen).unwrap()).unwrap();
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(SEEN).unwrap());
}

#[test]
fn a_discovery_document_that_says_less_or_nothing() {
    let small = configuration(r#"{"issuer":"https://acme.kinde.com","x":1}"#).unwrap();
    assert!(small.jwks_uri.is_none() && small.scopes_supported.is_empty());
    assert_eq!(small.other["x"], 1);
    for body in ["{}", "", "[]", "<html>", r#"{"issuer":7}"#, r#"{"issuer":"a","issuer":"b"}"#] {
        assert_eq!(configuration(body).unwrap_err().kind(), ErrorKind::UnexpectedBody, "{body}");
    }
}

fn keys(body: &str) -> Result<JsonWebKeySet, Error> {
    GetJwks::new().decode(Response::new(Bytes::from(body.to_owned())))
}

/// The shape of the Go SDK's fixture, and a kid in Kinde's form.
#[test]
fn a_key_set() {
    let body = r#"{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","e":"AQAB","n":"0vx7ago","kid":"2a:e0:4f:11","key_ops":["verify"]}]}"#;
    let set = keys(body).unwrap();
    let [key] = &set.keys[..] else { panic!("one key") };
    assert_eq!((key.kty.as_deref(), key.alg.as_deref()), (Some("RSA"), Some("RS256")));
    assert_eq!((key.public_key_use.as_deref(), key.kid.as_deref()), (Some("sig"), Some("2a:e0:4f:11")));
    assert_eq!((key.n.as_deref(), key.e.as_deref()), (Some("0vx7ago"), Some("AQAB")));
    assert_eq!(key.other["key_ops"][0], "verify");
    let again: serde_json::Value = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(body).unwrap());
}

#[test]
fn an_odd_key_does_not_cost_the_others() {
    let set =
        keys(r#"{"keys":["odd",7,null,[],{"kty":7},{"kid":"a","kid":"b"},{"kid":"good"},{}]}"#).unwrap();
    let ids: Vec<_> = set.keys.iter().map(|key| key.kid.as_deref()).collect();
    assert!(ids.contains(&Some("good")) && set.keys.iter().all(|key| key.kty.is_none()), "{ids:?}");
    assert!(keys(r#"{"keys":[]}"#).unwrap().keys.is_empty());
}

#[test]
fn what_is_no_key_set() {
    let long = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(50 * 1024));
    for body in ["{}", "", "<html>", "[]", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#, &long] {
        assert_eq!(
            keys(body).unwrap_err().kind(),
            ErrorKind::UnexpectedBody,
            "{}",
            &body[..body.len().min(20)]
        );
    }
    let forbidden = Response::builder().status(403).body(Bytes::new()).unwrap();
    let error = GetJwks::new().decode(forbidden).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CredentialsRejected);
    let challenged = Response::builder().status(202).body(Bytes::new()).unwrap();
    assert_eq!(GetJwks::new().decode(challenged).unwrap_err().kind(), ErrorKind::UnexpectedStatus);
}

#[tokio::test(start_paused = true)]
async fn the_discovery_document_is_asked_for_again() {
    let script = Script::new([Ok((503, "")), Ok((200, r#"{"issuer":"https://acme.kinde.com"}"#))]);
    let kinde: &dyn WellKnown = &script.client();
    let read = kinde.openid_configuration(GetOpenidConfiguration::new()).await.unwrap();
    assert_eq!(read.issuer, "https://acme.kinde.com");
    assert_eq!(script.requests().len(), 2);
}

/// Who verifies tokens paces its fetches itself: a client that tried again behind its back would multiply them by the retries.
#[tokio::test(start_paused = true)]
async fn the_key_set_is_asked_for_once() {
    let script = Script::new([Ok((503, "")), Ok((200, r#"{"keys":[]}"#))]);
    let kinde: &dyn WellKnown = &script.client();
    assert_eq!(kinde.jwks(GetJwks::new()).await.unwrap_err().status().unwrap().as_u16(), 503);
    assert_eq!(script.requests().len(), 1);
}
