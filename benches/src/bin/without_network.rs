//! What this SDK itself costs: each call over a transport that answers at once.

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use allocation_counter::measure;
use bytes::Bytes;
use http::{Request, Response};
use kinde_benches::{core, median, pin};
use kinde_core::keep::MachineTokens;
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde_core::token::Application;
use kinde_core::{
    AccessToken, CallContext, Client, ClientSecret, Domain, OAuth, Operation, RetryPolicy, Token, TokioTimer,
    Transport, TransportError,
};
use tokio::sync::RwLock;

const ROUNDS: usize = 25;
const CALLS: u32 = 20_000;
const BEARER: &str =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjJhOmUwIn0.eyJhdWQiOltdLCJhenAiOiIzYjBiNWM2In0.c2lnbmF0dXJl";
const TOKEN: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG.0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
const INTROSPECTION: &str = r#"{"active":true,"aud":["https://api.example.com/v1"],"client_id":"3b0b5c6c8fcc464fab397f4969b5f482","exp":1612345678,"iat":1612341678}"#;
const PROFILE: &str = r#"{"sub":"kp_c3143a4b50ad43c88e541d9077681782","provided_id":"some_external_id","name":"John Snow","given_name":"John","family_name":"Snow","updated_at":1612345678,"email":"john.snow@example.com","email_verified":true,"picture":"https://example.com/john_snow.jpg","preferred_username":"john_snow","id":"kp_c3143a4b50ad43c88e541d9077681782"}"#;

const TOKENS: &str = r#"{"access_token":"eyJhbGciOiJSUzI1NiIsImtpZCI6IjJhOmUwIn0.eyJhdWQiOltdLCJhenAiOiIzYjBiNWM2In0.c2lnbmF0dXJl","token_type":"bearer","expires_in":86400}"#;

/// Answers at once, and allocates nothing.
struct Ready(&'static str);

impl Transport for Ready {
    async fn send(&self, request: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        black_box(request);
        Ok(Response::new(Bytes::from_static(self.0.as_bytes())))
    }
}

fn main() {
    pin(core(0));
    println!("{ROUNDS} rounds of {CALLS} calls each, medians; allocations and bytes of one call.\n");
    println!("| what | ns | allocations | bytes |");
    println!("|---|---|---|---|");
    let bearer = AccessToken::new(BEARER).unwrap();
    operation("profile", PROFILE, GetUserProfileV2::new(&bearer), |kinde, request| {
        drop(now(kinde.get_user_profile_v2(request)).unwrap());
    });
    let introspection = TokenIntrospection::new(&bearer, Token::new(TOKEN));
    operation("introspection", INTROSPECTION, introspection, |kinde, request| {
        drop(now(kinde.token_introspection(request)).unwrap());
    });
    let revocation = TokenRevocation::new("3b0b5c6c8fcc464fab397f4969b5f482", Token::new(TOKEN));
    operation("revocation", "", revocation, |kinde, request| {
        now(kinde.token_revocation(request)).unwrap();
    });
    kept_token();
}

/// A machine's token that is good, beside the same by hand: a lock around a text and its end.
fn kept_token() {
    let domain = Domain::new("https://acme.kinde.com").unwrap();
    let us = Application::backend("3b0b5c6c8fcc464fab397f4969b5f482", ClientSecret::new(TOKEN));
    let client = Client::new(domain.clone(), Ready(TOKENS));
    let tokens = MachineTokens::builder(client, &domain, &us, TokioTimer).build().unwrap();
    let by_hand = RwLock::new((BEARER.to_owned(), Instant::now() + Duration::from_secs(86_400)));
    row("a kept token", "`MachineTokens`", || drop(black_box(now(tokens.access_token()).unwrap())));
    row("a kept token", "by hand", || {
        drop(black_box(now(async {
            let kept = by_hand.read().await;
            (Instant::now() < kept.1).then(|| kept.0.clone())
        })));
    });
}

fn operation<O: Operation + Clone>(
    name: &str,
    body: &'static str,
    request: O,
    through_trait: impl Fn(&dyn OAuth, O),
) {
    let domain = Domain::new("https://acme.kinde.com").unwrap();
    let client =
        Client::builder(domain.clone(), Ready(body)).retry(RetryPolicy::standard(), TokioTimer).build();
    let kinde: Arc<dyn OAuth> = Arc::new(client.clone());
    let response = || Response::new(Bytes::from_static(body.as_bytes()));

    row(name, "encode", || drop(black_box(request.encode(&domain).unwrap())));
    row(name, "decode, the model included", || drop(black_box(request.decode(response()).unwrap())));
    row(name, "`execute`", || drop(now(client.execute(black_box(&request))).unwrap()));
    row(name, "`dyn OAuth`", || through_trait(&*kinde, black_box(&request).clone()));
}

fn row(operation: &str, what: &str, mut call: impl FnMut()) {
    let rounds = (0..=ROUNDS).map(|_| {
        let started = Instant::now();
        for _ in 0..CALLS {
            call();
        }
        started.elapsed().as_secs_f64() / f64::from(CALLS)
    });
    // The first round warms up.
    let nanoseconds = median(rounds.skip(1)) * 1e9;
    let one = measure(&mut call);
    println!("| {operation}: {what} | {nanoseconds:.0} | {} | {} |", one.count_total, one.bytes_total);
}

/// Runs a future that is ready at its first poll.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the transport answers at once"),
    }
}
