//! What an instance holds: applications, users, tokens.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use super::request::AdminRequest;
use super::routes::Handled;
use crate::http::answer::Answer;
use crate::program::seed::apply::not_issued;
use crate::program::seed::{ApplicationKind, ApplicationSpec, TokenSpec};
use crate::tenant::application::Application;
use crate::tenant::token::TokenKind;
use crate::tenant::user::User;
use crate::text::fingerprint::Fingerprint;
use crate::text::key_error::KeyError;
use crate::text::values::Seconds;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenNamed {
    token: String,
}

pub(super) fn list_applications(request: &AdminRequest<'_>) -> Handled {
    let all: Vec<_> = request.instance.fake.applications().iter().map(application).collect();
    Ok(Answer::json(&json!({ "applications": all })))
}

/// Without its secret.
fn application(it: &Application) -> Value {
    json!({
        "client_id": it.client_id,
        "kind": if it.is_backend() { ApplicationKind::Backend } else { ApplicationKind::Frontend },
        "callbacks": it.callbacks,
        "logout_redirects": it.logout_redirects,
        "grants": it.grants,
        "scopes": it.scopes,
        "access_token_lifetime": Seconds(it.lifetimes.access),
        "id_token_lifetime": Seconds(it.lifetimes.id),
        "refresh_token_lifetime": Seconds(it.lifetimes.refresh),
    })
}

pub(super) fn add_application(request: &AdminRequest<'_>) -> Handled {
    let spec: ApplicationSpec = request.read()?;
    request.instance.seeding().application(&spec)?;
    Ok(Answer::created(&json!({ "client_id": spec.client_id, "kind": spec.kind })))
}

pub(super) fn list_users(request: &AdminRequest<'_>) -> Handled {
    Ok(Answer::json(&json!({ "users": request.instance.fake.users() })))
}

pub(super) fn add_user(request: &AdminRequest<'_>) -> Handled {
    let user: User = request.read()?;
    Ok(Answer::created(&request.instance.seeding().user(&user)?))
}

pub(super) fn issue_token(request: &AdminRequest<'_>) -> Handled {
    let spec: TokenSpec = request.read()?;
    let text = request.instance.seeding().token(&spec)?;
    Ok(Answer::created(&json!({ "token": text, "kind": spec.kind })))
}

/// It issues one of each kind, both new.
pub(super) fn sign_in(request: &AdminRequest<'_>) -> Handled {
    let spec: TokenSpec = request.read()?;
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
    let new = request.instance.seeding().new_token(&spec)?;
    let signed_in = request.instance.fake.try_sign_in_with(new).map_err(not_issued)?;
    Ok(Answer::created(&json!({
        "user": signed_in.user.id,
        "client_id": signed_in.client_id,
        "access_token": signed_in.access_token.expose(),
        "refresh_token": signed_in.refresh_token.expose(),
        "id_token": signed_in.id_token.expose(),
    })))
}

pub(super) fn revoke_token(request: &AdminRequest<'_>) -> Handled {
    let token = known(request)?;
    request.instance.fake.revoke(&token);
    state(request, &token)
}

pub(super) fn expire_token(request: &AdminRequest<'_>) -> Handled {
    let token = known(request)?;
    request.instance.fake.expire(&token);
    state(request, &token)
}

fn known(request: &AdminRequest<'_>) -> Result<String, Refusal> {
    let TokenNamed { token } = request.read()?;
    if request.instance.fake.has_token(&token) { Ok(token) } else { Err(Refusal::not_found("token")) }
}

fn state(request: &AdminRequest<'_>, token: &str) -> Handled {
    let name = Fingerprint::of(token).to_string();
    Ok(Answer::json(&json!({ "fingerprint": name, "live": request.instance.fake.is_live(token) })))
}
