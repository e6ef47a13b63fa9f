//! The thread on which a wiremock server lives and dies.
//!
//! A `MockServer` must not be dropped where a test happens to drop it: its drop blocks on async locks, which
//! panics or hangs inside a runtime's task (65 drops in one poll never end). So each server has a thread that
//! starts it, waits for commands and drops it; to drop a `MockKinde` is to send a message. A thread for each,
//! rather than one for all, is what keeps this crate without a global: servers start side by side, and none
//! waits for another.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::runtime::{Builder, Runtime};
use wiremock::MockServer;

use super::{answer, inside, limits};
use crate::doors::held_port;
use crate::fake::FakeKinde;
use crate::fake::door::{Door, DoorError};
use crate::script::fault::Fault;
use crate::script::plan::Plan;

/// Stops its server when it is dropped.
pub(super) struct Keeper(Sender<Command>);

enum Command {
    /// Take the port away, or put it back.
    Refuse(bool, Sender<io::Result<()>>),
    /// End, and say so.
    Stop(Box<dyn FnOnce() + Send>),
}

type Started = Box<dyn FnOnce(io::Result<()>) + Send>;

impl Keeper {
    pub(super) fn spawn(fake: FakeKinde, listener: TcpListener, started: Started) -> io::Result<Self> {
        let (sender, commands) = mpsc::channel();
        std::thread::Builder::new()
            .name("kinde-mock keeper".to_owned())
            .spawn(move || keep(&fake, listener, started, &commands))?;
        Ok(Self(sender))
    }

    pub(super) fn door(&self, home: String) -> Arc<dyn Door> {
        Arc::new(Port { home, commands: self.0.clone() })
    }

    /// Stops the server; `done` is called when its port is free, or dropped if it was stopped before.
    pub(super) fn stop(&self, done: impl FnOnce() + Send + 'static) {
        let _ = self.0.send(Command::Stop(Box::new(done)));
    }
}

/// The door of a server that is all ours.
struct Port {
    home: String,
    commands: Sender<Command>,
}

impl Door for Port {
    fn name(&self) -> &'static str {
        "MockKinde"
    }

    fn home(&self) -> &str {
        &self.home
    }

    fn cannot(&self, plan: &Plan) -> Option<(Fault, &'static str)> {
        limits::cannot(plan)
    }

    fn refuse(&self, refuse: bool) -> Result<(), DoorError> {
        if inside::is_inside() {
            return Err(DoorError::new(
                "MockKinde can't refuse or accept connections from inside a request, a filter or a computed reply, say: \
                 wiremock holds a lock meanwhile, without which it can't be stopped. Do it from the test, or take \
                 MockTransport or serve(), which can.",
            ));
        }
        let (done, result) = mpsc::channel();
        let gone = || Err(io::Error::other("the server is stopped"));
        let refused = match self.commands.send(Command::Refuse(refuse, done)) {
            Ok(()) => result.recv().unwrap_or_else(|_| gone()),
            Err(_) => gone(),
        };
        refused.map_err(DoorError::port)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop(|| {});
    }
}

/// What the port is doing.
enum State {
    Serving(MockServer),
    /// Held by a socket that is bound and does not listen: connections are refused, and nobody else can
    /// take the port meanwhile.
    Held(TcpSocket),
    /// Lost on the way from one to the other.
    Gone,
}

fn keep(fake: &FakeKinde, listener: TcpListener, started: Started, commands: &Receiver<Command>) {
    let (address, server) = match (listener.local_addr(), serve(fake, listener)) {
        (Ok(address), Ok(server)) => (address, server),
        (Err(error), _) | (_, Err(error)) => return started(Err(error)),
    };
    let mut port = State::Serving(server);
    started(Ok(()));
    while let Ok(command) = commands.recv() {
        match command {
            Command::Refuse(refuse, done) => {
                let (next, result) = switch(fake, address, port, refuse);
                port = next;
                let _ = done.send(result);
            }
            Command::Stop(done) => {
                drop(port);
                // The server's own thread lets go of the port a moment later.
                drop(hold(address));
                return done();
            }
        }
    }
}

fn switch(fake: &FakeKinde, address: SocketAddr, port: State, refuse: bool) -> (State, io::Result<()>) {
    let next = match (port, refuse) {
        (State::Serving(server), true) => {
            drop(server);
            hold(address).map(State::Held)
        }
        (State::Held(socket), false) => listen(socket).and_then(|it| serve(fake, it)).map(State::Serving),
        (State::Gone, true) => hold(address).map(State::Held),
        (State::Gone, false) => {
            hold(address).and_then(listen).and_then(|it| serve(fake, it)).map(State::Serving)
        }
        (as_it_should_be, _) => Ok(as_it_should_be),
    };
    match next {
        Ok(port) => (port, Ok(())),
        Err(error) => (State::Gone, Err(error)),
    }
}

/// Starts a server. Its runtime is only for the start: wiremock waits between its probes.
fn serve(fake: &FakeKinde, listener: TcpListener) -> io::Result<MockServer> {
    runtime()?.block_on(async {
        let builder = MockServer::builder().listener(listener).disable_request_recording();
        let server = builder.start().await;
        for mock in answer::everything(fake) {
            server.register(mock).await;
        }
        Ok(server)
    })
}

fn hold(address: SocketAddr) -> io::Result<TcpSocket> {
    held_port::hold(address, Duration::from_secs(2))
}

fn listen(socket: TcpSocket) -> io::Result<TcpListener> {
    runtime()?.block_on(async { held_port::listen(socket)?.into_std() })
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
