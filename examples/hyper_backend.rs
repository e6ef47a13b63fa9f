//! The light backend: hyper instead of reqwest, with the same behaviour and some thirty crates fewer.
//! In a program of your own: `kinde = { version = "…", default-features = false, features = ["hyper", "rustls"] }`.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use kinde::hyper::HyperTransport;
use kinde::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection};
use kinde::{Client, OAuth, Proxy, RetryPolicy, Token, TokioTimer};
use kinde_mock::MockKinde;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockKinde::start().await;

    // `kinde::hyper::client(domain)` is all that most programs need; this is the long way.
    let transport = HyperTransport::builder()
        .connect_timeout(Duration::from_secs(3))
        .pool_idle_timeout(Duration::from_secs(20))
        .proxy(Proxy::None)
        .build()?;
    let kinde = Client::builder(fake.domain(), transport)
        .timeout(Duration::from_secs(5))
        .retry(RetryPolicy::standard(), TokioTimer)
        .build();
    let kinde: Arc<dyn OAuth> = Arc::new(kinde); // what an application holds, whatever the backend

    let john = fake.sign_in();
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await?;
    println!("hello, {}", user.given_name.ok_or("the profile has no name")?);

    let question = TokenIntrospection::new(&fake.machine_token(), Token::from(&john.access_token));
    match kinde.token_introspection(question).await? {
        TokenIntrospect::Active(claims) => {
            println!("the token is good until {}", claims.exp.unwrap_or_default())
        }
        TokenIntrospect::Inactive => return Err("a fresh token is not active".into()),
    }
    Ok(())
}
