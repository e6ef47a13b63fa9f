//! Kinde over hyper.
