//! An issuer that signs what it is told to, and a service that asks it for its keys.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use kinde_core::sign_in::Nonce;
use kinde_core::{
    AccessToken, CallContext, Client, Domain, IdToken, Timer, Transport, TransportError, TransportErrorKind,
};
use kinde_jwt::{AccessClaims, Audience, IdClaims, RemoteKeys, Verifier, VerifyError};
use serde_json::{Value, json};

pub(crate) const NOW: u64 = 1_800_000_000;
pub(crate) const CLIENT: &str = "f9c0f8a0b1";
pub(crate) const API: &str = "https://api.example";
pub(crate) const ISSUER: &str = "https://acme.kinde.com";
pub(crate) const KID: &str = "2a:e0:4f:11:22:33";

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn modulus(name: &str) -> String {
    let all: Value = serde_json::from_str(include_str!("keys/moduli.json")).unwrap();
    all[name].as_str().unwrap().to_owned()
}

/// Someone with a private key.
pub(crate) struct Signer(RsaKeyPair);

impl Signer {
    /// The issuer's own key.
    pub(crate) fn a() -> Self {
        Self(RsaKeyPair::from_pkcs8(include_bytes!("keys/a.pk8.der")).unwrap())
    }

    /// Somebody else's.
    pub(crate) fn b() -> Self {
        Self(RsaKeyPair::from_pkcs8(include_bytes!("keys/b.pk8.der")).unwrap())
    }

    pub(crate) fn signature(&self, message: &str) -> String {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        base64(signature)
    }

    /// Signs whatever it is told to be header and claims.
    pub(crate) fn sign_text(&self, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
        let message = format!("{}.{}", base64(header), base64(claims));
        let signature = self.signature(&message);
        format!("{message}.{signature}")
    }

    pub(crate) fn sign_with(&self, header: Value, claims: &Value) -> String {
        self.sign_text(header.to_string(), claims.to_string())
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(header(), claims)
    }
}

pub(crate) fn header() -> Value {
    json!({"alg": "RS256", "kid": KID, "typ": "JWT"})
}

pub(crate) fn jwk(kid: &str, key: &str) -> Value {
    json!({"kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": modulus(key), "kid": kid})
}

pub(crate) fn jwks(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// As Kinde documents a user's access token.
pub(crate) fn user() -> Value {
    json!({
        "aud": [API], "azp": CLIENT, "exp": NOW + 86_400, "iat": NOW, "iss": ISSUER, "sub": "kp_1",
        "jti": "0c4f1a0e-6b1b-4c4a-9a51-3f7c1f6a2f0e", "scp": ["openid", "offline"], "org_code": "org_1",
        "permissions": ["read:todos"], "feature_flags": {"dark": {"t": "b", "v": true}},
    })
}

/// As Kinde documents an application's.
pub(crate) fn machine() -> Value {
    json!({
        "aud": [API], "azp": CLIENT, "exp": NOW + 86_400, "iat": NOW, "iss": ISSUER, "gty": ["client_credentials"],
        "jti": "0c4f1a0e-6b1b-4c4a-9a51-3f7c1f6a2f0e", "scope": "read:todos", "scp": ["read:todos"], "v": "2",
    })
}

/// As Kinde documents an ID token.
pub(crate) fn id() -> Value {
    json!({
        "aud": [CLIENT], "azp": CLIENT, "exp": NOW + 3_600, "iat": NOW, "auth_time": NOW, "rat": NOW, "iss": ISSUER,
        "sub": "kp_1", "jti": "7d", "at_hash": "x", "nonce": "n-0S6_WzA2Mj", "name": "Jon Snow",
        "given_name": "Jon", "family_name": "Snow", "email": "jon@example.com", "email_verified": true,
    })
}

pub(crate) fn nonce() -> Nonce {
    Nonce::new("n-0S6_WzA2Mj")
}

/// `object` with a member changed, or taken out if the value is null and the name begins with `-`.
pub(crate) fn with(object: &Value, changes: &[(&str, Value)]) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().unwrap();
    for (name, value) in changes {
        match name.strip_prefix('-') {
            Some(gone) => members.remove(gone),
            None => members.insert((*name).to_owned(), value.clone()),
        };
    }
    object
}

pub(crate) fn without(object: &Value, name: &str) -> Value {
    with(object, &[(&format!("-{name}"), Value::Null)])
}

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub(crate) struct Clock {
    start: Instant,
    seconds: Arc<AtomicU64>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), seconds: Arc::default() }
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Timer for Clock {
    fn now(&self) -> Instant {
        self.start + Duration::from_secs(self.seconds.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (clock, end) = (self.clone(), self.now() + duration);
        Box::pin(std::future::poll_fn(
            move |_| if clock.now() >= end { Poll::Ready(()) } else { Poll::Pending },
        ))
    }

    fn unix_time(&self) -> Duration {
        Duration::from_secs(NOW + self.seconds.load(Ordering::SeqCst))
    }
}

/// What the issuer's endpoint does.
#[derive(Clone)]
pub(crate) enum Answer {
    Keys(String),
    Status(u16, String),
    Breaks,
    /// It answers when it is told to.
    Waits,
}

/// The issuer's endpoint: counts what is asked of it.
#[derive(Clone)]
pub(crate) struct Endpoint(Arc<Inner>);

struct Inner {
    next: Mutex<VecDeque<Answer>>,
    /// What it does when nothing else is planned.
    then: Mutex<Answer>,
    asked: AtomicUsize,
    requests: Mutex<Vec<Request<Bytes>>>,
    waiting: Mutex<Vec<Waker>>,
}

impl Endpoint {
    pub(crate) fn new(answer: Answer) -> Self {
        Self(Arc::new(Inner {
            next: Mutex::default(),
            then: Mutex::new(answer),
            asked: AtomicUsize::new(0),
            requests: Mutex::default(),
            waiting: Mutex::default(),
        }))
    }

    pub(crate) fn of(keys: &[Value]) -> Self {
        Self::new(Answer::Keys(jwks(keys)))
    }

    pub(crate) fn now_does(&self, answer: Answer) {
        *self.0.then.lock().unwrap() = answer;
        self.0.waiting.lock().unwrap().drain(..).for_each(Waker::wake);
    }

    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut self.0.requests.lock().unwrap())
    }

    pub(crate) fn keys(&self, clock: &Clock) -> RemoteKeys {
        let domain = Domain::new("acme.kinde.com").unwrap();
        RemoteKeys::new(Client::new(domain.clone(), self.clone()), &domain, clock.clone())
    }
}

impl Transport for Endpoint {
    async fn send(&self, request: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        self.0.requests.lock().unwrap().push(request);
        let planned = self.0.next.lock().unwrap().pop_front();
        let answer = std::future::poll_fn(|cx| {
            let answer = planned.clone().unwrap_or_else(|| self.0.then.lock().unwrap().clone());
            if matches!(answer, Answer::Waits) {
                self.0.waiting.lock().unwrap().push(cx.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(answer)
        })
        .await;
        match answer {
            Answer::Keys(json) => Ok(Response::new(json.into())),
            Answer::Status(status, body) => Ok(Response::builder().status(status).body(body.into()).unwrap()),
            Answer::Breaks | Answer::Waits => Err(TransportError::from(TransportErrorKind::Connect)),
        }
    }
}

/// A verifier of the issuer's tokens, for one API and one application.
pub(crate) fn verifier(endpoint: &Endpoint, clock: &Clock) -> Verifier {
    Verifier::builder(endpoint.keys(clock)).audience(Audience::any_of([API])).client_id(CLIENT).build()
}

/// What is made of one token by a service that knows the issuer's key.
pub(crate) async fn access(token: &str) -> Result<AccessClaims, VerifyError> {
    let (endpoint, clock) = (Endpoint::of(&[jwk(KID, "a")]), Clock::new());
    ask(&verifier(&endpoint, &clock), token).await
}

pub(crate) async fn ask(verifier: &Verifier, token: &str) -> Result<AccessClaims, VerifyError> {
    // What no `Authorization` header can hold never gets as far as a verifier.
    let Ok(token) = AccessToken::new(token) else {
        return Err(VerifyError::Malformed(kinde_jwt::Malformed::Encoding));
    };
    verifier.access_token(&token).await
}

pub(crate) async fn identity(token: &str) -> Result<IdClaims, VerifyError> {
    let (endpoint, clock) = (Endpoint::of(&[jwk(KID, "a")]), Clock::new());
    verifier(&endpoint, &clock).id_token(&IdToken::new(token), &nonce()).await
}
