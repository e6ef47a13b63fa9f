//! What a call is, apart from how it travels.

use bytes::Bytes;
use http::{Request, Response};

use crate::domain::Domain;
use crate::error::Error;
use crate::kind::OperationKind;

/// One call to the service, without I/O: how its request is written and its answer read.
///
/// The three operations implement it, and so can your own type, for an endpoint this crate does not
/// cover; [`Client::execute`](crate::Client::execute) then gives it the same deadline, retries and errors.
/// It also serves alone, with a blocking HTTP library:
///
/// ```
/// use kinde::oauth::GetUserProfileV2;
/// use kinde::{AccessToken, Domain, Operation};
///
/// let domain = Domain::new("acme.kinde.com")?;
/// let call = GetUserProfileV2::new(&AccessToken::new("eyJhbGciOi")?);
/// let request = call.encode(&domain)?;
/// assert_eq!(request.uri(), "https://acme.kinde.com/oauth2/v2/user_profile");
///
/// // … send it by any means, then:
/// let response = http::Response::new(bytes::Bytes::from(r#"{"sub":"kp_1","name":"John Snow"}"#));
/// assert_eq!(call.decode(response)?.name.as_deref(), Some("John Snow"));
/// # Ok::<(), kinde::Error>(())
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
