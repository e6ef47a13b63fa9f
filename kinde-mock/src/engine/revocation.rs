//! `POST /oauth2/revoke`

use std::time::SystemTime;

use super::{Engine, Refusal, check_media_type};
use crate::documented::{REVOKE_CLIENT, REVOKE_FORBIDDEN, REVOKE_INVALID, REVOKE_OK, Route};
use crate::outcome::Answer;
use crate::request::{Authorization, Request};

impl Engine {
    pub(super) fn revocation(&mut self, request: &Request, now: SystemTime) -> Answer {
        match self.revocable(request, now) {
            Err(refusal) => refusal.answer(Route::Revocation),
            // Unknown and dead ones too: the caller must not be able to tell.
            Ok(token) => {
                self.store.revoke(&token, self.options.revoking_access_ends_sign_in);
                Answer::of(&REVOKE_OK)
            }
        }
    }

    /// The token to revoke, once everything else is in order.
    fn revocable(&self, request: &Request, now: SystemTime) -> Result<String, Refusal> {
        let invalid = || Refusal::from(&REVOKE_INVALID);
        let forbidden = || Refusal::from(&REVOKE_FORBIDDEN);
        check_media_type(request)?;
        if request.secret_in_query() {
            return Err(Refusal::because(
                &REVOKE_INVALID,
                "the parameters go into the form body, never into the query",
            ));
        }
        if request.repeats(None) {
            return Err(invalid());
        }
        let (client_id, secret) = client(request).ok_or_else(invalid)?;
        if !self.authenticates(&client_id, secret.as_deref()) {
            return Err((&REVOKE_CLIENT).into());
        }
        let token = request.form("token").ok_or_else(invalid)?;
        match request.authorization() {
            Authorization::Bearer(bearer) => drop(self.bearer(bearer, now).ok_or_else(forbidden)?),
            Authorization::Unreadable => return Err(forbidden()),
            _ if self.options.revoke_requires_bearer => return Err(forbidden()),
            Authorization::Absent | Authorization::Basic { .. } => {}
        }
        if self.store.token(token).is_some_and(|record| record.client_id != client_id) {
            return Err(forbidden());
        }
        Ok(token.to_owned())
    }
}

/// The application's id and secret, from the form and from Basic; none if there is no id, or if the two
/// disagree.
fn client(request: &Request) -> Option<(String, Option<String>)> {
    let form = |name| request.form(name).map(str::to_owned);
    let Authorization::Basic { client_id, client_secret } = request.authorization() else {
        return Some((form("client_id")?, form("client_secret")));
    };
    let basic_secret = Some(client_secret).filter(|secret| !secret.is_empty());
    let same_id = form("client_id").is_none_or(|id| id == client_id);
    let same_secret = match (form("client_secret"), &basic_secret) {
        (Some(form), Some(basic)) => form == *basic,
        _ => true,
    };
    if client_id.is_empty() || !same_id || !same_secret {
        return None;
    }
    Some((client_id, basic_secret.or_else(|| form("client_secret"))))
}
