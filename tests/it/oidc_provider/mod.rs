//! What `SignIn` and every grant send, at a certified provider that knows nothing of us: panva's oidc-provider, with PKCE
//! required and Kinde's addresses (`tests/foreign/oidc-provider`). `.ci/foreign-providers` installs it and runs these; they
//! are ignored elsewhere, since it comes from npm.

mod browser;
mod provider;

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use kinde::jwt::{Audience, IdClaims, RemoteKeys, Verifier};
use kinde::keys::{GetJwks, GetOpenidConfiguration};
use kinde::oauth::{GetUserProfileV2, TokenRevocation, TokenTypeHint};
use kinde::sign_in::{Accepted, Callback, LogoutUrl, Nonce, SignIn};
use kinde::token::{
    Application, ClientCredentialsGrant, DeviceAuthorization, DevicePolling, RefreshTokenGrant, TokenResponse,
};
use kinde::{ClientSecret, ErrorKind, Kinde, Timer, Token, TokioTimer};

use browser::Browser;
use provider::{Introspect, Provider};

const CALLBACK: &str = "http://localhost:3999/callback";
const SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";

fn backend() -> Application {
    Application::backend("backend", ClientSecret::new(SECRET))
}

fn frontend() -> Application {
    Application::frontend("frontend")
}

fn kinde(provider: &Provider) -> Arc<dyn Kinde> {
    Arc::new(kinde::reqwest::client(provider.domain()).unwrap())
}

/// From the authorize URL through the provider's own pages to what is accepted. Its callback has `iss` (RFC 9207).
async fn come_back(provider: &Provider, us: &Application) -> Accepted {
    let sign_in = SignIn::new(us, CALLBACK).unwrap();
    let (url, pending) = sign_in.start(&provider.domain(), SystemTime::now()).unwrap();
    let back = Browser::new().follow(&url, CALLBACK).await;
    assert!(back.contains("&iss=http"), "{back}");
    sign_in.accept(&pending, &Callback::from_url(&back), SystemTime::now()).unwrap()
}

async fn verified(provider: &Provider, tokens: &TokenResponse, nonce: &Nonce, us: &Application) -> IdClaims {
    let keys = RemoteKeys::new(kinde(provider), &provider.domain(), TokioTimer);
    let audience = Audience::any_of(["https://api.example.com"]);
    let verifier = Verifier::builder(keys).audience(audience).client_id(us.client_id()).build();
    verifier.id_token(tokens.id_token.as_ref().unwrap(), nonce).await.unwrap()
}

#[tokio::test]
#[ignore = "needs oidc-provider from npm: .ci/foreign-providers"]
async fn a_backend_signs_a_user_in_and_out() {
    let provider = Provider::start();
    let (kinde, us) = (kinde(&provider), backend());
    let accepted = come_back(&provider, &us).await;
    let nonce = accepted.nonce.clone();
    let first = kinde.authorization_code(accepted.grant.clone()).await.unwrap();
    assert_eq!(first.expires_in, Some(Duration::from_secs(3_600)));
    assert_eq!(first.scope.as_deref(), Some("openid profile email offline"));
    let user = verified(&provider, &first, &nonce, &us).await;
    let profile = kinde.get_user_profile_v2(GetUserProfileV2::new(&first.access_token)).await.unwrap();
    assert_eq!(profile.sub.as_deref(), Some(user.subject.as_str()));
    assert_eq!(profile.name.as_deref(), Some("John Snow"));
    assert_eq!(profile.email.as_deref(), Some("john.snow@example.com"));

    let refresh = first.refresh_token.unwrap();
    let second = kinde.refresh_token(RefreshTokenGrant::new(&us, &refresh)).await.unwrap();
    assert_ne!(second.access_token.expose(), first.access_token.expose());
    let rotated = second.refresh_token.unwrap();
    assert_ne!(rotated.expose(), refresh.expose());

    let client = kinde::reqwest::client(provider.domain()).unwrap();
    let tokens = [
        (Token::from(&second.access_token), TokenTypeHint::AccessToken),
        (Token::from(&rotated), TokenTypeHint::RefreshToken),
    ];
    for (token, _) in &tokens {
        let answer = client.execute(&Introspect::new(&us, token)).await.unwrap();
        assert_eq!(answer.active().and_then(|claims| claims.client_id.as_deref()), Some("backend"));
    }
    // Here the first of them ends all that the sign-in brought.
    for (token, hint) in tokens {
        let revocation = TokenRevocation::of(&us, token.clone()).token_type_hint(hint);
        kinde.token_revocation(revocation).await.unwrap();
        assert!(!client.execute(&Introspect::new(&us, &token)).await.unwrap().is_active());
    }
    let error = kinde.refresh_token(RefreshTokenGrant::new(&us, &rotated)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::GrantRejected, Some("invalid_grant")));
    // Its own parameter for going on is another (OpenID Connect RP-Initiated Logout), so that it asks at most.
    let out = LogoutUrl::new(&provider.domain()).redirect("http://localhost:3999/").unwrap().to_string();
    assert!(Browser::new().open(&out).await.contains("sign-out"));
}

#[tokio::test]
#[ignore = "needs oidc-provider from npm: .ci/foreign-providers"]
async fn a_frontend_signs_in_by_pkce_alone() {
    let provider = Provider::start();
    let (kinde, us) = (kinde(&provider), frontend());
    let accepted = come_back(&provider, &us).await;
    let (nonce, grant) = (accepted.nonce.clone(), accepted.grant);
    let tokens = kinde.authorization_code(grant.clone()).await.unwrap();
    verified(&provider, &tokens, &nonce, &us).await;
    kinde.refresh_token(RefreshTokenGrant::new(&us, &tokens.refresh_token.unwrap())).await.unwrap();
    // A code is good once.
    assert_eq!(kinde.authorization_code(grant).await.unwrap_err().kind(), ErrorKind::GrantRejected);
}

#[tokio::test]
#[ignore = "needs oidc-provider from npm: .ci/foreign-providers"]
async fn a_machine_gets_its_own() {
    let provider = Provider::start();
    let grant = ClientCredentialsGrant::new(&backend()).audience("https://api.example.com");
    let tokens = kinde(&provider).client_credentials(grant).await.unwrap();
    assert!(tokens.refresh_token.is_none() && tokens.id_token.is_none() && tokens.expires_in.is_some());
    let wrong = Application::backend("backend", ClientSecret::new("wrong"));
    let error = kinde(&provider).client_credentials(ClientCredentialsGrant::new(&wrong)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::CredentialsRejected, Some("invalid_client")));
}

/// Every wait is over at once.
struct Impatient;

impl Timer for Impatient {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::task::yield_now())
    }
}

#[tokio::test]
#[ignore = "needs oidc-provider from npm: .ci/foreign-providers"]
async fn a_device_waits_for_its_user() {
    let provider = Provider::start();
    let (kinde, us) = (kinde(&provider), frontend());
    let request = DeviceAuthorization::new(&us).scope("openid").scope("offline");
    let begun = kinde.device_authorization(request).await.unwrap();
    let url = begun.verification_uri_complete.clone().unwrap();
    assert!(url.contains(&begun.user_code));
    let mut polling = DevicePolling::new(&us, &begun, Impatient);
    // It asks before the user has acted, for as long as they take.
    let user = async { Browser::new().open(&url).await };
    let (tokens, page) = tokio::join!(polling.wait(&kinde), user);
    let tokens = tokens.unwrap();
    assert!(page.contains("Success"), "{page}");
    assert!(tokens.id_token.is_some() && tokens.refresh_token.is_some());
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&tokens.access_token)).await.unwrap();
    assert_eq!(user.sub.as_deref(), Some("jon"));
}

#[tokio::test]
#[ignore = "needs oidc-provider from npm: .ci/foreign-providers"]
async fn what_it_publishes_is_read() {
    let provider = Provider::start();
    let kinde = kinde(&provider);
    let document = kinde.openid_configuration(GetOpenidConfiguration::new()).await.unwrap();
    assert_eq!(document.issuer, provider.domain().issuer());
    assert_eq!(document.code_challenge_methods_supported, ["S256"]);
    let keys = kinde.jwks(GetJwks::new()).await.unwrap().keys;
    assert!(keys.iter().any(|key| key.kty.as_deref() == Some("RSA") && key.kid.is_some()));
}
