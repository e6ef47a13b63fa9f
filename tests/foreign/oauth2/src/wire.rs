//! The least that sends what the crate wants sent. The crate takes no `http://` address for revocation, so it is
//! given `https://` and this stands in for what would end TLS in front of the server.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use oauth2::http::Response;
use oauth2::{HttpRequest, HttpResponse};

pub fn send(request: HttpRequest) -> io::Result<HttpResponse> {
    let uri = request.uri();
    let authority = uri.authority().ok_or(io::ErrorKind::InvalidInput)?.as_str();
    let mut stream = TcpStream::connect(authority)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut head =
        format!("{} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n", request.method());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().map_err(io::Error::other)?));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body().len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(request.body())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let mut response = Response::builder().status(status);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        response = response.header(name, value);
    }
    response.body(body.as_bytes().to_vec()).map_err(io::Error::other)
}
