//! What a fleet, or one machine, keeps: the store, one load for many callers, and the tokens that stay fresh.
//!
//! - [`Store`] is the one seam for whatever several machines share: sessions, a machine's token, cached answers, locks.
//!   [`MemoryStore`] is the one that is built in, for a single process.
//! - [`SingleFlight`] makes one load of many that are wanted at the same time.
//! - [`MachineTokens`] keeps a token for the application itself, and renews it ahead.
//! - [`UserTokens`] keeps the tokens of signed-in users, and refreshes them.
//!
//! Nothing here spawns, unless it was given a [`Spawn`] to do so.

mod air;
mod flight;
mod key;
mod lease;
mod life;
mod machine_tokens;
mod memory;
mod patience;
mod record;
mod single_flight;
mod spawn;
mod store;
mod sync;
mod user_tokens;

pub use flight::LoadPanicked;
pub use key::StoreKey;
pub use machine_tokens::{MachineTokens, MachineTokensBuilder};
pub use memory::MemoryStore;
pub use single_flight::SingleFlight;
pub use spawn::Spawn;
#[cfg(feature = "tokio")]
pub use spawn::TokioSpawn;
pub use store::{Entry, Store, StoreError, Version};
pub use user_tokens::{NotNow, SessionError, SessionId, UserTokens, UserTokensBuilder};
