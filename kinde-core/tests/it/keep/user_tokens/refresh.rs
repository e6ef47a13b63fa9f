//! When a session gets new tokens, and which.

use std::time::Duration;

use kinde_core::keep::{MemoryStore, NotNow};
use kinde_core::token::TokenResponse;
use kinde_core::{AccessToken, Error, ErrorKind, IdToken, RefreshToken, TokioTimer, TransportErrorKind};
use tokio::time::advance;

use super::{SECOND, assert_signed_out, cause, get, over, sent, signed_in};
use crate::keep::service::{HOUR, MINUTE, Service, broken, refused, tokens};

#[tokio::test(start_paused = true)]
async fn a_good_token_is_given_without_a_request() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR - MINUTE - SECOND).await;
    for _ in 0..100 {
        assert_eq!(get(&users, &id).await, "access-0");
    }
    assert_eq!(service.asked(), 0);
    advance(2 * SECOND).await;
    assert_eq!((get(&users, &id).await, sent(&service)), ("access-1".into(), vec!["refresh-0".to_owned()]));
    advance(HOUR).await;
    assert_eq!(get(&users, &id).await, "access-2");
    assert_eq!(sent(&service), ["refresh-0", "refresh-1"], "each is sent once");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_callers_one_request() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR).await;
    let callers: Vec<_> = (0..10_000)
        .map(|_| {
            let (users, id) = (users.clone(), id.clone());
            tokio::spawn(async move { get(&users, &id).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "access-1");
    }
    assert_eq!(sent(&service), ["refresh-0"]);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_shared_and_not_kept() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR).await;
    service.once(|_| Err(refused(503, "temporarily_unavailable")));
    let (one, other) = tokio::join!(users.access_token(&id), users.access_token(&id));
    for error in [one, other] {
        assert!(matches!(cause(error), NotNow::Kinde(error) if error.kind() == ErrorKind::Server));
    }
    assert_eq!(get(&users, &id).await, "access-2");
    assert_eq!(sent(&service), ["refresh-0", "refresh-0"]);
}

/// Kinde answers with the same token as long as it is good.
#[tokio::test(start_paused = true)]
async fn the_same_access_token_is_not_refreshed_with_each_call() {
    // Whatever it says of the life the second time: nothing, the rest, or the whole again.
    for life in [None, Some(50 * SECOND), Some(HOUR)] {
        let service = Service::issuing(HOUR);
        let (users, id) = signed_in(&service).await;
        advance(HOUR - 50 * SECOND).await;
        service.once(move |_| {
            let same = TokenResponse::new(AccessToken::new("access-0").unwrap());
            Ok(life
                .into_iter()
                .fold(same.refresh_token(RefreshToken::new("refresh-1")), TokenResponse::expires_in))
        });
        assert_eq!((get(&users, &id).await, service.asked()), ("access-0".into(), 1));
        // A second has passed, and five are left to the end: none of these calls asks.
        for _ in 0..43 {
            advance(SECOND).await;
            assert_eq!((get(&users, &id).await, service.asked()), ("access-0".into(), 1), "{life:?}");
        }
        advance(SECOND).await;
        assert_eq!(get(&users, &id).await, "access-2", "{life:?}");
        assert_eq!(sent(&service), ["refresh-0", "refresh-1"]);
    }
}

/// Nobody ever said how long it lives: when the same comes back, it lives on.
#[tokio::test(start_paused = true)]
async fn the_same_access_token_of_an_unknown_life() {
    let service = Service::issuing(None);
    let users = over(&service, MemoryStore::new(1).timer(TokioTimer));
    let id = users.sign_in(tokens(0, None)).await.unwrap();
    service
        .always(|number| Ok(tokens(0, None).refresh_token(RefreshToken::new(format!("refresh-{number}")))));
    // An hour with a call each second.
    for _ in 0..3_600 {
        assert_eq!(get(&users, &id).await, "access-0");
        advance(SECOND).await;
    }
    assert!((10..=16).contains(&service.asked()), "{} requests", service.asked());
}

#[tokio::test(start_paused = true)]
async fn life_counts_from_before_the_request() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR).await;
    service.takes(20 * SECOND);
    get(&users, &id).await;
    advance(HOUR - MINUTE - 21 * SECOND).await;
    assert_eq!((get(&users, &id).await, service.asked()), ("access-1".into(), 1));
    advance(SECOND).await;
    assert_eq!((get(&users, &id).await, service.asked()), ("access-2".into(), 2));
}

#[tokio::test(start_paused = true)]
async fn what_an_answer_leaves_out_stays() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    service.always(|number| {
        let access = AccessToken::new(format!("access-{number}")).unwrap();
        Ok(TokenResponse::new(access).expires_in(HOUR))
    });
    advance(HOUR).await;
    assert_eq!(get(&users, &id).await, "access-1");
    assert_eq!(users.id_token(&id).await.unwrap().unwrap().expose(), "id-0");
    advance(HOUR).await;
    assert_eq!(get(&users, &id).await, "access-2");
    assert_eq!(sent(&service), ["refresh-0", "refresh-0"]);
    service.always(|number| Ok(tokens(number, Some(HOUR)).id_token(IdToken::new("id-3"))));
    advance(HOUR).await;
    get(&users, &id).await;
    assert_eq!(users.id_token(&id).await.unwrap().unwrap().expose(), "id-3");
}

#[tokio::test(start_paused = true)]
async fn an_invalid_grant_signs_out() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    service.always(|_| Err(refused(400, "invalid_grant")));
    advance(HOUR).await;
    assert_signed_out(users.access_token(&id).await);
    assert_signed_out(users.access_token(&id).await);
    assert_eq!(sent(&service), ["refresh-0"], "the entry is gone: nobody is asked again");
}

#[tokio::test(start_paused = true)]
async fn no_other_error_signs_anyone_out() {
    let errors: [fn() -> Error; 10] = [
        || refused(429, "slow_down"),
        || refused(500, "invalid_grant"),
        || refused(503, "temporarily_unavailable"),
        || refused(401, "invalid_client"),
        || refused(403, "unauthorized_client"),
        || refused(400, "invalid_request"),
        || refused(302, "invalid_grant"),
        || broken(TransportErrorKind::Connect),
        || broken(TransportErrorKind::Timeout),
        || broken(TransportErrorKind::Interrupted),
    ];
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    advance(HOUR).await;
    for error in errors {
        service.once(move |_| Err(error()));
        let expected = error().kind();
        assert!(
            matches!(cause(users.access_token(&id).await), NotNow::Kinde(error) if error.kind() == expected)
        );
    }
    // A lost answer, and the old one once more: Kinde accepts it for a short while.
    assert_eq!(get(&users, &id).await, "access-11");
    assert!(sent(&service).iter().all(|token| token == "refresh-0"));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_still_good_outlasts_a_refresh_that_fails() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    service.always(|_| Err(refused(503, "temporarily_unavailable")));
    advance(HOUR - 30 * SECOND).await;
    assert_eq!(get(&users, &id).await, "access-0");
    // Not if it ends while it is waited for, nor if a refresh was asked for.
    service.takes(26 * SECOND);
    assert!(matches!(cause(users.access_token(&id).await), NotNow::Kinde(_)));
    service.takes(Duration::ZERO);
    assert!(matches!(cause(users.refresh(&id).await), NotNow::Kinde(_)));
}

#[tokio::test(start_paused = true)]
async fn without_a_refresh_token_it_lasts_as_long_as_it_lasts() {
    let service = Service::issuing(HOUR);
    let users = over(&service, MemoryStore::new(1).timer(TokioTimer));
    let id =
        users.sign_in(TokenResponse::new(AccessToken::new("a").unwrap()).expires_in(HOUR)).await.unwrap();
    advance(HOUR - 6 * SECOND).await;
    assert_eq!(get(&users, &id).await, "a");
    assert_signed_out(users.refresh(&id).await);
    advance(SECOND).await;
    assert_signed_out(users.access_token(&id).await);
    assert_eq!(service.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_asked_for_is_made() {
    let service = Service::issuing(HOUR);
    let (users, id) = signed_in(&service).await;
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let (users, id) = (users.clone(), id.clone());
            tokio::spawn(async move { users.refresh(&id).await.unwrap().expose().to_owned() })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "access-1");
    }
    assert_eq!(sent(&service), ["refresh-0"], "a hundred callers, one request");
    assert_eq!(users.refresh(&id).await.unwrap().expose(), "access-2");
    assert_eq!((get(&users, &id).await, sent(&service).len()), ("access-2".into(), 2));
}

/// An application whose tokens live half a minute: each is used for most of it.
#[tokio::test(start_paused = true)]
async fn tokens_that_live_shorter_than_a_minute_are_not_refreshed_with_each_call() {
    let service = Service::issuing(30 * SECOND);
    service.takes(Duration::ZERO);
    let users = over(&service, MemoryStore::new(1).timer(TokioTimer));
    let id = users.sign_in(tokens(0, Some(30 * SECOND))).await.unwrap();
    for _ in 0..300 {
        get(&users, &id).await;
        advance(SECOND).await;
    }
    assert!((10..=16).contains(&service.asked()), "{} requests in five minutes", service.asked());
}
