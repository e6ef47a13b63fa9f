//! The body of an answer: whole, cut short, or dripping.

use std::convert::Infallible;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use super::line::Scissors;
use crate::script::fault::CutBy;

pub(super) enum Delivery {
    Whole,
    /// So many bytes, and then the scissors.
    Cut(Cut),
    Drip {
        bytes: usize,
        every: Duration,
        pause: Option<Pin<Box<Sleep>>>,
    },
}

pub(super) struct Cut {
    pub(super) after: usize,
    pub(super) by: CutBy,
    pub(super) grace: Duration,
    pub(super) scissors: Scissors,
}

pub(crate) struct AnswerBody {
    rest: Bytes,
    delivery: Delivery,
}

impl AnswerBody {
    pub(super) fn new(rest: Bytes, delivery: Delivery) -> Self {
        Self { rest, delivery }
    }

    #[cfg(feature = "cli")]
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self::new(bytes, Delivery::Whole)
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        let piece = match &mut this.delivery {
            Delivery::Whole => std::mem::take(&mut this.rest),
            Delivery::Cut(cut) => {
                let piece = this.rest.split_to(cut.after.min(this.rest.len()));
                cut.after = 0;
                if piece.is_empty() {
                    // What came before is written by now; nothing will follow.
                    cut.scissors.arm(cut.by, cut.grace);
                    return Poll::Pending;
                }
                piece
            }
            Delivery::Drip { bytes, every, pause } if !this.rest.is_empty() => {
                let sleep = pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(*every)));
                ready!(sleep.as_mut().poll(cx));
                *pause = None;
                this.rest.split_to((*bytes).min(this.rest.len()))
            }
            Delivery::Drip { .. } => Bytes::new(),
        };
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        // One to be cut never ends by itself.
        self.rest.is_empty() && !matches!(self.delivery, Delivery::Cut(_))
    }

    fn size_hint(&self) -> SizeHint {
        match self.delivery {
            Delivery::Cut(_) => SizeHint::default(),
            _ => SizeHint::with_exact(self.rest.len() as u64),
        }
    }
}

/// hyper asks no further once the length that it promised is written: then the cut comes after all of it.
impl Drop for AnswerBody {
    fn drop(&mut self) {
        if let Delivery::Cut(cut) = &self.delivery {
            cut.scissors.arm(cut.by, cut.grace);
        }
    }
}
