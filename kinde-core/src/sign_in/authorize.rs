//! The way out: the address a browser is sent to.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
#[cfg(feature = "sign-in")]
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use form_urlencoded::Serializer;
use sha2::{Digest as _, Sha256};

use super::absolute_url::absolute_url;
use super::pending::Pending;
use super::return_to::ReturnTo;
use crate::domain::Domain;
use crate::error::Error;
use crate::token::Application;

/// What an application asks for when it signs a user in, the same for each visitor: make it once, at start-up.
///
/// ```
/// use std::time::SystemTime;
/// use kinde::sign_in::SignIn;
/// use kinde::token::Application;
/// use kinde::{ClientSecret, Domain};
///
/// let application = Application::backend("f9c0f8a0b1", ClientSecret::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4"));
/// let sign_in = SignIn::new(&application, "https://app.example/callback")?.org_code("org_1");
///
/// // A visitor wants to sign in. (`start` takes the 32 bytes from the system's randomness.)
/// let domain = Domain::new("acme.kinde.com")?;
/// let (url, pending) = sign_in.start_with([7; 32], &domain, SystemTime::now())?;
/// assert!(url.starts_with("https://acme.kinde.com/oauth2/auth?response_type=code&client_id=f9c0f8a0b1&"));
/// // Redirect the browser to `url`, with `sign_in.set_cookie(&pending)` as a `Set-Cookie` header.
/// # Ok::<(), kinde::Error>(())
/// ```
///
/// State, nonce and PKCE (S256, for confidential clients too) are always sent; there is no way to leave them out.
/// The scopes are `openid profile email offline` unless [`scopes`](Self::scopes) says otherwise.
///
/// A clone is cheap enough for one visitor's own parameters: `sign_in.clone().return_to("/orders")`.
#[derive(Clone)]
#[must_use = "it does nothing until `start` is called"]
pub struct SignIn {
    pub(super) application: Application,
    pub(super) redirect_uri: Arc<str>,
    scopes: Cow<'static, str>,
    parameters: Vec<(Cow<'static, str>, String)>,
    return_to: Option<ReturnTo>,
    /// What the first setter that got something wrong had to say; told by `start`.
    refused: Option<Error>,
    /// Which of the four cookies the next sign-in takes; shared by clones.
    #[cfg(feature = "sign-in")]
    pub(super) next_slot: Arc<AtomicU8>,
}

impl SignIn {
    /// Creates a sign-in for `application`, which comes back to `redirect_uri`: one of the application's allowed
    /// callback URLs, byte for byte.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if `redirect_uri` is not an absolute URL in ASCII, has a
    /// fragment (RFC 6749 §3.1.2), or is `http` for anything but this machine (a loopback address, `localhost` or a
    /// name under it). A scheme of your own (`com.example.app:/callback`, RFC 8252 §7.1) is taken.
    pub fn new(application: &Application, redirect_uri: impl Into<String>) -> Result<Self, Error> {
        let redirect_uri = redirect_uri.into();
        absolute_url("redirect_uri", &redirect_uri)?;
        Ok(Self {
            application: application.clone(),
            redirect_uri: redirect_uri.into(),
            scopes: Cow::Borrowed("openid profile email offline"),
            parameters: Vec::new(),
            return_to: None,
            refused: None,
            #[cfg(feature = "sign-in")]
            next_slot: Arc::default(),
        })
    }

    /// Sets `scope`: what the tokens allow. Without `openid` there is no ID token, without `offline` no refresh
    /// token. Kinde ignores `offline_access`.
    pub fn scopes<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        match join("scope", scopes) {
            Ok(scopes) => self.scopes = scopes.into(),
            Err(error) => self.refused = self.refused.or(Some(error)),
        }
        self
    }

    /// Sets where in the application the user goes on after signing in: a path with an optional query, at most 512
    /// bytes. It comes back in [`Accepted::return_to`](super::Accepted::return_to).
    ///
    /// It may be what a visitor sent: [`start`](Self::start_with) refuses whatever a browser could take for another
    /// site (`//evil.example`, `/\evil.example`, an absolute URL).
    pub fn return_to(mut self, path: &str) -> Self {
        match ReturnTo::new(path) {
            Ok(path) => self.return_to = Some(path),
            Err(why) => return self.refuse("return_to", why),
        }
        self
    }

    /// Begins one visitor's sign-in: the address to redirect the browser to, and what to keep for it, with fresh
    /// state, nonce and PKCE verifier from the system's randomness.
    ///
    /// `now` is the time of day: the sign-in expires ten minutes later. Keep the [`Pending`] in a cookie
    /// ([`set_cookie`](Self::set_cookie)): the state kept on the server alone would let anyone sign a visitor in to an
    /// account of their own.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for whatever a setter was given and can't be sent,
    /// and if the system has no randomness to give.
    #[cfg(feature = "sign-in")]
    pub fn start(&self, domain: &Domain, now: SystemTime) -> Result<(String, Pending), Error> {
        self.start_in(self.next_slot.fetch_add(1, Ordering::Relaxed), domain, now)
    }

    /// As [`start`](Self::start), in one of the four cookies: a seed is drawn until its state belongs there.
    #[cfg(feature = "sign-in")]
    pub(super) fn start_in(
        &self,
        slot: u8,
        domain: &Domain,
        now: SystemTime,
    ) -> Result<(String, Pending), Error> {
        loop {
            let seed = crate::random::seed()?;
            let pending = self.begin(seed, domain, now);
            if pending.slot() == slot % super::cookies::SLOTS {
                return Ok((self.url(domain, &pending)?, pending));
            }
        }
    }

    /// Does what [`start`](Self::start) does, with 32 random bytes of your own: for a target without the system's
    /// randomness, and for tests. Anyone who can guess the seed can finish the sign-in: never use one twice.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with(
        &self,
        seed: [u8; 32],
        domain: &Domain,
        now: SystemTime,
    ) -> Result<(String, Pending), Error> {
        let pending = self.begin(seed, domain, now);
        Ok((self.url(domain, &pending)?, pending))
    }

    fn begin(&self, seed: [u8; 32], domain: &Domain, now: SystemTime) -> Pending {
        Pending::new(seed, now, domain.issuer(), self.return_to.clone())
    }

    fn url(&self, domain: &Domain, pending: &Pending) -> Result<String, Error> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(pending.verifier().expose()));
        let address = format!("{domain}/oauth2/auth?");
        let begin = address.len();
        let mut query = Serializer::for_suffix(address, begin);
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", self.application.client_id())
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &self.scopes)
            .append_pair("state", &pending.state())
            .append_pair("nonce", pending.nonce().expose())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        for (name, value) in &self.parameters {
            query.append_pair(name, value);
        }
        Ok(query.finish())
    }

    pub(super) fn set(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        if value.is_empty() {
            return self.refuse("authorize parameter", "is empty: leave it out");
        }
        if value.chars().any(char::is_control) {
            return self.refuse("authorize parameter", "has a line break or another control character");
        }
        match self.parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.parameters.push((name, value)),
        }
        self
    }

    /// Several values in one parameter, a space between them.
    pub(super) fn words<W: AsRef<str>>(self, name: &'static str, words: impl IntoIterator<Item = W>) -> Self {
        match join(name, words) {
            Ok(words) => self.set(name, words),
            Err(error) => Self { refused: self.refused.or(Some(error)), ..self },
        }
    }

    pub(super) fn refuse(self, field: &'static str, why: &'static str) -> Self {
        Self { refused: self.refused.or_else(|| Some(Error::invalid_input(field, why))), ..self }
    }
}

fn join<W: AsRef<str>>(name: &'static str, words: impl IntoIterator<Item = W>) -> Result<String, Error> {
    let mut joined = String::new();
    for word in words {
        let word = word.as_ref();
        // `scope-token` of RFC 6749 §3.3; an API's identifier is a URI, which has none of the others.
        if word.is_empty()
            || !word.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
        {
            return Err(Error::invalid_input(
                name,
                "has an entry that is empty, or has a space, a quote or a character outside ASCII: pass each as one entry",
            ));
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    if joined.is_empty() {
        return Err(Error::invalid_input(name, "has no entry"));
    }
    Ok(joined)
}

impl fmt::Debug for SignIn {
    /// Without the parameters' values: they are about a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.parameters.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("SignIn")
            .field("client_id", &self.application.client_id())
            .field("redirect_uri", &self.redirect_uri)
            .field("scopes", &self.scopes)
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}
