//! Applications: who is let in.

use kinde_core::ClientSecret;

/// An application that runs on a server and keeps a secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Backend {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: ClientSecret,
}

/// An application that runs with the user (a browser, a phone) and can't keep a secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Frontend {
    /// Its id.
    pub client_id: String,
}

/// The documentation's example, so that what is copied from there works here.
pub(crate) const BACKEND_ID: &str = "3b0b5c6c8fcc464fab397f4969b5f482";
pub(crate) const BACKEND_SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";
/// Made up in the same form.
pub(crate) const FRONTEND_ID: &str = "f2a06c4e1d7b4b7f9c35a1e08d64b2c9";
