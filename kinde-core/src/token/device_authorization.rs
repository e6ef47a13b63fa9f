//! Beginning a sign-in on a device without a browser.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value};

use super::device_code::GRANT_TYPE;
use crate::application::Application;
use crate::domain::Domain;
use crate::error::{Credentials, Error};
use crate::json::{self, Given, Members, Mismatch, Wrong};
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::secret::DeviceCode;
use crate::wire::answer::Answer;
use crate::wire::call::Call;
use crate::wire::form::{Field, Form};

/// Begins a sign-in on a device that has no browser of its own, such as a television or a command line (RFC 8628 §3.1).
///
/// Sends `POST /oauth2/device/auth` (or [the other path](DeviceAuthorizationPath)) with the form
/// `grant_type` (which Kinde's page lists), `client_id`, `client_secret` (a back end's), `audience` (once for each), `scope`.
///
/// ```
/// use kinde::token::{Application, DeviceAuthorization, DevicePolling, TokenEndpoint, TokenResponse};
/// use kinde::{Error, TokioTimer};
///
/// async fn sign_in(kinde: &dyn TokenEndpoint) -> Result<TokenResponse, Error> {
///     let device = Application::frontend("f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa");
///     let request = DeviceAuthorization::new(&device).scope("openid").scope("offline");
///     let begun = kinde.device_authorization(request).await?;
///     println!("Go to {} and enter {}", begun.verification_uri, begun.user_code);
///     DevicePolling::new(&device, &begun, TokioTimer).wait(kinde).await
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct DeviceAuthorization {
    application: Application,
    path: DeviceAuthorizationPath,
    audiences: Vec<String>,
    scopes: Vec<String>,
}

/// Where a device begins. Kinde's pages name two paths, and its discovery document neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviceAuthorizationPath {
    /// `/oauth2/device/auth`: the overview and the quick start.
    #[default]
    DeviceAuth,
    /// `/oauth2/v2/device_authorization`: the page on troubleshooting.
    V2,
}

impl DeviceAuthorizationPath {
    const fn as_str(self) -> &'static str {
        match self {
            Self::DeviceAuth => "/oauth2/device/auth",
            Self::V2 => "/oauth2/v2/device_authorization",
        }
    }
}

impl DeviceAuthorization {
    /// Begins a sign-in by way of `application`.
    pub fn new(application: &Application) -> Self {
        let path = DeviceAuthorizationPath::default();
        Self { application: application.clone(), path, audiences: Vec::new(), scopes: Vec::new() }
    }

    /// Sets the path.
    pub fn path(mut self, path: DeviceAuthorizationPath) -> Self {
        self.path = path;
        self
    }

    /// Adds an API that the token must be good for, by the audience that it is registered with.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Adds a scope: without `openid` there is no ID token, without `offline` no refresh token.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Returns who asks.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// Returns what [`path`](Self::path) set.
    pub fn get_path(&self) -> DeviceAuthorizationPath {
        self.path
    }

    /// Returns what [`audience`](Self::audience) added.
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// Returns what [`scope`](Self::scope) added.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}

impl Operation for DeviceAuthorization {
    type Output = DeviceAuthorizationResponse;

    const KIND: OperationKind = OperationKind::new("device_authorization").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        let scopes = self.scopes.join(" ");
        let [client_id, client_secret] = self.application.fields();
        let mut fields = vec![Field::visible("grant_type", GRANT_TYPE), client_id, client_secret];
        fields.extend(self.audiences.iter().map(|audience| Field::visible("audience", audience.as_str())));
        fields.extend((!self.scopes.is_empty()).then(|| Field::scope("scope", scopes.as_str())));
        Call::post(self.path.as_str()).form(Form::new(&fields)?).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<DeviceAuthorizationResponse, Error> {
        let answer = Answer::new(Self::KIND, &response, [self.application.exposed_secret()])
            .carrying(Credentials::Application);
        answer.carrying(Credentials::Application).model(&MEMBERS, begun)
    }
}

/// A sign-in that a device has begun: what to show to its user, and what to ask with (RFC 8628 §3.2).
///
/// `Debug` shows neither code, nor addresses that hold them, nor `other`; it can't be serialised.
#[derive(Clone)]
#[non_exhaustive]
pub struct DeviceAuthorizationResponse {
    /// What the device asks with.
    pub device_code: DeviceCode,
    /// What the user enters: anyone who has it can sign this device in as themselves.
    pub user_code: String,
    /// Where the user goes to enter it.
    pub verification_uri: String,
    /// Where the user goes if the code is not to be typed: for a QR code or a link.
    pub verification_uri_complete: Option<String>,
    /// How long both codes are good, counted from when they were issued.
    pub expires_in: Duration,
    /// How long to wait before each question; five seconds if the service doesn't say.
    pub interval: Duration,
    /// A QR code as a `data:` URI, as Kinde sends it.
    pub qr_code: Option<String>,
    /// Members that this version does not know, as they came.
    pub other: Map<String, Value>,
}

/// What RFC 8628 §3.2 says of a service that doesn't.
const INTERVAL: Duration = Duration::from_secs(5);

impl DeviceAuthorizationResponse {
    /// Creates an answer with what every one has, for a stub.
    pub fn new(
        device_code: DeviceCode,
        user_code: impl Into<String>,
        verification_uri: impl Into<String>,
        expires_in: Duration,
    ) -> Self {
        Self {
            device_code,
            user_code: user_code.into(),
            verification_uri: verification_uri.into(),
            verification_uri_complete: None,
            expires_in,
            interval: INTERVAL,
            qr_code: None,
            other: Map::new(),
        }
    }

    /// Sets where the user goes if the code is not to be typed.
    #[must_use]
    pub fn verification_uri_complete(mut self, uri: impl Into<String>) -> Self {
        self.verification_uri_complete = Some(uri.into());
        self
    }

    /// Sets how long to wait before each question.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets the QR code.
    #[must_use]
    pub fn qr_code(mut self, qr_code: impl Into<String>) -> Self {
        self.qr_code = Some(qr_code.into());
        self
    }
}

impl fmt::Debug for DeviceAuthorizationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceAuthorizationResponse")
            .field("device_code", &self.device_code)
            .field("user_code", &"[redacted]")
            .field("verification_uri", &self.verification_uri)
            .field("expires_in", &self.expires_in)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

const MEMBERS: [&str; 7] = [
    "device_code",
    "user_code",
    "verification_uri",
    "verification_uri_complete",
    "expires_in",
    "interval",
    "qr_code",
];

fn begun(members: &mut Members<7>) -> Result<DeviceAuthorizationResponse, Wrong> {
    let missing = |name| Wrong::new(format!("`{name}` is missing"));
    Ok(DeviceAuthorizationResponse {
        device_code: DeviceCode::new(
            members.take("device_code", filled)?.ok_or_else(|| missing("device_code"))?,
        ),
        user_code: members.take("user_code", filled)?.ok_or_else(|| missing("user_code"))?,
        verification_uri: members
            .take("verification_uri", filled)?
            .ok_or_else(|| missing("verification_uri"))?,
        verification_uri_complete: members.take("verification_uri_complete", json::text)?,
        expires_in: members
            .take("expires_in", json::seconds)?
            .map(Duration::from_secs)
            .ok_or_else(|| missing("expires_in"))?,
        interval: members.take("interval", json::seconds)?.map_or(INTERVAL, Duration::from_secs),
        qr_code: members.take("qr_code", json::text)?,
        other: members.take_other(),
    })
}

fn filled(given: Given) -> Result<String, Mismatch> {
    let text = json::text(given).ok().filter(|text| !text.is_empty());
    text.ok_or_else(|| Mismatch::new(Value::Null, "a string with something in it"))
}
