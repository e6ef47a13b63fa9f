//! A machine's token: renewed ahead, in one request, by one process of many. The clock is paused, calls are counted.

mod fleet;
mod renewal;
mod requests;

use std::sync::Arc;
use std::time::Duration;

use kinde_core::TokioTimer;
use kinde_core::keep::{MachineTokens, Store};
use kinde_core::token::TokenResponse;

use crate::keep::service::{DAY, Service, application, domain, tokens};

pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) fn machine(service: &Arc<Service>) -> MachineTokens {
    MachineTokens::builder(Arc::clone(service), &domain(), &application(), TokioTimer).build().unwrap()
}

pub(super) fn member(service: &Arc<Service>, store: impl Store + 'static) -> MachineTokens {
    let builder = MachineTokens::builder(Arc::clone(service), &domain(), &application(), TokioTimer);
    builder.store(store).build().unwrap()
}

pub(super) async fn get(tokens: &MachineTokens) -> String {
    tokens.access_token().await.unwrap().expose().to_owned()
}

/// Asks `count` times in a row, as busy callers do, and answers with what the last one got.
pub(super) async fn often(tokens: &MachineTokens, count: usize) -> String {
    let mut last = String::new();
    for _ in 0..count {
        last = get(tokens).await;
    }
    last
}

pub(super) fn tokens_of_a_day(number: usize) -> TokenResponse {
    tokens(number, Some(DAY))
}
