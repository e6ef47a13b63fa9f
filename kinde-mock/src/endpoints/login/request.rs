//! What an application asks for when it sends a user here.

use std::borrow::Cow;

use crate::endpoints::token::{scopes, words};
use crate::tenant::Tenant;
use crate::tenant::application::{Application, GrantType};
use crate::tenant::callback::{Allowed, allowed};

/// The parameters, in their order.
pub(super) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        Self(form_urlencoded::parse(text).collect())
    }

    /// One without a value counts as absent (RFC 6749 §3.1).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| &**value)
    }

    fn repeats(&self, name: &str) -> bool {
        self.0.iter().filter(|(known, _)| known == name).count() > 1
    }
}

pub(super) struct Asked {
    pub(super) client_id: String,
    pub(super) back: Back,
    pub(super) scopes: Vec<String>,
    pub(super) audience: Vec<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) org_code: Option<String>,
    /// The name of an organization that is to be made.
    pub(super) new_organization: Option<String>,
    pub(super) prompt: Prompt,
    pub(super) login_hint: Option<String>,
}

/// Where the user is sent back to, and with what.
#[derive(Clone)]
pub(super) struct Back {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) mode: Mode,
    /// Whether it is allowed only because the application has no list.
    pub(super) unlisted: bool,
}

/// How what is sent back comes along (OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Query,
    Fragment,
    FormPost,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompt {
    /// A form, unless the browser is signed in.
    Usual,
    Login,
    Create,
    None,
}

/// Why it is not carried out.
pub(super) enum Refused {
    /// The user stays here, since nobody knows where to send them.
    Here(&'static str),
    /// The user goes back with this error.
    Back(Back, &'static str, &'static str),
}

impl Mode {
    /// None for one that there is not.
    fn of(asked: Option<&str>) -> Option<Self> {
        match asked {
            None | Some("query") => Some(Self::Query),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            Some(_) => None,
        }
    }
}

impl Back {
    /// These parameters, and the state that was sent along, if any was.
    pub(super) fn with_state<'a>(
        &'a self,
        parameters: &'a [(&'a str, &'a str)],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let state = self.state.as_deref().map(|state| ("state", state));
        parameters.iter().copied().chain(state)
    }

    pub(super) fn to(&self, parameters: &[(&str, &str)]) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(self.with_state(parameters));
        let separator = match (self.mode, self.redirect_uri.contains('?')) {
            (Mode::Fragment, _) => '#',
            (_, true) => '&',
            (_, false) => '?',
        };
        format!("{}{separator}{}", self.redirect_uri, text.finish())
    }
}

/// What is asked for, if it is in order.
pub(super) fn read(tenant: &Tenant, parameters: &Parameters<'_>) -> Result<Asked, Refused> {
    let (application, back) = application(tenant, parameters).map_err(Refused::Here)?;
    let refuse = |error, why| Err(Refused::Back(back.clone(), error, why));
    let text = |name: &str| parameters.get(name).map(str::to_owned);
    const ONCE: [&str; 9] = [
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "org_code",
    ];
    if ONCE.iter().any(|name| parameters.repeats(name)) {
        return refuse("invalid_request", "A parameter is given more than once.");
    }
    if !application.may_use(GrantType::AuthorizationCode) {
        return refuse("unauthorized_client", "The client may not use authorization codes.");
    }
    if parameters.get("response_type") != Some("code") {
        return refuse("unsupported_response_type", "The response_type must be code.");
    }
    if Mode::of(parameters.get("response_mode")).is_none() {
        return refuse(
            "unsupported_response_mode",
            "The response_mode must be query, fragment or form_post.",
        );
    }
    if back.state.as_ref().is_some_and(|state| state.len() < 8) {
        return refuse("invalid_state", "The state must be at least 8 characters long.");
    }
    let challenge = match (parameters.get("code_challenge"), parameters.get("code_challenge_method")) {
        (None, None) if !application.is_backend() => {
            return refuse("invalid_request", "This client must use PKCE, and code_challenge is missing.");
        }
        (None, None) => None,
        (Some(challenge), Some("S256")) if challenge.len() == 43 => Some(challenge.to_owned()),
        (Some(_), Some("S256")) => {
            return refuse("invalid_request", "The code_challenge is not the base64url of a SHA-256.");
        }
        _ => return refuse("invalid_request", "A code_challenge goes with code_challenge_method S256."),
    };
    let scopes = scopes(parameters.get("scope"));
    if application.forbidden_scope(&scopes).is_some() {
        return refuse("invalid_scope", "The client may not ask for one of these scopes.");
    }
    let prompts = words(parameters.get("prompt"));
    let is = |prompt: &str| prompts.iter().any(|it| it == prompt);
    let registers = is("create") || parameters.get("start_page") == Some("registration");
    if is("none") && prompts.len() > 1 {
        return refuse("invalid_request", "The prompt none goes with no other.");
    }
    let prompt = match (is("none"), registers, is("login")) {
        (true, _, _) => Prompt::None,
        (_, true, _) => Prompt::Create,
        (_, _, true) => Prompt::Login,
        _ => Prompt::Usual,
    };
    let creates = parameters.get("is_create_org").is_some_and(|it| it == "true");
    let new_organization = creates.then(|| text("org_name").unwrap_or_else(|| "New organization".to_owned()));
    Ok(Asked {
        client_id: application.client_id.clone(),
        scopes,
        audience: words(parameters.all("audience")),
        nonce: text("nonce"),
        challenge,
        org_code: text("org_code"),
        new_organization,
        prompt,
        login_hint: text("login_hint"),
        back,
    })
}

/// Who asks, and where the user goes back to; why not, if that is not known.
fn application<'a>(
    tenant: &'a Tenant,
    parameters: &Parameters<'_>,
) -> Result<(&'a Application, Back), &'static str> {
    if parameters.repeats("client_id") || parameters.repeats("redirect_uri") {
        return Err("client_id or redirect_uri is given more than once.");
    }
    let client_id = parameters.get("client_id").ok_or("There is no client_id.")?;
    let application =
        tenant.store.application(client_id).ok_or("There is no application of this client_id.")?;
    let redirect_uri = parameters.get("redirect_uri").ok_or("There is no redirect_uri.")?;
    let unlisted = match allowed(redirect_uri, &application.callbacks) {
        Allowed::Listed => false,
        Allowed::Loopback => true,
        Allowed::No => {
            return Err("Invalid callback URL: the redirect_uri is none of the application's callbacks.");
        }
    };
    // A fragment has no place in a callback (RFC 6749 §3.1.2), nor has what can't stand in a header.
    if redirect_uri.contains('#') || !redirect_uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("Invalid callback URL: it has a fragment, or letters that a URL can't have.");
    }
    let back = Back {
        redirect_uri: redirect_uri.to_owned(),
        state: parameters.get("state").map(str::to_owned),
        // One that there is not is refused, in the query.
        mode: Mode::of(parameters.get("response_mode")).unwrap_or(Mode::Query),
        unlisted,
    };
    Ok((application, back))
}
