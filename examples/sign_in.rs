//! Signing a user in, from the address that the browser is sent to until the session ends, in a handler's steps.
//! `cargo run --all-features --example sign_in` runs it against a scripted provider, without an account.

use std::error::Error;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header::COOKIE};
use kinde::oauth::GetUserProfileV2;
use kinde::oauth::TokenRevocation;
use kinde::sign_in::{Callback, LogoutUrl, SignIn};
use kinde::token::{Application, RefreshTokenGrant};
use kinde::{CallContext, Client, ClientSecret, Domain, OAuth, Token, TokenEndpoint};
use kinde::{Transport, TransportError};

/// Answers as Kinde documents it. In an application: `kinde::reqwest::client(domain)?`.
struct Provider;

impl Transport for Provider {
    async fn send(&self, request: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(Bytes::from_static(match request.uri().path() {
            "/oauth2/token" => br#"{"access_token":"eyJhbGciOi.eyJzdWIiOi.c2ln","token_type":"bearer","expires_in":86400,
                "refresh_token":"c2hvcnQ.bGl2ZWQ","id_token":"eyJhbGciOi.eyJub25jZS.c2ln","scope":"openid offline"}"#,
            "/oauth2/v2/user_profile" => br#"{"sub":"kp_1","id":"kp_1","given_name":"John"}"#,
            _ => b"",
        })))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Made once, at start-up.
    let domain = Domain::new("acme.kinde.com")?;
    let kinde = Client::new(domain.clone(), Provider);
    let application = Application::backend("f9c0f8a0b1", ClientSecret::new("rrkYRaz8z96sAiOxPt6IzOCoelFFT4"));
    let sign_in = SignIn::new(&application, "https://app.example/callback")?;

    // GET /sign-in: the browser goes to Kinde, with a cookie that only it has.
    let visitor = HeaderMap::new();
    let (url, pending) =
        sign_in.clone().return_to("/orders").start_beside(&visitor, &domain, SystemTime::now())?;
    let cookie = sign_in.set_cookie(&pending);
    println!("303 to {}…", &url[..60]);

    // GET /callback: it comes back with its cookie. (Kinde's page is left out: the state is all it hands through.)
    let mut headers = HeaderMap::new();
    let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
    headers.insert(COOKIE, HeaderValue::from_str(pair)?);
    let state = url.split('&').find_map(|pair| pair.strip_prefix("state=")).unwrap_or_default();
    let callback = Callback::from_url(&format!("/callback?code=abc.def&scope=openid&state={state}"));

    let pending = sign_in.pending(&headers, &callback)?;
    let accepted = sign_in.accept(&pending, &callback, SystemTime::now())?;
    let tokens = kinde.authorization_code(accepted.grant).await?; // once
    // `kinde::jwt` verifies `tokens.id_token` against `accepted.nonce` before anyone is signed in.
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&tokens.access_token)).await?;
    println!(
        "hello, {}; on to {}",
        user.given_name.unwrap_or_default(),
        accepted.return_to.unwrap_or_default()
    );

    // A day later: new tokens by the refresh token, which is spent then. `kinde::keep::UserTokens` does it once for
    // all callers.
    let refresh = tokens.refresh_token.ok_or("asked for `offline`")?;
    let tokens = kinde.refresh_token(RefreshTokenGrant::new(&application, &refresh)).await?;
    println!("refreshed: {tokens:?}");

    // POST /sign-out: revoked first, then the browser ends Kinde's own session.
    let refresh = tokens.refresh_token.ok_or("rotated")?;
    kinde.token_revocation(TokenRevocation::of(&application, Token::from(&refresh))).await?;
    println!("303 to {}", LogoutUrl::new(&domain).redirect("https://app.example/")?);
    Ok(())
}
