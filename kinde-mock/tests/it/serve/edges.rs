//! Durations at their ends, owners that die first, and clients that go in between.

use std::io::{ErrorKind, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use kinde_mock::serve;
use kinde_scripted::client::PATIENCE;

use crate::serve::raw::Served;

#[test]
fn a_read_timeout_may_be_as_long_as_there_is() {
    let kinde = Served::start_with(|serve| serve.read_timeout(Duration::MAX));
    let answer = kinde.connect().send(kinde.profile_request()).answer();
    assert_eq!(answer.status(), 200);
}

#[test]
fn a_server_whose_runtime_has_ended_takes_no_connections() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = {
        let _context = runtime.enter();
        serve(listener).start().unwrap()
    };
    drop(runtime);
    assert_eq!(TcpStream::connect(server.address()).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

/// A client that goes within the preface is let go at once, long before the time it has for its head.
#[test]
fn a_client_that_goes_in_the_middle_of_the_preface_is_not_waited_for() {
    let kinde = Served::start_with(|serve| serve.read_timeout(PATIENCE * 100));
    for begun in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM"] {
        let mut client = kinde_scripted::Client::connect(kinde.address());
        client.0.write_all(begun.as_bytes()).unwrap();
        client.0.shutdown(Shutdown::Write).unwrap();
        assert_eq!(client.rest(), (vec![], None), "{begun:?}");
    }
}
