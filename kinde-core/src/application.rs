//! Who asks for tokens.

use std::sync::Arc;

use crate::secret::ClientSecret;
use crate::wire::form::Field;

/// An application as it is registered at Kinde: its client id and, if it can keep one, its secret.
///
/// They are sent in the form (`client_secret_post`, the one way that Kinde's discovery document names), never as Basic
/// credentials. A clone is two reference counts.
///
/// ```
/// use kinde::ClientSecret;
/// use kinde::token::Application;
///
/// let service = Application::backend("3b0b5c6c8fcc464fab397f4969b5f482", ClientSecret::new("rrkYRaz8z96sAiOxPt6IzO"));
/// let browser = Application::frontend("f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa");
/// assert!(service.client_secret().is_some() && browser.client_secret().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Application {
    client_id: Arc<str>,
    client_secret: Option<ClientSecret>,
}

impl Application {
    /// Creates one that runs where nobody else reads: a web service's own back end, a machine.
    pub fn backend(client_id: impl Into<Arc<str>>, client_secret: ClientSecret) -> Self {
        Self { client_id: client_id.into(), client_secret: Some(client_secret) }
    }

    /// Creates one that runs on its users' machines, and so has no secret.
    pub fn frontend(client_id: impl Into<Arc<str>>) -> Self {
        Self { client_id: client_id.into(), client_secret: None }
    }

    /// Returns the client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the secret of a back end.
    pub fn client_secret(&self) -> Option<&ClientSecret> {
        self.client_secret.as_ref()
    }

    /// The two as fields of a form.
    pub(crate) fn fields(&self) -> [Field<'_>; 2] {
        [
            Field::visible("client_id", &*self.client_id),
            Field::visible("client_secret", self.exposed_secret()),
        ]
    }

    pub(crate) fn exposed_secret(&self) -> Option<&str> {
        self.client_secret.as_ref().map(ClientSecret::expose)
    }
}
