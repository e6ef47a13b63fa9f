//! `collect`, frame by frame.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use kinde_core::transport::collect;
use kinde_core::{TransportError, TransportErrorKind};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body that yields these frames and counts how often it was asked.
struct Frames {
    frames: VecDeque<Result<Frame<Bytes>, BoxError>>,
    announced: u64,
    asked: Arc<AtomicUsize>,
}

fn frames<const N: usize>(data: [&'static str; N]) -> Frames {
    let frames = data.map(|data| Ok(Frame::data(Bytes::from_static(data.as_bytes()))));
    Frames { frames: frames.into(), announced: 0, asked: Arc::default() }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(self.frames.pop_front())
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::default();
        hint.set_lower(self.announced);
        hint
    }
}

#[tokio::test]
async fn frames_are_joined() {
    assert_eq!(collect(frames([]), 0).await.unwrap(), "");
    assert_eq!(collect(frames(["", ""]), 0).await.unwrap(), "");
    assert_eq!(collect(frames(["one"]), 3).await.unwrap(), "one");
    assert_eq!(collect(frames(["", "one", "", " two", "", " three"]), 13).await.unwrap(), "one two three");
}

#[tokio::test]
async fn one_frame_is_not_copied() {
    let data = Bytes::from(vec![b'x'; 1000]);
    let body = Frames { frames: [Ok(Frame::data(data.clone()))].into(), ..frames([]) };
    assert_eq!(collect(body, 1000).await.unwrap().as_ptr(), data.as_ptr());
}

#[tokio::test]
async fn nothing_is_read_past_the_limit() {
    let body = frames(["1234", "5678", "9"]);
    let asked = Arc::clone(&body.asked);
    let error = collect(body, 7).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_announced_length_is_enough_to_stop() {
    let body = Frames { announced: 8, ..frames(["12345678"]) };
    let asked = Arc::clone(&body.asked);
    assert_eq!(collect(body, 7).await.unwrap_err().kind(), TransportErrorKind::BodyTooLarge);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// What a server announces is not a reason to set memory aside.
#[tokio::test]
async fn an_announced_length_is_not_believed() {
    let body = Frames { announced: u64::MAX / 2, ..frames(["12", "34"]) };
    assert_eq!(collect(body, usize::MAX).await.unwrap_err().kind(), TransportErrorKind::Interrupted);
}

/// Over HTTP/2 an answer may end in order before its length.
#[tokio::test]
async fn a_body_that_ends_before_its_length_is_cut() {
    for frames in [frames(["123"]), frames(["12", "3"]), frames([])] {
        let body = Frames { announced: 4, ..frames };
        assert_eq!(collect(body, 9).await.unwrap_err().kind(), TransportErrorKind::Interrupted);
    }
    let body = Frames { announced: 4, ..frames(["12", "34"]) };
    assert_eq!(collect(body, 4).await.unwrap(), "1234");
}

#[tokio::test]
async fn trailers_are_passed_over() {
    let mut body = frames(["one"]);
    body.frames.push_back(Ok(Frame::trailers(http::HeaderMap::new())));
    assert_eq!(collect(body, 3).await.unwrap(), "one");
}

#[tokio::test]
async fn errors_keep_their_kind() {
    let mut body = frames(["one"]);
    body.frames.push_back(Err("reset".into()));
    assert_eq!(collect(body, 9).await.unwrap_err().kind(), TransportErrorKind::Interrupted);

    let mut body = frames(["one"]);
    body.frames.push_back(Err(TransportError::from(TransportErrorKind::Timeout).into()));
    assert_eq!(collect(body, 9).await.unwrap_err().kind(), TransportErrorKind::Timeout);
}
