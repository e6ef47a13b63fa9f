//! New tokens for a user.

use bytes::Bytes;
use http::{Request, Response};

use super::response::{self, TokenResponse};
use super::{INVALID_GRANT, PATH};
use crate::application::Application;
use crate::domain::Domain;
use crate::error::Error;
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::secret::RefreshToken;
use crate::wire::call::Call;
use crate::wire::form::{Field, Form};

/// Gets new tokens by a refresh token (RFC 6749 §6).
///
/// Sends `POST /oauth2/token` with the form `grant_type`, `client_id`, `client_secret` (a back end's), `refresh_token`.
///
/// Kinde rotates: the answer brings another refresh token, and the one that was sent is spent, but for a short overlap. So
/// this is sent once, and only tried again if no connection was made. The *access* token may be the same as before, as
/// long as that one is good. An answer without a refresh token or an ID token leaves the old ones as they are.
///
/// ```
/// use kinde::token::{Application, RefreshTokenGrant, TokenEndpoint};
/// use kinde::{ClientSecret, RefreshToken};
///
/// # async fn renew(kinde: &dyn TokenEndpoint, kept: &RefreshToken) -> Result<(), kinde::Error> {
/// let us = Application::backend("3b0b5c6c8fcc464fab397f4969b5f482", ClientSecret::new("rrkYRaz8z96sAiOxPt6IzO"));
/// let tokens = kinde.refresh_token(RefreshTokenGrant::new(&us, kept)).await?;
/// let kept = tokens.refresh_token.as_ref().unwrap_or(kept); // before anything else
/// # Ok(())
/// # }
/// ```
#[doc(alias = "refresh")]
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct RefreshTokenGrant {
    application: Application,
    refresh_token: RefreshToken,
}

impl RefreshTokenGrant {
    /// Gets new tokens for the user to whom `refresh_token` was issued by way of `application`.
    pub fn new(application: &Application, refresh_token: &RefreshToken) -> Self {
        Self { application: application.clone(), refresh_token: refresh_token.clone() }
    }

    /// Returns who asks.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// Returns what is spent.
    pub fn refresh_token(&self) -> &RefreshToken {
        &self.refresh_token
    }
}

impl Operation for RefreshTokenGrant {
    type Output = TokenResponse;

    const KIND: OperationKind = OperationKind::new("refresh_token");

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        let [client_id, client_secret] = self.application.fields();
        let form = Form::new(&[
            Field::visible("grant_type", "refresh_token"),
            client_id,
            client_secret,
            Field::visible("refresh_token", self.refresh_token.expose()),
        ])?;
        Call::post(PATH).form(form).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<TokenResponse, Error> {
        let secrets = [self.application.exposed_secret(), Some(self.refresh_token.expose())];
        response::read(Self::KIND, &response, secrets, &[INVALID_GRANT])
    }
}
