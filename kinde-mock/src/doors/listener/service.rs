//! From hyper's request to the fake and back.

use std::future::pending;
use std::io;
use std::pin::Pin;

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Request as HttpRequest, Response, Version};
use http_body::Body as _;
use hyper::body::Incoming;

use super::body::{AnswerBody, Cut, Delivery};
use super::health;
use super::line::Scissors;
use crate::fake::FakeKinde;
use crate::http::request::{BODY_LIMIT, Request};
use crate::script::fault::{CutAt, CutBy, Wire};
use crate::script::outcome::Outcome;

pub(super) async fn answer(
    fake: FakeKinde,
    scissors: Scissors,
    request: HttpRequest<Incoming>,
    read_timeout: Duration,
) -> io::Result<Response<AnswerBody>> {
    if let Some(answer) = health::answer(&request) {
        return Ok(answer);
    }
    let version = request.version();
    let (parts, incoming) = request.into_parts();
    // Most requests have none, or all of it already.
    let body = if incoming.is_end_stream() {
        Bytes::new()
    } else {
        tokio::time::timeout(read_timeout, collect(incoming, BODY_LIMIT)).await??
    };
    let outcome = fake.handle(Request::new(parts.method, parts.uri, parts.headers, body));
    if outcome.delay > Duration::ZERO {
        tokio::time::sleep(outcome.delay).await;
    }
    if let Some(gate) = &outcome.gate {
        gate.opened().await;
    }
    deliver(outcome, scissors, version).await
}

async fn deliver(outcome: Outcome, scissors: Scissors, version: Version) -> io::Result<Response<AnswerBody>> {
    let length = outcome.answer.body.len();
    let delivery = match outcome.wire {
        Wire::Hang => return pending().await,
        Wire::Cut { by, at: CutAt::BeforeHead } => {
            scissors.arm(by, grace(version, by, 0));
            return pending().await;
        }
        Wire::Cut { by, at: CutAt::AfterBody(after) } => {
            let grace = grace(version, by, after.min(length));
            Delivery::Cut(Cut { after, by, grace, scissors })
        }
        Wire::Drip { bytes, every } => Delivery::Drip { bytes, every, pause: None },
        Wire::Whole => Delivery::Whole,
    };
    let mut response = outcome.answer.into_response();
    if matches!(delivery, Delivery::Cut(_)) {
        // The whole of it is promised, and hyper can't know.
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    Ok(response.map(|body| AnswerBody::new(body, delivery)))
}

/// How long to wait between the last byte and the cut. A reset throws away what the system has not sent
/// yet, which is nothing as long as it fits into a first flight; and on HTTP/2 the connection is another
/// task, which must come to write first.
fn grace(version: Version, by: CutBy, bytes: usize) -> Duration {
    const FIRST_FLIGHT: usize = 8 * 1024;
    match by {
        _ if version == Version::HTTP_2 => Duration::from_millis(10),
        CutBy::Rst if bytes > FIRST_FLIGHT => Duration::from_millis(50),
        _ => Duration::ZERO,
    }
}

/// A body up to one byte over `limit`. The rest is read and dropped, within reason: a client that
/// is still sending would not see the answer.
pub(crate) async fn collect(mut incoming: Incoming, limit: usize) -> io::Result<Bytes> {
    const READ_ON: usize = 4 * 1024 * 1024;
    let mut body = BytesMut::new();
    let mut read = 0;
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await {
        let Ok(data) = frame.map_err(io::Error::other)?.into_data() else { continue };
        read += data.len();
        let wanted = (limit + 1).saturating_sub(body.len()).min(data.len());
        body.extend_from_slice(&data[..wanted]);
        if read > READ_ON {
            break;
        }
    }
    Ok(body.freeze())
}
