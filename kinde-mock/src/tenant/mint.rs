//! From a sign-in to its tokens, in three steps, so that the state is not held while they are signed: drafts are made of
//! the state, signed without it, and put into it if the sign-in has not ended meanwhile.

use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;

use super::Tenant;
use super::application::BACKEND_ID;
use super::claims::{self, AccessClaims, IdClaims, Issue};
use super::keys::signing::SigningKey;
use super::options::AccessTokens;
use super::token::{Expiry, NewToken, SetupError, TokenKind};
use super::tokens::{Holder, LastAccess, Record};
use crate::text::digest::{Digest, digest};
use crate::text::seconds::{rounded_up, since_1970};

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

impl Tenant {
    /// Who is to hold it, if everything it names is there.
    pub(super) fn holder(&self, new: &NewToken) -> Result<Arc<Holder>, SetupError> {
        let client_id = new.client_id.clone().unwrap_or_else(|| BACKEND_ID.to_owned());
        if self.store.application(&client_id).is_none() {
            return Err(SetupError::UnknownApplication);
        }
        if let Some(id) = &new.user {
            let user = self.store.user(id).ok_or(SetupError::UnknownUser)?;
            let is_member = |code: &String| user.organizations.iter().any(|it| it.code == *code);
            if !new.organization.as_ref().is_none_or(is_member) {
                return Err(SetupError::UnknownOrganization);
            }
        }
        let mut scopes = new.scopes.clone();
        if scopes.is_empty() && new.user.is_some() {
            scopes = ["openid", "profile", "email", "offline"].map(str::to_owned).into();
        }
        let (user, audience, organization) =
            (new.user.clone(), new.audience.clone(), new.organization.clone());
        Ok(Arc::new(Holder { user, client_id, audience, scopes, organization }))
    }

    /// The sign-in that `new` joins, or a new one; held for one token.
    fn grant_of(&mut self, new: &NewToken, now: SystemTime) -> Result<u64, SetupError> {
        match &new.same_grant {
            None => Ok(self.store.tokens.begin(since_1970(new.issued.unwrap_or(now)))),
            Some(other) => {
                let grant = self.store.tokens.get(other.expose()).ok_or(SetupError::UnknownToken)?.grant;
                self.store.tokens.hold(grant);
                Ok(grant)
            }
        }
    }

    /// One token, as a test asks for it.
    pub(crate) fn draft(
        &mut self,
        kind: TokenKind,
        new: &NewToken,
        now: SystemTime,
        issuer: &str,
    ) -> Result<Draft, SetupError> {
        let holder = self.holder(new)?;
        if new.text.as_ref().is_some_and(|text| self.store.tokens.get(text.expose()).is_some()) {
            return Err(SetupError::TextTaken);
        }
        let grant = self.grant_of(new, now)?;
        let times = Times { issued: new.issued, expires: new.expires };
        let mut draft = self.draft_for(kind, holder, grant, times, now, issuer);
        draft.record.revoked = new.revoked;
        if let Some(text) = &new.text {
            draft.text = Text::Given(text.expose().to_owned());
        }
        Ok(draft)
    }

    /// All tokens of a sign-in, as a test asks for it.
    pub(crate) fn draft_sign_in(
        &mut self,
        new: &NewToken,
        now: SystemTime,
        issuer: &str,
    ) -> Result<Minting, SetupError> {
        let holder = self.holder(new)?;
        let grant = self.grant_of(new, now)?;
        let asked = Asked { holder, grant, nonce: None, refresh: true, id: true, keeps_access: false };
        let times = Times { issued: new.issued, expires: new.expires };
        let mut minting = self.mint_at(asked, times, now, issuer);
        minting.access.record.revoked = new.revoked;
        minting.refresh.iter_mut().for_each(|it| it.record.revoked = new.revoked);
        Ok(minting)
    }

    /// The tokens of a sign-in.
    pub(crate) fn mint(&mut self, asked: Asked, now: SystemTime, issuer: &str) -> Minting {
        self.mint_at(asked, Times::default(), now, issuer)
    }

    fn mint_at(&mut self, asked: Asked, times: Times, now: SystemTime, issuer: &str) -> Minting {
        let Asked { holder, grant, nonce, refresh, id, keeps_access } = asked;
        let auth_time = self.store.tokens.grant(grant).map_or_else(|| since_1970(now), |it| it.auth_time);
        let mut access = self.draft_for(TokenKind::Access, Arc::clone(&holder), grant, times, now, issuer);
        if keeps_access {
            self.keep_last(&mut access, now, issuer);
        }
        let refresh = refresh.then(|| {
            self.store.tokens.hold(grant);
            let times = Times { expires: None, ..times };
            self.draft_for(TokenKind::Refresh, Arc::clone(&holder), grant, times, now, issuer)
        });
        let jti = self.store.random.sixteen();
        let user = holder.user.as_deref().and_then(|id| self.store.user(id)).filter(|_| id);
        let id = user.map(|user| {
            let issued = since_1970(times.issued.unwrap_or(now));
            let life = self.options.next_tokens_live.unwrap_or_else(|| {
                let application = self.store.application(&holder.client_id);
                application.map_or(3_600, |it| rounded_up(it.lifetimes.id))
            });
            let issue = Issue { issuer, issued, expires: issued.saturating_add(life), jti };
            let aud = self.options.id_token_aud;
            let claims = claims::id_token(&holder, user, &issue, aud, nonce, auth_time);
            (Arc::clone(self.keys.current()), claims)
        });
        Minting { access, refresh, id, grant }
    }

    fn draft_for(
        &mut self,
        kind: TokenKind,
        holder: Arc<Holder>,
        grant: u64,
        times: Times,
        now: SystemTime,
        issuer: &str,
    ) -> Draft {
        let issued = since_1970(times.issued.unwrap_or(now));
        let lifetimes = self.store.application(&holder.client_id).map(|it| it.lifetimes).unwrap_or_default();
        let life = match (kind, self.options.next_tokens_live) {
            (TokenKind::Access, Some(seconds)) => seconds,
            (TokenKind::Access, None) => rounded_up(lifetimes.access),
            (TokenKind::Refresh, _) => rounded_up(lifetimes.refresh),
        };
        let expires = match times.expires {
            Some(Expiry::At(time)) => since_1970(time),
            Some(Expiry::In(lifetime)) => issued.saturating_add(rounded_up(lifetime)),
            None => issued.saturating_add(life),
        };
        let text = match (kind, self.options.access_tokens) {
            (TokenKind::Refresh, _) => Text::Given(self.store.random.two_parts()),
            (TokenKind::Access, AccessTokens::Opaque) => Text::Given(self.store.random.text()),
            (TokenKind::Access, AccessTokens::Jwt) => {
                let jti = self.store.random.sixteen();
                let claims = self.claims(&holder, &Issue { issuer, issued, expires, jti });
                let key = Arc::clone(self.keys.current());
                Text::Signed(Box::new(Unsigned { key, claims, jti, last: None }))
            }
        };
        let record = Record { kind, holder, issued, expires, revoked: false, grant, rotated: None };
        Draft { record, text }
    }

    fn claims(&self, holder: &Holder, issue: &Issue<'_>) -> AccessClaims {
        let user = holder.user.as_deref().and_then(|id| self.store.user(id));
        claims::access(holder, user, issue)
    }

    /// Has the last access token of the sign-in written once more, if that is live.
    fn keep_last(&mut self, draft: &mut Draft, now: SystemTime, issuer: &str) {
        let Some(last) = self.store.tokens.grant(draft.record.grant).and_then(|it| it.last_access) else {
            return;
        };
        if self.store.tokens.live_by(&last.digest, now).is_none() {
            return;
        }
        let issue = Issue { issuer, issued: last.issued, expires: last.expires, jti: last.jti };
        let claims = self.claims(&draft.record.holder, &issue);
        if let Text::Signed(unsigned) = &mut draft.text {
            unsigned.last = Some((last, claims));
        }
    }
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

impl Tenant {
    /// Keeps a token and answers its text. One of a sign-in that has ended is dead on arrival.
    pub(crate) fn keep(&mut self, signed: Signed) -> Result<String, SetupError> {
        let tokens = &mut self.store.tokens;
        let key: Digest = digest(&signed.text);
        let grant = signed.record.grant;
        if signed.is_last {
            tokens.release(grant);
            return Ok(signed.text);
        }
        if tokens.has(&key) {
            tokens.release(grant);
            return Err(SetupError::TextTaken);
        }
        if let (Some(jti), Some(grant)) = (signed.jti, tokens.grant(grant)) {
            let (issued, expires) = (signed.record.issued, signed.record.expires);
            grant.last_access = Some(LastAccess { digest: key, jti, issued, expires });
        }
        tokens.insert(key, signed.record);
        Ok(signed.text)
    }

    /// Keeps the tokens of a sign-in, as the token endpoint answers them; nothing, if the sign-in ended meanwhile.
    pub(crate) fn keep_all(&mut self, minted: Minted, now: u64) -> Option<TokenSet> {
        let Minted { access, refresh, id_token, grant } = minted;
        if self.store.tokens.has_ended(grant) {
            self.store.tokens.release(grant);
            refresh.iter().for_each(|_| self.store.tokens.release(grant));
            return None;
        }
        self.keep_set(access, refresh, id_token, now).ok()
    }

    /// As [`keep_all`](Self::keep_all), though the sign-in may have ended.
    pub(crate) fn keep_sign_in(&mut self, minted: Minted, now: u64) -> Result<TokenSet, SetupError> {
        self.keep_set(minted.access, minted.refresh, minted.id_token, now)
    }

    fn keep_set(
        &mut self,
        access: Signed,
        refresh: Option<Signed>,
        id_token: Option<String>,
        now: u64,
    ) -> Result<TokenSet, SetupError> {
        let expires_in = access.record.expires.saturating_sub(now);
        let scope = access.record.holder.scopes.join(" ");
        let access_token = self.keep(access)?;
        let refresh_token = refresh.map(|it| self.keep(it)).transpose()?;
        Ok(TokenSet { access_token, expires_in, id_token, refresh_token, scope, token_type: "bearer" })
    }
}
