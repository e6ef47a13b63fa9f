//! Ours and jsonwebtoken's: the same key, issuer, audience and 30 seconds of skew.

use bytes::Bytes;
use http::{Request, Response};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use kinde_core::{AccessToken, CallContext, Client, Domain, TokioTimer, Transport, TransportError};
use kinde_jwt::{Audience, RemoteKeys, Verifier};
use serde_json::Value;

use crate::corpus;

struct Keys;

impl Transport for Keys {
    async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(corpus::jwks().to_string().into()))
    }
}

pub async fn kinde(token: &str) -> bool {
    let Ok(token) = AccessToken::new(token) else { return false };
    let Ok(domain) = Domain::new(corpus::ISSUER) else { return false };
    let keys = RemoteKeys::new(Client::new(domain.clone(), Keys), &domain, TokioTimer);
    let verifier = Verifier::builder(keys).audience(Audience::any_of([corpus::API])).build();
    verifier.access_token(&token).await.is_ok()
}

pub fn jsonwebtoken(token: &str) -> bool {
    let jwks = corpus::jwks();
    let key = &jwks["keys"][0];
    // As its documentation has a caller do with a key set: by `kid`.
    let Ok(header) = decode_header(token) else { return false };
    if header.kid.as_deref() != key["kid"].as_str() {
        return false;
    }
    let text = |name: &str| key[name].as_str().unwrap_or_default();
    let Ok(key) = DecodingKey::from_rsa_components(text("n"), text("e")) else { return false };
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[corpus::API]);
    validation.set_issuer(&[corpus::ISSUER]);
    validation.leeway = 30;
    validation.validate_nbf = true;
    decode::<Value>(token, &key, &validation).is_ok()
}
