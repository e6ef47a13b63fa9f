//! Users' tokens: one refresh for all who ask, on all machines; stored before anyone is answered; and only what is known
//! signs anyone out. The clock is paused, calls are counted.

mod dropped;
mod fleet;
mod refresh;
mod sessions;
mod sign_out;
mod store_fails;

use std::sync::Arc;
use std::time::Duration;

use kinde_core::keep::{MemoryStore, NotNow, SessionError, SessionId, Store, UserTokens};
use kinde_core::{IdToken, TokioTimer};

use crate::keep::service::{HOUR, Service, application, domain, tokens};

pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) fn over(service: &Arc<Service>, store: impl Store + 'static) -> UserTokens {
    UserTokens::builder(Arc::clone(service), &domain(), &application(), store, TokioTimer).build()
}

/// A user who has just signed in, with `access-0` for an hour and `refresh-0`.
pub(super) async fn signed_in(service: &Arc<Service>) -> (UserTokens, SessionId) {
    let users = over(service, MemoryStore::new(10).timer(TokioTimer));
    let id = users.sign_in(tokens(0, Some(HOUR)).id_token(IdToken::new("id-0"))).await.unwrap();
    (users, id)
}

pub(super) async fn get(users: &UserTokens, id: &SessionId) -> String {
    users.access_token(id).await.unwrap().expose().to_owned()
}

/// What was asked of Kinde: `refresh-0` and so on.
pub(super) fn sent(service: &Service) -> Vec<String> {
    let calls = service.calls().into_iter().filter(|call| call.operation == "refresh_token");
    calls.map(|call| call.with).collect()
}

pub(super) fn assert_signed_out(result: Result<impl Sized, SessionError>) {
    assert!(matches!(result.err(), Some(SessionError::SignInAgain)));
}

pub(super) fn cause(result: Result<impl Sized, SessionError>) -> NotNow {
    match result.err() {
        Some(SessionError::NotNow(cause)) => cause,
        other => panic!("not now, rather than {other:?}"),
    }
}
