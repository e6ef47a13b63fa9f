//! Sign-ins on devices without a browser (RFC 8628).

/// How long the user has, in seconds.
pub(crate) const LIFE: u64 = 600;
/// How many seconds to wait between two polls, and how many more after one that came too soon.
pub(crate) const INTERVAL: u64 = 5;

pub(crate) struct Device {
    pub(crate) client_id: String,
    pub(crate) user_code: String,
    pub(crate) audience: Vec<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: u64,
    pub(crate) interval: u64,
    pub(crate) last_poll: Option<u64>,
    pub(crate) decision: Decision,
}

#[derive(Clone)]
pub(crate) enum Decision {
    Pending,
    Refused,
    Approved { user: String, auth_time: u64 },
}
