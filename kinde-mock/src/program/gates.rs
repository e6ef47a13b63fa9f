//! Gates by name, for scripts that are written and not programmed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::script::gate::Gate;

#[derive(Default)]
pub(crate) struct Gates(Mutex<BTreeMap<String, Gate>>);

impl Gates {
    /// The gate of this name; a new one is shut.
    pub(crate) fn named(&self, name: &str) -> Gate {
        self.gates().entry(name.to_owned()).or_default().clone()
    }

    /// Only if it is there.
    pub(crate) fn find(&self, name: &str) -> Option<Gate> {
        self.gates().get(name).cloned()
    }

    pub(crate) fn all(&self) -> Vec<(String, Gate)> {
        self.gates().iter().map(|(name, gate)| (name.clone(), gate.clone())).collect()
    }

    /// Lets everything through, and forgets them.
    pub(crate) fn clear(&self) {
        std::mem::take(&mut *self.gates()).values().for_each(Gate::open);
    }

    fn gates(&self) -> MutexGuard<'_, BTreeMap<String, Gate>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
