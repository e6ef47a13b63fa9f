//! What kinde-mock costs: a call through each of its doors as its tokens grow, its start, many of them at once, and its
//! memory over a million requests. The program has an example of its own, `measure`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Instant;

use kinde_benches::{core, median, pin, resident};
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde_core::{Domain, OAuth};
use kinde_mock::{FakeKinde, MockKinde, MockTransport, NewToken, Server, serve};
use tokio::sync::oneshot;
use tokio::task::LocalSet;

const TOKENS: [usize; 4] = [10, 1_000, 100_000, 1_000_000];
const ROUNDS: usize = 5;

fn main() {
    pin(core(0));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // Memory first, before there is any to be used again.
        a_million_requests().await;
        many_at_once().await;
        starts().await;
        in_flight().await;
        by_tokens().await;
    });
}

/// A fake behind one of its doors.
#[allow(clippy::large_enum_variant, reason = "there are few of them")]
enum Door {
    OneProcess(MockTransport),
    Wiremock(MockKinde),
    Serve(Served),
}

type Open = fn() -> Door;

const DOORS: [(&str, Open); 3] = [
    ("`MockTransport`, in one process", || Door::OneProcess(MockTransport::new())),
    ("`serve`, hyper", || Door::Serve(Served::start())),
    ("`MockKinde`, wiremock", || Door::Wiremock(MockKinde::start_blocking())),
];

impl Door {
    fn fake(&self) -> &FakeKinde {
        match self {
            Self::OneProcess(kinde) => kinde,
            Self::Wiremock(kinde) => kinde,
            Self::Serve(served) => &served.server,
        }
    }

    fn client(&self) -> Arc<dyn OAuth> {
        let over_hyper = |domain: Domain| Arc::new(kinde_hyper::client(domain).unwrap());
        match self {
            Self::OneProcess(kinde) => kinde.oauth(),
            Self::Wiremock(kinde) => over_hyper(kinde.domain()),
            Self::Serve(served) => over_hyper(served.server.domain()),
        }
    }

    /// How many calls make a round that lasts a tenth of a second.
    fn calls(&self) -> u32 {
        if matches!(self, Self::OneProcess(_)) { 40_000 } else { 3_000 }
    }
}

/// A server on a thread and a runtime of its own, which end with it.
struct Served {
    server: Arc<Server>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    fn start() -> Self {
        let (started, server) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                started.send(Arc::new(serve(listener).start().unwrap())).unwrap();
                let _ = stopped.await;
            });
        });
        Self { server: server.recv().unwrap(), stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

async fn by_tokens() {
    println!("\nOne call at a time, client included, us a call by the number of tokens; one core\n");
    println!("| door | operation | {} |", TOKENS.map(grouped).join(" | "));
    println!("|---|---|{}", "---|".repeat(TOKENS.len()));
    for (name, open) in DOORS {
        let door = open();
        let mut rows = [const { Vec::new() }; 3];
        let mut held = 0;
        for tokens in TOKENS {
            for _ in held..tokens {
                door.fake().issue_access(NewToken::for_user(&door.fake().user()));
            }
            held = tokens;
            for (row, took) in rows.iter_mut().zip(calls(&door).await) {
                row.push(format!("{took:.2}"));
            }
        }
        for (operation, row) in ["profile", "introspection", "revocation"].iter().zip(rows) {
            println!("| {name} | {operation} | {} |", row.join(" | "));
        }
    }
}

/// Microseconds of a profile, an introspection and a revocation.
async fn calls(door: &Door) -> [f64; 3] {
    let (fake, client) = (door.fake(), door.client());
    let (user, app, machine) = (fake.sign_in(), fake.backend(), fake.machine_token());
    let profile = GetUserProfileV2::new(&user.access_token);
    let introspection = TokenIntrospection::new(&machine, user.refresh_token.clone());
    // The same one again and again, which is revoked the first time and answered alike each time.
    let revocation = TokenRevocation::new(app.client_id, fake.sign_in().refresh_token);
    let revocation = revocation.client_secret(app.client_secret);
    let mut took = [const { Vec::new() }; 3];
    for _ in 0..=ROUNDS {
        macro_rules! time {
            ($call:expr) => {{
                let started = Instant::now();
                for _ in 0..door.calls() {
                    $call.await.unwrap();
                }
                started.elapsed().as_secs_f64() * 1e6 / f64::from(door.calls())
            }};
        }
        took[0].push(time!(client.get_user_profile_v2(profile.clone())));
        took[1].push(time!(client.token_introspection(introspection.clone())));
        took[2].push(time!(client.token_revocation(revocation.clone())));
    }
    // The first round warms up.
    took.map(|rounds| median(rounds.into_iter().skip(1)))
}

async fn answers(door: &Door) {
    let user = door.fake().sign_in();
    door.client().get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await.unwrap();
}

async fn starts() {
    println!("\nFrom nothing to the first answer, a client made on the way; median of 41\n");
    println!("| door | us |");
    println!("|---|---|");
    for (name, open) in DOORS {
        let mut took = Vec::new();
        for _ in 0..41 {
            let started = Instant::now();
            let door = open();
            answers(&door).await;
            took.push(started.elapsed().as_secs_f64() * 1e6);
        }
        println!("| {name} | {:.0} |", median(took));
    }
}

async fn many_at_once() {
    const MANY: usize = 200;
    println!("\n{MANY} fakes at once, each with an answer given\n");
    println!("| door | ms for all | KiB each |");
    println!("|---|---|---|");
    for (name, open) in DOORS {
        let (started, before) = (Instant::now(), resident());
        let doors: Vec<Door> = (0..MANY).map(|_| open()).collect();
        for door in &doors {
            answers(door).await;
        }
        let held = resident().saturating_sub(before);
        println!(
            "| {name} | {:.0} | {:.0} |",
            started.elapsed().as_secs_f64() * 1e3,
            held as f64 / MANY as f64
        );
    }
}

async fn in_flight() {
    const CONNECTIONS: usize = 64;
    const EACH: usize = 3_000;
    println!(
        "\nProfiles, {CONNECTIONS} in flight, over kinde-hyper where there is a socket; client and server on a core each\n"
    );
    println!("| door | requests/s | grown by, KiB |");
    println!("|---|---|---|");
    for (name, open) in DOORS {
        // The server's threads start with this one's processor.
        pin(core(1));
        let door = open();
        pin(core(0));
        answers(&door).await;
        let user = door.fake().sign_in();
        let profile = GetUserProfileV2::new(&user.access_token);
        let (client, before, local) = (door.client(), resident(), LocalSet::new());
        for _ in 0..CONNECTIONS {
            let (client, profile) = (Arc::clone(&client), profile.clone());
            local.spawn_local(async move {
                for _ in 0..EACH {
                    client.get_user_profile_v2(profile.clone()).await.unwrap();
                }
            });
        }
        let started = Instant::now();
        local.await;
        let rate = (CONNECTIONS * EACH) as f64 / started.elapsed().as_secs_f64();
        println!("| {name} | {} | {} |", grouped(rate as usize), resident().saturating_sub(before));
    }
}

async fn a_million_requests() {
    const BATCH: usize = 100;
    println!("A million requests through `serve`, {BATCH} at a time on one connection\n");
    println!("| requests | resident, KiB |");
    println!("|---|---|");
    pin(core(1));
    let served = Served::start();
    pin(core(0));
    let user = served.server.sign_in();
    let token = user.access_token.expose();
    let request =
        format!("GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n");
    let mut asked = Asked::new(served.server.address(), request.repeat(BATCH));
    for requests in 1..=1_000_000 / BATCH {
        asked.batch(BATCH);
        if [10_000, 250_000, 500_000, 750_000, 1_000_000].contains(&(requests * BATCH)) {
            println!("| {} | {} |", grouped(requests * BATCH), grouped(resident() as usize));
        }
    }
}

/// A raw connection on which a batch of requests is sent as one.
struct Asked {
    stream: TcpStream,
    batch: String,
    buffer: Vec<u8>,
}

impl Asked {
    fn new(address: SocketAddr, batch: String) -> Self {
        Self { stream: TcpStream::connect(address).unwrap(), batch, buffer: vec![0; 65_536] }
    }

    fn batch(&mut self, requests: usize) {
        self.stream.write_all(self.batch.as_bytes()).unwrap();
        let mut answers = 0;
        while answers < requests {
            let n = self.stream.read(&mut self.buffer).unwrap();
            assert!(n > 0, "the server hung up");
            // A profile ends its object, and nothing else in an answer does.
            answers += self.buffer[..n].iter().filter(|byte| **byte == b'}').count();
        }
    }
}

/// With commas: 1,000,000.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
