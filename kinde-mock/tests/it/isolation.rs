//! Fakes share nothing, however many there are at once.

use std::time::Duration;

use kinde_core::OAuth;
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde_mock::{MockTransport, NewToken, User, UserProfileV2Reply as Profile};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_fakes_at_once_never_see_each_other() {
    let fakes: Vec<_> = (0..500u64)
        .map(|index| {
            let kinde = MockTransport::new();
            let user = kinde.add_user(User::new("kp_same", "User", &index.to_string()));
            let signed_in = kinde.sign_in_with(NewToken::for_user(&user));
            // The same text in all of them, for different users.
            let same = kinde.issue_access(NewToken::for_user(&user).text("same"));
            if index % 2 == 0 {
                kinde.on::<GetUserProfileV2>().when_bearer(&same).always(Profile::forbidden());
            }
            if index % 3 == 0 {
                kinde.clock().advance(Duration::from_secs(90_000));
            }
            (kinde, signed_in, same)
        })
        .collect();
    let strangers: Vec<_> = fakes.iter().map(|(_, user, _)| user.access_token.clone()).collect();
    let tasks: Vec<_> = fakes
        .into_iter()
        .enumerate()
        .map(|(index, (kinde, user, same))| {
            let stranger = strangers[(index + 1) % 500].clone();
            tokio::spawn(async move {
                let oauth = kinde.oauth();
                let expired = index % 3 == 0;
                let mut calls = 0;
                for _ in 0..5 {
                    let scripted = index % 2 == 0;
                    let mine = oauth.get_user_profile_v2(GetUserProfileV2::new(&same)).await;
                    assert_eq!(mine.is_ok(), !scripted && !expired);
                    if let Ok(profile) = mine {
                        assert_eq!(profile.family_name, Some(index.to_string()));
                    }
                    let theirs = oauth.get_user_profile_v2(GetUserProfileV2::new(&stranger)).await;
                    assert_eq!(theirs.unwrap_err().status().unwrap(), 403);
                    calls += 2;
                    tokio::task::yield_now().await;
                }
                kinde.assert_calls::<GetUserProfileV2>(calls);
                let app = kinde.backend();
                let revocation = TokenRevocation::new(app.client_id, user.refresh_token.clone());
                oauth.token_revocation(revocation.client_secret(app.client_secret)).await.unwrap();
                let asked = TokenIntrospection::new(&kinde.machine_token(), user.refresh_token);
                assert!(!oauth.token_introspection(asked).await.unwrap().is_active());
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_clone_is_the_same_fake_and_reset_makes_it_new() {
    let kinde = MockTransport::new();
    let clone = kinde.clone();
    let user = clone.sign_in();
    clone.on::<GetUserProfileV2>().always(Profile::forbidden());
    clone.configure(|options| options.introspect_charset = true);
    clone.rate_limit(0, Duration::from_secs(1));
    clone.clock().freeze_at(std::time::UNIX_EPOCH);
    clone.refuse_connections();
    clone.add_frontend("later");
    assert!(kinde.is_live(&user.access_token) && kinde.clock().is_frozen());

    kinde.reset();
    assert!(!clone.is_live(&user.access_token) && !clone.clock().is_frozen());
    assert!(!clone.options().introspect_charset);
    assert!(clone.try_sign_in_with(NewToken::for_user(&kinde.user()).application("later")).is_err());
    let user = clone.sign_in();
    kinde.oauth().get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await.unwrap();
    kinde.assert_calls::<GetUserProfileV2>(1);
    // Sixty years passed at once: the reset clock shows the time of day.
    let off = std::time::SystemTime::now().duration_since(kinde.clock().now()).unwrap_or_default();
    assert!(off < Duration::from_secs(60));
}
