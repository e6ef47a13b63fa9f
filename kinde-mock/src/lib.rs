//! A fake Kinde.
