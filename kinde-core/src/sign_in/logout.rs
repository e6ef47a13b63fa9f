//! Signing out at Kinde: the address that ends its session.

use std::fmt;

use form_urlencoded::byte_serialize;

use super::absolute_url::absolute_url;
use crate::domain::Domain;
use crate::error::Error;

/// The address that ends a user's session at Kinde: redirect the browser to it after your own session has ended and the
/// tokens are revoked.
///
/// ```
/// use kinde::Domain;
/// use kinde::sign_in::LogoutUrl;
///
/// let url = LogoutUrl::new(&Domain::new("acme.kinde.com")?).redirect("https://app.example/bye?from=app")?;
/// assert_eq!(url.to_string(), "https://acme.kinde.com/logout?redirect=https%3A%2F%2Fapp.example%2Fbye%3Ffrom%3Dapp");
/// # Ok::<(), kinde::Error>(())
/// ```
///
/// Source: Kinde, "Using Kinde without an SDK". A browser has to go there: it can't be done from a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutUrl {
    domain: Domain,
    redirect: Option<String>,
}

impl LogoutUrl {
    /// Creates a sign-out that ends on Kinde's own page.
    pub fn new(domain: &Domain) -> Self {
        Self { domain: domain.clone(), redirect: None }
    }

    /// Sets `redirect`: where the browser goes then, one of the application's allowed logout redirect URLs. It is
    /// percent-encoded.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) as for a callback: an absolute URL in ASCII without a fragment,
    /// https or http on loopback.
    pub fn redirect(self, url: impl Into<String>) -> Result<Self, Error> {
        let url = url.into();
        absolute_url("redirect", &url)?;
        Ok(Self { redirect: Some(url), ..self })
    }
}

impl fmt::Display for LogoutUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/logout", self.domain)?;
        if let Some(url) = &self.redirect {
            f.write_str("?redirect=")?;
            byte_serialize(url.as_bytes()).try_for_each(|piece| f.write_str(piece))?;
        }
        Ok(())
    }
}
