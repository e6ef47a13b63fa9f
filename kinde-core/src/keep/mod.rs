//! What a fleet, or one machine, keeps: the store, one load for many callers, and the tokens that stay fresh.
//!
//! - [`Store`] is the one seam for whatever several machines share: sessions, a machine's token, cached answers, locks.
//!   [`MemoryStore`] is the one that is built in, for a single process.
//! - [`SingleFlight`] makes one load of many that are wanted at the same time.
//!
//! Nothing here spawns, unless it was given a [`Spawn`] to do so.

mod air;
mod flight;
mod key;
mod memory;
mod single_flight;
mod spawn;
mod store;
mod sync;

pub use flight::LoadPanicked;
pub use key::StoreKey;
pub use memory::MemoryStore;
pub use single_flight::SingleFlight;
pub use spawn::Spawn;
#[cfg(feature = "tokio")]
pub use spawn::TokioSpawn;
pub use store::{Entry, Store, StoreError, Version};
