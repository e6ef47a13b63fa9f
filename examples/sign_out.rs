//! Signing out. Look at `sign_out`: the refresh token goes first, since with it new access tokens can be had; and a
//! failure means that a token may still live, so it is said and not swallowed.

use std::error::Error;

use kinde::oauth::{TokenRevocation, TokenTypeHint};
use kinde::{AccessToken, ClientSecret, Error as KindeError, OAuth, Token};
use kinde_mock::{MockKinde, TokenRevocationReply};

struct Application {
    client_id: String,
    client_secret: ClientSecret,
}

/// What a session holds.
struct Session {
    access_token: AccessToken,
    refresh_token: Token,
}

async fn sign_out(kinde: &dyn OAuth, us: &Application, session: &Session) -> Result<(), KindeError> {
    let revoke = |token, hint| {
        let revocation = TokenRevocation::new(&us.client_id, token).client_secret(us.client_secret.clone());
        kinde.token_revocation(revocation.token_type_hint(hint))
    };
    // Both are tried, whatever becomes of the first. A token that is dead already counts as revoked.
    let refresh = revoke(session.refresh_token.clone(), TokenTypeHint::RefreshToken).await;
    let access = revoke(Token::from(&session.access_token), TokenTypeHint::AccessToken).await;
    refresh.and(access)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockKinde::start().await;
    let kinde = kinde::reqwest::client(fake.domain())?;
    let backend = fake.backend();
    let us = Application { client_id: backend.client_id, client_secret: backend.client_secret };
    let session = || {
        let john = fake.sign_in();
        Session { access_token: john.access_token, refresh_token: john.refresh_token }
    };

    let john = session();
    sign_out(&kinde, &us, &john).await?;
    println!("signed out: access token live: {}", fake.is_live(&john.access_token));
    if fake.is_live(&john.access_token) || fake.is_live(&john.refresh_token) {
        return Err("a token outlived the sign-out".into());
    }

    // Kinde refuses: the session's owner must know that the tokens may still be good.
    fake.on::<TokenRevocation>().always(TokenRevocationReply::unauthorized());
    let john = session();
    match sign_out(&kinde, &us, &john).await {
        Err(error) => println!("not signed out, keep the tokens and try again later: {error}"),
        Ok(()) => return Err("a refusal was taken for a success".into()),
    }
    fake.clear_scripts();
    sign_out(&kinde, &us, &john).await?;
    println!("signed out at the second try");
    Ok(())
}
