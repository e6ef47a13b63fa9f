//! The system's randomness.

use crate::error::Error;

/// 32 bytes that nobody can guess.
pub(crate) fn seed() -> Result<[u8; 32], Error> {
    let mut seed = [0; 32];
    match getrandom::fill(&mut seed) {
        Ok(()) => Ok(seed),
        Err(_) => {
            Err(Error::invalid_input("seed", "could not be drawn: the system has no randomness to give"))
        }
    }
}
