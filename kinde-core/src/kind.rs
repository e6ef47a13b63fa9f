//! Which operation a call is.

use std::fmt;

/// An operation's name, and whether it may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OperationKind {
    name: &'static str,
    repeatable: bool,
}

impl OperationKind {
    /// Creates the kind of an operation that must not be sent again once it may have arrived (redeeming a code, say).
    ///
    /// `name` is what errors, spans and journals call it, in snake_case.
    pub const fn new(name: &'static str) -> Self {
        Self { name, repeatable: false }
    }

    /// Says that sending it twice does what sending it once does.
    #[must_use]
    pub const fn repeatable(self) -> Self {
        Self { repeatable: true, ..self }
    }

    /// Returns what errors, spans and journals call it.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Returns whether sending it twice does what sending it once does.
    pub const fn is_repeatable(self) -> bool {
        self.repeatable
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
