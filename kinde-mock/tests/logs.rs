//! Canaries in the logs: whatever is logged at any level while a `MockKinde` serves holds no token. Alone in
//! its file, since a process has one logger.
#![cfg(feature = "wiremock")]
#![allow(clippy::unwrap_used, missing_docs)]

use std::net::SocketAddr;
use std::sync::Mutex;

use kinde_core::oauth::GetUserProfileV2;
use kinde_mock::{CutAt, CutBy, Fault, MockKinde, NewToken, UserProfileV2Reply as Profile};
use kinde_scripted::client::{PATIENCE, exchange};
use log::{LevelFilter, Log, Metadata, Record};

struct Everything(Mutex<Vec<String>>);

impl Log for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        self.0.lock().unwrap().push(format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

static LOG: Everything = Everything(Mutex::new(Vec::new()));

fn ask(address: SocketAddr, line: &str, bearer: &str, body: &str) {
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {bearer}\r\n\
         Content-Length: {length}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    );
    exchange(address, PATIENCE, &request).unwrap();
}

#[test]
fn no_token_is_logged_at_any_level() {
    log::set_logger(&LOG).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let kinde = MockKinde::start_blocking();
    let bearer = kinde.issue_access(NewToken::for_user(&kinde.user()).text("canary-live"));
    kinde.on::<GetUserProfileV2>().once(Profile::live().fault(Fault::cut(CutBy::Fin, CutAt::BeforeHead)));
    for _ in 0..2 {
        ask(kinde.address(), "GET /oauth2/v2/user_profile", bearer.expose(), "");
    }
    ask(kinde.address(), "POST /oauth2/introspect", bearer.expose(), "token=canary-asked");
    ask(
        kinde.address(),
        "POST /oauth2/revoke",
        "canary-dead",
        "client_id=x&client_secret=canary-secret&token=y",
    );
    ask(kinde.address(), "GET /nowhere/canary-path?token=canary-query", bearer.expose(), "");
    assert_eq!(kinde.journal().total(), 5);
    kinde.shutdown_blocking();

    let lines = LOG.0.lock().unwrap();
    assert!(lines.iter().any(|line| line.starts_with("wiremock")), "nothing was listened to: {lines:?}");
    let told: Vec<_> = lines.iter().filter(|line| line.contains("canary")).collect();
    assert!(told.is_empty(), "{told:?}");
}
