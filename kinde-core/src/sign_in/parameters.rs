//! What can be said in an authorize request besides who asks: the parameters that Kinde documents.

use std::borrow::Cow;
use std::fmt;

use super::authorize::SignIn;
use super::reauth::ReauthState;

/// What the sign-in page must do (OpenID Connect Core §3.1.2.1, and `create` of Initiating User Registration 1.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prompt {
    /// Ask for the credentials although a session exists.
    Login,
    /// Show the page for signing up.
    Create,
    /// Show nothing: who has no session comes back with `login_required`.
    None,
}

impl Prompt {
    /// Returns the text that is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Create => "create",
            Self::None => "none",
        }
    }
}

/// The page to begin on, which Kinde calls deprecated: [`Prompt`] took its place. Older SDKs still send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StartPage {
    /// The page for signing in.
    Login,
    /// The page for signing up.
    Registration,
}

impl StartPage {
    /// Returns the text that is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Registration => "registration",
        }
    }
}

/// Who the sign-in page is filled in for.
///
/// It is personal data: `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginHint(String);

impl LoginHint {
    /// Names the user by an e-mail address.
    pub fn email(address: impl Into<String>) -> Self {
        Self(address.into())
    }

    /// Names the user by a telephone number in international form (`+61444110110`), and its country as two letters
    /// (`au`).
    pub fn phone(number: &str, country: &str) -> Self {
        Self(format!("phone:{number}:{country}"))
    }

    /// Names the user by a username.
    pub fn username(name: &str) -> Self {
        Self(format!("username:{name}"))
    }
}

impl From<&str> for LoginHint {
    /// As [`email`](Self::email), or one of Kinde's other forms as it is written.
    fn from(hint: &str) -> Self {
        Self(hint.to_owned())
    }
}

impl fmt::Debug for LoginHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginHint([redacted])")
    }
}

/// Names that Kinde passes on to analytics, as its own SDKs list them; `utm_…` and `hsa_…` beside them.
const MARKETING: [&str; 15] = [
    "gclid",
    "click_id",
    "fbclid",
    "msclkid",
    "ttclid",
    "twclid",
    "li_fat_id",
    "match_type",
    "keyword",
    "device",
    "ad_group_id",
    "campaign_id",
    "creative",
    "network",
    "ad_position",
];

/// What an authorize request may carry. A parameter set twice has its last value.
///
/// Source: Kinde, "Using Kinde without an SDK", request parameters, unless a method says otherwise.
impl SignIn {
    /// Sets `prompt`: what the page must do.
    pub fn prompt(self, prompt: Prompt) -> Self {
        self.set("prompt", prompt.as_str())
    }

    /// Begins with the page for signing up: `prompt=create`, as the official SDKs' `register` does.
    pub fn register(self) -> Self {
        self.prompt(Prompt::Create)
    }

    /// Signs the user up and makes an organization of that name with them as its first member: `prompt=create`,
    /// `is_create_org=true`, `org_name`, as the official SDKs' `createOrg` does.
    pub fn create_organization(self, name: impl Into<String>) -> Self {
        self.register().set("is_create_org", "true").set("org_name", name)
    }

    /// Gets tokens for another organization of a user who is signed in, without showing a page: `prompt=none`,
    /// `org_code`. A user without a session comes back with `login_required`.
    pub fn switch_organization(self, org_code: impl Into<String>) -> Self {
        self.prompt(Prompt::None).org_code(org_code)
    }

    /// Sets `org_code`: the organization to sign in to or up to (`org_…`); the organization picker is skipped.
    ///
    /// A visitor can change it: it doesn't restrict who may sign up. Compare the token's `org_code`.
    pub fn org_code(self, org_code: impl Into<String>) -> Self {
        self.set("org_code", org_code)
    }

    /// Sets `audience`: the APIs the access token is for, by their identifiers. Several are sent in one parameter, a
    /// space between them.
    pub fn audience<A: AsRef<str>>(self, identifiers: impl IntoIterator<Item = A>) -> Self {
        self.words("audience", identifiers)
    }

    /// Sets `connection_id`: goes straight to one way of signing in (`conn_…`).
    pub fn connection_id(self, connection_id: impl Into<String>) -> Self {
        self.set("connection_id", connection_id)
    }

    /// Sets `login_hint`: fills in the page. Source: Kinde, "Prepopulate identity for sign in".
    pub fn login_hint(self, hint: impl Into<LoginHint>) -> Self {
        self.set("login_hint", hint.into().0)
    }

    /// Sets `lang`: the page's language, as two letters (`de`).
    pub fn lang(self, language: impl Into<String>) -> Self {
        self.set("lang", language)
    }

    /// Sets `has_success_page`: a page of success at the end instead of the callback's (for command lines and mobile
    /// applications).
    pub fn has_success_page(self, shown: bool) -> Self {
        self.set("has_success_page", truth(shown))
    }

    /// Sets `is_use_auth_success_page`: Kinde's documentation has it beside `has_success_page`, for the same.
    pub fn is_use_auth_success_page(self, shown: bool) -> Self {
        self.set("is_use_auth_success_page", truth(shown))
    }

    /// Sets `workflow_deployment_id`: tries a deployment of a workflow out; the user is asked for a password.
    pub fn workflow_deployment_id(self, id: impl Into<String>) -> Self {
        self.set("workflow_deployment_id", id)
    }

    /// Sets `supports_reauth`: a link that has expired comes back as [`LoginLinkExpired`], from which the sign-in can
    /// be begun again, instead of ending on Kinde's page.
    ///
    /// [`LoginLinkExpired`]: super::CallbackError::LoginLinkExpired
    pub fn supports_reauth(self, supported: bool) -> Self {
        self.set("supports_reauth", truth(supported))
    }

    /// Begins a sign-in again whose link had expired, with the parameters it had: those that say *how* to sign in
    /// (organization, connection, language, …). What says *who asks* stays this application's own.
    pub fn reauth(mut self, state: &ReauthState) -> Self {
        for (name, value) in state.parameters() {
            self = self.set(name, value);
        }
        self
    }

    /// Sets `plan_interest`: the billing plan that was chosen, by its key.
    pub fn plan_interest(self, plan: impl Into<String>) -> Self {
        self.set("plan_interest", plan)
    }

    /// Sets `pricing_table_key`: the pricing table to show.
    pub fn pricing_table_key(self, key: impl Into<String>) -> Self {
        self.set("pricing_table_key", key)
    }

    /// Sets `invitation_code` and `is_invitation=true`: accepts an invitation. Source: the official SDKs, which send
    /// both.
    pub fn invitation(self, code: impl Into<String>) -> Self {
        self.set("invitation_code", code).set("is_invitation", "true")
    }

    /// Sets `pages_mode=preview`: shows pages of your own design that are not live yet. Source: Kinde, "Preview custom
    /// design".
    pub fn preview_pages(self) -> Self {
        self.set("pages_mode", "preview")
    }

    /// Sets `start_page`: deprecated by Kinde for [`prompt`](Self::prompt); the TypeScript SDK still sends it.
    pub fn start_page(self, page: StartPage) -> Self {
        self.set("start_page", page.as_str())
    }

    /// Sets `redirect_url`: the Python SDK sends it. What the service does with it is not documented.
    pub fn redirect_url(self, url: impl Into<String>) -> Self {
        self.set("redirect_url", url)
    }

    /// Adds a marketing parameter that Kinde passes on to analytics: `utm_…`, `hsa_…`, `gclid`, `fbclid` and their
    /// like, as Kinde's js-utils lists them. [`start`](Self::start_with) refuses any other name.
    pub fn marketing(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        let name = name.into();
        if MARKETING.contains(&&*name) || name.starts_with("utm_") || name.starts_with("hsa_") {
            return self.set(name, value);
        }
        self.refuse("marketing", "has a name that Kinde doesn't pass on: use `extra` if a connection maps it")
    }

    /// Adds any other parameter, as a connection passes them on to its identity provider (Kinde, "Pass parameters to
    /// identity providers").
    ///
    /// What decides who asks and what comes back can't be set with it: `client_id`, `client_secret`, `redirect_uri`,
    /// `response_type`, `response_mode`, `scope`, `state`, `nonce`, `code_challenge`, `code_challenge_method`,
    /// `request`, `request_uri`. [`start`](Self::start_with) refuses these.
    pub fn extra(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        let name = name.into();
        if RESERVED.contains(&&*name) {
            return self.refuse("extra", "names a parameter that decides who asks or what comes back");
        }
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return self.refuse("extra", "has a name that is empty or has a character outside visible ASCII");
        }
        self.set(name, value)
    }
}

/// What `extra` can't set: it would change who asks, what comes back, or how it is protected.
const RESERVED: [&str; 12] = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
];

const fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
