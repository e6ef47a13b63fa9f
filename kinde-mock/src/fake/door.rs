//! What a fake asks of the door that it is reached through.

use std::borrow::Cow;
use std::fmt;

use crate::script::fault::Fault;
use crate::script::plan::Plan;

/// The way to a fake. There is one for each, so that a script means one thing.
pub(crate) trait Door: Send + Sync {
    /// Its name in messages.
    fn name(&self) -> &'static str;

    /// The same, where the message is that a fake has a door already.
    fn whole_name(&self) -> &'static str {
        self.name()
    }

    /// What the fake calls itself behind this door: a URL without a trailing slash.
    fn home(&self) -> &str;

    /// What of a plan it can't carry out, and why.
    fn cannot(&self, _: &Plan) -> Option<(Fault, &'static str)> {
        None
    }

    /// Refuses connections, or accepts them again; returns when it is so. No lock of the fake's is held meanwhile.
    fn refuse(&self, refuse: bool) -> Result<(), DoorError>;
}

/// Whether `door` can carry `plan` out.
pub(super) fn check(door: &dyn Door, plan: &Plan) -> Result<(), DoorError> {
    match door.cannot(plan) {
        None => Ok(()),
        Some((fault, why)) => Err(DoorError::new(format!(
            "{} can't do \"{fault}\": {why}. MockTransport and serve() can.",
            door.name()
        ))),
    }
}

/// What a fake's door can't do, and which one can.
#[derive(Clone, PartialEq, Eq)]
pub struct DoorError(Cow<'static, str>);

impl DoorError {
    pub(crate) fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Self(why.into())
    }

    /// The operating system's word on a port.
    #[cfg(any(feature = "server", feature = "wiremock"))]
    pub(crate) fn port(error: std::io::Error) -> Self {
        Self::new(format!("the port could not be held: {error}"))
    }
}

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
