//! The token endpoint and what a tenant publishes: requests and answers byte for byte, and how a device waits.

mod answers;
mod device_answers;
mod device_polling;
mod requests;
mod script;
mod well_known;
