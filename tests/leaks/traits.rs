//! What secrets can't be asked to do.

use std::fmt::Display;
use std::marker::PhantomData;

use kinde::oauth::{GetUserProfileV2, TokenIntrospection, TokenRevocation};
use kinde::token::{Application, TokenResponse};
use kinde::{AccessToken, ClientSecret, Proxy, Token};
use kinde::{AuthorizationCode, CodeVerifier, DeviceCode, IdToken, RefreshToken};
use serde::Serialize;

/// Secrets have no way to be printed or written by accident, nor to be compared byte by byte.
#[test]
fn secrets_lack_the_dangerous_traits() {
    struct Probe<T>(PhantomData<T>);
    trait Lacks {
        fn display() -> bool {
            false
        }
        fn serialize() -> bool {
            false
        }
        fn compare() -> bool {
            false
        }
    }
    impl<T> Lacks for Probe<T> {}
    // An inherent function is preferred to the trait's, where its bound holds.
    impl<T: Display> Probe<T> {
        fn display() -> bool {
            true
        }
    }
    impl<T: Serialize> Probe<T> {
        fn serialize() -> bool {
            true
        }
    }
    impl<T: PartialEq> Probe<T> {
        fn compare() -> bool {
            true
        }
    }
    assert!(Probe::<String>::display() && Probe::<String>::serialize() && Probe::<String>::compare());
    macro_rules! lack {
        ($($secret:ty),+) => {$(
            assert!(!Probe::<$secret>::display(), "{}", stringify!($secret));
            assert!(!Probe::<$secret>::serialize(), "{}", stringify!($secret));
            assert!(!Probe::<$secret>::compare(), "{}", stringify!($secret));
        )+};
    }
    lack!(AccessToken, Token, ClientSecret, GetUserProfileV2, TokenIntrospection, TokenRevocation);
    lack!(RefreshToken, IdToken, AuthorizationCode, CodeVerifier, DeviceCode, Application, TokenResponse);
    lack!(kinde::transport::ProxyUrl, Proxy);
}
