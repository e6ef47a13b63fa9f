//! What an instance holds: applications, users, tokens.

use serde::Deserialize;
use serde_json::json;

use super::Refusal;
use super::call::Call;
use super::routes::Handled;
use crate::http::answer::Answer;
use crate::program::seed::apply::not_issued;
use crate::program::seed::{ApplicationKind, ApplicationSpec, TokenSpec};
use crate::tenant::token::TokenKind;
use crate::tenant::user::User;
use crate::text::fingerprint::Fingerprint;
use crate::text::key_error::KeyError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenNamed {
    token: String,
}

pub(super) fn list_applications(call: &Call<'_>) -> Handled {
    let kind = |is_backend| if is_backend { ApplicationKind::Backend } else { ApplicationKind::Frontend };
    let applications = call.instance.fake.applications();
    let all: Vec<_> = applications
        .into_iter()
        .map(|(client_id, is_backend)| json!({ "client_id": client_id, "kind": kind(is_backend) }))
        .collect();
    Ok(Answer::json(&json!({ "applications": all })))
}

pub(super) fn add_application(call: &Call<'_>) -> Handled {
    let spec: ApplicationSpec = call.read()?;
    call.instance.seeding().application(&spec)?;
    Ok(Answer::created(&json!({ "client_id": spec.client_id, "kind": spec.kind })))
}

pub(super) fn list_users(call: &Call<'_>) -> Handled {
    Ok(Answer::json(&json!({ "users": call.instance.fake.users() })))
}

pub(super) fn add_user(call: &Call<'_>) -> Handled {
    let user: User = call.read()?;
    Ok(Answer::created(&call.instance.seeding().user(&user)?))
}

pub(super) fn issue_token(call: &Call<'_>) -> Handled {
    let spec: TokenSpec = call.read()?;
    let text = call.instance.seeding().token(&spec)?;
    Ok(Answer::created(&json!({ "token": text, "kind": spec.kind })))
}

/// It issues one of each kind, both new.
pub(super) fn sign_in(call: &Call<'_>) -> Handled {
    let spec: TokenSpec = call.read()?;
    let not_here = [
        ("kind", spec.kind == TokenKind::Refresh),
        ("text", spec.text.is_some()),
        ("machine", spec.machine),
        ("same_sign_in_as", spec.same_sign_in_as.is_some()),
    ];
    if let Some((key, _)) = not_here.into_iter().find(|(_, is_there)| *is_there) {
        let why = "has no place in a sign-in: mint such a token by POST /tokens";
        return Err(KeyError::new(key, why).into());
    }
    let new = call.instance.seeding().new_token(&spec)?;
    let signed_in = call.instance.fake.try_sign_in_with(new).map_err(not_issued)?;
    Ok(Answer::created(&json!({
        "user": signed_in.user.id,
        "client_id": signed_in.client_id,
        "access_token": signed_in.access_token.expose(),
        "refresh_token": signed_in.refresh_token.expose(),
    })))
}

pub(super) fn revoke_token(call: &Call<'_>) -> Handled {
    let token = known(call)?;
    call.instance.fake.revoke(&token);
    state(call, &token)
}

pub(super) fn expire_token(call: &Call<'_>) -> Handled {
    let token = known(call)?;
    call.instance.fake.expire(&token);
    state(call, &token)
}

fn known(call: &Call<'_>) -> Result<String, Refusal> {
    let TokenNamed { token } = call.read()?;
    if call.instance.fake.has_token(&token) { Ok(token) } else { Err(Refusal::not_found("token")) }
}

fn state(call: &Call<'_>, token: &str) -> Handled {
    let name = Fingerprint::of(token).to_string();
    Ok(Answer::json(&json!({ "fingerprint": name, "live": call.instance.fake.is_live(token) })))
}
