//! Whether a token grants something: three answers, since absent is not false.

/// Whether a token grants a permission, a role or a scope.
///
/// Kinde puts permissions into a token unless its configuration says otherwise, roles only if it says so, and a workflow
/// may take claims out: a token without the claim says nothing about what its user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "it says whether something is allowed"]
#[non_exhaustive]
pub enum Grant {
    /// The claim is there and has it.
    Granted,
    /// The claim is there and does not have it.
    NotGranted,
    /// The token has no such claim: ask the Account API, or have the claim put into tokens.
    NoClaim,
    /// The claim is there and is not what Kinde documents: a workflow wrote something else into it.
    Unreadable,
}

impl Grant {
    /// Returns whether it is granted. What is not known is not granted.
    pub const fn is_granted(self) -> bool {
        matches!(self, Self::Granted)
    }

    pub(super) fn of(found: bool) -> Self {
        if found { Self::Granted } else { Self::NotGranted }
    }
}
