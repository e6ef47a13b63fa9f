//! What a sign-in costs while it lives, and that nothing is left of it when it is over.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Duration;

use allocation_counter::measure;
use kinde_mock::{AccessTokens, Application, FakeKinde, NewToken};

/// An access and a refresh token; opaque, since a digest is kept of either sort and a signature takes time.
fn sign_in(kinde: &FakeKinde, application: &str) {
    let new = || NewToken::for_user(&kinde.user()).application(application);
    let access = kinde.issue_access(new());
    kinde.issue_refresh(new().same_sign_in_as(&access));
}

fn fake() -> FakeKinde {
    let kinde = FakeKinde::new();
    kinde.clock().freeze();
    kinde.configure(|options| options.access_tokens = AccessTokens::Opaque);
    let minute = Duration::from_secs(60);
    let short = Application::frontend("short").access_token_lifetime(minute).refresh_token_lifetime(minute);
    kinde.add_application(short);
    kinde
}

#[test]
fn a_live_sign_in_costs_at_most_a_kilobyte_and_a_half() {
    const MANY: u64 = 10_000;
    let kinde = fake();
    let id = kinde.backend().client_id;
    let cost = measure(|| (0..MANY).for_each(|_| sign_in(&kinde, &id)));
    let each = cost.bytes_current / i64::try_from(MANY).unwrap();
    assert!(each > 100, "{each}: they are kept");
    assert!(each <= 1_500, "{each}");
}

/// A hundred thousand, or as many as an unoptimised build makes in a few seconds.
const MANY: u64 = if cfg!(debug_assertions) { 20_000 } else { 100_000 };

#[test]
fn those_that_lived_a_minute_leave_nothing() {
    let kinde = fake();
    let round = |many: u64| {
        for _ in 0..many {
            sign_in(&kinde, "short");
            kinde.clock().advance(Duration::from_millis(100));
        }
    };
    round(5_000);
    let growth = measure(|| round(MANY)).bytes_current;
    assert!(growth < 64 * 1024, "{growth}");
}
