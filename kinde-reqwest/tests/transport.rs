//! What this backend owes its callers; the cases are those of every backend.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

use kinde_core::{Client, Domain, Error};
use kinde_reqwest::ReqwestTransport;

#[path = "../../tests/transport_cases/mod.rs"]
mod cases;

struct Reqwest;

impl cases::Backend for Reqwest {
    type Transport = ReqwestTransport;

    fn client(domain: Domain) -> Result<Client<ReqwestTransport>, Error> {
        kinde_reqwest::client(domain)
    }
}

transport_cases!(Reqwest);
