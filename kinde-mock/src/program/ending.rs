//! When the program ends: with Ctrl-C, with what a service manager sends and, if it was told so, with its standard input.

use std::io;

use tokio::sync::oneshot;

pub(super) struct Ending {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    /// Its other end goes when the input ends.
    input: Option<oneshot::Receiver<()>>,
}

impl Ending {
    pub(super) fn new(with_input: bool) -> io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            input: with_input.then(end_of_input).transpose()?,
        })
    }

    pub(super) async fn comes(&mut self) {
        let Self { input, .. } = self;
        let input = async {
            match input {
                // Err is what it waits for: nothing is ever sent.
                Some(input) => drop(input.await),
                None => std::future::pending().await,
            }
        };
        #[cfg(unix)]
        tokio::select! {
            () = input => {}
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        tokio::select! {
            () = input => {}
            () = ctrl_c() => {}
        }
    }
}

#[cfg(not(unix))]
async fn ctrl_c() {
    // If it can't be waited for, the program runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// A thread reads the input, whatever is written there, and is left behind when the program ends.
fn end_of_input() -> io::Result<oneshot::Receiver<()>> {
    let (held, input) = oneshot::channel();
    std::thread::Builder::new().name("kinde-mock-stdin".to_owned()).spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        drop::<oneshot::Sender<()>>(held);
    })?;
    Ok(input)
}
