//! Names, lives and errors of sessions.

use std::collections::BTreeSet;
use std::sync::Arc;

use kinde_core::keep::{MemoryStore, SessionError, SessionId, Store, StoreError, UserTokens};
use kinde_core::{Error, IdToken, TokioTimer};
use tokio::time::advance;

use super::{SECOND, assert_signed_out, get, over, sent, signed_in};
use crate::keep::service::{DAY, HOUR, MINUTE, Service, application, domain, refused, tokens};
use crate::keep::stores::Moody;

#[tokio::test(start_paused = true)]
async fn a_session_lives_as_long_as_it_is_used() {
    let service = Service::issuing(DAY);
    let builder = UserTokens::builder(
        Arc::clone(&service),
        &domain(),
        &application(),
        MemoryStore::new(10).timer(TokioTimer),
        TokioTimer,
    );
    let short = builder.session_life(2 * DAY).build();
    let id = short.sign_in(tokens(0, Some(DAY))).await.unwrap();
    for day in 1..=10 {
        advance(DAY).await;
        assert_eq!(get(&short, &id).await, format!("access-{day}"));
    }
    advance(2 * DAY).await;
    assert_signed_out(short.access_token(&id).await);

    let service = Service::issuing(DAY);
    let (users, id) = signed_in(&service).await;
    advance(15 * DAY - 2 * SECOND).await;
    assert!(users.access_token(&id).await.is_ok());
    advance(15 * DAY).await;
    assert_signed_out(users.access_token(&id).await);
}

/// One user in two organizations, or with other scopes, has two sessions; another application, or tenant, has others.
#[tokio::test(start_paused = true)]
async fn sessions_do_not_mix() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let users = over(&service, Arc::clone(&store));
    let one = users.sign_in(tokens(100, Some(MINUTE))).await.unwrap();
    let other = users.sign_in(tokens(200, Some(MINUTE))).await.unwrap();
    assert_ne!(one.expose(), other.expose());
    let (first, second) = tokio::join!(get(&users, &one), get(&users, &other));
    assert_ne!(first, second);
    assert_eq!(
        sent(&service).into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from(["refresh-100".into(), "refresh-200".into()])
    );

    let strangers = kinde_core::token::Application::frontend("f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa");
    let strangers =
        UserTokens::builder(Arc::clone(&service), &domain(), &strangers, Arc::clone(&store), TokioTimer);
    assert_signed_out(strangers.build().access_token(&one).await);
    let elsewhere = kinde_core::Domain::new("other.kinde.com").unwrap();
    let elsewhere = UserTokens::builder(service, &elsewhere, &application(), store, TokioTimer);
    assert_signed_out(elsewhere.build().access_token(&one).await);
}

#[tokio::test(start_paused = true)]
async fn names_of_sessions() {
    let service = Service::issuing(HOUR);
    let users = over(&service, MemoryStore::new(2_000).timer(TokioTimer));
    let mut seen = BTreeSet::new();
    for _ in 0..1_000 {
        let id = users.sign_in(tokens(0, None)).await.unwrap();
        let text = id.expose();
        assert!(text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
        assert_eq!(SessionId::from_cookie(text).unwrap().expose(), text);
        seen.insert(text.to_owned());
    }
    assert_eq!(seen.len(), 1_000);
    let made_up = "0".repeat(64);
    assert_signed_out(users.access_token(&SessionId::from_cookie(&made_up).unwrap()).await);
    for wrong in
        ["", "a", &"0".repeat(63), &"0".repeat(65), &"A".repeat(64), &"g".repeat(64), &" ".repeat(64)]
    {
        assert!(SessionId::from_cookie(wrong).is_none(), "{wrong}");
    }
    // With your own bytes; the same ones twice open nobody's session.
    let id = users.sign_in_with(&[7; 32], tokens(1, None)).await.unwrap();
    assert_eq!(id.expose(), "07".repeat(32));
    assert!(users.sign_in_with(&[7; 32], tokens(2, None)).await.is_err());
    assert_eq!(get(&users, &id).await, "access-1");
}

#[tokio::test(start_paused = true)]
async fn neither_keys_nor_debug_nor_errors_show_a_token() {
    let (service, store) = (Service::issuing(HOUR), Moody::new());
    let users = over(&service, Arc::clone(&store));
    let id = users.sign_in(tokens(0, Some(MINUTE)).id_token(IdToken::new("id-0"))).await.unwrap();
    get(&users, &id).await;
    let keys = format!("{:?}", store.keys.lock().unwrap());
    service.always(|_| Err(refused(503, "temporarily_unavailable")));
    let error = users.refresh(&id).await.unwrap_err();
    let builder = UserTokens::builder(service, &domain(), &application(), Arc::clone(&store), TokioTimer);
    let entry = store.get(&store.written("session")[0]).await.unwrap().unwrap();
    for shown in
        [keys, format!("{users:?} {id:?} {builder:?}"), format!("{error} {error:?}"), format!("{entry:?}")]
    {
        for secret in [id.expose(), "access-", "refresh-1", "refresh-0", "id-0", "rrkYRaz8z96sAiOxPt6IzO"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn errors_say_what_is_to_be_done() {
    assert_eq!(SessionError::SignInAgain.to_string(), "the user has to sign in again");
    let throttled = {
        let response =
            http::Response::builder().status(429).header("ratelimit-reset", "9").body(bytes::Bytes::new());
        Error::from_response(kinde_core::OperationKind::new("refresh_token"), &response.unwrap())
    };
    let error = SessionError::from(throttled);
    assert_eq!(error.retry_after(), Some(9 * SECOND));
    let mut chain = vec![error.to_string()];
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    assert_eq!(
        chain,
        [
            "there is no token for this session now",
            "Kinde gave no new tokens",
            "refresh_token: 429 rate limited, retry after 9s, attempt 1",
        ]
    );
    assert!(SessionError::from(StoreError::Full).retry_after().is_none());
}
