//! tower's layers around a transport: eight calls at once at most, an id for each request, and a layer of
//! your own that knows which operation it is about.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use http::{HeaderName, Request};
use kinde::oauth::GetUserProfileV2;
use kinde::reqwest::ReqwestTransport;
use kinde::transport::tower::{Body, ServiceTransport, TransportService};
use kinde::{CallContext, Client, OAuth, RetryPolicy, TokioTimer};
use kinde_mock::{MockKinde, UserProfileV2Reply};
use tower::ServiceBuilder;
use tower::limit::ConcurrencyLimitLayer;
use tower_http::ServiceBuilderExt;
use tower_http::request_id::MakeRequestUuid;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockKinde::start().await;
    let attempts = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&attempts);

    let service = ServiceBuilder::new()
        .layer(ConcurrencyLimitLayer::new(8))
        .set_request_id(HeaderName::from_static("x-request-id"), MakeRequestUuid)
        .map_request(move |request: Request<Body>| {
            if let Some(call) = request.extensions().get::<CallContext>() {
                let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
                println!("{}, attempt {}, request {}", call.operation(), call.attempt(), id.unwrap_or("?"));
            }
            count.fetch_add(1, Ordering::SeqCst);
            request
        })
        .service(TransportService::new(ReqwestTransport::new()?));

    let transport = ServiceTransport::new(service, TokioTimer);
    let kinde = Client::builder(fake.domain(), transport).retry(RetryPolicy::standard(), TokioTimer).build();

    // Throttled once: the client tries again, and each attempt passes through the layers.
    fake.on::<GetUserProfileV2>().once(UserProfileV2Reply::throttled(std::time::Duration::from_secs(1)));
    let john = fake.sign_in();
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await?;
    println!("hello, {}", user.given_name.ok_or("the profile has no name")?);
    match attempts.load(Ordering::SeqCst) {
        2 => Ok(()),
        other => Err(format!("{other} requests passed through the layers instead of 2").into()),
    }
}
