//! Reading the signed-in user's profile.

use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::domain::Domain;
use crate::error::{Credentials, Error};
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::secret::AccessToken;
use crate::wire::answer::Answer;
use crate::wire::call::Call;
use crate::wire::json::{self, Members};

/// Asks for the profile of the user to whom an access token belongs (Kinde's `getUserProfileV2`, OpenID
/// Connect's UserInfo).
///
/// Sends `GET /oauth2/v2/user_profile` with the token as the bearer. Documented answers: 200
/// [`UserProfileV2`], 403, 429.
///
/// ```
/// use kinde_core::{AccessToken, GetUserProfileV2, OAuth};
///
/// async fn greet(kinde: &dyn OAuth, bearer: &AccessToken) -> Result<String, kinde_core::Error> {
///     let user = kinde.get_user_profile_v2(GetUserProfileV2::new(bearer)).await?;
///     Ok(format!("Hello, {}", user.given_name.as_deref().unwrap_or("you")))
/// }
/// ```
#[doc(alias = "UserInfo")]
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is passed to a client"]
pub struct GetUserProfileV2 {
    bearer: AccessToken,
}

impl GetUserProfileV2 {
    /// The profile of the user to whom `bearer` was issued.
    pub fn new(bearer: &AccessToken) -> Self {
        Self { bearer: bearer.clone() }
    }

    /// Returns the token whose user's profile is asked for.
    pub fn bearer(&self) -> &AccessToken {
        &self.bearer
    }
}

impl From<&AccessToken> for GetUserProfileV2 {
    fn from(bearer: &AccessToken) -> Self {
        Self::new(bearer)
    }
}

impl Operation for GetUserProfileV2 {
    type Output = UserProfileV2;

    const KIND: OperationKind = OperationKind::new("get_user_profile_v2").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        Call::get("/oauth2/v2/user_profile").bearer(&self.bearer).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<UserProfileV2, Error> {
        let secrets = [Some(self.bearer.expose())];
        Answer::new(Self::KIND, &response, secrets).carrying(Credentials::Bearer).model()
    }
}

/// A user's profile, as Kinde has it. No member is promised, so each is optional; `null` counts as absent.
///
/// ```
/// let mut expected = kinde_core::UserProfileV2::default();
/// expected.given_name = Some("John".to_owned());
/// assert_eq!(serde_json::from_str::<kinde_core::UserProfileV2>(r#"{"given_name":"John"}"#)?, expected);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UserProfileV2 {
    /// The user's id in Kinde (`kp_…`); the subject of the user's tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The user's id in another system, for an imported user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provided_id: Option<String>,
    /// First and last name, separated by a space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// When the user was last changed, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<u64>,
    /// The e-mail address, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the user has shown that the address is theirs. Absent is not the same as `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The URL of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The user name that the user prefers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The user's id in Kinde; the same as `sub`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Members that this version does not know, as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

const MEMBERS: [&str; 11] = [
    "sub",
    "provided_id",
    "name",
    "given_name",
    "family_name",
    "updated_at",
    "email",
    "email_verified",
    "picture",
    "preferred_username",
    "id",
];

impl<'de> Deserialize<'de> for UserProfileV2 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Members::read(&MEMBERS, deserializer)?;
        Ok(Self {
            sub: members.take("sub", json::text)?,
            provided_id: members.take("provided_id", json::text)?,
            name: members.take("name", json::text)?,
            given_name: members.take("given_name", json::text)?,
            family_name: members.take("family_name", json::text)?,
            updated_at: members.take("updated_at", json::seconds)?,
            email: members.take("email", json::text)?,
            email_verified: members.take("email_verified", json::boolean)?,
            picture: members.take("picture", json::text)?,
            preferred_username: members.take("preferred_username", json::text)?,
            id: members.take("id", json::text)?,
            other: members.into_other(),
        })
    }
}
