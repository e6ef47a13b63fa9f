//! Redeeming the code of a sign-in.

use bytes::Bytes;
use http::{Request, Response};

use super::response::{self, TokenResponse};
use super::{INVALID_GRANT, PATH};
use crate::application::Application;
use crate::domain::Domain;
use crate::error::Error;
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::secret::{AuthorizationCode, CodeVerifier};
use crate::wire::call::Call;
use crate::wire::form::{Field, Form};

/// Redeems an authorization code for tokens (RFC 6749 §4.1.3, with the verifier of RFC 7636 §4.5).
///
/// Sends `POST /oauth2/token` with the form `grant_type`, `client_id`, `client_secret` (a back end's), `redirect_uri`,
/// `code`, `code_verifier`. It comes from a sign-in whose callback was accepted, and from nowhere else: so the state was
/// compared, and the code belongs to this browser.
///
/// A code is good for one use: this is sent once, and only tried again if no connection was made. If its answer is lost,
/// the user starts again.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct AuthorizationCodeGrant {
    application: Application,
    redirect_uri: String,
    code: AuthorizationCode,
    code_verifier: CodeVerifier,
}

impl AuthorizationCodeGrant {
    pub(crate) fn new(
        application: &Application,
        code: AuthorizationCode,
        redirect_uri: impl Into<String>,
        code_verifier: CodeVerifier,
    ) -> Self {
        Self { application: application.clone(), redirect_uri: redirect_uri.into(), code, code_verifier }
    }

    /// Returns who asks.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// Returns where the sign-in came back to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Returns what is redeemed.
    pub fn code(&self) -> &AuthorizationCode {
        &self.code
    }

    /// Returns what proves that the code was asked for here.
    pub fn code_verifier(&self) -> &CodeVerifier {
        &self.code_verifier
    }
}

impl Operation for AuthorizationCodeGrant {
    type Output = TokenResponse;

    const KIND: OperationKind = OperationKind::new("authorization_code");

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        let [client_id, client_secret] = self.application.fields();
        let form = Form::new(&[
            Field::visible("grant_type", "authorization_code"),
            client_id,
            client_secret,
            Field::visible("redirect_uri", self.redirect_uri.as_str()),
            Field::visible("code", self.code.expose()),
            Field::visible("code_verifier", self.code_verifier.expose()),
        ])?;
        Call::post(PATH).form(form).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<TokenResponse, Error> {
        let secrets =
            [self.application.exposed_secret(), Some(self.code.expose()), Some(self.code_verifier.expose())];
        response::read(Self::KIND, &response, secrets, &[INVALID_GRANT])
    }
}
