//! What this backend owes its callers; the cases are those of every backend.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

use kinde_core::{Client, Domain, Error};
use kinde_hyper::HyperTransport;

#[path = "../../tests/transport_cases/mod.rs"]
mod cases;

struct Hyper;

impl cases::Backend for Hyper {
    type Transport = HyperTransport;

    fn client(domain: Domain) -> Result<Client<HyperTransport>, Error> {
        kinde_hyper::client(domain)
    }
}

transport_cases!(Hyper);
