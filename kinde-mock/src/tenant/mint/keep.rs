//! The last step: the tokens are known to the tenant, unless their sign-in has ended.

use super::{Minted, Signed, TokenSet};
use crate::tenant::Tenant;
use crate::tenant::token::SetupError;
use crate::tenant::tokens::LastAccess;
use crate::text::digest::{Digest, digest};

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
