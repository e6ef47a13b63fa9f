//! What browsers are sent to: signing in and out.

pub(crate) mod authorize;
mod forms;
pub(crate) mod logout;
mod page;
mod request;
mod session;
