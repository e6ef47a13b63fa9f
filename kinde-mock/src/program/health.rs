//! `kinde-mock health`: asks a program that serves whether it answers, for images without curl.

use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use http::Uri;

use super::Failure;

const PATIENCE: Duration = Duration::from_secs(2);

/// An address that can be asked.
pub(super) fn address(text: &str) -> Result<Uri, &'static str> {
    const FORM: &str = "an address like http://127.0.0.1:4455";
    let url: Uri = text.trim_end_matches('/').parse().map_err(|_| FORM)?;
    if url.scheme_str() == Some("http") && url.host().is_some() { Ok(url) } else { Err(FORM) }
}

pub(super) fn ask(url: &Uri) -> Result<(), Failure> {
    let failed = |why: &dyn fmt::Display| Failure::Other(format!("{url} is not healthy: {why}"));
    match status(url) {
        Ok(line) if line.starts_with(b"HTTP/1.1 200 ") => Ok(()),
        Ok(_) => Err(failed(&"what answers there is not a fake Kinde that is up")),
        Err(error) => Err(failed(&error)),
    }
}

/// The beginning of the answer's first line.
fn status(url: &Uri) -> std::io::Result<[u8; 13]> {
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    let mut last = std::io::ErrorKind::NotFound.into();
    for address in (host, url.port_u16().unwrap_or(80)).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return exchange(stream, url),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn exchange(mut stream: TcpStream, url: &Uri) -> std::io::Result<[u8; 13]> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let host = url.authority().map_or("", |authority| authority.as_str());
    let path = url.path().trim_end_matches('/');
    write!(stream, "GET {path}/health HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
    let mut line = [0; 13];
    stream.read_exact(&mut line)?;
    Ok(line)
}
