//! Your own connector.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::rt::TokioIo;
use kinde_core::oauth::GetUserProfileV2;
use kinde_core::{AccessToken, Client, Domain, ErrorKind, OAuth};
use kinde_hyper::HyperTransport;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

#[derive(Clone)]
struct Socket(PathBuf);

impl tower_service::Service<http::Uri> for Socket {
    type Response = TokioIo<UnixStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: http::Uri) -> Self::Future {
        assert_eq!(to.host(), Some("localhost"));
        let path = self.0.clone();
        Box::pin(async { Ok(TokioIo::new(UnixStream::connect(path).await?)) })
    }
}

#[tokio::test]
async fn reaches_a_unix_socket() {
    let directory = std::env::temp_dir().join(format!("kinde-hyper-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("socket");
    // Of a run that was stopped midway, under the same number.
    let _ = std::fs::remove_file(&path);
    let domain = Domain::new("http://localhost").unwrap();
    let kinde = Client::new(domain, HyperTransport::from_connector(Socket(path.clone())));
    let bearer = AccessToken::new("s3cret").unwrap();

    let error = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);

    let listener = UnixListener::bind(&path).unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 32\r\n\r\n{\"sub\":\"kp_1\",\"given_name\":\"Jo\"}";
        stream.write_all(answer).await.unwrap();
        String::from_utf8(head).unwrap()
    });
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await.unwrap();
    assert_eq!(user.given_name.as_deref(), Some("Jo"));
    assert!(server.await.unwrap().starts_with("GET /oauth2/v2/user_profile HTTP/1.1\r\n"));
    std::fs::remove_dir_all(directory).unwrap();
}
