//! Scopes: a tenant for each worker of a test suite.

use std::collections::BTreeMap;
use std::net::{IpAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::Refusal;
use super::request::AdminRequest;
use super::routes::Handled;
use crate::doors::listener::running::ListenerOptions;
use crate::http::answer::Answer;
use crate::program::instance::{Instance, StartError};
use crate::program::options::public_url;
use crate::program::seed::Seed;
use crate::text::key_error::KeyError;

const MOST: usize = 256;

pub(super) struct Scopes {
    /// Where they listen.
    ip: IpAddr,
    all: Mutex<BTreeMap<String, Arc<Instance>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NewScope {
    /// A number unless set.
    name: Option<String>,
    /// The program's own unless set.
    seed: Option<Seed>,
    /// What it calls itself; the program's own host with the scope's port unless set.
    public_url: Option<String>,
}

impl Scopes {
    pub(super) fn new(ip: IpAddr) -> Self {
        Self { ip, all: Mutex::default() }
    }

    pub(super) fn find(&self, name: &str) -> Option<Arc<Instance>> {
        self.all().get(name).cloned()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Instance>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn create(request: &AdminRequest<'_>) -> Handled {
    let (admin, new) = (request.admin, request.read::<NewScope>()?);
    // The lock is held throughout, or two could take the last place or the same name.
    let mut all = admin.scopes.all();
    if all.len() >= MOST {
        let why = format!("there are {MOST} scopes already; end some first");
        return Err(Refusal::new(StatusCode::CONFLICT, "too_many_scopes", why));
    }
    let name = match new.name {
        Some(name) => name,
        None => (1..).map(|n: usize| n.to_string()).find(|name| !all.contains_key(name)).unwrap_or_default(),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || name.len() > 64 || !name.bytes().all(is_plain) {
        return Err(KeyError::new("name", "up to 64 letters, digits, - and _").into());
    }
    if all.contains_key(&name) {
        return Err(Refusal::new(StatusCode::CONFLICT, "scope_exists", "there is a scope of this name"));
    }
    let mut initial = admin.main.initial().clone();
    if let Some(seed) = new.seed {
        initial.seed = seed;
    }
    let home = match new.public_url {
        Some(url) => {
            Some(public_url(&url).map_err(|why| KeyError::new("public_url", format!("must be {why}")))?)
        }
        None => None,
    };
    let instance = TcpListener::bind((admin.scopes.ip, 0))
        .and_then(|listener| {
            let port = listener.local_addr()?.port();
            initial.public_url = Some(home.unwrap_or_else(|| with_port(admin.main.fake.home(), port)));
            Ok(listener)
        })
        .map_err(StartError::Io)
        .and_then(|listener| Instance::start(listener, initial, ListenerOptions::default()))
        .map_err(|error| match error {
            StartError::Seed(error) => error.within("seed").into(),
            StartError::Io(error) => {
                Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "no_port", error.to_string())
            }
        })?;
    let answer = Answer::created(&admin.ready(Some(&name), &instance));
    all.insert(name, Arc::new(instance));
    Ok(answer)
}

pub(super) fn list(request: &AdminRequest<'_>) -> Handled {
    let all = request.admin.scopes.all();
    let scopes: Vec<_> = all
        .iter()
        .map(|(name, instance)| json!({ "scope": name, "base_url": instance.base_url() }))
        .collect();
    Ok(Answer::json(&json!({ "scopes": scopes })))
}

/// Its port is closed and its connections are cut.
pub(super) fn end(request: &AdminRequest<'_>) -> Handled {
    let instance =
        request.admin.scopes.all().remove(request.segment()).ok_or_else(|| Refusal::not_found("scope"))?;
    instance.stop();
    Ok(Answer::nothing())
}

/// The same host with another port.
fn with_port(home: &str, port: u16) -> String {
    let (scheme, rest) = home.split_once("://").unwrap_or(("http", home));
    let authority = rest.split('/').next().unwrap_or_default();
    let has_port =
        authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    format!("{scheme}://{}:{port}", has_port.map_or(authority, |(host, _)| host))
}
