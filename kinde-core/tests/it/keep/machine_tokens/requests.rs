//! How often it is asked for, and what becomes of errors.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use kinde_core::keep::MachineTokens;
use kinde_core::token::Application;
use kinde_core::{
    AccessToken, CallContext, Client, ErrorKind, TokioTimer, Transport, TransportError, TransportErrorKind,
};
use tokio::time::{Instant, advance, sleep};

use super::{SECOND, get, machine, tokens_of_a_day};
use crate::keep::service::{DAY, MINUTE, Service, application, broken, domain, refused};

#[tokio::test(start_paused = true)]
async fn a_cold_start_is_one_request_and_its_error_is_shared() {
    let service = Service::issuing(DAY);
    service.once(|_| Err(broken(TransportErrorKind::Connect)));
    let tokens = machine(&service);
    let (one, other) = tokio::join!(tokens.access_token(), tokens.access_token());
    assert_eq!(one.unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!((other.unwrap_err().kind(), service.asked()), (ErrorKind::Connect, 1));
    assert_eq!((get(&tokens).await, service.asked()), ("access-2".into(), 2), "the error is not kept");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_is_not_hammered() {
    for error in ["invalid_client", "unauthorized_client"] {
        let service = Service::issuing(DAY);
        service.always(move |_| Err(refused(401, error)));
        service.takes(Duration::ZERO);
        let tokens = machine(&service);
        for _ in 0..100 {
            let error = tokens.access_token().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::CredentialsRejected);
            advance(Duration::from_millis(99)).await;
        }
        assert_eq!(service.asked(), 1);
        service.always(|number| Ok(tokens_of_a_day(number)));
        advance(SECOND).await;
        assert_eq!((get(&tokens).await, service.asked()), ("access-2".into(), 2), "the secret was fixed");
    }
    // The same code under another status.
    let service = Service::issuing(DAY);
    service.always(|_| Err(refused(400, "unauthorized_client")));
    let tokens = machine(&service);
    for _ in 0..10 {
        tokens.access_token().await.unwrap_err();
    }
    assert_eq!(service.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn discard_gives_the_current_one_up_and_no_other() {
    let service = Service::issuing(DAY);
    let tokens = machine(&service);
    let first = tokens.access_token().await.unwrap();
    tokens.discard(&AccessToken::new("another").unwrap());
    assert_eq!((get(&tokens).await, service.asked()), ("access-1".into(), 1));
    tokens.discard(&first);
    let second = tokens.access_token().await.unwrap();
    assert_eq!((second.expose(), service.asked()), ("access-2", 2));
    // Late news of the first, as from a hundred callers, harm nobody.
    for _ in 0..100 {
        tokens.discard(&first);
    }
    // Nor does an API that refuses every token, for half a minute.
    tokens.discard(&second);
    assert_eq!((get(&tokens).await, service.asked()), ("access-2".into(), 2));
    sleep(30 * SECOND).await;
    tokens.discard(&second);
    assert_eq!((get(&tokens).await, service.asked()), ("access-3".into(), 3));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_leader_and_all_dropped_lose_no_request() {
    let service = Service::issuing(DAY);
    let tokens = machine(&service);
    for pause in [SECOND / 2, 100 * SECOND] {
        let before = service.asked();
        let mut waiters: Vec<_> = (0..3).map(|_| Box::pin(tokens.access_token())).collect();
        for waiter in &mut waiters {
            assert!(pin!(waiter).poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        drop(waiters);
        sleep(pause).await;
        let token = tokens.access_token().await.unwrap();
        assert_eq!(service.asked(), before + 1);
        sleep(30 * SECOND).await;
        tokens.discard(&token);
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_panics_is_an_error_and_over() {
    let service = Service::issuing(DAY);
    service.once(|_| panic!("an endpoint of this test panics: that is what is tested"));
    let tokens = machine(&service);
    let (one, other) = tokio::join!(tokens.access_token(), tokens.access_token());
    assert_eq!(one.unwrap_err().kind(), ErrorKind::Transport);
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Transport);
    assert_eq!(get(&tokens).await, "access-2");
}

/// An endpoint that never answers, in the hands of a client without a deadline.
#[tokio::test(start_paused = true)]
async fn a_call_without_a_deadline_ends_all_the_same() {
    let service = Service::issuing(DAY);
    service.takes(DAY * 365);
    let start = Instant::now();
    let error = machine(&service).access_token().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, 40 * SECOND));
}

#[test]
fn what_can_t_be_sent_is_refused_at_the_start() {
    let service = Service::issuing(DAY);
    let us = Application::frontend("has a space");
    let error = MachineTokens::builder(service, &domain(), &us, TokioTimer).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

/// Through the client, with its retries, and an `expires_in` in a string.
#[tokio::test(start_paused = true)]
async fn over_a_client_whose_service_stumbles() {
    struct Stumbles(std::sync::atomic::AtomicUsize);
    impl Transport for Stumbles {
        async fn send(&self, _: Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => Err(TransportErrorKind::Interrupted.into()),
                1 => Ok(Response::builder().status(503).body(Bytes::new()).unwrap()),
                _ => Ok(Response::new(
                    r#"{"access_token":"eyJ.a.b","expires_in":"3600","token_type":"bearer"}"#.into(),
                )),
            }
        }
    }
    let transport = Arc::new(Stumbles(0.into()));
    let client = Client::builder(domain(), Arc::clone(&transport))
        .retry(kinde_core::RetryPolicy::standard(), TokioTimer)
        .build();
    let tokens = MachineTokens::builder(client, &domain(), &application(), TokioTimer).build().unwrap();
    assert_eq!(get(&tokens).await, "eyJ.a.b");
    advance(44 * MINUTE).await;
    assert_eq!((get(&tokens).await, transport.0.load(Ordering::SeqCst)), ("eyJ.a.b".into(), 3));
}
