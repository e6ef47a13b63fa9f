//! A user's day against a fake Kinde: signed in, asked about, revoked, throttled. No account, no network.
//!
//! Look at `main`: `fake` stands in for the service; everything that goes through `kinde` is what a real
//! program would write.

use std::error::Error;
use std::time::{Duration, Instant};

use kinde::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation, TokenTypeHint};
use kinde::{AccessToken, ErrorKind, OAuth, Token};
use kinde_mock::{MockKinde, UserProfileV2Reply};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("Starting a fake Kinde on this machine: no account, no network.");
    let fake = MockKinde::start().await;
    let kinde = kinde::reqwest::client(fake.domain())?;

    println!("\n1. John Snow signs in; the application now holds his access token.");
    let john = fake.sign_in();
    let machine = fake.machine_token(); // proves our own service when it asks about tokens

    println!("\n2. Whose token is it? GET /oauth2/v2/user_profile");
    let profile = GetUserProfileV2::new(&john.access_token);
    let user = kinde.get_user_profile_v2(profile.clone()).await?;
    println!("   {} <{}>", user.name.unwrap_or_default(), user.email.unwrap_or_default());

    println!("\n3. Is it still good? POST /oauth2/introspect");
    describe(&kinde, &machine, &john.access_token).await?;

    println!("\n4. John signs out, so it is revoked. POST /oauth2/revoke");
    let application = fake.backend();
    let revocation = TokenRevocation::new(&application.client_id, Token::from(&john.access_token))
        .client_secret(application.client_secret.clone())
        .token_type_hint(TokenTypeHint::AccessToken);
    kinde.token_revocation(revocation).await?;
    println!("   revoked");

    println!("\n5. Is it still good?");
    describe(&kinde, &machine, &john.access_token).await?;

    println!("\n6. And his profile?");
    match kinde.get_user_profile_v2(profile).await {
        Ok(_) => return Err("a revoked token was accepted".into()),
        Err(error) if error.kind() == ErrorKind::CredentialsRejected => println!("   refused: {error}"),
        Err(error) => return Err(error.into()),
    }

    println!("\n7. He signs in again, and the service is busy: it answers 429, come back in a second.");
    let john = fake.sign_in();
    fake.on::<GetUserProfileV2>().once(UserProfileV2Reply::throttled(Duration::from_secs(1)));
    let started = Instant::now();
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await?;
    println!("   the client waited {:.1} s and tried again:", started.elapsed().as_secs_f64());
    println!("   hello again, {}", user.given_name.unwrap_or_default());
    Ok(())
}

async fn describe(kinde: &dyn OAuth, bearer: &AccessToken, token: &AccessToken) -> Result<(), kinde::Error> {
    match kinde.token_introspection(TokenIntrospection::new(bearer, Token::from(token))).await? {
        TokenIntrospect::Active(claims) => println!(
            "   active, for {} seconds, issued to application {}",
            claims.exp.zip(claims.iat).map_or(0, |(exp, iat)| exp - iat),
            claims.client_id.unwrap_or_default(),
        ),
        TokenIntrospect::Inactive => println!("   inactive"),
    }
    Ok(())
}
