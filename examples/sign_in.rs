//! Signing a user in, until the session ends: what four handlers do. The rest plays the browser and the user.
//! `cargo run --all-features --example sign_in` runs it against the fake, without an account.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, header::COOKIE};
use kinde::jwt::{Audience, IdClaims, RemoteKeys, Verifier};
use kinde::keep::{MemoryStore, SessionError, SessionId, UserTokens};
use kinde::sign_in::{Callback, LogoutUrl, SignIn};
use kinde::token::{Application, RefreshTokenGrant};
use kinde::{Domain, Kinde, oauth::GetUserProfileV2};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

struct App {
    kinde: Arc<dyn Kinde>, // in production: `kinde::reqwest::client(domain)?`, once
    domain: Domain,
    sign_in: SignIn,
    verifier: Verifier,
    users: UserTokens, // refreshes once for all who ask
}

impl App {
    /// GET /sign-in: where to redirect the browser, and the cookie that only it has.
    fn begin(&self, headers: &HeaderMap) -> Result<(String, HeaderValue)> {
        let (url, pending) = self.sign_in.start_beside(headers, &self.domain, SystemTime::now())?;
        Ok((url, self.sign_in.set_cookie(&pending)))
    }

    /// GET /callback: what the browser brought back, as long as this browser was sent there.
    async fn callback(&self, headers: &HeaderMap, url: &str) -> Result<(SessionId, IdClaims)> {
        let callback = Callback::from_url(url);
        let pending = self.sign_in.pending(headers, &callback)?;
        let accepted = self.sign_in.accept(&pending, &callback, SystemTime::now())?;
        let tokens = self.kinde.authorization_code(accepted.grant).await?; // sent once
        let id_token = tokens.id_token.as_ref().ok_or("the scope `openid` was not asked for")?;
        let user = self.verifier.id_token(id_token, &accepted.nonce).await?;
        Ok((self.users.sign_in(tokens).await?, user)) // on to `accepted.return_to`, with `clear_cookie(&pending)`
    }

    /// GET /profile, a day later perhaps.
    async fn profile(&self, id: &SessionId) -> Result<String> {
        let bearer = self.users.access_token(id).await?; // refreshed when it ends
        let user = self.kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await?;
        Ok(user.name.unwrap_or_default())
    }

    /// POST /sign-out: both tokens are revoked, then the browser ends Kinde's own session.
    async fn sign_out(&self, id: &SessionId) -> Result<String> {
        self.users.sign_out(id).await?;
        Ok(LogoutUrl::new(&self.domain).redirect("http://localhost:3000/")?.to_string())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let fake = kinde_mock::MockTransport::new();
    let (kinde, domain, timer) = (fake.client(), fake.domain(), fake.timer()); // in production: TokioTimer
    let us = Application::backend(fake.backend().client_id, fake.backend().client_secret);
    let keys = RemoteKeys::new(kinde.clone(), &domain, timer.clone());
    let verifier = Verifier::builder(keys).audience(Audience::any_of(["an API"])).client_id(us.client_id());
    let store = MemoryStore::new(10_000).timer(timer.clone());
    let users = UserTokens::builder(kinde.clone(), &domain, &us, store, timer).build();
    let sign_in = SignIn::new(&us, "http://localhost:3000/callback")?;
    let app = App { kinde: Arc::new(kinde), domain, sign_in, verifier: verifier.build(), users };

    let (url, cookie) = app.begin(&HeaderMap::new())?;
    let back = fake.authorize(&url, &fake.user()); // John Snow signs in on Kinde's page
    let browser = HeaderMap::from_iter([(COOKIE, cookie.to_str()?.split(';').next().unwrap_or("").parse()?)]);
    let (id, user) = app.callback(&browser, &back).await?;
    println!("signed in: {}", user.subject);
    fake.clock().advance(Duration::from_secs(25 * 3_600));
    println!("a day later: {}", app.profile(&id).await?);
    fake.assert_calls::<RefreshTokenGrant>(1);
    println!("303 to {}", app.sign_out(&id).await?);
    assert!(matches!(app.users.access_token(&id).await, Err(SessionError::SignInAgain)));
    Ok(())
}
