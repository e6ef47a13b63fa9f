//! What a call costs, and whether that depends on how much the fake holds. Ignored: it prints figures and
//! asserts none. `cargo test --release -p kinde-mock --test cost -- --ignored --nocapture`
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::time::Instant;

use kinde_core::{GetUserProfileV2, OAuth, TokenIntrospection, TokenRevocation};
use kinde_mock::{MockTransport, NewToken, SignedIn, UserProfileV2Reply};

/// Nanoseconds that this thread has run; zero where the kernel does not tell. On a busy machine the wall
/// clock says more about the neighbours.
fn on_cpu() -> u128 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0)
}

async fn measure(title: &str, kinde: &MockTransport, user: &SignedIn) {
    const CALLS: u32 = 100_000;
    let (client, app, machine) = (kinde.client(), kinde.backend(), kinde.machine_token());
    let dynamic = kinde.oauth();
    macro_rules! time {
        ($name:literal, $call:expr) => {
            let (start, cpu) = (Instant::now(), on_cpu());
            for _ in 0..CALLS {
                let _ = $call.await;
            }
            let each = |nanos: u128| nanos as f64 / 1e3 / f64::from(CALLS);
            let (wall, cpu) = (each(start.elapsed().as_nanos()), each(on_cpu() - cpu));
            println!("{title}: {} takes {wall:.2} µs, {cpu:.2} of them on the CPU", $name);
        };
    }
    let profile = GetUserProfileV2::new(&user.access_token);
    time!("profile", client.execute(&profile));
    time!("profile by dyn OAuth", dynamic.get_user_profile_v2(profile.clone()));
    let introspection = TokenIntrospection::new(&machine, user.refresh_token.clone());
    time!("introspection", client.execute(&introspection));
    let other = kinde.sign_in().refresh_token;
    let revocation = TokenRevocation::new(app.client_id, other).client_secret(app.client_secret);
    time!("revocation", client.execute(&revocation));
    let script = kinde.on::<GetUserProfileV2>().always(UserProfileV2Reply::forbidden());
    time!("scripted 403", client.execute(&profile));
    script.remove();
}

#[tokio::test]
#[ignore = "prints figures"]
async fn what_a_call_costs() {
    let kinde = MockTransport::new();
    let user = kinde.sign_in();
    measure("empty", &kinde, &user).await;
    let all = NewToken::for_user(&kinde.user()).same_sign_in_as(&user.access_token);
    for _ in 0..1_000_000 {
        kinde.issue_access(all.clone());
    }
    measure("a million tokens in one sign-in", &kinde, &user).await;
    let start = Instant::now();
    kinde.revoke(&user.refresh_token);
    println!("ending that sign-in takes {:?}", start.elapsed());
    assert!(!kinde.is_live(&user.access_token));
}

/// How long a port still answers after its `MockKinde` was dropped.
#[cfg(feature = "wiremock")]
#[test]
#[ignore = "prints figures"]
fn how_soon_a_port_refuses() {
    let mut starts = Vec::new();
    let mut ends = Vec::new();
    for _ in 0..100 {
        let start = Instant::now();
        let kinde = kinde_mock::MockKinde::start_blocking();
        starts.push(start.elapsed());
        let address = kinde.address();
        let start = Instant::now();
        drop(kinde);
        while std::net::TcpStream::connect(address).is_ok() {
            // Without a pause the queue of the listener overflows, and a lost SYN is sent again after a second.
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        ends.push(start.elapsed());
    }
    starts.sort();
    ends.sort();
    println!("start: median {:?}, longest {:?}", starts[50], starts[99]);
    println!("from drop to refusal: median {:?}, longest {:?}", ends[50], ends[99]);
}
