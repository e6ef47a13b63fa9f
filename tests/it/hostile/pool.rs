//! Connections: refused, never accepted, closed at once, closed or spoken on while nobody is looking.

use std::io;
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use kinde::{Domain, ErrorKind};
use kinde_scripted::server::{closing, ok, serve};
use kinde_scripted::{self as scripted, Conn};
use tokio::net::TcpSocket;

use super::backend::{Connect, Settings};
use super::case::{Call, End, Play, Step, failed};
use super::runner::{clean, in_place, well};
use super::server::Server;

const LONG: Duration = Duration::from_secs(20);

fn domain(address: impl std::fmt::Display) -> Domain {
    Domain::new(format!("http://{address}")).unwrap()
}

pub async fn refused_then_listening(connect: Connect) {
    // Bound and not listening, so that nobody else is given the port in between.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let kinde = connect(domain(socket.local_addr().unwrap()), Settings::new(LONG));
    let (end, error) = Call::Revocation.make(&*kinde).await;
    assert_eq!(end, failed(ErrorKind::Connect), "{error:?}");
    clean(&error.unwrap()).unwrap();

    let listener = socket.listen(1024).unwrap().into_std().unwrap();
    listener.set_nonblocking(false).unwrap();
    let server = Server::start_on(listener, &Play::Wire(vec![]), "");
    server.behave();
    well(&*kinde).await.unwrap();
}

/// The kernel takes the connection, and nobody reads it.
pub async fn never_accepted(connect: Connect) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let deadline = Duration::from_millis(300);
    let kinde = connect(domain(listener.local_addr().unwrap()), Settings::new(deadline));
    let start = Instant::now();
    let (end, error) = Call::Revocation.make(&*kinde).await;
    assert_eq!(end, failed(ErrorKind::Timeout), "{error:?}");
    assert!(start.elapsed() < deadline + Duration::from_secs(5));
    clean(&error.unwrap()).unwrap();
}

pub async fn closed_on_accept(connect: Connect) {
    let server = closing();
    let kinde = connect(domain(server.address()), Settings::new(LONG));
    for call in [Call::Profile, Call::Introspection, Call::Revocation] {
        let (end, error) = call.make(&*kinde).await;
        assert_eq!(end, failed(ErrorKind::Interrupted), "{error:?}");
        clean(&error.unwrap()).unwrap();
    }
}

/// Two answers to one request, in one packet: the second, which says "active", must never be taken for the
/// answer to the next question. Many times, since it would be a race.
pub async fn an_unasked_answer_is_no_answer(connect: Connect) {
    let two = "HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"active\":false}\
               HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"active\":true}";
    let play = Play::Wire(vec![Step::Write(two.into())]);
    let server = Server::start(&play, "");
    let kinde = connect(domain(server.address), Settings::new(LONG));
    for _ in 0..200 {
        let (end, error) = Call::Introspection.make(&*kinde).await;
        assert_eq!(end, End::Inactive, "{error:?}");
    }
    let both = |kinde: Arc<dyn kinde::OAuth>| async move { Call::Introspection.make(&*kinde).await.0 };
    for _ in 0..25 {
        let calls: Vec<_> = (0..8).map(|_| tokio::spawn(both(Arc::clone(&kinde)))).collect();
        for call in calls {
            assert_eq!(call.await.unwrap(), End::Inactive);
        }
    }
}

/// Answers one request on each connection, then does `then` to it; says when that is done.
fn one_answer_each(then: fn(Conn) -> io::Result<()>) -> (Domain, mpsc::Receiver<()>, scripted::Server) {
    let (done, waits) = mpsc::channel();
    let server = serve(move |mut conn| {
        conn.request()?;
        conn.write(ok("{\"sub\":\"tame\"}"))?;
        then(conn)?;
        let _ = done.send(());
        Ok(())
    });
    (domain(server.address()), waits, server)
}

/// A pooled connection that the server has closed fails no call, and nothing is sent twice for it.
pub async fn closed_while_idle(connect: Connect) {
    let (domain, closed, server) = one_answer_each(|conn| {
        drop(conn);
        Ok(())
    });
    let kinde = connect(domain, Settings::new(LONG));
    for _ in 0..20 {
        let (end, error) = Call::Profile.make(&*kinde).await;
        assert_eq!(end, End::Profile(Some("tame".to_owned())), "{error:?}");
        closed.recv_timeout(LONG).unwrap();
    }
    assert_eq!(server.requests().len(), 20);
}

/// A server that takes a second request on a connection and closes instead of answering: whether it was
/// carried out can't be known, so it is an attempt, and the next one succeeds.
pub async fn closed_on_the_second_request(connect: Connect) {
    let (domain, closed, server) = one_answer_each(|mut conn| conn.read_request().map(|_| ()));
    let kinde = connect(domain, Settings::new(LONG));
    for _ in 0..20 {
        let (end, error) = Call::Profile.make(&*kinde).await;
        assert_eq!(end, End::Profile(Some("tame".to_owned())), "{error:?}");
    }
    assert!(server.requests().len() >= 20);
    drop(closed);
}

/// Dropping a call at any time leaves the client as it was.
pub async fn a_dropped_call(connect: Connect) {
    let server = Server::start(&Play::Wire(vec![Step::Hang]), "");
    let kinde = connect(domain(server.address), Settings::new(LONG));
    for pause in 0..10 {
        let call = Call::Introspection.make(&*kinde);
        assert!(tokio::time::timeout(Duration::from_millis(5 * pause), call).await.is_err());
    }
    server.behave();
    well(&*kinde).await.unwrap();
    server.requests().iter().try_for_each(|request| in_place(request)).unwrap();
}

/// Limits that nobody would set, and someone will.
pub async fn odd_limits(connect: Connect) {
    let server = Server::start(&Play::Wire(vec![]), "");
    server.behave();
    let endless = Settings { body_limit: usize::MAX, ..Settings::new(Duration::MAX) };
    well(&*connect(domain(server.address), endless)).await.unwrap();

    let nothing = connect(domain(server.address), Settings { body_limit: 0, ..Settings::new(LONG) });
    assert_eq!(Call::Revocation.make(&*nothing).await.0, End::Revoked);
    assert_eq!(Call::Profile.make(&*nothing).await.0, failed(ErrorKind::BodyTooLarge));

    let no_time = connect(domain(server.address), Settings::new(Duration::ZERO));
    assert_eq!(Call::Profile.make(&*no_time).await.0, failed(ErrorKind::Timeout));
}
