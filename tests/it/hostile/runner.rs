//! Plays a case and judges it.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kinde::{Domain, Error, OAuth};

use super::backend::{ATTEMPTS, Connect, Settings};
use super::case::{BEARER, CANARIES, Call, Case, End, SECRET, TOKEN};
use super::server::Server;

/// What may lie in the kernel's buffers between a server that writes and a client that has stopped reading.
pub const IN_BUFFERS: usize = 16 * 1024 * 1024;
/// How much later than its deadline a call may end on a busy machine.
const LATE: Duration = Duration::from_secs(5);
const AT_ONCE: usize = 16;

pub async fn run_all(cases: Vec<Case>, connect: Connect) {
    let mut wrong = Vec::new();
    for cases in cases.chunks(AT_ONCE) {
        // Setting a client up reads certificates: before the clocks of these cases start.
        let cases: Vec<_> = cases.iter().map(|case| Set::up(case.clone(), connect)).collect();
        let runs: Vec<_> = cases.into_iter().map(|set| (set.case.name, tokio::spawn(set.run()))).collect();
        for (name, run) in runs {
            match run.await {
                Ok(Ok(())) => {}
                Ok(Err(what)) => wrong.push(format!("{name}: {what}")),
                Err(panic) => wrong.push(format!("{name}: {panic}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

struct Set {
    case: Case,
    elsewhere: Elsewhere,
    server: Server,
    kinde: Arc<dyn OAuth>,
}

impl Set {
    fn up(case: Case, connect: Connect) -> Self {
        let elsewhere = Elsewhere::start();
        let server = Server::start(&case.play, &elsewhere.address);
        let domain = Domain::new(format!("http://{}", server.address)).unwrap();
        let kinde = connect(domain, Settings::new(case.deadline));
        Self { case, elsewhere, server, kinde }
    }

    async fn run(self) -> Result<(), String> {
        let Self { case, elsewhere, server, kinde } = self;
        let start = Instant::now();
        let call = tokio::time::timeout(case.deadline + LATE, case.call.make(&*kinde));
        let (end, error) = call.await.map_err(|_| "did not end".to_owned())?;
        let took = start.elapsed();
        expect(end == case.end, || format!("ended in {end:?}, not in {:?}: {error:?}", case.end))?;
        expect(took < case.deadline + LATE, || format!("took {took:?} of {:?}", case.deadline))?;
        if let Some(error) = error {
            clean(&error)?;
            expect((1..=ATTEMPTS).contains(&(error.attempts() as usize)), || format!("{error}"))?;
        }
        // The server may come to read it when the caller has given up.
        while server.requests().is_empty() && start.elapsed() < case.deadline + LATE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let requests = server.requests().len();
        expect((1..=ATTEMPTS).contains(&requests), || format!("sent {requests} times"))?;

        server.behave();
        well(&*kinde).await?;
        server.requests().iter().try_for_each(|request| in_place(request))?;
        let written = server.written();
        expect(written <= ATTEMPTS * IN_BUFFERS, || format!("{written} bytes were written"))?;
        expect(elsewhere.calls() == 0, || "somebody else was called".to_owned())
    }
}

/// The client works, as if nothing had happened.
pub async fn well(kinde: &dyn OAuth) -> Result<(), String> {
    let ends = [
        (Call::Introspection, End::Inactive),
        (Call::Profile, End::Profile(Some("tame".to_owned()))),
        (Call::Revocation, End::Revoked),
    ];
    for (call, expected) in ends {
        let (end, error) = call.make(kinde).await;
        expect(end == expected, || format!("then a good {call:?} ended in {end:?}: {error:?}"))?;
    }
    Ok(())
}

/// Nothing secret in any form of the error or its causes.
pub fn clean(error: &Error) -> Result<(), String> {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n{:?}\n{:#?}", error.errors(), error.errors());
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("\n{error}\n{error:?}\n{error:#?}"));
        cause = error.source();
    }
    let leak = CANARIES.iter().find(|canary| text.contains(**canary));
    expect(leak.is_none(), || format!("{leak:?} is in {text}"))
}

/// The bearer in its header, the token and the secret in the form, and nothing that tells where a call came
/// from or what an answer set.
pub fn in_place(request: &str) -> Result<(), String> {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let header = |line: &&str| line.to_ascii_lowercase().starts_with("authorization: bearer ");
    let (auth, rest): (Vec<&str>, Vec<&str>) = head.lines().partition(header);
    let rest = rest.join("\n");
    expect(auth.len() == 1 && auth[0].ends_with(&format!(" {BEARER}")), || format!("bearer: {head}"))?;
    expect(!CANARIES.iter().any(|canary| rest.contains(canary)), || format!("misplaced: {head}"))?;
    expect(!body.contains(BEARER), || "the bearer is in the body".to_owned())?;
    let form = head.starts_with("POST ");
    expect(form == body.contains(TOKEN), || format!("the token: {head}"))?;
    expect(head.starts_with("POST /oauth2/revoke ") == body.contains(SECRET), || {
        format!("the secret: {head}")
    })?;
    for name in ["cookie:", "referer:", "origin:", "proxy-authorization:"] {
        expect(!head.to_ascii_lowercase().contains(&format!("\n{name}")), || format!("{name} {head}"))?;
    }
    Ok(())
}

pub fn expect(good: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if good { Ok(()) } else { Err(what()) }
}

/// A server that must not be called.
pub struct Elsewhere {
    pub address: String,
    server: kinde_scripted::Server,
}

impl Elsewhere {
    pub fn start() -> Self {
        let server = kinde_scripted::server::closing();
        Self { address: server.address().to_string(), server }
    }

    pub fn calls(&self) -> usize {
        self.server.record().accepted
    }
}
