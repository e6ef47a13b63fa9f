//! From a sign-in to its tokens, in three steps, so that the state is not held while they are signed: drafts are made of
//! the state, signed without it, and put into it if the sign-in has not ended meanwhile.

mod draft;
mod keep;

use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;

use super::claims::{self, AccessClaims, IdClaims};
use super::keys::signing::SigningKey;
use super::token::Expiry;
use super::tokens::{Holder, LastAccess, Record};
use crate::text::digest::digest;

/// A token before it has its text.
pub(crate) struct Draft {
    record: Record,
    text: Text,
}

enum Text {
    Given(String),
    Signed(Box<Unsigned>),
}

struct Unsigned {
    key: Arc<SigningKey>,
    claims: AccessClaims,
    /// What tells it from others.
    jti: [u8; 16],
    /// One that it replaces only if that says something else by now.
    last: Option<(LastAccess, AccessClaims)>,
}

/// A token with its text.
pub(crate) struct Signed {
    text: String,
    record: Record,
    jti: Option<[u8; 16]>,
    /// It is one that is there.
    is_last: bool,
}

/// What of a sign-in is asked for.
pub(crate) struct Asked {
    pub(crate) holder: Arc<Holder>,
    /// Held for the tokens to come by whoever asks.
    pub(crate) grant: u64,
    pub(crate) nonce: Option<String>,
    pub(crate) refresh: bool,
    pub(crate) id: bool,
    /// Whether the last access token does, if it still says what is true.
    pub(crate) keeps_access: bool,
}

pub(crate) struct Minting {
    access: Draft,
    refresh: Option<Draft>,
    id: Option<(Arc<SigningKey>, IdClaims)>,
    grant: u64,
}

pub(crate) struct Minted {
    access: Signed,
    refresh: Option<Signed>,
    id_token: Option<String>,
    grant: u64,
}

/// What a token endpoint answers, in alphabetical order.
#[derive(Serialize)]
pub(crate) struct TokenSet {
    pub(crate) access_token: String,
    pub(crate) expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token: Option<String>,
    pub(crate) scope: String,
    pub(crate) token_type: &'static str,
}

/// The times of a draft that are not the usual ones.
#[derive(Clone, Copy, Default)]
struct Times {
    issued: Option<SystemTime>,
    expires: Option<Expiry>,
}

impl Draft {
    /// Without the state: it takes half a millisecond.
    pub(crate) fn sign(self) -> Signed {
        let Self { mut record, text } = self;
        let Unsigned { key, claims, jti, last } = match text {
            Text::Given(text) => return Signed { text, record, jti: None, is_last: false },
            Text::Signed(unsigned) => *unsigned,
        };
        if let Some((last, claims)) = last {
            let text = sign(&key, &claims);
            if digest(&text) == last.digest {
                (record.issued, record.expires) = (last.issued, last.expires);
                return Signed { text, record, jti: Some(last.jti), is_last: true };
            }
        }
        Signed { text: sign(&key, &claims), record, jti: Some(jti), is_last: false }
    }
}

fn sign(key: &SigningKey, claims: &impl Serialize) -> String {
    // Our own types, which have text for keys: it can't fail.
    key.sign(&serde_json::to_vec(claims).unwrap_or_default())
}

impl Minting {
    /// Without the state: two signatures at most.
    pub(crate) fn sign(self) -> Minted {
        let Self { access, refresh, id, grant } = self;
        let access = access.sign();
        let id_token = id.map(|(key, mut claims)| {
            claims.at_hash = claims::at_hash(&access.text);
            sign(&key, &claims)
        });
        Minted { access, refresh: refresh.map(Draft::sign), id_token, grant }
    }
}
