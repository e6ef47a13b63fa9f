//! How an answer is read: by its status first.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::{Credentials, Error};
use crate::json::{self, Members, Wrong};
use crate::kind::OperationKind;

/// Reads the answer to a call: only the documented 200 is a success, and no error repeats a secret of the request.
///
/// ```
/// use bytes::Bytes;
/// use http::Response;
/// use kinde::wire::Answer;
/// use kinde::error::Credentials;
/// use kinde::{AccessToken, Error, OperationKind};
///
/// #[derive(serde::Deserialize)]
/// struct Roles {
///     roles: Vec<String>,
/// }
///
/// /// The `decode` of an operation.
/// fn decode(bearer: &AccessToken, response: Response<Bytes>) -> Result<Roles, Error> {
///     const KIND: OperationKind = OperationKind::new("get_user_roles").repeatable();
///     Answer::new(KIND, &response, [Some(bearer.expose())]).carrying(Credentials::Bearer).json()
/// }
///
/// let bearer = AccessToken::new("eyJhbGciOi")?;
/// let roles = decode(&bearer, Response::new(r#"{"roles":["admin"]}"#.into()))?;
/// assert_eq!(roles.roles, ["admin"]);
/// let error = decode(&bearer, Response::new(r#"{"roles":"admin"}"#.into())).err().map(|error| error.to_string());
/// let expected = "get_user_roles: 200 unexpected body: it is not what is documented, at line 1 column 16, attempt 1";
/// assert_eq!(error.as_deref(), Some(expected));
/// # Ok::<(), Error>(())
/// ```
pub struct Answer<'a, const N: usize> {
    operation: OperationKind,
    response: &'a Response<Bytes>,
    secrets: [Option<&'a str>; N],
    credentials: Option<Credentials>,
}

impl<'a, const N: usize> Answer<'a, N> {
    /// Creates the answer to a call of `operation`, whose request held `secrets`: the bearer, tokens, the application's
    /// secret.
    pub fn new(
        operation: OperationKind,
        response: &'a Response<Bytes>,
        secrets: [Option<&'a str>; N],
    ) -> Self {
        Self { operation, response, secrets, credentials: None }
    }

    /// Says that the request carried these credentials and no others: [`Error::carrying`].
    #[must_use]
    pub fn carrying(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Returns the body of a 200, whatever it is.
    ///
    /// # Errors
    /// Any other status, by [`Error::from_response`] and [`without_echo`](Error::without_echo).
    pub fn body(&self) -> Result<&'a Bytes, Error> {
        if self.response.status() == StatusCode::OK {
            return Ok(self.response.body());
        }
        let error = Error::from_response(self.operation, self.response).without_echo(self.secrets);
        Err(self.credentials.into_iter().fold(error, Error::carrying))
    }

    /// Reads the JSON object that a 200 holds.
    ///
    /// It is read strictly (RFC 8259, UTF-8, at most 127 levels and 16,384 values), and before serde_json sees it: what
    /// an `M` is read from depends on no feature of serde_json, even if it holds `serde_json::Value`s.
    ///
    /// # Errors
    /// Any other status, as [`body`](Self::body), and
    /// [`UnexpectedBody`](crate::ErrorKind::UnexpectedBody) for a body that is empty, no JSON object or not an `M`, and
    /// for an error body (a member `error` or `errors` that is not null). It says where, never what: serde's messages
    /// quote the body, which may hold a token or a person's data.
    pub fn json<M: DeserializeOwned>(&self) -> Result<M, Error> {
        let mut members = Members::new(&[]);
        self.read(&mut members)?;
        if json::has_hidden_names(&members.take_other()) {
            return Err(self.unexpected("it has a name that serde_json keeps for itself"));
        }
        serde_json::from_slice(self.body()?).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            self.unexpected(format!("it is not what is documented, at line {line} column {column}"))
        })
    }

    /// As [`json`](Self::json), for a model of this crate, which says in our own words what is wrong with it.
    pub(crate) fn model<T, const K: usize>(
        &self,
        names: &'static [&'static str; K],
        model: impl FnOnce(&mut Members<K>) -> Result<T, Wrong>,
    ) -> Result<T, Error> {
        let mut members = Members::new(names);
        self.read(&mut members)?;
        model(&mut members).map_err(|why| self.unexpected(why.into_text()))
    }

    fn read<const K: usize>(&self, members: &mut Members<K>) -> Result<(), Error> {
        members.read(self.body()?).map_err(|why| self.unexpected(why.into_text()))?;
        if members.is_error() {
            return Err(Error::from_false_success(self.operation, self.response).without_echo(self.secrets));
        }
        Ok(())
    }

    /// Returns the error of a 200 whose body is not what is documented: [`Error::unexpected_body`].
    pub fn unexpected(&self, why: impl Into<Cow<'static, str>>) -> Error {
        Error::unexpected_body(self.operation, self.response.status(), why)
    }
}

/// Shows the operation and the status: the rest may hold secrets.
impl<const N: usize> fmt::Debug for Answer<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("operation", &self.operation.name())
            .field("status", &self.response.status().as_u16())
            .finish_non_exhaustive()
    }
}
