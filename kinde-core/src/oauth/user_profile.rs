//! Reading the signed-in user's profile.

use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::domain::Domain;
use crate::error::{Credentials, Error};
use crate::json::{self, Members, Wrong};
use crate::kind::OperationKind;
use crate::operation::Operation;
use crate::secret::AccessToken;
use crate::wire::answer::Answer;
use crate::wire::call::Call;

/// Asks for the profile of the user to whom an access token belongs (Kinde's `getUserProfileV2`, OpenID
/// Connect's UserInfo).
///
/// Sends `GET /oauth2/v2/user_profile` with the token as the bearer. Documented answers: 200
/// [`UserProfileV2`], 403, 429.
///
/// ```
/// use kinde::oauth::GetUserProfileV2;
/// use kinde::{AccessToken, OAuth};
///
/// async fn greet(kinde: &dyn OAuth, bearer: &AccessToken) -> Result<String, kinde::Error> {
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
    /// Asks for the profile of the user to whom `bearer` was issued.
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
        Answer::new(Self::KIND, &response, secrets)
            .carrying(Credentials::Bearer)
            .model(&MEMBERS, UserProfileV2::of_someone)
    }
}

/// A user's profile, as Kinde has it. No member is promised, so each is optional; `null` counts as absent.
///
/// Who the user is (`sub`, `id`, `provided_id`) is read strictly: as a string, or the answer is an error. The rest only
/// describes a person, and a profile is not lost to it: what has another type than here stays in
/// [`other`](Self::other), as it came, and the field is `None`.
///
/// [`GetUserProfileV2`] gives no profile of nobody and none of two: [`subject`](Self::subject) is there, always.
///
/// ```
/// use kinde::oauth::UserProfileV2;
///
/// let mut expected = UserProfileV2::default();
/// expected.given_name = Some("John".to_owned());
/// assert_eq!(serde_json::from_str::<UserProfileV2>(r#"{"given_name":"John"}"#)?, expected);
///
/// let user: UserProfileV2 = serde_json::from_str(r#"{"sub":"kp_1","updated_at":1612345678.25,"email_verified":"true"}"#)?;
/// assert_eq!((user.subject(), user.updated_at), (Some("kp_1"), Some(1_612_345_678)));
/// assert_eq!((user.email_verified, &user.other["email_verified"]), (None, &"true".into()));
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
    /// When the user was last changed, in seconds since 1970. A fraction of a second is cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<u64>,
    /// The e-mail address, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the user has shown that the address is theirs. Absent is not the same as `true`, and neither is the
    /// text `"true"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The URL of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The user name that the user prefers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The user's id in Kinde; the same as `sub`. Kinde documents both: [`subject`](Self::subject) is whichever is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Members that this version does not know, or can't read as what they are documented to be: as they came.
    #[serde(flatten, serialize_with = "json::plain")]
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

impl UserProfileV2 {
    /// Returns who the user is: `sub`, or `id` where that alone is given. None if neither is given, if it is empty, or
    /// if they differ (OpenID Connect Core §5.3.2 has `sub` compared with the ID token's).
    ///
    /// ```
    /// let mut user = kinde::oauth::UserProfileV2::default();
    /// assert_eq!(user.subject(), None);
    /// user.id = Some("kp_1".to_owned());
    /// assert_eq!(user.subject(), Some("kp_1"));
    /// ```
    pub fn subject(&self) -> Option<&str> {
        let subject = match (self.sub.as_deref(), self.id.as_deref()) {
            (Some(sub), Some(id)) if sub != id => return None,
            (sub, id) => sub.or(id),
        };
        subject.filter(|subject| !subject.is_empty())
    }

    fn read(members: &mut Members<11>) -> Result<Self, Wrong> {
        Ok(Self {
            sub: members.take("sub", json::text)?,
            provided_id: members.take("provided_id", json::text)?,
            name: members.take_if_readable("name", json::text),
            given_name: members.take_if_readable("given_name", json::text),
            family_name: members.take_if_readable("family_name", json::text),
            updated_at: members.take_if_readable("updated_at", json::rough_seconds),
            email: members.take_if_readable("email", json::text),
            email_verified: members.take_if_readable("email_verified", json::boolean),
            picture: members.take_if_readable("picture", json::text),
            preferred_username: members.take_if_readable("preferred_username", json::text),
            id: members.take("id", json::text)?,
            other: members.take_other(),
        })
    }

    /// An answer says who the user is.
    fn of_someone(members: &mut Members<11>) -> Result<Self, Wrong> {
        let user = Self::read(members)?;
        match (user.subject(), &user.sub, &user.id) {
            (Some(_), ..) => Ok(user),
            (None, Some(_), Some(_)) => Err(Wrong::new("`sub` and `id` differ or are empty")),
            (None, ..) => Err(Wrong::new("`sub` and `id` are missing")),
        }
    }
}

impl<'de> Deserialize<'de> for UserProfileV2 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::deserialize(&MEMBERS, deserializer, Self::read)
    }
}
