//! Users, as the profile shows them.

use serde::{Deserialize, Serialize};

/// A user of the fake's tenant. The fields are the documentation's, in its order; `sub` is `id`.
///
/// ```
/// use kinde_mock::User;
///
/// let mut user = User::new("kp_7", "Arya", "Stark");
/// user.email_verified = false;
/// assert_eq!(user.name, "Arya Stark");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct User {
    /// The user's id in Kinde (`kp_…`): `sub` and `id` of the profile.
    pub id: String,
    /// The id in another system; `null` in the profile if there is none.
    pub provided_id: Option<String>,
    /// First and last name, separated by a space. A seed file that leaves it out, or empty, means that.
    #[serde(default)]
    pub name: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// When the user was last changed, in seconds since 1970.
    #[serde(default = "updated_at")]
    pub updated_at: u64,
    /// The e-mail address; left out of the profile if there is none.
    pub email: Option<String>,
    /// Whether the user has shown that the address is theirs.
    #[serde(default)]
    pub email_verified: bool,
    /// The URL of a picture; `null` in the profile if there is none.
    pub picture: Option<String>,
    /// The user name that the user prefers; `null` in the profile if there is none.
    pub preferred_username: Option<String>,
}

/// The documentation's example.
fn updated_at() -> u64 {
    1_612_345_678
}

impl User {
    /// A user with a name and nothing else; the fields are public.
    pub fn new(id: impl Into<String>, given_name: &str, family_name: &str) -> Self {
        Self {
            id: id.into(),
            provided_id: None,
            name: format!("{given_name} {family_name}"),
            given_name: given_name.to_owned(),
            family_name: family_name.to_owned(),
            updated_at: updated_at(),
            email: None,
            email_verified: false,
            picture: None,
            preferred_username: None,
        }
    }

    /// The user of the documentation's examples. Every fake has him, and [`sign_in`] signs him in.
    ///
    /// [`sign_in`]: crate::FakeKinde::sign_in
    pub fn john_snow() -> Self {
        Self {
            provided_id: Some("some_external_id".to_owned()),
            email: Some("john.snow@example.com".to_owned()),
            email_verified: true,
            picture: Some("https://example.com/john_snow.jpg".to_owned()),
            preferred_username: Some("john_snow".to_owned()),
            ..Self::new("kp_c3143a4b50ad43c88e541d9077681782", "John", "Snow")
        }
    }
}
