//! How large a whole call is, the transport's part included: it lies in the caller's task. Bounds, on 64 bits.

use kinde::oauth::GetUserProfileV2;
use kinde::{AccessToken, Domain};

#[test]
fn a_call_over_a_backend_stays_small() {
    let domain = Domain::new("http://127.0.0.1:9").unwrap();
    let profile = GetUserProfileV2::new(&AccessToken::new("abc").unwrap());
    let reqwest = kinde::reqwest::client(domain.clone()).unwrap();
    let hyper = kinde::hyper::client(domain).unwrap();
    let (reqwest, hyper) = (size_of_val(&reqwest.execute(&profile)), size_of_val(&hyper.execute(&profile)));
    // 904 and 744 when this was written, with `tracing`. From 1,032 on the system's allocator is slower, and a
    // `dyn OAuth` allocates one for each call.
    assert!(reqwest <= 1_000, "reqwest: {reqwest} bytes");
    assert!(hyper <= 840, "hyper: {hyper} bytes");
}
