//! Applications, users, and what came of their signing in. Everything is found by hash, however much there is of it.

use std::collections::HashMap;

use kinde_core::ClientSecret;

use super::application::{Application, BACKEND_ID, BACKEND_SECRET, FRONTEND_ID};
use super::code::Code;
use super::device::Device;
use super::expiring::Expiring;
use super::session::Session;
use super::tokens::Tokens;
use super::user::User;
use crate::text::random::Random;

pub(crate) struct Store {
    applications: HashMap<String, Application>,
    users: HashMap<String, User>,
    /// Whose address it is, in lower case.
    addresses: HashMap<String, String>,
    pub(crate) tokens: Tokens,
    /// By the digest of their text.
    pub(crate) codes: Expiring<Code>,
    /// By the digest of their cookie.
    pub(crate) sessions: Expiring<Session>,
    /// By the digest of their device code.
    pub(crate) devices: Expiring<Device>,
    pub(crate) random: Random,
}

impl Store {
    pub(crate) fn seeded() -> Self {
        let mut store = Self {
            applications: HashMap::new(),
            users: HashMap::new(),
            addresses: HashMap::new(),
            tokens: Tokens::default(),
            codes: Expiring::default(),
            sessions: Expiring::default(),
            devices: Expiring::default(),
            random: Random::unpredictable(),
        };
        store.add_application(Application::backend(BACKEND_ID, ClientSecret::new(BACKEND_SECRET)));
        store.add_application(Application::frontend(FRONTEND_ID));
        store.add_user(User::john_snow());
        store
    }

    pub(crate) fn add_application(&mut self, application: Application) {
        self.applications.insert(application.client_id.clone(), application);
    }

    pub(crate) fn application(&self, client_id: &str) -> Option<&Application> {
        self.applications.get(client_id)
    }

    pub(crate) fn applications(&self) -> impl Iterator<Item = &Application> {
        self.applications.values()
    }

    #[cfg(feature = "cli")]
    pub(crate) fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    pub(crate) fn add_user(&mut self, user: User) {
        if let Some(email) = &user.email {
            self.addresses.insert(email.to_lowercase(), user.id.clone());
        }
        self.users.insert(user.id.clone(), user);
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id)
    }

    /// Whoever has this address now.
    pub(crate) fn user_by_email(&self, email: &str) -> Option<&User> {
        let email = email.trim().to_lowercase();
        let user = self.users.get(self.addresses.get(&email)?)?;
        user.email.as_ref().is_some_and(|it| it.to_lowercase() == email).then_some(user)
    }

    /// Drops what has expired by `now`.
    pub(crate) fn forget_expired(&mut self, now: u64) {
        self.tokens.sweep(now);
        let tokens = &mut self.tokens;
        self.codes.sweep(now, |code| code.grant.into_iter().for_each(|grant| tokens.release(grant)));
        self.sessions.sweep(now, drop);
        self.devices.sweep(now, drop);
    }
}
