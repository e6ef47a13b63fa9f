//! The ways in which an answer can go wrong on its way.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::gate::Gate;

/// What happens to an answer on its way; see [`Reply::fault`](crate::Reply::fault).
///
/// Not every door can do every fault: a script that asks for more than its fake's door can do is refused
/// when it is added, with the name of a door that can.
///
/// | fault | `MockTransport`, `serve` | `MockKinde`, `mount_on` |
/// |---|---|---|
/// | [`hang`](Self::hang), [`malformed_json`](Self::malformed_json), [`wrong_content_type`](Self::wrong_content_type) | yes | yes |
/// | [`cut`](Self::cut) before the head by [`CutBy::Fin`] | yes | yes |
/// | other cuts, [`drip`](Self::drip), [`gate`](Self::gate) | yes | no |
#[derive(Clone, Debug)]
pub struct Fault(pub(crate) FaultKind);

#[derive(Clone, Debug)]
pub(crate) enum FaultKind {
    Gate(Gate),
    Wire(Wire),
    Mangle(Mangle),
}

/// How the bytes of an answer are put on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wire {
    #[default]
    Whole,
    Cut {
        by: CutBy,
        at: CutAt,
    },
    Drip {
        bytes: usize,
        every: Duration,
    },
    Hang,
}

/// What is wrong with the answer itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mangle {
    Json,
    ContentType,
}

/// How a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CutBy {
    /// The server closes its side in good order; the client reads an end of file.
    Fin,
    /// The server resets the connection; the client reads `ECONNRESET`.
    Rst,
}

/// Where a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CutAt {
    /// Before the status line: the request was read, and nothing comes back.
    BeforeHead,
    /// After so many bytes of the body; `Content-Length` promises the whole of it. A body that is no longer
    /// than that arrives whole, and the connection is cut then.
    AfterBody(usize),
}

impl Fault {
    /// Holds the answer until the gate is opened.
    ///
    /// ```
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde_mock::{Fault, Gate, MockTransport, UserProfileV2Reply};
    ///
    /// let kinde = MockTransport::new();
    /// let gate = Gate::new();
    /// kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().fault(Fault::gate(&gate)));
    /// // … start a call, look at what the application does meanwhile, then:
    /// gate.open();
    /// ```
    pub fn gate(gate: &Gate) -> Self {
        Self(FaultKind::Gate(gate.clone()))
    }

    /// Takes the request and never answers.
    pub fn hang() -> Self {
        Self(FaultKind::Wire(Wire::Hang))
    }

    /// Cuts the connection.
    ///
    /// ```
    /// use kinde::oauth::TokenRevocation;
    /// use kinde_mock::{CutAt, CutBy, Fault, MockTransport, TokenRevocationReply};
    ///
    /// let kinde = MockTransport::new();
    /// // The revocation is carried out, and the caller never hears of it.
    /// kinde
    ///     .on::<TokenRevocation>()
    ///     .once(TokenRevocationReply::live().fault(Fault::cut(CutBy::Rst, CutAt::BeforeHead)));
    /// ```
    pub fn cut(by: CutBy, at: CutAt) -> Self {
        Self(FaultKind::Wire(Wire::Cut { by, at }))
    }

    /// Sends the body `bytes` at a time (at least one), with a pause of `every` before each piece.
    pub fn drip(bytes: usize, every: Duration) -> Self {
        Self(FaultKind::Wire(Wire::Drip { bytes: bytes.max(1), every }))
    }

    /// Sends `Content-Type: application/json` and a body that ends in the middle of its JSON.
    pub fn malformed_json() -> Self {
        Self(FaultKind::Mangle(Mangle::Json))
    }

    /// Sends `Content-Type: text/html` over whatever the body is.
    pub fn wrong_content_type() -> Self {
        Self(FaultKind::Mangle(Mangle::ContentType))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            FaultKind::Gate(_) => f.write_str("held at a gate"),
            FaultKind::Wire(wire) => wire.fmt(f),
            FaultKind::Mangle(Mangle::Json) => f.write_str("malformed JSON"),
            FaultKind::Mangle(Mangle::ContentType) => f.write_str("wrong content type"),
        }
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = |by| match by {
            CutBy::Fin => "closed",
            CutBy::Rst => "reset",
        };
        match *self {
            Self::Whole => f.write_str("sent whole"),
            Self::Cut { by, at: CutAt::BeforeHead } => write!(f, "{} before the head", how(by)),
            Self::Cut { by, at: CutAt::AfterBody(bytes) } => {
                write!(f, "{} after {bytes} bytes of the body", how(by))
            }
            Self::Drip { bytes, every } => write!(f, "dripped, {bytes} bytes every {every:?}"),
            Self::Hang => f.write_str("never answered"),
        }
    }
}
