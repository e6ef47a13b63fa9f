//! A server that answers each address alike, on a thread of its own.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use core_affinity::CoreId;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, server::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const INTROSPECTION: &str = r#"{"active":true,"aud":["https://api.example.com/v1"],"client_id":"3b0b5c6c8fcc464fab397f4969b5f482","exp":1612345678,"iat":1612341678}"#;
const PROFILE: &str = r#"{"sub":"kp_c3143a4b50ad43c88e541d9077681782","provided_id":"some_external_id","name":"John Snow","given_name":"John","family_name":"Snow","updated_at":1612345678,"email":"john.snow@example.com","email_verified":true,"picture":"https://example.com/john_snow.jpg","preferred_username":"john_snow","id":"kp_c3143a4b50ad43c88e541d9077681782"}"#;
/// As many members and about as many bytes as the profile.
const WORKOS_USER: &str = r#"{"object":"user","id":"user_01E4ZCR3C56J083X43JQXF3JK5","first_name":"John","last_name":"Snow","name":"John Snow","profile_picture_url":"https://example.com/john_snow.jpg","email":"john.snow@example.com","email_verified":true,"external_id":"some_external_id","created_at":"2021-06-25T19:07:33.155Z","updated_at":"2021-06-25T19:07:33.155Z"}"#;

pub fn start(core: Option<CoreId>) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        kinde_benches::pin(core);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(serve(listener));
    });
    address
}

async fn serve(listener: std::net::TcpListener) {
    let listener = TcpListener::from_std(listener).unwrap();
    let local = tokio::task::LocalSet::new();
    let accept = async {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
            tokio::task::spawn_local(connection);
        }
    };
    local.run_until(accept).await
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = match request.uri().path() {
        "/oauth2/introspect" => INTROSPECTION,
        "/oauth2/v2/user_profile" => PROFILE,
        _ => WORKOS_USER,
    };
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    Ok(response)
}
