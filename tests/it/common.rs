//! What the tests of the operations share: every backend, and the wire seen without one.
#![allow(dead_code, reason = "each backend may be left out")]

use std::sync::Arc;
use std::thread::JoinHandle;

use kinde::{AccessToken, Domain, Kinde};
use kinde_scripted::client;
use kinde_scripted::server::saying_once;

/// Makes a backend's client.
pub type Connect = fn(Domain) -> Arc<dyn Kinde>;

#[cfg(feature = "reqwest")]
pub fn over_reqwest(domain: Domain) -> Arc<dyn Kinde> {
    Arc::new(kinde::reqwest::client(domain).unwrap())
}

#[cfg(feature = "hyper")]
pub fn over_hyper(domain: Domain) -> Arc<dyn Kinde> {
    Arc::new(kinde::hyper::client(domain).unwrap())
}

/// Runs each `async fn(Connect)` over every backend that is built in.
macro_rules! over_every_backend {
    ($($test:ident),+ $(,)?) => {
        #[cfg(feature = "reqwest")]
        mod over_reqwest {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::common::over_reqwest).await;
            })+
        }

        #[cfg(feature = "hyper")]
        mod over_hyper {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::common::over_hyper).await;
            })+
        }
    };
}

pub(crate) use over_every_backend;

pub fn bearer() -> AccessToken {
    AccessToken::new("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0.c2lnbmF0dXJl").unwrap()
}

/// Answers one request with bytes written by hand, and hands the request over as it came: request line,
/// headers by name, a blank line, body. The address in `host` is replaced by HOST.
pub fn answer_once(response: &'static str) -> (Domain, JoinHandle<String>) {
    let server = saying_once(response);
    let address = server.address().to_string();
    let domain = Domain::new(server.url("")).unwrap();
    let request = std::thread::spawn(move || {
        // Someone who found the port open and said nothing is not the caller.
        server.wait(|record| record.written >= response.len() && !record.requests.is_empty());
        let requests = server.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        let request = requests[0].text();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let (line, headers) = head.split_once("\r\n").unwrap();
        let mut headers: Vec<_> = headers.split("\r\n").collect();
        headers.sort_unstable();
        format!("{line}\n{}\n\n{body}", headers.join("\n")).replace(&address, "HOST")
    });
    (domain, request)
}

/// Sends bytes written by hand and reads the whole answer, so that the fake is judged without our client.
/// `Connection: close` is added, and the answer's `date` is left out.
pub fn exchange(base_url: &str, head: &str, body: &str) -> String {
    let address = base_url.strip_prefix("http://").unwrap();
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = head.trim_end().replace('\n', "\r\n");
    let request = format!("{head}\r\nHost: {address}\r\nConnection: close\r\n{length}\r\n{body}");
    let answer = client::exchange(address, client::PATIENCE, &request).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
    let mut headers: Vec<_> = headers.split("\r\n").filter(|line| !line.starts_with("date:")).collect();
    headers.retain(|line| !line.is_empty() && !line.starts_with("connection:"));
    headers.sort_unstable();
    format!("{line}\n{}\n\n{body}", headers.join("\n"))
}
