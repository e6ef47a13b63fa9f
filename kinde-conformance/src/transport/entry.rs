//! What the suite's table is made of.

use std::pin::Pin;

use super::observed::Found;
use super::probe::Probe;

/// A case: its name, the duty behind it, and what judges it.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) duty: &'static str,
    pub(crate) run: Run,
}

pub(crate) type Run = for<'a> fn(&'a Probe<'a>) -> Pin<Box<dyn Future<Output = Found> + Send + 'a>>;

pub(crate) const fn entry(name: &'static str, duty: &'static str, run: Run) -> Entry {
    Entry { name, duty, run }
}
