//! Sharing a client that is there already: a transport in 20 lines over reqwest-middleware.
//!
//! kinde-reqwest takes no finished client: it can't see whether one follows redirects (reqwest's does), and
//! a 307 would take tokens elsewhere. Who builds it knows, and `kinde_conformance` judges the result.

use std::error::Error;

use bytes::Bytes;
use http::{Extensions, Request, Response};
use kinde::{CallContext, Client, OAuth, Transport, TransportError, TransportErrorKind as Kind};
use kinde::{oauth::GetUserProfileV2, transport::collect};
use kinde_mock::MockKinde;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};

pub(crate) struct Shared(pub(crate) ClientWithMiddleware);

impl Transport for Shared {
    async fn send(
        &self,
        request: Request<Bytes>,
        call: CallContext,
    ) -> Result<Response<Bytes>, TransportError> {
        let other = |error: reqwest::Error| TransportError::new(Kind::Other, error.without_url());
        let mut request = reqwest::Request::try_from(request).map_err(other)?;
        *request.timeout_mut() = Some(call.timeout()); // covers the body, too
        let response = self.0.execute(request).await.map_err(|error| match error {
            reqwest_middleware::Error::Reqwest(error) => failed(error),
            other => TransportError::new(Kind::Other, other),
        })?;
        let (parts, body) = Response::<reqwest::Body>::from(response).into_parts();
        let body = http_body_util::BodyExt::map_err(body, failed);
        Ok(Response::from_parts(parts, collect(body, call.body_limit()).await?))
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    let kind = match () {
        () if error.is_connect() => Kind::Connect,
        () if error.is_timeout() => Kind::Timeout,
        () => Kind::Interrupted,
    };
    TransportError::new(kind, error.without_url())
}

/// What a client must be for bearers to be safe with it.
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_gzip() // any crate in the program may switch it on; so with brotli, deflate and zstd
        .no_proxy() // or those that leave loopback alone
        .build()
}

/// Your own middleware: it must not print headers or bodies.
pub(crate) struct Announce;

#[async_trait::async_trait]
impl Middleware for Announce {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        println!("{} {}", request.method(), request.url().path());
        next.run(request, extensions).await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockKinde::start().await;
    let shared = ClientBuilder::new(client()?).with(Announce).build();
    let kinde = Client::new(fake.domain(), Shared(shared));
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&fake.sign_in().access_token)).await?;
    println!("hello, {}", user.given_name.ok_or("the profile has no name")?);
    Ok(())
}
