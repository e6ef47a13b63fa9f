//! Your own transport: ureq, a blocking HTTP client, on tokio's threads for such work. Its duties
//! are listed on the trait `Transport`; `kinde_conformance` judges whether they are kept. For a real Kinde turn
//! ureq's default features off and `rustls` on: `tls-refused` then fails, as ureq doesn't tell the handshake's errors.

use std::error::Error;
use std::io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use kinde::oauth::GetUserProfileV2;
use kinde::{CallContext, Client, OAuth, RetryPolicy, TokioTimer};
use kinde::{Transport, TransportError, TransportErrorKind as Kind};
use kinde_mock::MockKinde;

pub(crate) struct Ureq(ureq::Agent);

impl Ureq {
    pub(crate) fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false) // every status is an answer
            .max_redirects(0) // none is followed: it would take the bearer along
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("")
            .accept("")
            .accept_encoding(""); // the operation has set every header
        Self(config.build().into())
    }
}

type Answer<E> = Result<Response<Bytes>, E>;

impl Transport for Ureq {
    async fn send(&self, request: Request<Bytes>, call: CallContext) -> Answer<TransportError> {
        let agent = self.0.clone();
        let exchange = tokio::task::spawn_blocking(move || exchange(&agent, request, call));
        exchange.await.map_err(|error| TransportError::new(Kind::Other, error))?.map_err(failed)
    }
}

fn exchange(agent: &ureq::Agent, request: Request<Bytes>, call: CallContext) -> Answer<ureq::Error> {
    let (parts, body) = request.into_parts();
    let a_day = Duration::from_secs(24 * 60 * 60); // ureq can't add much more to the time of day
    let time = Some(call.timeout().min(a_day)); // for the body, too
    let response = if parts.method == Method::GET {
        agent.run(agent.configure_request(Request::from_parts(parts, ())).timeout_global(time).build())
    } else {
        agent.run(agent.configure_request(Request::from_parts(parts, &*body)).timeout_global(time).build())
    };
    let (parts, mut body) = response?.into_parts();
    let body = body.with_config().limit(call.body_limit() as u64).read_to_vec()?;
    Ok(Response::from_parts(parts, body.into()))
}

fn failed(error: ureq::Error) -> TransportError {
    let kind = match &error {
        ureq::Error::Timeout(_) => Kind::Timeout,
        ureq::Error::BodyExceedsLimit(_) => Kind::BodyTooLarge,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Kind::Connect,
        ureq::Error::Io(error) => match error.kind() {
            ConnectionRefused | HostUnreachable | NetworkUnreachable => Kind::Connect,
            _ => Kind::Interrupted,
        },
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => Kind::Interrupted,
        _ => Kind::Other,
    };
    TransportError::new(kind, error)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockKinde::start().await;
    let kinde =
        Client::builder(fake.domain(), Ureq::new()).retry(RetryPolicy::standard(), TokioTimer).build();
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&fake.sign_in().access_token)).await?;
    println!("{} was read with ureq", user.name.ok_or("the profile has no name")?);
    Ok(())
}
