//! Verifying one access token of Kinde's size, over and over, beside the bare signature and beside other libraries, in one
//! run: `cargo run --release` here. The round of each is taken in turn, so that a drift of the machine's speed meets all.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use core_affinity::CoreId;
use http::{Request, Response};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use jwt_simple::prelude::{RS256PublicKey, RSAPublicKeyLike, VerificationOptions};
use kinde_core::{AccessToken, CallContext, Client, Domain, TokioTimer, Transport, TransportError};
use kinde_jwt::{Audience, KeySet, Policy, RemoteKeys, Verifier};
use serde_json::{Value, json};

const ROUNDS: usize = 31;
const TIMES: u32 = 300;
const API: &str = "https://api.example";
const ISSUER: &str = "https://acme.kinde.com";
const KID: &str = "2a:e0:4f:11:22:33";

struct Keys(String);

impl Transport for Keys {
    async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(self.0.clone().into()))
    }
}

fn main() {
    // Before this thread is bound to one: a bound thread is told of no other.
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    if let Some(core) = cores.first() {
        core_affinity::set_for_current(*core);
    }
    let key = RsaKeyPair::from_pkcs8(include_bytes!("../../../kinde-jwt/tests/it/keys/a.pk8.der")).unwrap();
    let moduli: Value =
        serde_json::from_str(include_str!("../../../kinde-jwt/tests/it/keys/moduli.json")).unwrap();
    let n = moduli["a"].as_str().unwrap();
    let jwks =
        json!({"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": n, "kid": KID}]})
            .to_string();
    let token = token(&key);
    let bearer = AccessToken::new(&*token).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    println!("a token of {} bytes; {ROUNDS} rounds of {TIMES}, medians\n", token.len());

    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(n).unwrap();
    let bare = RsaPublicKeyComponents { n: &modulus[..], e: &[1, 0, 1][..] }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .unwrap();

    let set = KeySet::parse(jwks.as_bytes()).unwrap();
    let policy = Policy::new(ISSUER, Audience::any_of([API]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let domain = Domain::new(ISSUER).unwrap();
    let keys = RemoteKeys::new(Client::new(domain.clone(), Keys(jwks)), &domain, TokioTimer);
    let verifier = Verifier::builder(keys).audience(Audience::any_of([API])).build();

    let decoding = DecodingKey::from_rsa_components(n, "AQAB").unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[API]);
    validation.set_issuer(&[ISSUER]);

    let simple = RS256PublicKey::from_components(&modulus, &[1, 0, 1]).unwrap().with_key_id(KID);

    // Its keys are fetched here.
    runtime.block_on(verifier.access_token(&bearer)).unwrap();
    let mut contenders: Vec<(&str, Box<dyn FnMut() + '_>)> = vec![
        (
            "the signature alone, aws-lc-rs, kept key",
            Box::new(|| bare.verify_sig(message.as_bytes(), black_box(&signature)).unwrap()),
        ),
        (
            "kinde-jwt, `Policy`",
            Box::new(|| drop(black_box(policy.access_token(&set, &bearer, now).unwrap()))),
        ),
        (
            "kinde-jwt, `Verifier`",
            Box::new(|| drop(black_box(ready(verifier.access_token(&bearer)).unwrap()))),
        ),
        (
            "jsonwebtoken 11, aws_lc_rs",
            Box::new(|| {
                drop(black_box(jsonwebtoken::decode::<Value>(&*token, &decoding, &validation).unwrap()))
            }),
        ),
        (
            "jwt-simple 0.12, pure-rust",
            Box::new(|| {
                let options = VerificationOptions::default();
                drop(black_box(simple.verify_token::<Value>(&token, Some(options)).unwrap()));
            }),
        ),
    ];
    let mut taken: Vec<Vec<Duration>> = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        for (times, (_, verify)) in taken.iter_mut().zip(&mut contenders) {
            let start = Instant::now();
            (0..TIMES).for_each(|_| verify());
            times.push(start.elapsed() / TIMES);
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let bare = median(&mut taken[0]);
    println!("| what | us | of the signature alone |\n|---|---|---|");
    for (times, (name, _)) in taken.iter_mut().zip(&contenders) {
        let time = median(times);
        let ratio = time.as_secs_f64() / bare.as_secs_f64();
        println!("| {name} | {:.1} | {ratio:.2} |", time.as_secs_f64() * 1e6);
    }
    drop(contenders);
    threads(&verifier, &bearer, &cores);
}

/// Verifications a second with one thread and with as many as there are cores, and sixteen.
fn threads(verifier: &Verifier, bearer: &AccessToken, cores: &[CoreId]) {
    println!("\n| threads | verifications a second |\n|---|---|");
    for threads in [1, 2, 16] {
        const EACH: u32 = 4_000;
        let start = Instant::now();
        std::thread::scope(|scope| {
            for number in 0..threads {
                scope.spawn(move || {
                    if let Some(core) = cores.get(number % cores.len().max(1)) {
                        core_affinity::set_for_current(*core);
                    }
                    // The keys are known: it never waits.
                    (0..EACH).for_each(|_| drop(black_box(ready(verifier.access_token(bearer)).unwrap())));
                });
            }
        });
        let rate = f64::from(EACH) * threads as f64 / start.elapsed().as_secs_f64();
        println!("| {threads} | {rate:.0} |");
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("it waits for nothing"),
    }
}

fn token(key: &RsaKeyPair) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let permissions: Vec<String> = (0..10).map(|number| format!("read:things-{number}")).collect();
    let header = json!({"alg": "RS256", "kid": KID, "typ": "JWT"});
    let claims = json!({
        "aud": [API], "azp": "3b0b5c6c8fcc464fab397f4969b5f482", "exp": now + 86_400, "iat": now, "iss": ISSUER,
        "sub": "kp_c3143a4b50ad43c88e541d9077681782", "jti": "0c4f1a0e-6b1b-4c4a-9a51-3f7c1f6a2f0e",
        "scp": ["openid", "profile", "email", "offline"], "org_code": "org_1", "permissions": permissions,
        "feature_flags": {"a": {"t": "b", "v": true}, "b": {"t": "s", "v": "pink"}, "c": {"t": "i", "v": 5}},
    });
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
