//! How large what a caller holds is: an error in every `Result`, a future in every task. Bounds, on 64 bits.

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde_core::{
    AccessToken, CallContext, Client, ClientSecret, Domain, Error, RetryPolicy, Token, TokioTimer, Transport,
    TransportError, TransportErrorKind,
};

/// Its future holds the request and nothing else.
struct Nowhere;

impl Transport for Nowhere {
    async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        Err(TransportErrorKind::Connect.into())
    }
}

#[test]
fn an_error_is_one_word() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}

#[test]
fn secrets_are_as_large_as_what_shares_them() {
    assert_eq!(size_of::<Token>(), size_of::<usize>());
    assert_eq!(size_of::<ClientSecret>(), size_of::<usize>());
}

#[test]
fn the_futures_of_calls_stay_small() {
    let client = Client::builder(Domain::new("acme.kinde.com").unwrap(), Nowhere)
        .retry(RetryPolicy::standard(), TokioTimer)
        .build();
    let bearer = AccessToken::new("abc").unwrap();
    let profile = size_of_val(&client.execute(&GetUserProfileV2::new(&bearer)));
    let introspection = size_of_val(&client.execute(&TokenIntrospection::new(&bearer, Token::new("a"))));
    let revocation = size_of_val(&client.execute(&TokenRevocation::new("id", Token::new("a"))));
    // 472 when this was written, 552 with the feature `tracing`, over this transport, whose own
    // future holds the request.
    for size in [profile, introspection, revocation] {
        assert!(size <= 600, "{size} bytes");
    }
}
