//! What is written correctly and can't be meant.

use std::fmt;

/// Which key is to blame, and why. It repeats no value, since any may be a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KeyError {
    pub(crate) path: String,
    pub(crate) why: String,
}

impl KeyError {
    pub(crate) fn new(path: impl Into<String>, why: impl Into<String>) -> Self {
        Self { path: path.into(), why: why.into() }
    }

    /// As seen from the whole that it is in.
    pub(crate) fn within(mut self, path: &str) -> Self {
        self.path = match (path, self.path.as_str()) {
            ("", inner) => inner.to_owned(),
            (outer, "") => outer.to_owned(),
            (outer, inner) => format!("{outer}.{inner}"),
        };
        self
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.why) } else { write!(f, "{}: {}", self.path, self.why) }
    }
}
