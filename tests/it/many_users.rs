//! One client for all users: thousands of interleaved calls, and nobody sees another's answer.

use crate::common::Connect;
use kinde::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection};
use kinde::{AccessToken, Token};
use kinde_mock::{MockKinde, NewToken, User};

crate::common::over_every_backend!(nobody_sees_anothers_answer);

async fn nobody_sees_anothers_answer(connect: Connect) {
    const ROUNDS: usize = 1_000;
    let fake = MockKinde::start().await;
    let kinde = connect(fake.domain());
    let users = ["alice", "bob"].map(|name| {
        let user = fake.add_user(User::new(format!("kp_{name}"), name, "Example"));
        let signed_in =
            fake.sign_in_with(NewToken::for_user(&user).audience([format!("https://{name}.example")]));
        (name, signed_in)
    });

    let mut calls = tokio::task::JoinSet::new();
    for round in 0..ROUNDS {
        for (name, signed_in) in &users {
            let (kinde, bearer, name) = (kinde.clone(), signed_in.access_token.clone(), *name);
            calls.spawn(async move {
                if round % 2 == 0 {
                    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer)).await.unwrap();
                    assert_eq!(user.given_name.as_deref(), Some(name));
                    assert_eq!(user.id, Some(format!("kp_{name}")));
                } else {
                    assert_eq!(audience(&*kinde, &bearer).await, [format!("https://{name}.example")]);
                }
            });
            // So many at once, and no more: the fake should be asked in turns, not flooded.
            if calls.len() >= 64 {
                calls.join_next().await.unwrap().unwrap();
            }
        }
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap();
    }
    fake.assert_calls::<GetUserProfileV2>(ROUNDS as u64);
    fake.assert_calls::<TokenIntrospection>(ROUNDS as u64);
}

async fn audience(kinde: &dyn kinde::OAuth, bearer: &AccessToken) -> Vec<String> {
    let question = TokenIntrospection::new(bearer, Token::from(bearer));
    match kinde.token_introspection(question).await.unwrap() {
        TokenIntrospect::Active(claims) => claims.aud,
        TokenIntrospect::Inactive => panic!("a live token was called dead"),
    }
}
