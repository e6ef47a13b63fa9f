//! The first step: what the tokens are to say, by the state as it is.

use std::sync::Arc;
use std::time::SystemTime;

use super::{Asked, Draft, Minting, Text, Times, Unsigned};
use crate::tenant::Tenant;
use crate::tenant::application::BACKEND_ID;
use crate::tenant::claims::{self, AccessClaims, Issue};
use crate::tenant::options::AccessTokens;
use crate::tenant::token::{Expiry, NewToken, SetupError, TokenKind};
use crate::tenant::tokens::{Holder, Record};
use crate::text::seconds::{rounded_up, since_1970};

impl Tenant {
    /// Who is to hold it, if everything it names is there.
    pub(in super::super) fn holder(&self, new: &NewToken) -> Result<Arc<Holder>, SetupError> {
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
