//! kinde-core's own sources, but for `sync.rs`.

#[path = "../../../kinde-core/src/keep/air.rs"]
mod air;
#[path = "../../../kinde-core/src/keep/flight.rs"]
mod flight;
#[path = "../../../kinde-core/src/keep/single_flight.rs"]
mod single_flight;
#[path = "../../../kinde-core/src/keep/spawn.rs"]
mod spawn;

/// In the stead of the one that holds std's.
mod sync {
    pub(super) use loom::sync::{Mutex, MutexGuard};
}

pub(crate) use single_flight::SingleFlight;
