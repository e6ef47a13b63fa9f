//! Signing in without a browser.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};

use super::FakeKinde;
use crate::endpoints::login::authorize;
use crate::http::request::Request;
use crate::tenant::device::{Decision, Device};
use crate::tenant::user::User;
use crate::text::seconds::since_1970;

impl FakeKinde {
    /// Carries out the sign-in of `user` that an application sends a browser to `url` for, without the browser: what is
    /// answered is the callback, with `code` and `state`, or with `error`.
    ///
    /// ```
    /// let kinde = kinde_mock::FakeKinde::new();
    /// let url = format!(
    ///     "http://localhost/oauth2/auth?client_id={}&redirect_uri=http://localhost:3000/callback&response_type=code\
    ///      &scope=openid&state=12345678",
    ///     kinde.backend().client_id
    /// );
    /// let callback = kinde.authorize(&url, &kinde.user());
    /// assert!(callback.starts_with("http://localhost:3000/callback?code="));
    /// assert!(callback.ends_with("&scope=openid&state=12345678"));
    /// ```
    ///
    /// # Panics
    /// If there is no way back: the application is unknown, or the callback is none of its own.
    /// [`try_authorize`](Self::try_authorize) says so instead.
    #[track_caller]
    #[allow(clippy::panic, reason = "a sign-in that can't be carried out is a mistake in the test")]
    pub fn authorize(&self, url: &str, user: &User) -> String {
        match self.try_authorize(url, user) {
            Ok(callback) => callback,
            Err(error) => panic!("{error}"),
        }
    }

    /// As [`authorize`](Self::authorize).
    ///
    /// # Errors
    /// What the page says from which there is no way back.
    pub fn try_authorize(&self, url: &str, user: &User) -> Result<String, AuthorizeError> {
        let query = url.split_once('?').map_or("", |(_, query)| query).split('#').next().unwrap_or_default();
        let uri = Uri::try_from(format!("/oauth2/auth?{query}"))
            .map_err(|_| AuthorizeError("this is not a URL"))?;
        let request = Request::new(Method::GET, uri, HeaderMap::new(), Bytes::new());
        let now = self.0.clock.now();
        let mut tenant = self.tenant();
        if tenant.store.user(&user.id).is_none() {
            return Err(AuthorizeError("the fake has no such user: add them with `add_user` first"));
        }
        authorize::carry_out(&mut tenant, &request, &user.id, now).map_err(AuthorizeError)
    }

    /// Lets a device in as `user`: what they do who type its code. Answers whether there is a device of this code that
    /// waits.
    pub fn approve_device(&self, user_code: &str, user: &User) -> bool {
        let auth_time = since_1970(self.0.clock.now());
        self.decide(user_code, Decision::Approved { user: user.id.clone(), auth_time })
    }

    /// Refuses a device. Answers whether there is one of this code that waits.
    pub fn refuse_device(&self, user_code: &str) -> bool {
        self.decide(user_code, Decision::Refused)
    }

    fn decide(&self, user_code: &str, decision: Decision) -> bool {
        let now = since_1970(self.0.clock.now());
        let mut tenant = self.tenant();
        let is_known = match &decision {
            Decision::Approved { user, .. } => tenant.store.user(user).is_some(),
            Decision::Pending | Decision::Refused => true,
        };
        let waits = |device: &&mut Device| {
            device.user_code == user_code
                && device.expires > now
                && matches!(device.decision, Decision::Pending)
        };
        let device = tenant.store.devices.values_mut().find(waits).filter(|_| is_known);
        device.map(|device| device.decision = decision).is_some()
    }
}

/// Why a sign-in can't be carried out, and leads back nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorizeError(&'static str);

impl fmt::Display for AuthorizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for AuthorizeError {}
