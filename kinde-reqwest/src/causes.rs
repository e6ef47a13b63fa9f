//! What the errors of hyper, h2 and rustls mean, in words that are ours: chosen by type and code, and never quoted, since
//! their texts may repeat what the server sent.
//!
//! The same file is in kinde-hyper and kinde-reqwest, and a test sees that it is: a crate of its own for it would have to
//! be published, and kinde-core has no HTTP library.

use std::borrow::Cow;

use h2::Reason;
use kinde_core::TransportError;

/// With the cause in words, where there are some.
pub(crate) fn explained(error: TransportError) -> TransportError {
    match cause(&error) {
        Some(words) => error.because(words),
        None => error,
    }
}

/// Whether the server itself has said that it did not process the request: the stream was refused, or is beyond those
/// that its GOAWAY admits ([RFC 9113, sections 6.8 and 8.7](https://www.rfc-editor.org/rfc/rfc9113#section-8.7)). Of an
/// exchange whose answer has not begun.
pub(crate) fn was_refused(error: &TransportError) -> bool {
    let refused = |error: &h2::Error| error.is_go_away() || error.reason() == Some(Reason::REFUSED_STREAM);
    error.find_library_error().is_some_and(|error: &h2::Error| error.is_remote() && refused(error))
}

/// Whether an HTTP/2 connection was given up since a PING was not answered.
pub(crate) fn was_silent(error: &TransportError) -> bool {
    error.find_library_error().is_some_and(hyper::Error::is_timeout)
}

fn cause(error: &TransportError) -> Option<Cow<'static, str>> {
    #[cfg(feature = "rustls")]
    if let Some(error) = error.find_library_error::<rustls::Error>() {
        return Some(of_tls(error));
    }
    if was_silent(error) {
        return Some("the server answered no PING".into());
    }
    if let Some(words) = error.find_library_error::<h2::Error>().and_then(of_http2) {
        return Some(words);
    }
    error.find_library_error::<hyper::Error>().and_then(of_http).map(Cow::Borrowed)
}

fn of_http2(error: &h2::Error) -> Option<Cow<'static, str>> {
    let what = match () {
        () if error.is_go_away() && error.is_remote() => "the server ended the connection",
        () if error.is_reset() && error.is_remote() => "the server ended the stream",
        () if error.is_io() => return None,
        () => "the server broke the rules of HTTP/2",
    };
    Some(match error.reason() {
        Some(reason) => format!("{what}: {}", reason.description()).into(),
        None => what.into(),
    })
}

fn of_http(error: &hyper::Error) -> Option<&'static str> {
    match () {
        () if error.is_parse() => Some("what came was not HTTP"),
        () if error.is_incomplete_message() => Some("the connection was closed before the answer was whole"),
        () if error.is_canceled() || error.is_closed() => Some("the connection was closed"),
        () => None,
    }
}

#[cfg(feature = "rustls")]
fn of_tls(error: &rustls::Error) -> Cow<'static, str> {
    use rustls::Error as E;
    match error {
        E::InvalidCertificate(why) => {
            format!("the server's certificate was refused: {}", of_certificate(why)).into()
        }
        E::NoCertificatesPresented => "the server showed no certificate".into(),
        E::AlertReceived(alert) => {
            let name = alert.as_str().unwrap_or("one that has no name");
            format!("the server sent a TLS alert: {name}").into()
        }
        E::PeerIncompatible(_) | E::NoApplicationProtocol => {
            "the server speaks no version or kind of TLS that is accepted".into()
        }
        E::InvalidMessage(_) | E::InappropriateMessage { .. } | E::InappropriateHandshakeMessage { .. } => {
            "what came was not TLS".into()
        }
        E::PeerMisbehaved(_) => "the server broke the rules of TLS".into(),
        _ => "TLS failed".into(),
    }
}

/// By rustls's names.
#[cfg(feature = "rustls")]
fn of_certificate(why: &rustls::CertificateError) -> &'static str {
    use rustls::CertificateError as E;
    match why {
        E::BadEncoding => "BadEncoding",
        E::Expired | E::ExpiredContext { .. } => "Expired",
        E::NotValidYet | E::NotValidYetContext { .. } => "NotValidYet",
        E::Revoked => "Revoked",
        E::UnhandledCriticalExtension => "UnhandledCriticalExtension",
        E::UnknownIssuer => "UnknownIssuer",
        E::UnknownRevocationStatus => "UnknownRevocationStatus",
        E::ExpiredRevocationList | E::ExpiredRevocationListContext { .. } => "ExpiredRevocationList",
        E::BadSignature => "BadSignature",
        E::NotValidForName | E::NotValidForNameContext { .. } => "NotValidForName",
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => "InvalidPurpose",
        _ => "another reason",
    }
}
