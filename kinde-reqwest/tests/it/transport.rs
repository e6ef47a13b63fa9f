//! What this backend owes its callers; the cases are those of every backend.

use kinde_core::{Client, Domain, Error};
use kinde_reqwest::ReqwestTransport;

use crate::cases;

struct Reqwest;

impl cases::Backend for Reqwest {
    type Transport = ReqwestTransport;

    fn client(domain: Domain) -> Result<Client<ReqwestTransport>, Error> {
        kinde_reqwest::client(domain)
    }
}

crate::transport_cases!(Reqwest);
