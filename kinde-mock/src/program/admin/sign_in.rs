//! Signing in without a browser, and the keys that tokens are signed with.

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::Refusal;
use super::request::AdminRequest;
use super::routes::Handled;
use crate::http::answer::Answer;
use crate::tenant::user::User;
use crate::text::key_error::KeyError;
use crate::text::values::Seconds;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authorization {
    /// Where the application sends the browser.
    url: String,
    /// John Snow unless set.
    user: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceDecision {
    user_code: String,
    approve: bool,
    /// John Snow unless set.
    user: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Rotation {
    /// How long the last key stays in the set.
    overlap: Option<Seconds>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyNamed {
    kid: String,
}

fn user(request: &AdminRequest<'_>, id: Option<&str>) -> Result<User, KeyError> {
    let fake = &request.instance.fake;
    match id {
        None => Ok(fake.user()),
        Some(id) => fake.find_user(id).ok_or_else(|| KeyError::new("user", "there is no such user")),
    }
}

pub(super) fn authorize(request: &AdminRequest<'_>) -> Handled {
    let Authorization { url, user: id } = request.read()?;
    let user = user(request, id.as_deref())?;
    let callback = request.instance.fake.try_authorize(&url, &user);
    let callback = callback.map_err(|error| KeyError::new("url", error.to_string()))?;
    Ok(Answer::created(&json!({ "callback": callback })))
}

pub(super) fn decide_device(request: &AdminRequest<'_>) -> Handled {
    let DeviceDecision { user_code, approve, user: id } = request.read()?;
    let user = user(request, id.as_deref())?;
    let fake = &request.instance.fake;
    let decided =
        if approve { fake.approve_device(&user_code, &user) } else { fake.refuse_device(&user_code) };
    if !decided {
        return Err(Refusal::new(StatusCode::NOT_FOUND, "not_found", "no device of this user_code waits"));
    }
    Ok(Answer::json(&json!({ "user_code": user_code, "approved": approve })))
}

/// Those that are published, the one that signs first.
pub(super) fn keys(request: &AdminRequest<'_>) -> Handled {
    Ok(Answer::json(&json!({ "keys": request.instance.fake.key_ids() })))
}

pub(super) fn rotate_key(request: &AdminRequest<'_>) -> Handled {
    let overlap = request.read::<Rotation>()?.overlap.map(|it| it.0).unwrap_or_default();
    request.instance.fake.rotate_key(overlap);
    keys(request)
}

pub(super) fn retire_key(request: &AdminRequest<'_>) -> Handled {
    if !request.instance.fake.retire_key(&request.read::<KeyNamed>()?.kid) {
        return Err(Refusal::not_found("key beside the one that signs"));
    }
    keys(request)
}
