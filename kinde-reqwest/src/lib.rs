//! Kinde over reqwest.
