//! A fake with its port, and all that it begins with: what the program serves, once for itself and once for
//! each scope.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use kinde_core::Token;
use serde::Serialize;

use super::gates::Gates;
use super::seed::apply::{Seeding, not_issued};
use super::seed::{Overrides, Seed};
use crate::doors::listener::running::{ListenerOptions, Running};
use crate::fake::FakeKinde;
use crate::tenant::token::NewToken;
use crate::tenant::user::JOHNS_PASSWORD;
use crate::text::key_error::KeyError;

/// What an instance begins with, and again after a reset.
#[derive(Clone)]
pub(crate) struct InitialState {
    pub(crate) seed: Seed,
    pub(crate) overrides: Overrides,
    /// How many calls the journal keeps.
    pub(crate) journal: usize,
    /// What it calls itself; `localhost` with its port, or its address if it is elsewhere, unless set.
    pub(crate) public_url: Option<String>,
    /// A key to sign with, PKCS#8 in DER; an embedded one unless set.
    pub(crate) key: Option<Arc<[u8]>>,
}

pub(crate) struct Instance {
    pub(crate) fake: FakeKinde,
    pub(crate) gates: Gates,
    initial: InitialState,
    tokens: [Token; 3],
    running: Running,
    base_url: String,
}

/// What a client needs to know: the program's first line, and the answer that creates a scope.
#[derive(Serialize)]
pub(crate) struct Ready {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
    pub(crate) base_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) frontend_client_id: String,
    /// What tokens say that they are from: what SDKs are given for the tenant's URL.
    pub(crate) issuer: String,
    pub(crate) user_email: String,
    pub(crate) user_password: &'static str,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
    pub(crate) m2m_access_token: String,
    pub(crate) admin_url: Option<String>,
    pub(crate) admin_token: Option<String>,
}

pub(crate) enum StartError {
    Seed(KeyError),
    Io(io::Error),
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Instance {
    /// Must be called in a runtime.
    pub(crate) fn start(
        listener: TcpListener,
        initial: InitialState,
        options: ListenerOptions,
    ) -> Result<Self, StartError> {
        let (fake, gates) = (FakeKinde::new(), Gates::default());
        let address = reachable(listener.local_addr()?);
        fake.call_itself(initial.public_url.clone().unwrap_or_else(|| by_name(address)));
        begin(&initial, &fake, &gates).map_err(StartError::Seed)?;
        let user = fake.sign_in();
        let tokens =
            [Token::from(&user.access_token), user.refresh_token, Token::from(&fake.machine_token())];
        let base_url = format!("http://{address}");
        let running = Running::start(fake.clone(), listener, base_url.clone(), options)?;
        Ok(Self { fake, gates, initial, tokens, running, base_url })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn initial(&self) -> &InitialState {
        &self.initial
    }

    pub(crate) fn seeding(&self) -> Seeding<'_> {
        Seeding { fake: &self.fake, gates: &self.gates }
    }

    /// Begins anew. The tokens it was announced with are good again.
    pub(crate) fn reset(&self) -> Result<(), KeyError> {
        self.gates.clear();
        self.fake.reset();
        begin(&self.initial, &self.fake, &self.gates)?;
        let [access, refresh, machine] = &self.tokens;
        let john = || NewToken::for_user(&self.fake.user());
        let issued = self
            .fake
            .try_issue_access(john().text(access.expose()))
            .and_then(|_| {
                self.fake.try_issue_refresh(john().text(refresh.expose()).same_sign_in_as(access.expose()))
            })
            .and_then(|_| self.fake.try_issue_access(NewToken::for_machine().text(machine.expose())));
        issued.map(drop).map_err(not_issued)
    }

    pub(crate) fn ready(&self, scope: Option<String>, admin: Option<(String, &str)>) -> Ready {
        let backend = self.fake.backend();
        let [access, refresh, machine] = &self.tokens;
        let (admin_url, admin_token) = admin.unzip();
        Ready {
            scope,
            base_url: self.base_url.clone(),
            client_id: backend.client_id,
            client_secret: backend.client_secret.expose().to_owned(),
            frontend_client_id: self.fake.frontend().client_id,
            issuer: self.fake.home().to_owned(),
            user_email: self.fake.user().email.unwrap_or_default(),
            user_password: JOHNS_PASSWORD,
            access_token: access.expose().to_owned(),
            refresh_token: refresh.expose().to_owned(),
            m2m_access_token: machine.expose().to_owned(),
            admin_url,
            admin_token: admin_token.map(str::to_owned),
        }
    }

    pub(crate) fn stop(&self) {
        self.gates.clear();
        self.running.stop();
    }

    pub(crate) async fn shutdown(&self, grace: Duration) {
        self.gates.clear();
        self.running.shutdown(grace).await;
    }
}

fn begin(initial: &InitialState, fake: &FakeKinde, gates: &Gates) -> Result<(), KeyError> {
    fake.journal().keep(initial.journal);
    if let Some(key) = &initial.key {
        fake.use_key(key).map_err(|error| KeyError::new("", error.to_string()))?;
    }
    let mut seed = initial.seed.clone();
    initial.overrides.put_over(&mut seed);
    Seeding { fake, gates }.apply(&seed)
}

/// `http://localhost:PORT` for what listens on this machine, since browsers and SDKs treat that name as a safe one.
fn by_name(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::LOCALHOST) | IpAddr::V6(Ipv6Addr::LOCALHOST) => {
            format!("http://localhost:{}", address.port())
        }
        _ => format!("http://{address}"),
    }
}

/// The address that a client on this machine takes: "everywhere" is none.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
