//! Errors that the server has words in: none of them is repeated. And requests that it says it did not process.

use std::error::Error as _;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::{
    Client, Domain, Error, Operation, OperationKind, Proxy, RetryPolicy, TokioTimer, TransportError,
    TransportErrorKind,
};
use kinde_scripted::frames::{self, frame, go_away, head, reset, url};
use kinde_scripted::server::saying_once;
use kinde_scripted::tls::Authority;

use super::tls::serve;
use super::{Backend, get, send};

/// What the server says: the bearer, as it came, and something of its own.
const SAID: &str = "Bearer s3cret, and more";
const NO_ERROR: u32 = 0;
const PROTOCOL_ERROR: u32 = 1;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

/// Everything that can be printed of an error, and of what its `source` leads to.
fn printed(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("\n{error}\n{error:?}\n{error:#?}"));
        cause = error.source();
    }
    text
}

/// Of a transport, and of a client over it.
fn says_nothing_of(error: TransportError, said: &str) -> String {
    let error = Error::from_transport(OperationKind::new("test"), error);
    let text = printed(&error);
    assert!(!text.contains(said), "{text}");
    text
}

/// How a call ends whose server says this, told the request's stream, and closes.
async fn told<B: Backend>(authority: &Authority, said: fn(u32) -> Vec<u8>) -> TransportError {
    let server = frames::serve(authority, move |mut conn| {
        let stream = conn.request()?;
        conn.write(said(stream))?;
        conn.close()
    });
    let transport = B::with_roots(&authority.pem, &authority.der, Proxy::None).unwrap();
    send(&transport, get(url(&server))).await.unwrap_err()
}

/// GOAWAY, with a reason in the server's words that repeats the bearer.
pub async fn what_a_goaway_says_is_not_repeated<B: Backend>() {
    let authority = Authority::new();
    type Frame = fn(u32) -> Vec<u8>;
    let cases: [(Frame, bool); 5] = [
        (|_| go_away(0, NO_ERROR, SAID), false),
        (|_| go_away(0, ENHANCE_YOUR_CALM, SAID), false),
        // The stream is among those that may have been processed.
        (|stream| go_away(stream, ENHANCE_YOUR_CALM, SAID), true),
        (|stream| go_away(stream, PROTOCOL_ERROR, SAID), true),
        // After the head, in the body.
        (
            |stream| [head(stream), frame(0, 0, stream, b"half"), go_away(0, PROTOCOL_ERROR, SAID)].concat(),
            true,
        ),
    ];
    for (number, (said, may_have_been_processed)) in cases.into_iter().enumerate() {
        let error = told::<B>(&authority, said).await;
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{number}: {error:?}");
        assert_eq!(error.may_have_been_processed(), may_have_been_processed, "{number}: {error:?}");
        if number < 2 {
            // The library's own error has it, for those who ask: without that, this would show nothing.
            assert!(format!("{:?}", error.library_error().unwrap()).contains("s3cret"), "{number}");
            assert!(
                error.source().unwrap().to_string().contains("the server ended the connection"),
                "{error:?}"
            );
        }
        says_nothing_of(error, "s3cret");
    }
}

pub async fn names_in_a_certificate_are_not_repeated<B: Backend>() {
    const NAME: &str = "bearer-s3cret.example";
    let authority = Authority::new();
    let transport = B::with_roots(&authority.pem, &authority.der, Proxy::None).unwrap();
    let trusted = serve(&authority, NAME).await;
    // It has the name of the one that is trusted, and another key.
    let unknown = serve(&Authority::new(), NAME).await;
    for (address, reason) in [(trusted, "NotValidForName"), (unknown, "BadSignature")] {
        let error = send(&transport, get(format!("https://{address}/"))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        let in_library = format!("{:?}", error.library_error().unwrap()).contains("s3cret");
        assert_eq!(in_library, reason == "NotValidForName");
        let text = says_nothing_of(error, "s3cret");
        assert!(text.contains(&format!("certificate was refused: {reason}")), "{text}");
    }
}

pub async fn garbage_is_not_repeated<B: Backend>() {
    let transport = B::new().unwrap();
    for garbage in [
        format!("{SAID}\r\n\r\n"),
        format!("HTTP/1.1 {SAID}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\n{SAID}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {SAID}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{SAID}\r\n"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;{SAID}\r\n"),
        format!("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{SAID}"),
        format!("HTTP/9.9 200 OK\r\nx: {SAID}\r\n\r\n"),
    ] {
        let server = saying_once(garbage.clone());
        let error = send(&transport, get(server.url("/"))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{garbage:?}: {error:?}");
        says_nothing_of(error, "s3cret");
    }
}

/// One that may not be repeated by itself.
struct Once(String);

impl Operation for Once {
    type Output = Bytes;
    const KIND: OperationKind = OperationKind::new("once");

    fn encode(&self, _: &Domain) -> Result<Request<Bytes>, Error> {
        Ok(get(&self.0))
    }

    fn decode(&self, response: Response<Bytes>) -> Result<Bytes, Error> {
        Ok(response.into_body())
    }
}

/// RFC 9113, section 8.7: a stream that was refused was not processed, and what it asked for may be asked for again.
pub async fn a_refused_stream_may_be_repeated<B: Backend>() {
    let authority = Authority::new();
    for (code, attempts) in [(REFUSED_STREAM, 3), (INTERNAL_ERROR, 1)] {
        let server = frames::serve(&authority, move |mut conn| {
            loop {
                let stream = conn.request()?;
                conn.write(reset(stream, code))?;
            }
        });
        let transport = Arc::new(B::with_roots(&authority.pem, &authority.der, Proxy::None).unwrap());
        let error = send(&*transport, get(url(&server))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{error:?}");
        assert_eq!(error.may_have_been_processed(), code != REFUSED_STREAM, "{error:?}");

        let domain = Domain::new(format!("https://{}", server.address())).unwrap();
        let client = Client::builder(domain, transport).retry(RetryPolicy::standard(), TokioTimer).build();
        let error = client.execute(&Once(url(&server))).await.unwrap_err();
        assert_eq!(error.attempts(), attempts, "{error:?}");
        assert_eq!(error.is_retryable(), code == REFUSED_STREAM);
        assert_eq!(error.may_have_been_processed(), code != REFUSED_STREAM);
        assert_eq!(server.record().accepted, 1, "a stream was refused, not the connection");
    }
}
