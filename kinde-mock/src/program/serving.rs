//! `kinde-mock serve`

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kinde_core::ClientSecret;

use super::admin::{self, Admin};
use super::ending::Ending;
use super::instance::{InitialState, Instance, Ready, StartError};
use super::options::{AdminAt, ClockAt, ServeOptions};
use super::seed::{Overrides, Seed};
use super::{Failure, check, print, say};
use crate::doors::listener::running::ListenerOptions;
use crate::fake::FakeKinde;
use crate::text::base64;
use crate::text::random::Random;

pub(super) fn serve(options: ServeOptions) -> Result<(), Failure> {
    let seed = match &options.seed {
        Some(file) => check(file)?,
        None => Seed::default(),
    };
    let key = options.key.as_deref().map(read_key).transpose()?;
    let listener = listen("--listen", options.listen, options.expose)?;
    let address = listener.local_addr()?;
    let admin = match options.admin {
        AdminAt::Off => None,
        AdminAt::Beside => Some(beside(address, options.listen.port())?),
        AdminAt::Address(address) => Some(listen("--admin", address, options.expose)?),
    };
    // One thread: all requests meet at the engine's lock anyway, and on two cores that it shares with its client
    // it answers a tenth more than two threads do.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stopped = runtime.block_on(async {
        let initial = InitialState {
            seed,
            overrides: overrides(&options),
            journal: options.journal,
            public_url: options.public_url.clone(),
            key,
        };
        let listening =
            ListenerOptions { on_accept_error: Arc::new(complain()), ..ListenerOptions::default() };
        let instance = Instance::start(listener, initial, listening).map_err(|error| match error {
            StartError::Seed(error) => Failure::Seed(error.to_string()),
            StartError::Io(error) => error.into(),
        })?;
        serve_until_stopped(instance, admin, address.ip(), &options).await
    });
    // What still waits somewhere is not waited for.
    runtime.shutdown_background();
    stopped
}

async fn serve_until_stopped(
    instance: Instance,
    admin: Option<TcpListener>,
    ip: IpAddr,
    options: &ServeOptions,
) -> Result<(), Failure> {
    let mut ending = Ending::new(options.exit_with_stdin)?;
    let Some(listener) = admin else {
        announce(&instance.ready(None, None), options)?;
        ending.comes().await;
        instance.shutdown(GRACE).await;
        return Ok(());
    };
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let token = options.admin_token.clone().unwrap_or_else(random_token);
    let admin = Arc::new(Admin::new(instance, token, listener.local_addr()?, ip));
    announce(&admin.ready_main(), options)?;
    let complain = complain();
    tokio::select! {
        () = admin::http::listen(Arc::clone(&admin), listener, complain) => {}
        () = ending.comes() => {}
    }
    admin.main.shutdown(GRACE).await;
    Ok(())
}

const GRACE: Duration = Duration::from_secs(2);

fn overrides(options: &ServeOptions) -> Overrides {
    let clock = options.clock.map(|clock| match clock {
        ClockAt::Real => None,
        ClockAt::FrozenAt(moment) => Some(moment),
    });
    Overrides { rate_limit: options.rate_limit, clock, introspect_auth: options.introspect_auth }
}

/// A key file, PEM or DER, as DER.
fn read_key(file: &Path) -> Result<Arc<[u8]>, Failure> {
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::CommandLine(format!("--signing-key: {}: {why}", file.display()))
    };
    let bytes = std::fs::read(file).map_err(|error| wrong(&error))?;
    let pem = std::str::from_utf8(&bytes).ok().filter(|text| text.contains("-----BEGIN PRIVATE KEY-----"));
    let der = match pem {
        None => bytes,
        Some(text) => {
            let lines =
                text.lines().skip_while(|line| !line.starts_with("-----BEGIN PRIVATE KEY-----")).skip(1);
            let base64: String =
                lines.take_while(|line| !line.starts_with("-----END")).map(str::trim).collect();
            base64::decode(&base64).ok_or_else(|| wrong(&"this PEM can't be read"))?
        }
    };
    FakeKinde::new().use_key(&der).map_err(|error| wrong(&error))?;
    Ok(der.into())
}

fn listen(option: &str, address: SocketAddr, expose: bool) -> Result<TcpListener, Failure> {
    if !address.ip().is_loopback() && !expose {
        let why = "can be reached by other machines, and the fake is open to whoever reaches it";
        return Err(Failure::CommandLine(format!(
            "{option}: {address} {why}: add --expose if that is meant"
        )));
    }
    TcpListener::bind(address).map_err(|error| port(option, address, &error))
}

/// The admin API's own place: the next port on loopback, or any if the fake has any or something else has that one.
fn beside(address: SocketAddr, asked: u16) -> Result<TcpListener, Failure> {
    let ip = if address.ip().is_loopback() { address.ip() } else { Ipv4Addr::LOCALHOST.into() };
    let next = if asked == 0 { 0 } else { asked.checked_add(1).unwrap_or(0) };
    let free = SocketAddr::new(ip, 0);
    // Nobody chose that port, so another one does as well: it is told.
    TcpListener::bind(SocketAddr::new(ip, next))
        .or_else(|_| TcpListener::bind(free))
        .map_err(|error| port("--admin", free, &error))
}

fn port(option: &str, address: SocketAddr, error: &io::Error) -> Failure {
    let free = match error.kind() {
        io::ErrorKind::AddrInUse => {
            ": something else listens there; choose another port, or 0 for a free one"
        }
        _ => "",
    };
    Failure::Port(format!("{option}: can't listen on {address}: {error}{free}"))
}

fn random_token() -> ClientSecret {
    ClientSecret::new(Random::unpredictable().text())
}

/// Says why connections can't be accepted: the first time, and then when the count has doubled.
fn complain() -> impl Fn(&io::Error) + Send + Sync + 'static {
    let count = AtomicU64::new(0);
    move |error| {
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        if count.is_power_of_two() {
            say(&format_args!("a connection could not be accepted ({count} so far): {error}"));
        }
    }
}

fn announce(ready: &Ready, options: &ServeOptions) -> Result<(), Failure> {
    if options.json {
        let line = serde_json::to_string(ready).map_err(|error| Failure::Other(error.to_string()))?;
        return print(&format!("{line}\n"));
    }
    let Ready { base_url, client_id, client_secret, frontend_client_id, issuer, .. } = ready;
    let (email, password) = (&ready.user_email, ready.user_password);
    let Ready { access_token, refresh_token, m2m_access_token, .. } = ready;
    let admin = match (&ready.admin_url, &ready.admin_token) {
        (Some(url), Some(token)) => format!("admin API           {url}\nadmin token         {token}\n"),
        _ => String::new(),
    };
    print(&format!(
        "A fake Kinde listens at {base_url}. Try:\n\n  \
         curl -H 'Authorization: Bearer {access_token}' {base_url}/oauth2/v2/user_profile\n\n\
         backend client_id   {client_id}\n\
         client_secret       {client_secret}\n\
         frontend client_id  {frontend_client_id}\n\
         issuer              {issuer}\n\
         user                {email}, password {password}\n\
         access token        {access_token}\n\
         refresh token       {refresh_token}\n\
         machine's token     {m2m_access_token}\n\
         {admin}\nCtrl-C stops it.\n"
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Nobody chose the admin API's port, so nobody is told to choose another.
    #[test]
    fn the_admin_api_takes_another_port_if_the_next_one_is_taken() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let beside = beside(([127, 0, 0, 1], port - 1).into(), port - 1).ok().unwrap();
        assert_ne!(beside.local_addr().unwrap().port(), port);
    }
}
