//! What a call allocates, apart from the transport's own work. Counts, not times: they hold on any machine.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, missing_docs)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use bytes::Bytes;
use http::{Request, Response};
use kinde_core::{
    AccessToken, CallContext, Client, Domain, GetUserProfileV2, OAuth, Operation, RetryPolicy, Token,
    TokenIntrospection, TokenRevocation, TokioTimer, Transport, TransportError,
};

/// Answers at once, and allocates nothing.
struct Ready(&'static str);

impl Transport for Ready {
    async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(Bytes::from_static(self.0.as_bytes())))
    }
}

fn client(body: &'static str) -> Client<Ready> {
    let domain = Domain::new("acme.kinde.com").unwrap();
    Client::builder(domain, Ready(body)).retry(RetryPolicy::standard(), TokioTimer).build()
}

/// Runs a future that is ready at its first poll.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the transport answers at once"),
    }
}

/// Allocations of one call, after a first one has warmed up what is set up lazily.
fn count(mut call: impl FnMut()) -> u64 {
    call();
    measure(call).count_total
}

#[test]
fn a_call_allocates_no_more_than_it_must() {
    let bearer = AccessToken::new("abc").unwrap();
    let profile = GetUserProfileV2::new(&bearer);
    let introspection = TokenIntrospection::new(&bearer, Token::new("abc"));
    let revocation = TokenRevocation::new("id", Token::new("abc"));

    // Headers take two. A form takes two more: its bytes, and the owner that wipes them.
    let empty = client("{}");
    assert_eq!(count(|| drop(now(empty.execute(&profile)).unwrap())), 2);
    let dead = client(r#"{"active":false}"#);
    assert_eq!(count(|| drop(now(dead.execute(&introspection)).unwrap())), 4);
    let revoked = client("");
    assert_eq!(count(|| now(revoked.execute(&revocation)).unwrap()), 4);

    // Through the trait object one more, for the future's box. Cloning a request is a reference count.
    let dynamic: &dyn OAuth = &empty;
    assert_eq!(count(|| drop(now(dynamic.get_user_profile_v2(profile.clone())).unwrap())), 3);
    let dynamic: &dyn OAuth = &dead;
    assert_eq!(count(|| drop(now(dynamic.token_introspection(introspection.clone())).unwrap())), 5);
}

/// A model allocates its own strings and nothing else.
#[test]
fn a_model_allocates_its_strings() {
    let decode = |body: &'static str, request: &GetUserProfileV2| {
        drop(request.decode(Response::new(Bytes::from_static(body.as_bytes()))).unwrap());
    };
    let request = GetUserProfileV2::new(&AccessToken::new("abc").unwrap());
    let body = r#"{"sub":"kp_1","name":"John Snow","updated_at":1612345678,"email_verified":true,"picture":null,"id":"kp_1"}"#;
    assert_eq!(count(|| decode(body, &request)), 3);
}

/// What a server can make a client hold with one answer, at the default limit of 1 MiB: values that are short
/// on the wire and large in memory.
#[test]
fn a_hostile_body_takes_no_multiple_of_its_size() {
    let request = TokenIntrospection::new(&AccessToken::new("abc").unwrap(), Token::new("abc"));
    let held = |item: &str, count: usize| {
        let items = vec![item; count].join(",");
        let body = Bytes::from(format!(r#"{{"active":true,"x":[{items}]}}"#));
        measure(|| drop(request.decode(Response::new(body.clone())))).bytes_max
    };
    for item in [r#"{"":{"":{"":0}}}"#, r#"{"":0}"#, "[0]", "{}", "0", r#""""#] {
        let most = held(item, 1_000_000 / (item.len() + 1));
        assert!(most < 64 * 1024, "{item} again and again: {most} bytes");
        // As many as are read.
        let marks = item.bytes().filter(|byte| b"{[,".contains(byte)).count() + 1;
        let most = held(item, 16_000 / marks);
        assert!(most < 12 << 20, "{item}: {most} bytes");
    }
}
