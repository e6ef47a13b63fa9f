//! From the authorize URL to the end of a session, over every backend, at the fake: what `SignIn` and each grant send is
//! accepted there, and what it answers is read.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use http::HeaderMap;
use http::header::COOKIE;
use kinde::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation, TokenTypeHint};
use kinde::sign_in::{Accepted, Callback, LogoutUrl, Pending, SignIn};
use kinde::token::{
    Application, ClientCredentialsGrant, DeviceAuthorization, DeviceAuthorizationPath, DeviceCodeGrant,
    DevicePolling, RefreshTokenGrant, TokenResponse,
};
use kinde::{AccessToken, ErrorKind, Kinde, Timer, Token};
use kinde_mock::{FakeKinde, MockKinde};

use crate::common::{Connect, exchange};

crate::common::over_every_backend!(
    a_user_signs_in_and_stays_and_signs_out,
    a_frontend_signs_in_by_pkce_alone,
    a_code_is_good_once,
    a_code_of_another_sign_in_is_refused,
    a_machine,
    a_device_by_either_path,
    a_device_that_is_refused,
);

fn backend(fake: &MockKinde) -> Application {
    Application::backend(fake.backend().client_id, fake.backend().client_secret)
}

fn begin(fake: &MockKinde, us: &Application) -> (SignIn, String, Pending) {
    let sign_in = SignIn::new(us, "http://localhost:3000/callback").unwrap().return_to("/orders?id=7");
    let (url, pending) = sign_in.start(&fake.domain(), SystemTime::now()).unwrap();
    (sign_in, url, pending)
}

/// The user signs in, and the browser comes back with its cookie.
fn come_back(fake: &MockKinde, (sign_in, url, pending): &(SignIn, String, Pending)) -> Accepted {
    let callback = Callback::from_url(&fake.authorize(url, &fake.user()));
    let cookie = sign_in.set_cookie(pending);
    let pair = cookie.to_str().unwrap().split(';').next().unwrap().parse().unwrap();
    let pending = sign_in.pending(&HeaderMap::from_iter([(COOKIE, pair)]), &callback).unwrap();
    sign_in.accept(&pending, &callback, SystemTime::now()).unwrap()
}

async fn is_active(kinde: &dyn Kinde, asker: &AccessToken, token: Token) -> bool {
    kinde.token_introspection(TokenIntrospection::new(asker, token)).await.unwrap().is_active()
}

async fn a_user_signs_in_and_stays_and_signs_out(connect: Connect) {
    let fake = MockKinde::start().await;
    let (kinde, us) = (connect(fake.domain()), backend(&fake));
    let accepted = come_back(&fake, &begin(&fake, &us));
    assert_eq!(accepted.return_to.as_deref(), Some("/orders?id=7"));
    let nonce = accepted.nonce.expose().to_owned();
    let first = kinde.authorization_code(accepted.grant).await.unwrap();
    assert_eq!(first.expires_in, Some(Duration::from_secs(86_400)));
    assert_eq!(first.scope.as_deref(), Some("openid profile email offline"));
    assert_eq!(claims(&first)["nonce"], nonce);
    #[cfg(feature = "jwt")]
    assert_eq!(verified(&fake, &kinde, &first, &kinde::sign_in::Nonce::new(nonce)).await, fake.user().id);
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&first.access_token)).await.unwrap();
    assert_eq!(user.name.as_deref(), Some("John Snow"));

    // A day later the access token is over, and the refresh token brings others.
    fake.clock().advance(Duration::from_secs(25 * 3_600));
    let old = GetUserProfileV2::new(&first.access_token);
    assert_eq!(kinde.get_user_profile_v2(old).await.unwrap_err().kind(), ErrorKind::CredentialsRejected);
    let refresh = first.refresh_token.unwrap();
    let second = kinde.refresh_token(RefreshTokenGrant::new(&us, &refresh)).await.unwrap();
    assert_ne!(second.access_token.expose(), first.access_token.expose());
    assert_ne!(second.refresh_token.as_ref().unwrap().expose(), refresh.expose());
    kinde.get_user_profile_v2(GetUserProfileV2::new(&second.access_token)).await.unwrap();

    // Both are revoked, one by one; and the browser ends Kinde's own session.
    let machine = kinde.client_credentials(ClientCredentialsGrant::new(&us)).await.unwrap().access_token;
    let refresh = second.refresh_token.unwrap();
    let tokens = [
        (Token::from(&refresh), TokenTypeHint::RefreshToken),
        (Token::from(&second.access_token), TokenTypeHint::AccessToken),
    ];
    for (token, hint) in &tokens {
        let request = TokenRevocation::of(&us, token.clone()).token_type_hint(*hint);
        kinde.token_revocation(request).await.unwrap();
        assert!(!is_active(&*kinde, &machine, token.clone()).await);
    }
    let error = kinde.refresh_token(RefreshTokenGrant::new(&us, &refresh)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::GrantRejected, Some("invalid_grant")));
    let url =
        LogoutUrl::new(&fake.domain()).redirect("http://localhost:3000/bye?a=b&c=d").unwrap().to_string();
    let path = url.strip_prefix(&fake.domain().to_string()).unwrap();
    let answer = exchange(&fake.domain().to_string(), &format!("GET {path} HTTP/1.1"), "");
    assert!(answer.starts_with("HTTP/1.1 302 "), "{answer}");
    assert!(answer.contains("\nlocation: http://localhost:3000/bye?a=b&c=d\n"), "{answer}");
}

#[cfg(feature = "jwt")]
async fn verified(
    fake: &MockKinde,
    kinde: &std::sync::Arc<dyn Kinde>,
    tokens: &TokenResponse,
    nonce: &kinde::sign_in::Nonce,
) -> String {
    use kinde::jwt::{Audience, RemoteKeys, Verifier};
    let keys = RemoteKeys::new(kinde.clone(), &fake.domain(), fake.timer());
    let us = fake.backend().client_id;
    let audience = Audience::any_of(["https://api.example.com"]).or_empty_from([us.clone()]);
    let verifier = Verifier::builder(keys).audience(audience).client_id(us).build();
    verifier.access_token(&tokens.access_token).await.unwrap();
    verifier.id_token(tokens.id_token.as_ref().unwrap(), nonce).await.unwrap().subject
}

fn claims(tokens: &TokenResponse) -> serde_json::Value {
    use base64::Engine as _;
    let claims = tokens.id_token.as_ref().unwrap().expose().split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

async fn a_frontend_signs_in_by_pkce_alone(connect: Connect) {
    let fake = MockKinde::start().await;
    let us = Application::frontend(fake.frontend().client_id);
    let kinde = connect(fake.domain());
    let tokens = kinde.authorization_code(come_back(&fake, &begin(&fake, &us)).grant).await.unwrap();
    let refresh = tokens.refresh_token.unwrap();
    let tokens = kinde.refresh_token(RefreshTokenGrant::new(&us, &refresh)).await.unwrap();
    assert!(fake.is_live(&tokens.access_token));
}

async fn a_code_is_good_once(connect: Connect) {
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let accepted = come_back(&fake, &begin(&fake, &backend(&fake)));
    kinde.authorization_code(accepted.grant.clone()).await.unwrap();
    let error = kinde.authorization_code(accepted.grant).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GrantRejected);
}

/// Someone puts their own code into the callback of a sign-in that this browser began: its verifier isn't theirs.
async fn a_code_of_another_sign_in_is_refused(connect: Connect) {
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let (mine, theirs) = (begin(&fake, &backend(&fake)), begin(&fake, &backend(&fake)));
    let (sign_in, url, pending) = &mine;
    let parameter = |url: &str, name: &str| {
        let (_, query) = url.split_once('?').unwrap();
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
            .unwrap()
    };
    let code = parameter(&fake.authorize(&theirs.1, &fake.user()), "code");
    let callback = Callback::from_query(&format!("code={code}&state={}", parameter(url, "state")));
    let accepted = sign_in.accept(pending, &callback, SystemTime::now()).unwrap();
    let error = kinde.authorization_code(accepted.grant).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GrantRejected);
}

async fn a_machine(connect: Connect) {
    let fake = MockKinde::start().await;
    let (kinde, us) = (connect(fake.domain()), backend(&fake));
    let grant = ClientCredentialsGrant::new(&us).audience("https://a.example").audience("https://b.example");
    let ours = kinde.client_credentials(grant.clone()).await.unwrap();
    assert!(ours.refresh_token.is_none() && ours.id_token.is_none());
    let question =
        TokenIntrospection::new(&ours.access_token, Token::new(fake.sign_in().access_token.expose()));
    assert!(kinde.token_introspection(question).await.unwrap().is_active());
    let wrong = Application::backend(fake.backend().client_id, kinde::ClientSecret::new("wrong"));
    let error = kinde.client_credentials(ClientCredentialsGrant::new(&wrong)).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::CredentialsRejected, Some("invalid_client")));
}

/// Each wait moves the fake's clock on and is over at once. The user acts during the third.
struct Turning {
    fake: FakeKinde,
    waits: AtomicUsize,
    user_acts: Box<dyn Fn(&FakeKinde) -> bool + Send + Sync>,
}

impl Timer for Turning {
    fn now(&self) -> Instant {
        self.fake.timer().now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.fake.clock().advance(duration);
        if self.waits.fetch_add(1, Ordering::Relaxed) == 2 {
            assert!((self.user_acts)(&self.fake));
        }
        Box::pin(std::future::ready(()))
    }
}

/// What the polling ends with, after how many questions.
async fn device(
    connect: Connect,
    path: DeviceAuthorizationPath,
    user_acts: impl Fn(&FakeKinde, &str) -> bool + Send + Sync + 'static,
) -> (Result<TokenResponse, kinde::Error>, MockKinde) {
    let fake = MockKinde::start().await;
    let (kinde, tv) = (connect(fake.domain()), Application::frontend(fake.frontend().client_id));
    let request = DeviceAuthorization::new(&tv).scope("openid").scope("offline").path(path);
    let begun = kinde.device_authorization(request).await.unwrap();
    assert!(begun.verification_uri_complete.as_ref().unwrap().contains(&begun.user_code));
    let code = begun.user_code.clone();
    let user_acts = Box::new(move |fake: &FakeKinde| user_acts(fake, &code));
    let timer = Turning { fake: (*fake).clone(), waits: AtomicUsize::new(0), user_acts };
    let answer = DevicePolling::new(&tv, &begun, timer).wait(&kinde).await;
    fake.assert_calls::<DeviceCodeGrant>(3);
    (answer, fake)
}

async fn a_device_by_either_path(connect: Connect) {
    for path in [DeviceAuthorizationPath::DeviceAuth, DeviceAuthorizationPath::V2] {
        let approve = |fake: &FakeKinde, code: &str| fake.approve_device(code, &fake.user());
        let (tokens, fake) = device(connect, path, approve).await;
        let tokens = tokens.unwrap();
        assert!(fake.is_live(&tokens.access_token) && tokens.refresh_token.is_some());
        assert_eq!(claims(&tokens)["sub"], fake.user().id);
    }
}

async fn a_device_that_is_refused(connect: Connect) {
    let refuse = |fake: &FakeKinde, code: &str| fake.refuse_device(code);
    let (answer, _) = device(connect, DeviceAuthorizationPath::default(), refuse).await;
    let error = answer.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::GrantRejected, Some("access_denied")));
}
