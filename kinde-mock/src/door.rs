//! What each door can do.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::Fault;
use crate::script::{CutAt, CutBy, FaultKind, Plan, Wire};

/// Through which door a fake is reached. There is one for each fake, so that a script means one thing.
pub(crate) enum Door {
    /// None yet.
    Open,
    /// [`MockTransport`](crate::MockTransport), and whether it refuses connections.
    InProcess { refusing: bool },
    /// A listener, and how to take it away and put it back.
    #[cfg_attr(
        not(all(feature = "wiremock", feature = "server")),
        allow(dead_code, reason = "the doors with sockets are features")
    )]
    Socket { kind: Socket, switch: Option<Switch> },
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(all(feature = "wiremock", feature = "server")),
    allow(dead_code, reason = "the doors with sockets are features")
)]
pub(crate) enum Socket {
    Wiremock,
    /// Somebody else's wiremock server.
    Mounted,
    /// Our own listener.
    Serve,
}

/// Refuses connections, or accepts them again; ready when it is so.
pub(crate) type Switch = Arc<dyn Fn(bool) -> io::Result<()> + Send + Sync>;

impl Door {
    /// Whether this door can carry `plan` out.
    pub(crate) fn check(&self, plan: &Plan) -> Result<(), DoorError> {
        if let Self::Socket { kind: Socket::Serve, .. } = self {
            return Ok(());
        }
        let cut = plan.faults().find(|fault| matches!(fault.0, FaultKind::Wire(Wire::Cut { .. })));
        if let (Self::Socket { .. }, Some(fault), true) = (self, cut, plan.delay > Duration::ZERO) {
            return Err(self.cannot(&fault, "wiremock can't wait before it closes a connection"));
        }
        plan.faults().try_for_each(|fault| self.check_fault(&fault))
    }

    fn check_fault(&self, fault: &Fault) -> Result<(), DoorError> {
        let why = match self {
            Self::Open | Self::InProcess { .. } | Self::Socket { kind: Socket::Serve, .. } => return Ok(()),
            Self::Socket { kind: Socket::Wiremock | Socket::Mounted, .. } => match fault.0 {
                FaultKind::Mangle(_)
                | FaultKind::Wire(
                    Wire::Whole | Wire::Hang | Wire::Cut { by: CutBy::Fin, at: CutAt::BeforeHead },
                ) => return Ok(()),
                FaultKind::Gate(_) => {
                    "wiremock answers under one lock, so a held answer would hold all others"
                }
                FaultKind::Wire(Wire::Cut { .. }) => {
                    "wiremock can only close a connection before the head, by FIN"
                }
                FaultKind::Wire(Wire::Drip { .. }) => "wiremock sends bodies whole",
            },
        };
        Err(self.cannot(fault, why))
    }

    fn cannot(&self, fault: &Fault, why: &str) -> DoorError {
        DoorError(
            format!("{} can't do \"{fault}\": {why}. MockTransport and serve() can.", self.name()).into(),
        )
    }

    pub(crate) fn refuse(&mut self, refuse: bool) -> Result<(), DoorError> {
        match self {
            Self::InProcess { refusing } => {
                *refusing = refuse;
                Ok(())
            }
            Self::Socket { switch: Some(switch), .. } => switch(refuse)
                .map_err(|error| DoorError(format!("the port could not be held: {error}").into())),
            Self::Socket { switch: None, .. } => Err(DoorError(
                "a fake that is mounted on somebody else's server can't take its port away: MockTransport, \
                 MockKinde and serve() can."
                    .into(),
            )),
            Self::Open => {
                Err(DoorError("this fake has no door yet, so there is nothing to connect to".into()))
            }
        }
    }

    #[cfg_attr(
        not(all(feature = "wiremock", feature = "server")),
        allow(dead_code, reason = "the doors with sockets are features")
    )]
    pub(crate) fn take(&mut self, door: Self) -> Result<(), DoorError> {
        if matches!(self, Self::Open) {
            *self = door;
            return Ok(());
        }
        let (taken, other) = (self.name(), door.name());
        Err(DoorError(
            format!("this fake is reached through {taken} already: take a fake of its own for {other}")
                .into(),
        ))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Open => "no door",
            Self::InProcess { .. } => "MockTransport",
            Self::Socket { kind: Socket::Wiremock, .. } => "MockKinde",
            Self::Socket { kind: Socket::Mounted, .. } => "a fake mounted on a wiremock server",
            Self::Socket { kind: Socket::Serve, .. } => "serve()",
        }
    }
}

/// What a fake's door can't do, and which one can.
#[derive(Clone, PartialEq, Eq)]
pub struct DoorError(Cow<'static, str>);

impl fmt::Display for DoorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DoorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DoorError({})", self.0)
    }
}

impl std::error::Error for DoorError {}
