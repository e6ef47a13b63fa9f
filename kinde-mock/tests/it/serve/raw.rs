//! A server in a runtime of its own.

use std::net::TcpListener;
use std::ops::Deref;

use kinde_mock::{Serve, Server, serve};
use kinde_scripted::Client;

/// A server whose runtime is not the test's thread, so that a blocking client can talk to it.
pub(crate) struct Served {
    server: Option<Server>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Served {
    pub(crate) fn start() -> Self {
        Self::start_with(|serve| serve)
    }

    pub(crate) fn start_with(set: impl FnOnce(Serve) -> Serve) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = {
            let _context = runtime.enter();
            set(serve(listener)).start().unwrap()
        };
        Self { server: Some(server), runtime: Some(runtime) }
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address())
    }

    pub(crate) fn profile_request(&self) -> String {
        let token = self.sign_in().access_token;
        format!(
            "GET /oauth2/v2/user_profile HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
            token.expose()
        )
    }

    pub(crate) fn shutdown(mut self) {
        let (server, runtime) = (self.server.take().unwrap(), self.runtime.take().unwrap());
        runtime.block_on(server.shutdown());
    }

    pub(crate) fn drop_server(&mut self) {
        self.server = None;
    }
}

impl Deref for Served {
    type Target = Server;

    fn deref(&self) -> &Server {
        self.server.as_ref().unwrap()
    }
}
