//! What this backend owes its callers; the cases are those of every backend.

use kinde_core::{Client, Domain, Error};
use kinde_hyper::HyperTransport;

use crate::cases;

struct Hyper;

impl cases::Backend for Hyper {
    type Transport = HyperTransport;

    fn client(domain: Domain) -> Result<Client<HyperTransport>, Error> {
        kinde_hyper::client(domain)
    }
}

crate::transport_cases!(Hyper);
