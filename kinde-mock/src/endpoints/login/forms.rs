//! The forms: Kinde's names for their fields, on one plain page each.

use super::page::{Field, Form};
use super::request::{Asked, Prompt};
use super::session;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::http::site::Site;
use crate::ledger::row::Row;
use crate::tenant::Tenant;
use crate::tenant::user::User;

/// The form that was asked for, with what is wrong with the last one.
pub(super) fn show(
    tenant: &mut Tenant,
    request: &Request,
    asked: &Asked,
    message: Option<&str>,
    row: &Row,
    site: &Site<'_>,
) -> Answer {
    let (cookie, csrf) = session::for_form(tenant, request, site);
    // The same address: what was asked for is in its query.
    let query = match request.query() {
        Some(query) if query.contains("client_id") => query,
        _ => std::str::from_utf8(request.body()).unwrap_or_default(),
    };
    let action = format!("/oauth2/auth?{query}");
    let field = |label, name, sort, value| Field { label, name, sort, value };
    let typed = request.form("p_email").or(asked.login_hint.as_deref()).unwrap_or_default();
    let email = field("E-mail", "p_email", "email", typed);
    let (title, fields, button) = if asked.prompt == Prompt::Create {
        let fields = vec![
            field("First name", "p_first_name", "text", request.form("p_first_name").unwrap_or_default()),
            field("Last name", "p_last_name", "text", request.form("p_last_name").unwrap_or_default()),
            email,
            field("Password", "p_password", "password", ""),
        ];
        ("Create an account", fields, "Create")
    } else {
        ("Sign in", vec![email, field("Password", "p_password", "password", "")], "Sign in")
    };
    let form = Form { action: &action, csrf: &csrf, message, fields: &fields, button };
    let mut answer = super::page::page(row, title, &form.html());
    session::set(&mut answer, &cookie, site);
    answer
}

/// The user whom a filled-in form is about; what is wrong with it, if it is about nobody.
pub(super) fn user(tenant: &mut Tenant, request: &Request, asked: &Asked) -> Result<String, &'static str> {
    let email = request.form("p_email").map(str::trim).filter(|it| !it.is_empty());
    let (Some(email), Some(password)) = (email, request.form("p_password")) else {
        return Err("Enter an e-mail address and a password.");
    };
    if asked.prompt != Prompt::Create {
        let user = tenant.store.user_by_email(email);
        let user = user.filter(|user| user.password.as_ref().is_some_and(|it| it.is(password)));
        return user.map(|user| user.id.clone()).ok_or("The e-mail address or the password is wrong.");
    }
    let (Some(first), Some(last)) = (request.form("p_first_name"), request.form("p_last_name")) else {
        return Err("Enter a first and a last name.");
    };
    if tenant.store.user_by_email(email).is_some() {
        return Err("There is an account with this e-mail address.");
    }
    let mut user = User::new(format!("kp_{}", tenant.store.random.hex()), first, last);
    user.email = Some(email.to_owned());
    user.email_verified = true;
    user.password = Some(password.into());
    let id = user.id.clone();
    tenant.store.add_user(user);
    Ok(id)
}
