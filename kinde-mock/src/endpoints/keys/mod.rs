//! What a tenant publishes about itself.

pub(crate) mod configuration;
pub(crate) mod jwks;
