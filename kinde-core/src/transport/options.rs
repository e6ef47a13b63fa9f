//! What can be set of a transport, in the same words for every backend.

use std::fmt;
use std::time::Duration;

use super::proxy::Proxy;

/// What a [`TransportBuilder`](super::TransportBuilder) was told. For those who write a [`Backend`](super::Backend); the
/// builder's methods say what each of these means.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TransportOptions {
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How long an unused connection is kept; `None` for as long as the service keeps it.
    pub pool_idle_timeout: Option<Duration>,
    /// How many unused connections are kept per origin.
    pub pool_max_idle_per_host: usize,
    /// How long an HTTP/2 connection may be silent until a PING is sent; `None` for never.
    pub http2_keep_alive_interval: Option<Duration>,
    /// How long the service may take to answer a PING.
    pub http2_keep_alive_timeout: Duration,
    /// Whether PINGs are sent when no call is under way, too.
    pub http2_keep_alive_while_idle: bool,
    /// Which proxy to go through.
    pub proxy: Proxy,
    /// What to trust besides the platform's certificates.
    pub root_certificates: Vec<RootCertificate>,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            // Below the 60 seconds after which common load balancers close a connection.
            pool_idle_timeout: Some(Duration::from_secs(50)),
            pool_max_idle_per_host: usize::MAX,
            // Together below the 30 seconds of a call, so that one on a dead connection can be made again on another one.
            http2_keep_alive_interval: Some(Duration::from_secs(10)),
            http2_keep_alive_timeout: Duration::from_secs(10),
            http2_keep_alive_while_idle: true,
            proxy: Proxy::System,
            root_certificates: Vec::new(),
        }
    }
}

/// A certificate to trust besides the platform's, as it was given: a backend reads it.
#[derive(Clone)]
pub enum RootCertificate {
    /// One or more in PEM.
    Pem(Vec<u8>),
    /// One in DER.
    Der(Vec<u8>),
}

/// Shows the length alone.
impl fmt::Debug for RootCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Pem(bytes) | Self::Der(bytes)) = self;
        write!(f, "{} bytes", bytes.len())
    }
}
