//! Users, as the profile shows them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// What signs them in on the page, beside the address; nobody can who has none.
    #[serde(default, skip_serializing)]
    pub password: Option<Password>,
    /// The organizations they are a member of. A sign-in that asks for none is to the first.
    #[serde(default)]
    pub organizations: Vec<Organization>,
    /// The keys of what they may do.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// The keys of their roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Feature flags: a boolean, a whole number, a text or an object each.
    #[serde(default)]
    pub feature_flags: BTreeMap<String, Value>,
    /// Properties: a boolean, a number or a text each.
    #[serde(default)]
    pub properties: BTreeMap<String, Value>,
    /// What their plans let them use.
    #[serde(default)]
    pub entitlements: Vec<Entitlement>,
    /// Their plans.
    #[serde(default)]
    pub plans: Vec<Plan>,
}

/// A password. `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    pub(crate) fn is(&self, typed: &str) -> bool {
        self.0 == typed
    }
}

impl<T: Into<String>> From<T> for Password {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// An organization, as those see it who are in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Organization {
    /// `org_code`
    pub code: String,
    /// Its name.
    pub name: String,
}

impl Organization {
    /// One of this code and name.
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self { code: code.into(), name: name.into() }
    }
}

/// What a plan lets a user use; as the Account API shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entitlement {
    /// The feature's key, by which it is asked for.
    pub feature_key: String,
    /// The feature's name.
    #[serde(default)]
    pub feature_name: String,
    /// The price's name.
    #[serde(default)]
    pub price_name: String,
    /// What it costs.
    pub fixed_charge: Option<i64>,
    /// What a unit costs.
    pub unit_amount: Option<i64>,
    /// How much of it at most.
    pub entitlement_limit_max: Option<i64>,
    /// How much of it at least.
    pub entitlement_limit_min: Option<i64>,
}

impl Entitlement {
    /// One for the feature of this key; the other fields are public.
    pub fn new(feature_key: impl Into<String>) -> Self {
        Self { feature_key: feature_key.into(), ..Self::default() }
    }
}

/// A plan that a user has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plan {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Since when, RFC 3339.
    pub subscribed_on: String,
}

impl Plan {
    /// One of this key and name, since a moment in RFC 3339.
    pub fn new(key: impl Into<String>, name: impl Into<String>, subscribed_on: impl Into<String>) -> Self {
        Self { key: key.into(), name: name.into(), subscribed_on: subscribed_on.into() }
    }
}

/// What signs the user of the documentation's examples in.
pub(crate) const JOHNS_PASSWORD: &str = "password";

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
            password: None,
            organizations: Vec::new(),
            permissions: Vec::new(),
            roles: Vec::new(),
            feature_flags: BTreeMap::new(),
            properties: BTreeMap::new(),
            entitlements: Vec::new(),
            plans: Vec::new(),
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
            password: Some(JOHNS_PASSWORD.into()),
            organizations: vec![Organization::new("org_1a2b3c4d5e6f", "Night's Watch")],
            permissions: vec!["read:todos".to_owned()],
            roles: vec!["admin".to_owned()],
            feature_flags: [
                ("theme", json!("dark")),
                ("is_dark_mode", json!(true)),
                ("competitions_limit", json!(5)),
                ("layout", json!({ "columns": 2 })),
            ]
            .map(|(key, value)| (key.to_owned(), value))
            .into(),
            properties: BTreeMap::from([("kp_usr_city".to_owned(), json!("Winterfell"))]),
            entitlements: vec![Entitlement {
                feature_name: "Base price".to_owned(),
                price_name: "Base price".to_owned(),
                fixed_charge: Some(1_000),
                unit_amount: Some(1),
                entitlement_limit_max: Some(10),
                entitlement_limit_min: Some(1),
                ..Entitlement::new("base_price")
            }],
            plans: vec![Plan::new("pro", "Pro", "2025-01-02T03:04:05Z")],
            ..Self::new("kp_c3143a4b50ad43c88e541d9077681782", "John", "Snow")
        }
    }
}
