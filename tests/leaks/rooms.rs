//! The types of signing in, of what a tenant publishes and of what keeps tokens, with secrets in them.

use std::time::Duration;

use kinde::token::{Application, TokenResponse};
use kinde::{Client, ClientSecret, Domain, Operation, TokioTimer};

use super::case::{SECRET, TOKEN};
use super::prints::Prints;
use super::stand_ins::{Mine, response};

/// Signing in, with secrets in every place that takes a text.
pub(super) fn signing_in(prints: &mut Prints, application: &Application) {
    use kinde::sign_in::{
        Callback, CallbackError, LoginHint, LogoutUrl, Prompt, ReauthState, SignIn, StartPage,
    };
    let (domain, now) = (Domain::new("acme.kinde.com").unwrap(), std::time::SystemTime::UNIX_EPOCH);
    let hint = LoginHint::email(format!("{TOKEN}@example.com"));
    prints.debug("LoginHint", &hint);
    prints.debug("Prompt", &Prompt::Login);
    prints.debug("StartPage", &StartPage::Registration);
    prints.debug("ReauthState", &ReauthState::new(TOKEN));
    let sign_in = SignIn::new(application, "https://app.example/callback").unwrap().login_hint(hint);
    prints.debug("SignIn", &sign_in);
    let (url, pending) = sign_in.start_with([7; 32], &domain, now).unwrap();
    prints.debug("Pending", &pending);
    let state = url.split("&state=").nth(1).unwrap().split('&').next().unwrap();
    let refused = format!("error=access_denied&error_description={TOKEN}&state={state}");
    let refused = sign_in.accept(&pending, &Callback::from_query(&refused), now).unwrap_err();
    prints.debug("CallbackError", &refused);
    prints.display(&refused);
    let CallbackError::Refused(refused) = &refused else { panic!("{refused}") };
    prints.debug("Refused", refused);
    let callback = Callback::from_query(&format!("code={TOKEN}&state={state}"));
    prints.debug("Callback", &callback);
    let accepted = sign_in.accept(&pending, &callback, now).unwrap();
    prints.debug("Accepted", &accepted);
    prints.debug("Nonce", &accepted.nonce);
    prints.debug("AuthorizationCodeGrant", &accepted.grant);
    assert!(!prints.text.contains(state), "a pending sign-in's state is a secret");
    assert!(!prints.text.contains(accepted.nonce.expose()), "and so is its nonce");
    let logout = LogoutUrl::new(&domain).redirect("https://app.example/").unwrap();
    prints.debug("LogoutUrl", &logout);
    prints.display(&logout);
}

/// What a tenant publishes.
pub(super) fn published(prints: &mut Prints) {
    use kinde::keys::{GetJwks, GetOpenidConfiguration, JwksPath};
    prints.debug("GetJwks", &GetJwks::new());
    prints.debug("JwksPath", &JwksPath::default());
    prints.debug("GetOpenidConfiguration", &GetOpenidConfiguration::new());
    let keys = r#"{"keys":[{"kty":"RSA","kid":"one","n":"AQAB","e":"AQAB"}]}"#;
    let keys = GetJwks::new().decode(response(200, keys.to_owned())).unwrap();
    prints.debug("JsonWebKeySet", &keys);
    prints.debug("JsonWebKey", &keys.keys);
    let page = r#"{"issuer":"https://acme.kinde.com"}"#;
    let page = GetOpenidConfiguration::new().decode(response(200, page.to_owned()));
    prints.debug("OpenidConfiguration", &page);
}

/// What keeps tokens, with some in it.
pub(super) fn kept(prints: &mut Prints, application: &Application, tokens: TokenResponse) {
    use kinde::keep::{
        Entry, LoadPanicked, MachineTokens, MemoryStore, NotNow, SessionError, SessionId, SingleFlight,
        StoreError, StoreKey, TokioSpawn, UserTokens, Version,
    };
    let domain = Domain::new("acme.kinde.com").unwrap();
    let client = || Client::builder(domain.clone(), Mine(ClientSecret::new(SECRET))).build();
    prints.debug("Version", &Version::new(TOKEN));
    prints.debug("Entry", &Entry::new(TOKEN.into(), Duration::from_secs(1), Version::new(TOKEN)));
    prints.debug("StoreKey", &StoreKey::new(&domain, "session", &[TOKEN.as_bytes()]));
    prints.debug("SessionId", &SessionId::from_cookie(&"0".repeat(64)));
    let machine = MachineTokens::builder(client(), &domain, application, TokioTimer);
    prints.debug("MachineTokensBuilder", &machine);
    prints.debug("MachineTokens", &machine.build().unwrap());
    let store = std::sync::Arc::new(MemoryStore::new(1));
    let users =
        UserTokens::builder(client(), &domain, application, std::sync::Arc::clone(&store), TokioTimer);
    prints.debug("UserTokensBuilder", &users);
    let users = users.build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let id = runtime.block_on(users.sign_in(tokens)).unwrap();
    prints.debug("UserTokens", &(&users, &id, &store));
    assert!(!prints.text.contains(id.expose()), "a session's id is a secret");
    prints.debug("MemoryStore", &store);
    prints.debug("SingleFlight", &SingleFlight::<u32, String>::new());
    prints.debug("TokioSpawn", &TokioSpawn);
    prints.debug("LoadPanicked", &LoadPanicked);
    prints.debug("NotNow", &NotNow::Busy);
    prints.debug("StoreError", &StoreError::Full);
    for error in [SessionError::SignInAgain, SessionError::NotNow(NotNow::Busy), StoreError::Full.into()] {
        prints.debug("SessionError", &error);
        prints.display(&error);
    }
}
