//! What a call is, apart from how it travels.

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::uri::PathAndQuery;
use http::{Method, Request, Response};

use crate::form::Form;
use crate::{AccessToken, Domain, Error};

/// One call to the service, without I/O: how its request is written and its answer read.
///
/// The three operations implement it, and so can a type of yours, for an endpoint this crate does not
/// cover; [`Client::execute`](crate::Client::execute) then gives it the same deadline, retries and errors.
/// It also serves alone, with a blocking HTTP library:
///
/// ```
/// use kinde_core::{AccessToken, Domain, GetUserProfileV2, Operation};
///
/// let domain = Domain::new("acme.kinde.com")?;
/// let call = GetUserProfileV2::new(&AccessToken::new("eyJhbGciOi")?);
/// let request = call.encode(&domain)?;
/// assert_eq!(request.uri(), "https://acme.kinde.com/oauth2/v2/user_profile");
///
/// // … send it by any means, then:
/// let response = http::Response::new(bytes::Bytes::from(r#"{"sub":"kp_1","name":"John Snow"}"#));
/// assert_eq!(call.decode(response)?.name.as_deref(), Some("John Snow"));
/// # Ok::<(), kinde_core::Error>(())
/// ```
pub trait Operation: Send + Sync {
    /// What a successful answer holds.
    type Output;

    /// Name and repeatability.
    const KIND: OperationKind;

    /// Writes the request, with every header but `Host` and those that frame the body.
    ///
    /// `Debug` of the request hides the bearer, which is marked sensitive, but **prints the form body**,
    /// and that holds the token and the client secret. Don't log it.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what can't be sent, naming the field.
    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error>;

    /// Reads the answer, whatever its status.
    ///
    /// # Errors
    /// Any status but the documented 200, and a 200 whose body isn't what is documented: see
    /// [`ErrorKind`](crate::ErrorKind).
    fn decode(&self, response: Response<Bytes>) -> Result<Self::Output, Error>;
}

/// An operation's name, and whether it may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OperationKind {
    name: &'static str,
    repeatable: bool,
}

impl OperationKind {
    /// An operation that must not be sent again once it may have arrived (redeeming a code, say).
    ///
    /// `name` is what errors, spans and journals call it, in snake_case.
    pub const fn new(name: &'static str) -> Self {
        Self { name, repeatable: false }
    }

    /// Says that sending it twice does what sending it once does.
    #[must_use]
    pub const fn repeatable(self) -> Self {
        Self { repeatable: true, ..self }
    }

    /// What errors, spans and journals call it.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Whether sending it twice does what sending it once does.
    pub const fn is_repeatable(self) -> bool {
        self.repeatable
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const KINDE_SDK: HeaderName = HeaderName::from_static("kinde-sdk");
const AGENT: &str = concat!("kinde-rust/", env!("CARGO_PKG_VERSION"));
/// `SDK/SDK version/language version/language`, the form that the official SDKs use.
const SDK: &str = concat!("Rust/", env!("CARGO_PKG_VERSION"), "/", env!("CARGO_PKG_RUST_VERSION"), "/rust");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// The parts in which the operations' requests differ.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) bearer: Option<&'a AccessToken>,
    pub(crate) form: Option<Form<'a>>,
}

impl Call<'_> {
    pub(crate) fn encode(self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        // Those below, and what every HTTP library adds: `Host`, and `Content-Length` to a form.
        let (bearer, form) = (usize::from(self.bearer.is_some()), usize::from(self.form.is_some()));
        let mut headers = HeaderMap::with_capacity(4 + bearer + 2 * form);
        if let Some(bearer) = self.bearer {
            headers.insert(AUTHORIZATION, bearer.to_header_value());
        }
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        if self.form.is_some() {
            headers.insert(CONTENT_TYPE, FORM);
        }
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(KINDE_SDK, HeaderValue::from_static(SDK));

        let mut request = Request::new(self.form.map_or_else(Bytes::new, |form| form.encode()));
        *request.method_mut() = self.method;
        *request.uri_mut() = domain.with_path(PathAndQuery::from_static(self.path))?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}
