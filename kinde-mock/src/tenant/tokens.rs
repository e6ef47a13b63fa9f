//! Tokens, by the digest of their text, and the sign-ins that they came from.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use super::expiring::Expiring;
use super::token::TokenKind;
use crate::text::digest::{Digest, digest};
use crate::text::seconds::since_1970;

/// Who holds a token, and what it is for. The tokens of a sign-in share it.
pub(crate) struct Holder {
    /// None for a machine's.
    pub(crate) user: Option<String>,
    pub(crate) client_id: String,
    pub(crate) audience: Vec<String>,
    pub(crate) scopes: Vec<String>,
    /// The code of an organization.
    pub(crate) organization: Option<String>,
}

pub(crate) struct Record {
    pub(crate) kind: TokenKind,
    pub(crate) holder: Arc<Holder>,
    /// Whole seconds, since that is what tokens carry: `exp` must not promise more than the fake keeps.
    pub(crate) issued: u64,
    pub(crate) expires: u64,
    pub(crate) revoked: bool,
    pub(crate) grant: u64,
    /// When a refresh token was used for the first time.
    pub(crate) rotated: Option<u64>,
}

/// What came from one sign-in. Ending all of it is a flag, so that it costs the same for one token and for a million.
#[derive(Default)]
pub(crate) struct Grant {
    ended: bool,
    /// How many tokens, codes and drafts are of it: without any it is forgotten.
    held: u32,
    /// When the user signed in.
    pub(crate) auth_time: u64,
    /// The last access token, as far as it takes to write it once more.
    pub(crate) last_access: Option<LastAccess>,
}

#[derive(Clone, Copy)]
pub(crate) struct LastAccess {
    pub(crate) digest: Digest,
    pub(crate) jti: [u8; 16],
    pub(crate) issued: u64,
    pub(crate) expires: u64,
}

#[derive(Default)]
pub(crate) struct Tokens {
    all: Expiring<Record>,
    grants: HashMap<u64, Grant>,
    next: u64,
}

impl Tokens {
    pub(crate) fn get(&self, text: &str) -> Option<&Record> {
        self.all.get(&digest(text))
    }

    pub(crate) fn get_mut(&mut self, text: &str) -> Option<&mut Record> {
        self.all.get_mut(&digest(text))
    }

    /// The token, if it is good at `now`.
    pub(crate) fn live(&self, text: &str, now: SystemTime) -> Option<&Record> {
        self.live_by(&digest(text), now)
    }

    pub(crate) fn live_by(&self, digest: &Digest, now: SystemTime) -> Option<&Record> {
        self.all.get(digest).filter(|record| since_1970(now) < record.expires && !self.is_revoked(record))
    }

    fn is_revoked(&self, record: &Record) -> bool {
        record.revoked || self.has_ended(record.grant)
    }

    /// Revokes a token for good. A refresh token ends its whole sign-in, and an access token does so too if
    /// `access_ends_all`. Unknown tokens are passed over.
    pub(crate) fn revoke(&mut self, text: &str, access_ends_all: bool) {
        let Some(record) = self.get_mut(text) else { return };
        record.revoked = true;
        let grant = record.grant;
        if record.kind == TokenKind::Refresh || access_ends_all {
            self.end(grant);
        }
    }

    /// Ends a token's life at `now`; one that has ended already stays as it is.
    pub(crate) fn expire(&mut self, text: &str, now: SystemTime) {
        let now = since_1970(now);
        let key = digest(text);
        if let Some(record) = self.all.get_mut(&key) {
            record.expires = record.expires.min(now);
        }
        self.all.end(&key, now);
    }

    pub(crate) fn sweep(&mut self, now: u64) {
        let mut gone = Vec::new();
        self.all.sweep(now, |record| gone.push(record.grant));
        gone.into_iter().for_each(|grant| self.release(grant));
    }

    /// A sign-in that begins at `auth_time`, held once.
    pub(crate) fn begin(&mut self, auth_time: u64) -> u64 {
        let number = self.next;
        self.next += 1;
        self.grants.insert(number, Grant { held: 1, auth_time, ..Grant::default() });
        number
    }

    pub(crate) fn grant(&mut self, number: u64) -> Option<&mut Grant> {
        self.grants.get_mut(&number)
    }

    pub(crate) fn hold(&mut self, number: u64) {
        self.grants.entry(number).or_default().held += 1;
    }

    pub(crate) fn release(&mut self, number: u64) {
        let Some(grant) = self.grants.get_mut(&number) else { return };
        grant.held = grant.held.saturating_sub(1);
        if grant.held == 0 {
            self.grants.remove(&number);
        }
    }

    /// Ends a sign-in and all that came from it.
    pub(crate) fn end(&mut self, number: u64) {
        if let Some(grant) = self.grants.get_mut(&number) {
            grant.ended = true;
        }
    }

    pub(crate) fn has_ended(&self, number: u64) -> bool {
        self.grants.get(&number).is_some_and(|grant| grant.ended)
    }

    pub(crate) fn has(&self, digest: &Digest) -> bool {
        self.all.contains(digest)
    }

    /// Keeps one whose sign-in is held for it already.
    pub(crate) fn insert(&mut self, digest: Digest, record: Record) {
        self.all.insert(digest, record.expires, record);
    }
}
