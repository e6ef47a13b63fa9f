//! HTTP/2 by prior knowledge.

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kinde_core::oauth::GetUserProfileV2;
use kinde_mock::{CutAt, CutBy, Fault, Server, UserProfileV2Reply, serve};
use tokio::net::TcpStream;

struct Client {
    sender: SendRequest<Empty<Bytes>>,
    connection: tokio::task::JoinHandle<Result<(), hyper::Error>>,
}

async fn connect(kinde: &Server) -> Client {
    let stream = TcpStream::connect(kinde.address()).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    Client { sender, connection: tokio::spawn(connection) }
}

fn profile(kinde: &Server) -> http::Request<Empty<Bytes>> {
    http::Request::get(format!("{}/oauth2/v2/user_profile", kinde.base_url()))
        .header("authorization", format!("Bearer {}", kinde.sign_in().access_token.expose()))
        .body(Empty::new())
        .unwrap()
}

fn start() -> Server {
    serve(std::net::TcpListener::bind("127.0.0.1:0").unwrap()).start().unwrap()
}

#[tokio::test]
async fn answers_side_by_side() {
    let kinde = start();
    let client = connect(&kinde).await;
    let calls = (0..20).map(|_| {
        let (mut sender, request) = (client.sender.clone(), profile(&kinde));
        tokio::spawn(async move { sender.send_request(request).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        let response = call.await.unwrap();
        assert_eq!((response.status().as_u16(), response.version()), (200, http::Version::HTTP_2));
        assert!(!response.into_body().collect().await.unwrap().to_bytes().is_empty());
    }
}

#[tokio::test]
async fn a_cut_closes_the_connection() {
    let kinde = start();
    for by in [CutBy::Rst, CutBy::Fin] {
        for at in [CutAt::BeforeHead, CutAt::AfterBody(10)] {
            let mut client = connect(&kinde).await;
            let first = client.sender.send_request(profile(&kinde)).await.unwrap();
            first.into_body().collect().await.unwrap();
            kinde.on::<GetUserProfileV2>().once(UserProfileV2Reply::live().fault(Fault::cut(by, at)));
            let answer = client.sender.send_request(profile(&kinde)).await;
            match at {
                CutAt::BeforeHead => assert!(answer.is_err()),
                _ => {
                    let mut body = answer.unwrap().into_body();
                    let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
                    assert_eq!(piece.len(), 10);
                    assert!(body.frame().await.unwrap().is_err());
                }
            }
            let _ = client.connection.await.unwrap();
            assert!(client.sender.is_closed());
        }
    }
}
