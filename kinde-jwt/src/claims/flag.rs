//! Feature flags in a token.

use std::fmt;

use serde_json::Value;

/// Why a feature flag has no value here. None of them means "off".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlagError {
    /// The token has no feature flags at all.
    NoClaim,
    /// The token has no feature flag with this key.
    NotSet,
    /// The flag has a value of another type.
    OtherType,
}

impl fmt::Display for FlagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoClaim => "the token has no feature flags",
            Self::NotSet => "the token has no feature flag of this key",
            Self::OtherType => "the feature flag has a value of another type",
        })
    }
}

impl std::error::Error for FlagError {}

/// A type that a feature flag may have: `bool`, `i32`, `&str`, and `&serde_json::Value` for flags of JSON (whatever the
/// type). Sealed.
pub trait FlagValue<'a>: Sized + sealed::Sealed {
    #[doc(hidden)]
    fn read(kind: &str, value: &'a Value) -> Option<Self>;
}

impl<'a> FlagValue<'a> for bool {
    fn read(kind: &str, value: &'a Value) -> Option<Self> {
        value.as_bool().filter(|_| kind == "b")
    }
}

impl<'a> FlagValue<'a> for i32 {
    fn read(kind: &str, value: &'a Value) -> Option<Self> {
        value.as_i64().filter(|_| kind == "i")?.try_into().ok()
    }
}

impl<'a> FlagValue<'a> for &'a str {
    fn read(kind: &str, value: &'a Value) -> Option<Self> {
        value.as_str().filter(|_| kind == "s")
    }
}

impl<'a> FlagValue<'a> for &'a Value {
    fn read(_: &str, value: &'a Value) -> Option<Self> {
        Some(value)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for bool {}
    impl Sealed for i32 {}
    impl Sealed for &str {}
    impl Sealed for &serde_json::Value {}
}

/// `{"key": {"t": "b", "v": true}}`
pub(super) fn flag<'a, T: FlagValue<'a>>(claim: Option<&'a Value>, key: &str) -> Result<T, FlagError> {
    let flags = claim.and_then(Value::as_object).ok_or(FlagError::NoClaim)?;
    let flag = flags.get(key).ok_or(FlagError::NotSet)?;
    let kind = flag.get("t").and_then(Value::as_str).unwrap_or_default();
    flag.get("v").and_then(|value| T::read(kind, value)).ok_or(FlagError::OtherType)
}
