//! A token for the application itself.

use bytes::Bytes;
use http::{Request, Response};

use super::PATH;
use super::response::{self, TokenResponse};
use crate::application::Application;
use crate::domain::Domain;
use crate::error::Error;
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::wire::call::Call;
use crate::wire::form::{Field, Form};

/// Gets a token for the application itself (RFC 6749 §4.4; Kinde's machine-to-machine applications).
///
/// Sends `POST /oauth2/token` with the form `grant_type`, `client_id`, `client_secret`, `audience` (once for each), `scope`.
/// It may be repeated without harm, but Kinde counts the tokens that it issues.
///
/// ```
/// use kinde::token::{Application, ClientCredentialsGrant, TokenEndpoint};
/// use kinde::{AccessToken, ClientSecret, Error};
///
/// async fn machine_token(kinde: &dyn TokenEndpoint, secret: ClientSecret) -> Result<AccessToken, Error> {
///     let us = Application::backend("3b0b5c6c8fcc464fab397f4969b5f482", secret);
///     let request = ClientCredentialsGrant::new(&us).audience("https://api.example.com");
///     Ok(kinde.client_credentials(request).await?.access_token)
/// }
/// ```
#[doc(alias = "machine_to_machine")]
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct ClientCredentialsGrant {
    application: Application,
    audiences: Vec<String>,
    scopes: Vec<String>,
}

impl ClientCredentialsGrant {
    /// Gets a token for `application`, which has to be a back end that is authorized for what is asked.
    pub fn new(application: &Application) -> Self {
        Self { application: application.clone(), audiences: Vec::new(), scopes: Vec::new() }
    }

    /// Adds an API that the token must be good for, by the audience that it is registered with.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Adds a scope; without any, the token has those that the application is granted.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Returns who asks.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// Returns what [`audience`](Self::audience) added.
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// Returns what [`scope`](Self::scope) added.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}

impl Operation for ClientCredentialsGrant {
    type Output = TokenResponse;

    const KIND: OperationKind = OperationKind::new("client_credentials").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        let scopes = self.scopes.join(" ");
        let [client_id, client_secret] = self.application.fields();
        let mut fields = vec![Field::visible("grant_type", "client_credentials"), client_id, client_secret];
        fields.extend(self.audiences.iter().map(|audience| Field::visible("audience", audience.as_str())));
        fields.extend((!self.scopes.is_empty()).then(|| Field::scope("scope", scopes.as_str())));
        Call::post(PATH).form(Form::new(&fields)?).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<TokenResponse, Error> {
        response::read(Self::KIND, &response, [self.application.exposed_secret()], &[])
    }
}
