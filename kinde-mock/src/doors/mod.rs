//! The ways to a fake. Each carries requests in and outcomes out, and says itself what it can't do.

#[cfg(any(feature = "server", feature = "wiremock"))]
mod held_port;
pub(crate) mod in_process;
#[cfg(feature = "server")]
pub(crate) mod listener;
#[cfg(feature = "wiremock")]
pub(crate) mod wiremock;
