//! Authorization codes.

use std::sync::Arc;

use super::tokens::Holder;

/// How long one is good for: Kinde's ten minutes, in seconds.
pub(crate) const LIFE: u64 = 600;

pub(crate) struct Code {
    pub(crate) holder: Arc<Holder>,
    pub(crate) redirect_uri: String,
    /// The S256 challenge (RFC 7636), if one was sent.
    pub(crate) challenge: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) auth_time: u64,
    /// The sign-in that it was redeemed for: it is good once, and its replay ends that.
    pub(crate) grant: Option<u64>,
}
