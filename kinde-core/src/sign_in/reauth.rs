//! What Kinde gives back when a link had expired: the parameters that the sign-in was begun with.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use crate::wire::unique_object;

/// Longer than any that was seen; it is decoded before it is trusted.
const AT_MOST: usize = 16 * 1024;

/// `reauth_state` of a callback with `login_link_expired`: a stranger can have written it, so that of what is in it only
/// the parameters that say *how* to sign in are read, and none that says who asks or where the answer goes.
///
/// It is JSON in base64, as the JavaScript and Python SDKs read it; a query string in base64url, as the Java SDK does, is
/// read too. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ReauthState(Vec<(&'static str, String)>);

/// What may be begun again. Not: who asks and what for (`client_id`, `redirect_uri`, `scope`, `audience`, …), and what
/// protects it (`state`, `nonce`, `code_challenge`, …).
const ALLOWED: [&str; 12] = [
    "org_code",
    "connection_id",
    "login_hint",
    "lang",
    "prompt",
    "is_create_org",
    "org_name",
    "plan_interest",
    "pricing_table_key",
    "invitation_code",
    "is_invitation",
    "has_success_page",
];

impl ReauthState {
    /// Reads what a callback had. What can't be read has no parameters: the sign-in is begun again without them.
    pub fn new(text: &str) -> Self {
        Self(read(text).unwrap_or_default())
    }

    /// Returns the parameters that may be begun again, by name and value.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

fn read(text: &str) -> Option<Vec<(&'static str, String)>> {
    if text.len() > AT_MOST {
        return None;
    }
    // In a query, `+` may have become a space.
    let text = text.replace([' ', '-'], "+").replace('_', "/");
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(&alphabet::STANDARD, lenient).decode(text.trim_end_matches('=')).ok()?;
    let pairs: Vec<(String, String)> = match bytes.first()? {
        b'{' => texts(unique_object(&bytes).ok()?).collect(),
        _ => form_urlencoded::parse(&bytes).into_owned().collect(),
    };
    let kept = ALLOWED.into_iter().filter_map(|name| {
        let mut given = pairs.iter().filter(|(known, _)| known == name);
        let (_, value) = given.next()?;
        // Given twice, it is a doubt: neither counts.
        let usable = given.next().is_none() && !value.is_empty() && !value.chars().any(char::is_control);
        let shows_a_page = name != "prompt" || ["login", "create"].contains(&value.as_str());
        (usable && shows_a_page).then(|| (name, value.clone()))
    });
    Some(kept.collect())
}

fn texts(members: Map<String, Value>) -> impl Iterator<Item = (String, String)> {
    members.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        _ => None,
    })
}

impl fmt::Debug for ReauthState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReauthState([redacted])")
    }
}
