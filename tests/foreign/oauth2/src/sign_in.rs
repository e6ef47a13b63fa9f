//! openidconnect, unchanged, from discovery to signing out.

use std::error::Error;

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::http::Request;
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse,
};
use serde_json::{Value, json};

use crate::wire;

const CALLBACK: &str = "http://localhost:3999/callback";

pub fn check(kinde: &Value, auth: AuthType) -> Result<(), Box<dyn Error>> {
    let text = |key: &str| kinde[key].as_str().unwrap_or_default().to_owned();
    let metadata = CoreProviderMetadata::discover(&IssuerUrl::new(text("issuer"))?, &wire::send)?;
    let secret = Some(ClientSecret::new(text("client_secret")));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(text("client_id")), secret)
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned())?)
        .set_auth_type(auth);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (url, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "email", "offline"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    // Without a browser: the program's admin API signs the user in.
    let request = Request::post(text("admin_url") + "/authorizations")
        .header("authorization", format!("Bearer {}", text("admin_token")))
        .body(json!({ "url": url }).to_string().into_bytes())?;
    let answer: Value = serde_json::from_slice(wire::send(request)?.body())?;
    let callback = Url::parse(answer["callback"].as_str().ok_or("no callback")?)?;
    let returned =
        |name: &str| callback.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(returned("state").as_ref(), Some(state.secret()));

    let code = AuthorizationCode::new(returned("code").ok_or("no code")?);
    let tokens = client.exchange_code(code)?.set_pkce_verifier(verifier).request(&wire::send)?;
    let id_token = tokens.id_token().ok_or("no id_token")?;
    let checks = client.id_token_verifier();
    let claims = id_token.claims(&checks, &nonce)?;
    assert_eq!(claims.email().map(|email| email.as_str()), kinde["user_email"].as_str());
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg()?,
        id_token.signing_key(&checks)?,
    )?;
    assert_eq!(claims.access_token_hash(), Some(&hash));

    let refresh_token = tokens.refresh_token().ok_or("no refresh_token")?;
    let refreshed = client.exchange_refresh_token(refresh_token)?.request(&wire::send)?;
    assert_ne!(refreshed.access_token().secret(), tokens.access_token().secret());
    let again = refreshed.id_token().ok_or("no id_token")?.claims(&checks, |_: Option<&Nonce>| Ok(()))?;
    assert_eq!(again.subject(), claims.subject());
    let subject = Some(claims.subject().clone());
    let user: CoreUserInfoClaims =
        client.user_info(refreshed.access_token().clone(), subject)?.request(&wire::send)?;
    assert_eq!(user.email(), claims.email());

    let out = Request::get(format!("{}/logout?post_logout_redirect_uri={CALLBACK}", text("issuer")));
    let out = wire::send(out.body(Vec::new())?)?;
    assert_eq!((out.status().as_u16(), &out.headers()["location"]), (302, &CALLBACK.parse()?));
    Ok(())
}
