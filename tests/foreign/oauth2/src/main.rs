//! The oauth2 crate's introspection and revocation, and openidconnect from discovery to signing out, unchanged, against the
//! program whose path is in `KINDE_MOCK`. They authenticate as an application, which needs `--introspect-auth either`.

mod sign_in;
mod wire;

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use oauth2::basic::BasicClient;
use oauth2::http::Request;
use oauth2::{
    AccessToken, AuthType, ClientId, ClientSecret, IntrospectionUrl, RefreshToken, RevocationUrl,
    StandardRevocableToken, TokenIntrospectionResponse,
};
use serde_json::Value;

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut program = Program(
        Command::new(env::var("KINDE_MOCK")?)
            .args(["serve", "--listen", "127.0.0.1:0", "--json", "--introspect-auth", "either"])
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let mut line = String::new();
    BufReader::new(program.0.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
    let kinde: Value = serde_json::from_str(&line)?;
    for auth in [AuthType::RequestBody, AuthType::BasicAuth] {
        check(&kinde, auth.clone())?;
        sign_in::check(&kinde, auth)?;
    }
    println!(
        "the oauth2 crate: introspection and revocation, credentials in the body and by Basic\nopenidconnect: signs in, verifies, refreshes, signs out"
    );
    Ok(())
}

fn check(kinde: &Value, auth: AuthType) -> Result<(), Box<dyn Error>> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let (base_url, client_id) = (text(kinde, "base_url"), text(kinde, "client_id"));
    let https = base_url.replacen("http://", "https://", 1);
    let introspection = IntrospectionUrl::new(format!("{base_url}/oauth2/introspect"))?;
    let revocation = RevocationUrl::new(format!("{https}/oauth2/revoke"))?;
    let client = |secret: String| {
        BasicClient::new(ClientId::new(client_id.clone()))
            .set_client_secret(ClientSecret::new(secret))
            .set_auth_type(auth.clone())
            .set_introspection_url(introspection.clone())
            .set_revocation_url(revocation.clone())
    };
    let own = client(text(kinde, "client_secret"));
    let live = |token: &str| -> Result<bool, Box<dyn Error>> {
        Ok(own.introspect(&AccessToken::new(token.to_owned())).request(&wire::send)?.active())
    };
    let revoke = |secret: String, token: StandardRevocableToken| -> Result<(), Box<dyn Error>> {
        Ok(client(secret).revoke_token(token)?.request(&wire::send)?)
    };

    // A sign-in for each round.
    let request = Request::post(text(kinde, "admin_url") + "/sign-ins")
        .header("authorization", format!("Bearer {}", text(kinde, "admin_token")))
        .body(Vec::new())?;
    let signed_in: Value = serde_json::from_slice(wire::send(request)?.body())?;
    let (access, refresh) = (text(&signed_in, "access_token"), text(&signed_in, "refresh_token"));

    let answer = own.introspect(&AccessToken::new(access.clone())).request(&wire::send)?;
    assert!(answer.active());
    assert_eq!(answer.client_id().map(|id| id.as_str()), Some(client_id.as_str()));
    assert!(answer.exp() > answer.iat());
    assert!(!live("unknown")?);

    let refused = revoke("wrong".to_owned(), AccessToken::new(access.clone()).into()).unwrap_err();
    assert!(format!("{refused:?}").contains("invalid_client"), "{refused:?}");
    assert!(live(&access)?);
    revoke(text(kinde, "client_secret"), RefreshToken::new(refresh.clone()).into())?;
    assert!(!live(&refresh)? && !live(&access)?);
    // It is a success again, as RFC 7009 has it.
    revoke(text(kinde, "client_secret"), RefreshToken::new(refresh).into())
}
