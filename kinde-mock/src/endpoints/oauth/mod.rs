//! The operations of Kinde's OAuth API.

pub(crate) mod introspection;
pub(crate) mod revocation;
pub(crate) mod user_profile;
