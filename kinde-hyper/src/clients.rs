//! hyper-util's client.

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::{self, connect::Connect};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kinde_core::transport::{Pools, TransportOptions};

pub(crate) type Client<C> = legacy::Client<C, Full<Bytes>>;

/// Clients over this connector. They send a request again only if the connection it was handed to closed before a byte of
/// it was taken: nothing is sent twice, and a connection that the service closed while it was idle fails no call.
pub(crate) fn pools<C>(options: &TransportOptions, connector: C) -> Pools<Client<C>>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let mut client = legacy::Client::builder(TokioExecutor::new());
    client
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(options.pool_idle_timeout)
        .pool_max_idle_per_host(options.pool_max_idle_per_host)
        .http2_keep_alive_interval(options.http2_keep_alive_interval)
        .http2_keep_alive_timeout(options.http2_keep_alive_timeout)
        .http2_keep_alive_while_idle(options.http2_keep_alive_while_idle)
        .retry_canceled_requests(true);
    Pools::new(move || Ok(client.build(connector.clone())))
}
