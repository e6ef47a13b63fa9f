//! The errors that answers become.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Response, StatusCode};

use super::code::repeating;
use super::delay::requested_delay;
use super::{Error, ErrorKind, Inner, body, credentials};
use crate::kind::OperationKind;

impl Error {
    /// Creates the error for an answer that is not a success, by its status: either documented error body is read on
    /// any status, and none is needed. For the `decode` of an [`Operation`](crate::Operation) of your own.
    ///
    /// ```
    /// use kinde::{Error, ErrorKind, OperationKind};
    ///
    /// const ROLES: OperationKind = OperationKind::new("get_user_roles").repeatable();
    /// let response = http::Response::builder()
    ///     .status(429)
    ///     .header("RateLimit-Reset", "30")
    ///     .body(bytes::Bytes::from(r#"{"errors":[{"code":"TOO_MANY","message":"slow down"}]}"#))?;
    /// let error = Error::from_response(ROLES, &response);
    /// assert_eq!(error.kind(), ErrorKind::RateLimited);
    /// assert_eq!(error.to_string(), "get_user_roles: 429 rate limited (TOO_MANY), retry after 30s, attempt 1");
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn from_response(operation: OperationKind, response: &Response<Bytes>) -> Self {
        let errors = body::read(response.body());
        Self::new(Inner {
            operation: Some(operation),
            status: Some(response.status()),
            credentials: credentials::named(&errors, response.body()),
            errors,
            retry_after: requested_delay(response.status(), response.headers()),
            attempts: 1,
            ..Inner::new(ErrorKind::of_status(response.status()))
        })
    }

    /// Returns the same error without codes that repeat one of these secrets of the request, or a long piece of one. A
    /// code is printed, and a token can look like one. For the `decode` of an [`Operation`](crate::Operation) of your
    /// own that doesn't read its answer by [`Answer`](crate::wire::Answer), which does this.
    ///
    /// ```
    /// use kinde::{Error, OperationKind};
    ///
    /// const ROLES: OperationKind = OperationKind::new("get_user_roles").repeatable();
    /// let response = http::Response::builder().status(403).body(r#"{"error":"eyJhbGciOiJSUzI1NiJ9"}"#.into())?;
    /// let error = Error::from_response(ROLES, &response).without_echo([Some("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOi")]);
    /// assert_eq!(error.code(), None);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn without_echo<'a>(self, secrets: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        if self.0.errors.is_empty() {
            return self;
        }
        self.with(|inner| {
            let codes: Vec<_> =
                inner.errors.iter().map(|detail| detail.code.as_deref().unwrap_or("")).collect();
            let secrets: Vec<_> = secrets.into_iter().flatten().collect();
            let echoes = repeating(&codes, &secrets);
            for (detail, _) in inner.errors.iter_mut().zip(echoes).filter(|(_, echo)| *echo) {
                detail.code = None;
            }
            inner.errors.retain(|detail| detail.code.is_some() || detail.message.is_some());
        })
    }

    /// Creates the error for a success by its status whose body is not what is documented; `why` ends a sentence and is
    /// made of your own words only, since a body may hold anything. For the `decode` of an
    /// [`Operation`](crate::Operation) of your own.
    ///
    /// ```
    /// use http::StatusCode;
    /// use kinde::{Error, OperationKind};
    ///
    /// const ROLES: OperationKind = OperationKind::new("get_user_roles").repeatable();
    /// let error = Error::unexpected_body(ROLES, StatusCode::OK, "the list of roles is missing");
    /// assert_eq!(error.to_string(), "get_user_roles: 200 unexpected body: the list of roles is missing, attempt 1");
    /// ```
    pub fn unexpected_body(
        operation: OperationKind,
        status: StatusCode,
        why: impl Into<Cow<'static, str>>,
    ) -> Self {
        let inner = Inner::new(ErrorKind::UnexpectedBody);
        let (operation, status) = (Some(operation), Some(status));
        Self::new(Inner { operation, status, detail: Some(why.into()), attempts: 1, ..inner })
    }

    /// An error body, in either documented form, under a status that says success.
    pub(crate) fn from_false_success(operation: OperationKind, response: &Response<Bytes>) -> Self {
        let error = Self::unexpected_body(operation, response.status(), "it is an error, not an answer");
        error.with(|inner| inner.errors = body::read(response.body()))
    }

    /// An answer of the token endpoint: by `codes`, it is about the grant and not about the request.
    pub(crate) fn of_grant(self, codes: &[&str]) -> Self {
        let refused = matches!(
            self.0.kind,
            ErrorKind::BadRequest | ErrorKind::CredentialsRejected | ErrorKind::UnexpectedStatus
        );
        if refused && self.code().is_some_and(|code| codes.contains(&code)) {
            return self.with(|inner| inner.kind = ErrorKind::GrantRejected);
        }
        self
    }
}
