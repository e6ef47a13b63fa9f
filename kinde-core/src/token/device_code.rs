//! Asking whether a device's user has signed in.

use bytes::Bytes;
use http::{Request, Response};

use super::response::{self, TokenResponse};
use super::{INVALID_GRANT, PATH};
use crate::application::Application;
use crate::domain::Domain;
use crate::error::Error;
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::secret::DeviceCode;
use crate::wire::call::Call;
use crate::wire::form::{Field, Form};

/// Of both requests of a device (RFC 8628 §3.4).
pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Asks whether a device's user has signed in (RFC 8628 §3.4); [`DevicePolling`](super::DevicePolling) does so as often as
/// it takes.
///
/// Sends `POST /oauth2/token` with the form `grant_type`, `client_id`, `client_secret` (a back end's), `device_code`. It is
/// sent once: what the last question brings is not issued again.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct DeviceCodeGrant {
    application: Application,
    device_code: DeviceCode,
}

impl DeviceCodeGrant {
    /// Asks with the code that `application` was given.
    pub fn new(application: &Application, device_code: &DeviceCode) -> Self {
        Self { application: application.clone(), device_code: device_code.clone() }
    }

    /// Returns who asks.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// Returns what is asked with.
    pub fn device_code(&self) -> &DeviceCode {
        &self.device_code
    }
}

impl Operation for DeviceCodeGrant {
    type Output = TokenResponse;

    const KIND: OperationKind = OperationKind::new("device_code");

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        let [client_id, client_secret] = self.application.fields();
        let form = Form::new(&[
            Field::visible("grant_type", GRANT_TYPE),
            client_id,
            client_secret,
            Field::visible("device_code", self.device_code.expose()),
        ])?;
        Call::post(PATH).form(form).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<TokenResponse, Error> {
        let secrets = [self.application.exposed_secret(), Some(self.device_code.expose())];
        let over = [INVALID_GRANT, "access_denied", "expired_token"];
        response::read(Self::KIND, &response, secrets, &over)
    }
}
