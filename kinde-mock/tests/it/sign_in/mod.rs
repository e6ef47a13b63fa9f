//! Signing in from the authorize URL to tokens, and what those say. Signatures are checked by aws-lc-rs from the
//! published key, and claims read from the JWT itself.

mod authorize;
mod browser;
mod cross_origin;
mod device;
mod grants;
mod keys;
mod tokens;

use crate::support::Raw;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kinde_mock::MockTransport;
use serde_json::Value;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const PKCE: &str = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
const CALLBACK: &str = "http://localhost:3000/callback";

fn credentials(kinde: &MockTransport) -> String {
    let app = kinde.backend();
    format!("client_id={}&client_secret={}", app.client_id, app.client_secret.expose())
}

fn auth(kinde: &MockTransport, more: &str) -> String {
    let id = kinde.backend().client_id;
    format!(
        "/oauth2/auth?client_id={id}&redirect_uri={CALLBACK}&response_type=code&scope=openid%20profile%20email%20offline\
         &state=abcdefgh{more}"
    )
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let query = url.split_once(['?', '#'])?.1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

fn code(kinde: &MockTransport, more: &str) -> String {
    parameter(&kinde.authorize(&auth(kinde, more), &kinde.user()), "code").unwrap()
}

async fn token(kinde: &MockTransport, form: &str) -> (u16, Value) {
    let answer = Raw::new("POST", "/oauth2/token").form(form).send(kinde).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), (answer.status() != 429).then_some("no-store"));
    (answer.status(), serde_json::from_str(answer.body()).unwrap())
}

async fn redeem(kinde: &MockTransport, code: &str, more: &str) -> (u16, Value) {
    let credentials = credentials(kinde);
    let form =
        format!("{credentials}&grant_type=authorization_code&redirect_uri={CALLBACK}&code={code}{more}");
    token(kinde, &form).await
}

async fn refresh(kinde: &MockTransport, refresh_token: &str) -> (u16, Value) {
    let credentials = credentials(kinde);
    token(kinde, &format!("{credentials}&grant_type=refresh_token&refresh_token={refresh_token}")).await
}

#[track_caller]
fn refused(answer: &(u16, Value), status: u16, error: &str) {
    assert_eq!((answer.0, answer.1["error"].as_str()), (status, Some(error)), "{}", answer.1);
    assert!(answer.1["error_description"].is_string());
}

/// Header and claims, if a published key signed it.
async fn verified(kinde: &MockTransport, token: &str) -> Option<(Value, Value)> {
    let keys = Raw::new("GET", "/.well-known/jwks").send(kinde).await;
    let keys: Value = serde_json::from_str(keys.body()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else { return None };
    let read = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let header: Value = serde_json::from_slice(&read(header)).unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"])?;
    let part = |name: &str| read(key[name].as_str().unwrap());
    let message = token.rsplit_once('.').unwrap().0;
    let public = RsaPublicKeyComponents { n: part("n"), e: part("e") };
    public.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &read(signature)).ok()?;
    Some((header, serde_json::from_slice(&read(claims)).unwrap()))
}
