//! From the types to a fake.

use kinde_core::ClientSecret;

use super::script::ScriptSpec;
use super::{ApplicationKind, ApplicationSpec, Seed, TokenSpec};
use crate::fake::FakeKinde;
use crate::program::gates::Gates;
use crate::tenant::application::Application;
use crate::tenant::token::{NewToken, SetupError, TokenKind};
use crate::tenant::user::User;
use crate::text::key_error::KeyError;

/// What a seed is put into.
#[derive(Clone, Copy)]
pub(crate) struct Seeding<'a> {
    pub(crate) fake: &'a FakeKinde,
    pub(crate) gates: &'a Gates,
}

impl Seeding<'_> {
    /// Puts all of it in, in an order in which everything is there before it is named.
    pub(crate) fn apply(self, seed: &Seed) -> Result<(), KeyError> {
        if let Some(moment) = seed.clock {
            self.fake.clock().freeze_at(moment.0);
        }
        if let Some(seed) = seed.random {
            self.fake.reproducible(seed);
        }
        self.fake.configure(|options| options.clone_from(&seed.options));
        if let Some(limit) = seed.rate_limit {
            limit.check().map_err(|wrong| wrong.within("rate_limit"))?;
            self.fake.rate_limit(limit.requests, limit.seconds.0);
        }
        each("applications", &seed.applications, |it| self.application(it))?;
        each("users", &seed.users, |it| self.user(it).map(drop))?;
        each("tokens", &seed.tokens, |it| self.token(it).map(drop))?;
        each("scripts", &seed.scripts, |it| self.script(it).map(drop))
    }

    pub(crate) fn application(self, spec: &ApplicationSpec) -> Result<(), KeyError> {
        if spec.client_id.is_empty() {
            return Err(KeyError::new("client_id", "is empty"));
        }
        let mut application = match (spec.kind, &spec.client_secret) {
            (ApplicationKind::Backend, Some(secret)) if !secret.is_empty() => {
                Application::backend(&spec.client_id, ClientSecret::new(secret))
            }
            (ApplicationKind::Backend, _) => {
                return Err(KeyError::new("client_secret", "a backend application needs one"));
            }
            (ApplicationKind::Frontend, None) => Application::frontend(&spec.client_id),
            (ApplicationKind::Frontend, Some(_)) => {
                return Err(KeyError::new("client_secret", "a frontend application can't keep one"));
            }
        };
        application.callbacks.clone_from(&spec.callbacks);
        application.logout_redirects.clone_from(&spec.logout_redirects);
        application.grants.clone_from(&spec.grants);
        application.scopes.clone_from(&spec.scopes);
        let lifetimes = &mut application.lifetimes;
        let given = [
            (&mut lifetimes.access, spec.access_token_lifetime),
            (&mut lifetimes.id, spec.id_token_lifetime),
            (&mut lifetimes.refresh, spec.refresh_token_lifetime),
        ];
        given.into_iter().for_each(|(usual, given)| *usual = given.map_or(*usual, |it| it.0));
        self.fake.add_application(application);
        Ok(())
    }

    pub(crate) fn user(self, user: &User) -> Result<User, KeyError> {
        if user.id.is_empty() {
            return Err(KeyError::new("id", "is empty"));
        }
        let mut user = user.clone();
        if user.name.is_empty() {
            user.name = User::new("", &user.given_name, &user.family_name).name;
        }
        Ok(self.fake.add_user(user))
    }

    /// Issues it, and answers its text.
    pub(crate) fn token(self, spec: &TokenSpec) -> Result<String, KeyError> {
        let new = self.new_token(spec)?;
        let issued = match spec.kind {
            TokenKind::Access => self.fake.try_issue_access(new).map(|token| token.expose().to_owned()),
            TokenKind::Refresh => self.fake.try_issue_refresh(new).map(|token| token.expose().to_owned()),
        };
        issued.map_err(not_issued)
    }

    pub(crate) fn new_token(self, spec: &TokenSpec) -> Result<NewToken, KeyError> {
        let mut new = match (&spec.user, spec.machine) {
            (Some(_), true) => return Err(KeyError::new("user", "a machine's token proves no user")),
            (None, true) if spec.kind == TokenKind::Refresh => {
                return Err(KeyError::new("kind", "a machine has no refresh token"));
            }
            (None, true) => NewToken::for_machine(),
            (None, false) => NewToken::for_user(&self.fake.user()),
            (Some(id), false) => {
                let user = self.fake.find_user(id);
                NewToken::for_user(&user.ok_or_else(|| KeyError::new("user", "there is no such user"))?)
            }
        };
        new = new.audience(spec.audience.clone()).scopes(spec.scopes.clone());
        if let Some(client_id) = &spec.client_id {
            new = new.application(client_id);
        }
        if let Some(code) = &spec.organization {
            new = new.organization(code);
        }
        if let Some(moment) = spec.issued_at {
            new = new.issued_at(moment.0);
        }
        new = match (spec.expires_in, spec.expires_at) {
            (Some(_), Some(_)) => return Err(KeyError::new("expires_at", "goes without `expires_in`")),
            (Some(seconds), None) => new.expires_in(seconds.0),
            (None, Some(moment)) => new.expires_at(moment.0),
            (None, None) => new,
        };
        if spec.revoked {
            new = new.revoked();
        }
        if let Some(text) = &spec.text {
            new = new.text(text);
        }
        if let Some(other) = &spec.same_sign_in_as {
            new = new.same_sign_in_as(other);
        }
        Ok(new)
    }

    /// Adds it, and answers its number.
    pub(crate) fn script(self, spec: &ScriptSpec) -> Result<u64, KeyError> {
        let (endpoint, filters, replies) = spec.build(self)?;
        let added = self.fake.add_script(endpoint, filters, replies);
        added.map(|script| script.number).map_err(|error| KeyError::new("", error.to_string()))
    }
}

/// Which key is to blame.
pub(crate) fn not_issued(error: SetupError) -> KeyError {
    let (key, why) = match error {
        SetupError::UnknownUser => ("user", "there is no such user"),
        SetupError::NoUser => ("user", "a machine does not sign in: name a user"),
        SetupError::UnknownApplication => ("client_id", "there is no such application"),
        SetupError::UnknownOrganization => ("organization", "the user is not a member of it"),
        SetupError::UnknownToken => ("same_sign_in_as", "there is no such token"),
        SetupError::TextTaken => ("text", "a token of this text exists already"),
        SetupError::OneTextForTwo => ("text", "a sign-in issues two tokens, which can't have one text"),
        SetupError::UnusableText => {
            ("text", "can't be sent: take letters, digits and -._~+/ with optional = at the end")
        }
    };
    KeyError::new(key, why)
}

fn each<T>(path: &str, all: &[T], apply: impl Fn(&T) -> Result<(), KeyError>) -> Result<(), KeyError> {
    for (index, one) in all.iter().enumerate() {
        apply(one).map_err(|wrong| wrong.within(&format!("{path}[{index}]")))?;
    }
    Ok(())
}

impl super::RateLimitSpec {
    pub(crate) fn check(self) -> Result<(), KeyError> {
        if self.seconds.0.is_zero() { Err(KeyError::new("seconds", "must be more than 0")) } else { Ok(()) }
    }
}
