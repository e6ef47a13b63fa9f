//! The three operations against a real Kinde: the one example that needs an account, and without one it says what is
//! missing. It reads KINDE_DOMAIN and KINDE_ACCESS_TOKEN (a signed-in user's); with KINDE_CLIENT_ID, KINDE_REVOKE_TOKEN
//! and, for a backend application, KINDE_CLIENT_SECRET it revokes that token, too. No token is printed.

use std::error::Error;

use kinde::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation};
use kinde::{AccessToken, ClientSecret, Domain, OAuth, Token};

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (Some(domain), Some(token)) = (variable("KINDE_DOMAIN"), variable("KINDE_ACCESS_TOKEN")) else {
        let what = [
            ("KINDE_DOMAIN", "YOUR_SUBDOMAIN.kinde.com, or your custom domain"),
            ("KINDE_ACCESS_TOKEN", "a signed-in user's access token"),
        ];
        for (name, meaning) in what.into_iter().filter(|(name, _)| variable(name).is_none()) {
            println!("{name} is not set: {meaning}");
        }
        println!("nothing was called");
        return Ok(());
    };
    let kinde = kinde::reqwest::client(Domain::new(domain)?)?;
    let bearer = AccessToken::new(token)?;

    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await?;
    println!("profile: {}", user.name.or(user.id).unwrap_or_else(|| "(without a name)".to_owned()));

    // Whether a token may ask about itself is the service's choice, so a refusal is not a failure here.
    match kinde.token_introspection(TokenIntrospection::new(&bearer, Token::from(&bearer))).await {
        Ok(TokenIntrospect::Active(claims)) => {
            println!("introspection: live until {:?} (unix time)", claims.exp)
        }
        Ok(TokenIntrospect::Inactive) => println!("introspection: not live"),
        Err(error) => println!("introspection: {error}"),
    }

    let (Some(client_id), Some(token)) = (variable("KINDE_CLIENT_ID"), variable("KINDE_REVOKE_TOKEN")) else {
        println!("revocation: not called, KINDE_CLIENT_ID and KINDE_REVOKE_TOKEN are not both set");
        return Ok(());
    };
    let mut revocation = TokenRevocation::new(client_id, Token::new(token));
    if let Some(secret) = variable("KINDE_CLIENT_SECRET") {
        revocation = revocation.client_secret(ClientSecret::new(secret));
    }
    kinde.token_revocation(revocation).await?;
    println!("revocation: done");
    Ok(())
}
