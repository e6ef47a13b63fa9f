//! Time in whole seconds, as tokens and headers carry it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Whole seconds since 1970.
pub(crate) fn since_1970(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The last second of the year 9999, the last that can be written.
pub(crate) fn latest() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(253_402_300_799)
}

/// Whole seconds, rounded up: a promise in seconds must not end before the duration it stands for.
pub(crate) fn rounded_up(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}
