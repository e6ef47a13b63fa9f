//! How the options become a transport.

use http::uri::Scheme;
use kinde_core::transport::{Backend, TransportOptions};
use kinde_core::{Domain, Error};

use crate::clients::pools;
use crate::connector::Connector;
use crate::proxy::Via;
#[cfg(feature = "rustls")]
use crate::tls;
use crate::transport::HyperTransport;

#[cfg(feature = "rustls")]
const FOR_HTTP: &str = "is https, and this transport was made for a domain that is http";
const NO_TLS: &str = "is https, and kinde-hyper was built without TLS: turn its feature `rustls` on";

impl Backend for HyperTransport {
    fn set_up(options: &TransportOptions, only: Option<&Domain>) -> Result<Self, Error> {
        let http = only.is_some_and(|domain| *domain.scheme() == Scheme::HTTP);
        if only.is_some() && !http && cfg!(not(feature = "rustls")) {
            return Err(Error::invalid_input("domain", NO_TLS));
        }
        let via = Via::new(&options.proxy)?;
        let (connector, no_tls) = connector(options, &via, http)?;
        if let Some(domain) = only {
            via.of(&domain.uri("/")?).map_err(|why| Error::invalid_input("proxy", why))?;
        }
        Ok(Self::new_with(pools(options, connector), Some(via), no_tls))
    }
}

/// What makes connections, and why https can't be called, where it can't.
#[cfg(feature = "rustls")]
fn connector(
    options: &TransportOptions,
    via: &Via,
    without_tls: bool,
) -> Result<(Connector, Option<&'static str>), Error> {
    let (timeout, via) = (options.connect_timeout, Some(via.clone()));
    if without_tls {
        return Ok((Connector::plain(timeout, via), Some(FOR_HTTP)));
    }
    Ok((Connector::with_tls(timeout, via, tls::config(&options.root_certificates)?), None))
}

#[cfg(not(feature = "rustls"))]
fn connector(
    options: &TransportOptions,
    via: &Via,
    _: bool,
) -> Result<(Connector, Option<&'static str>), Error> {
    if !options.root_certificates.is_empty() {
        let why = "can't be used, since kinde-hyper was built without TLS: turn its feature `rustls` on";
        return Err(Error::invalid_input("root certificate", why));
    }
    Ok((Connector::plain(options.connect_timeout, Some(via.clone())), Some(NO_TLS)))
}
