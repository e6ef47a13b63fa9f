//! Reading a response's body.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::pin;

use bytes::{Buf, Bytes, BytesMut};
use http_body::Body;

use crate::error::{TransportError, TransportErrorKind};

/// What is set aside on the word of a `Content-Length`, before the bytes are there.
const TRUST: usize = 64 * 1024;

/// Reads a body whole, if it has at most `limit` bytes; for transports over libraries that speak
/// [`http_body::Body`] (hyper, tower, reqwest).
///
/// A body that comes in one frame is handed on without a copy. Trailers are ignored. It has no clock:
/// the caller's deadline has to cover it.
///
/// Cancel-safe: dropping it drops the body, and with that the connection if more was to come.
///
/// # Errors
/// [`BodyTooLarge`](TransportErrorKind::BodyTooLarge) as soon as the length that is announced, or what has
/// come, is more than `limit`; nothing is read after that. A body that ends before the length that was
/// announced, or with an error of its own, is [`Interrupted`](TransportErrorKind::Interrupted); an error that
/// is a [`TransportError`] is returned as it is.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use http_body_util::Full;
/// use kinde::TransportErrorKind;
///
/// let body = kinde::transport::collect(Full::<bytes::Bytes>::from("John Snow"), 9).await?;
/// assert_eq!(body, "John Snow");
///
/// let error = kinde::transport::collect(Full::<bytes::Bytes>::from("John Snow"), 8).await.unwrap_err();
/// assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn collect<B>(body: B, limit: usize) -> Result<Bytes, TransportError>
where
    B: Body,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let mut body = pin!(body);
    let announced = body.size_hint().lower();
    let mut left = limit;
    if announced > left as u64 {
        return Err(TransportErrorKind::BodyTooLarge.into());
    }

    let mut only = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(mut data) = frame.map_err(broken)?.into_data() else { continue };
        let length = data.remaining();
        left = left.checked_sub(length).ok_or(TransportErrorKind::BodyTooLarge)?;
        if joined.is_empty() {
            if only.is_empty() {
                only = data.copy_to_bytes(length);
                continue;
            }
            let announced = usize::try_from(announced).unwrap_or(usize::MAX);
            joined.reserve(announced.min(TRUST).max(only.len() + length));
            joined.extend_from_slice(&only);
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            joined.extend_from_slice(chunk);
            data.advance(chunk.len());
        }
    }
    // HTTP/1.1 libraries see to that; over HTTP/2 an answer may end in order before its length.
    if ((limit - left) as u64) < announced {
        return Err(TransportErrorKind::Interrupted.into());
    }
    Ok(if joined.is_empty() { only } else { joined.freeze() })
}

fn broken(error: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    match error.into().downcast::<TransportError>() {
        Ok(error) => *error,
        Err(error) => TransportError::new(TransportErrorKind::Interrupted, error),
    }
}
