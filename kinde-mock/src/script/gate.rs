//! Holding an answer until a test says go.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

/// Holds answers until it is opened; a clone is the same gate. No timing is involved, so what a test sees
/// while it is shut doesn't depend on how fast the machine is. See [`Fault::gate`](crate::Fault::gate).
///
/// To know that a call has reached it, wait for the call in the journal: it is recorded on arrival.
#[derive(Clone)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    /// One that is shut.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Lets through everything that waits and all that comes later.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    /// Holds what comes from now on.
    pub fn shut(&self) {
        self.0.send_replace(false);
    }

    /// Returns whether it is open.
    pub fn is_open(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns how many answers it holds right now.
    pub fn held(&self) -> usize {
        self.0.receiver_count()
    }

    /// Ready when it is open. Needs no runtime of a certain kind.
    pub(crate) async fn opened(&self) {
        let mut receiver = self.0.subscribe();
        // It can't be closed: this value is one of the senders.
        let _ = receiver.wait_for(|open| *open).await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("open", &self.is_open()).field("held", &self.held()).finish()
    }
}
