//! What every backend of this workspace owes its callers: the conformance suite, and what it can't judge or does
//! not ask. `kinde-reqwest` and `kinde-hyper` include this file in their tests, so that one can take the place of
//! the other.

pub mod beyond;
#[cfg(feature = "rustls")]
pub mod http2;
pub mod late;
pub mod proxies;
#[cfg(feature = "rustls")]
pub mod refusals;
#[cfg(feature = "rustls")]
pub mod runtimes;
#[cfg(feature = "rustls")]
pub mod silence;
pub mod suite;
#[cfg(feature = "rustls")]
pub mod tls;
#[cfg(feature = "rustls")]
pub mod trust;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::transport::TransportBuilder;
use kinde_core::{CallContext, Domain, Error, OperationKind, Proxy, Transport, TransportError};

/// A backend under test. Its builder is that of all.
pub trait Backend {
    type Transport: Transport + kinde_core::transport::Backend + 'static;

    fn client(domain: Domain) -> Result<kinde_core::Client<Self::Transport>, Error>;

    fn builder() -> TransportBuilder<Self::Transport> {
        TransportBuilder::default()
    }

    fn new() -> Result<Self::Transport, Error> {
        Self::builder().build()
    }

    fn with_proxy(proxy: Proxy) -> Result<Self::Transport, Error> {
        Self::builder().proxy(proxy).build()
    }

    #[cfg(feature = "rustls")]
    fn with_roots(pem: &str, der: &[u8], proxy: Proxy) -> Result<Self::Transport, Error> {
        Self::builder().root_certificates_pem(pem).root_certificate_der(der).proxy(proxy).build()
    }

    #[cfg(feature = "rustls")]
    fn with_keep_alive(pem: &str, keep_alive: KeepAlive) -> Result<Self::Transport, Error> {
        Self::with_idle_time(pem, Some(Duration::from_secs(50)), keep_alive)
    }

    #[cfg(feature = "rustls")]
    fn with_idle_time(
        pem: &str,
        idle: Option<Duration>,
        keep_alive: KeepAlive,
    ) -> Result<Self::Transport, Error> {
        Self::builder()
            .root_certificates_pem(pem)
            .pool_idle_timeout(idle)
            .http2_keep_alive_interval(keep_alive.interval)
            .http2_keep_alive_timeout(keep_alive.timeout)
            .http2_keep_alive_while_idle(keep_alive.while_idle)
            .build()
    }
}

/// How HTTP/2's PING is used.
#[cfg(feature = "rustls")]
#[derive(Clone, Copy, Debug)]
pub struct KeepAlive {
    pub interval: Option<Duration>,
    pub timeout: Duration,
    pub while_idle: bool,
}

#[cfg(feature = "rustls")]
impl KeepAlive {
    pub const NEVER: Self = Self { interval: None, ..Self::OFTEN };
    pub const OFTEN: Self = Self {
        interval: Some(Duration::from_millis(100)),
        timeout: Duration::from_millis(200),
        while_idle: true,
    };
}

const MIB: usize = 1024 * 1024;

pub fn call() -> CallContext {
    CallContext::new(OperationKind::new("test").repeatable(), Duration::from_secs(10), MIB)
}

pub fn get(url: impl AsRef<str>) -> Request<Bytes> {
    Request::get(url.as_ref()).header("authorization", "Bearer s3cret").body(Bytes::new()).unwrap()
}

pub fn post(url: impl AsRef<str>, body: &'static str) -> Request<Bytes> {
    Request::post(url.as_ref())
        .header("authorization", "Bearer s3cret")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(body.as_bytes()))
        .unwrap()
}

pub async fn send<T: Transport>(
    transport: &T,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, TransportError> {
    transport.send(request, call()).await
}

/// Makes a test of each case.
#[macro_export]
macro_rules! transport_cases {
    ($backend:ident) => {
        $crate::transport_cases!($backend, late: an_answer_that_came_unseen_is_no_answer);
        $crate::transport_cases!($backend, suite: conforms);
        #[cfg(feature = "rustls")]
        $crate::transport_cases!($backend, http2: conforms_over_http2);
        $crate::transport_cases!($backend, beyond: host_and_length_are_all_that_is_added
            an_error_names_no_address calls_in_a_row_share_a_connection
            root_certificates_need_tls
            a_connection_closed_while_idle_is_no_failure with_no_time_left_nothing_is_begun);
        $crate::transport_cases!($backend, proxies: http_goes_through_in_absolute_form
            https_goes_through_a_tunnel a_refusing_proxy_is_connect loopback_is_reached_directly
            the_environment_is_read the_environment_is_read_as_curl_reads_it kinds_that_are_not_supported);
        #[cfg(feature = "rustls")]
        $crate::transport_cases!($backend, trust: an_unknown_authority_is_refused
            an_extra_root_is_trusted another_name_is_refused what_is_no_certificate_is_refused
            http2_is_spoken_where_it_is_known);
        #[cfg(feature = "rustls")]
        $crate::transport_cases!($backend, refusals: what_a_goaway_says_is_not_repeated
            names_in_a_certificate_are_not_repeated garbage_is_not_repeated a_refused_stream_may_be_repeated);
        #[cfg(feature = "rustls")]
        $crate::transport_cases!($backend, silence: one_call_is_lost_on_a_stalled_connection
            a_stalled_connection_answers_no_ping pings_are_sent_while_idle
            a_slow_answer_costs_no_connection_that_others_use one_call_is_lost_on_dead_connections_of_http1);
        #[cfg(feature = "rustls")]
        $crate::transport_cases!($backend, runtimes: two_runtimes_share_a_transport
            a_runtime_that_stands_still_keeps_nobody_waiting without_a_runtime_a_call_is_an_error
            unused_connections_are_closed_without_the_first_runtime);

        /// Does something only in a process that `run_child` starts.
        #[tokio::test]
        async fn child() {
            cases::proxies::child::<$backend>().await;
        }
    };
    ($backend:ident, $module:ident: $($name:ident)+) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $name() {
                    super::cases::$module::$name::<super::$backend>().await;
                }
            )+
        }
    };
}
