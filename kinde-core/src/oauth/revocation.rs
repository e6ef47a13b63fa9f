//! Revoking a token.

use bytes::Bytes;
use http::{Request, Response};

use super::introspection::TokenTypeHint;
use crate::application::Application;
use crate::domain::Domain;
use crate::error::{Credentials, Error};
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::secret::{AccessToken, ClientSecret, Token};
use crate::wire::answer::Answer;
use crate::wire::call::Call;
use crate::wire::form::{Field, Form};

/// Revokes an access or refresh token (Kinde's `tokenRevocation`, RFC 7009).
///
/// Sends `POST /oauth2/revoke` with the form `client_id`, `token`, `client_secret`, `token_type_hint`.
/// Documented answers: 200 with no body; 400, 403 and 429 [`ErrorResponse`](crate::error::ErrorResponse), 401
/// [`TokenErrorResponse`](crate::error::TokenErrorResponse).
///
/// ```
/// use kinde::oauth::{TokenRevocation, TokenTypeHint};
/// use kinde::{ClientSecret, OAuth, Token};
///
/// async fn sign_out(kinde: &dyn OAuth, refresh_token: &str, secret: &ClientSecret) -> Result<(), kinde::Error> {
///     let request = TokenRevocation::new("3b0b5c6c8fcc464fab397f4969b5f482", Token::new(refresh_token))
///         .client_secret(secret.clone())
///         .token_type_hint(TokenTypeHint::RefreshToken);
///     kinde.token_revocation(request).await
/// }
/// ```
#[doc(alias = "revoke")]
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct TokenRevocation {
    client_id: String,
    token: Token,
    client_secret: Option<ClientSecret>,
    token_type_hint: Option<TokenTypeHint>,
    bearer: Option<AccessToken>,
}

impl TokenRevocation {
    /// Revokes `token`, which was issued to the application `client_id`.
    pub fn new(client_id: impl Into<String>, token: Token) -> Self {
        Self { client_id: client_id.into(), token, client_secret: None, token_type_hint: None, bearer: None }
    }

    /// Revokes `token`, which was issued by way of `application`: with its secret, if it has one.
    ///
    /// ```
    /// use kinde::token::Application;
    /// use kinde::oauth::TokenRevocation;
    /// use kinde::{ClientSecret, Token};
    ///
    /// let us = Application::backend("3b0b5c6c8fcc464fab397f4969b5f482", ClientSecret::new("rrkYRaz8z96sAiOxPt6IzO"));
    /// let request = TokenRevocation::of(&us, Token::new("abc.def"));
    /// assert_eq!(request.client_id(), us.client_id());
    /// assert!(request.get_client_secret().is_some());
    /// ```
    pub fn of(application: &Application, token: Token) -> Self {
        let client_secret = application.client_secret().cloned();
        Self { client_secret, ..Self::new(application.client_id(), token) }
    }

    /// Sets the application's secret: needed by a backend application, not to be sent by a frontend one.
    pub fn client_secret(mut self, secret: ClientSecret) -> Self {
        self.client_secret = Some(secret);
        self
    }

    /// Sets where the service should look first. It finds a token of the other kind too.
    pub fn token_type_hint(mut self, hint: TokenTypeHint) -> Self {
        self.token_type_hint = Some(hint);
        self
    }

    /// Sets an access token that also proves the caller. Kinde's reference declares it; its own SDKs call without.
    pub fn bearer(mut self, bearer: &AccessToken) -> Self {
        self.bearer = Some(bearer.clone());
        self
    }

    /// Returns the application to which the token was issued.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the token to revoke.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Returns what [`client_secret`](Self::client_secret) set.
    pub fn get_client_secret(&self) -> Option<&ClientSecret> {
        self.client_secret.as_ref()
    }

    /// Returns what [`token_type_hint`](Self::token_type_hint) set.
    pub fn get_token_type_hint(&self) -> Option<TokenTypeHint> {
        self.token_type_hint
    }

    /// Returns what [`bearer`](Self::bearer) set.
    pub fn get_bearer(&self) -> Option<&AccessToken> {
        self.bearer.as_ref()
    }
}

impl Operation for TokenRevocation {
    type Output = ();

    const KIND: OperationKind = OperationKind::new("token_revocation").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        let form = Form::new(&[
            Field::visible("client_id", self.client_id.as_str()),
            Field::visible("token", self.token.expose()),
            Field::visible("client_secret", self.client_secret.as_ref().map(ClientSecret::expose)),
            Field::visible("token_type_hint", self.token_type_hint.map(TokenTypeHint::as_str)),
        ])?;
        Call::post("/oauth2/revoke").bearer(self.bearer.as_ref()).form(form).encode(domain)
    }

    /// The 200 is documented without a body. An empty one is a success and so is a JSON object that is not an
    /// error; anything else (a captive portal's page, say) did not come from the service.
    fn decode(&self, response: Response<Bytes>) -> Result<(), Error> {
        let secrets = [
            Some(self.token.expose()),
            self.client_secret.as_ref().map(ClientSecret::expose),
            self.bearer.as_ref().map(AccessToken::expose),
        ];
        let carried = if self.bearer.is_none() { Credentials::Application } else { Credentials::Unknown };
        let answer = Answer::new(Self::KIND, &response, secrets).carrying(carried);
        if answer.body()?.is_empty() {
            return Ok(());
        }
        answer.model(&[], |_| Ok(()))
    }
}
