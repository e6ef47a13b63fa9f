//! A profile is an object with every known member once and of its type.

use bytes::Bytes;
use http::Response;
use kinde::{AccessToken, GetUserProfileV2, Operation, UserProfileV2};
use serde_json::Value;

use super::pairs::{Pairs, whole};
use super::words;

const TEXTS: [&str; 9] = [
    "sub",
    "provided_id",
    "name",
    "given_name",
    "family_name",
    "email",
    "picture",
    "preferred_username",
    "id",
];

fn decode(body: &[u8]) -> Result<UserProfileV2, kinde::Error> {
    let bearer = AccessToken::new("bearer").expect("a bearer");
    GetUserProfileV2::new(&bearer).decode(Response::new(Bytes::copy_from_slice(body)))
}

/// Reads `body` as a 200 of the profile, and again by other code: both must agree.
pub fn check(body: &[u8]) {
    let pairs = Pairs::read(body).filter(well_typed);
    match (decode(body), pairs) {
        (Ok(user), Some(pairs)) => {
            let text = |name| pairs.one(name).ok().flatten().and_then(Value::as_str);
            let read = [
                &user.sub,
                &user.provided_id,
                &user.name,
                &user.given_name,
                &user.family_name,
                &user.email,
                &user.picture,
                &user.preferred_username,
                &user.id,
            ];
            for (name, read) in TEXTS.into_iter().zip(read) {
                assert_eq!(read.as_deref(), text(name), "{name}");
                assert!(!user.other.contains_key(name), "a known member among the unknown");
            }
            assert_eq!(user.updated_at, pairs.one("updated_at").ok().flatten().and_then(whole));
            assert_eq!(
                user.email_verified,
                pairs.one("email_verified").ok().flatten().and_then(Value::as_bool)
            );
            let again = decode(&serde_json::to_vec(&user).expect("a model is JSON")).expect("what we wrote");
            assert_eq!((again.sub, again.email_verified), (user.sub, user.email_verified));
        }
        (Err(error), None) => words::only_ours(&error),
        (read, pairs) => panic!("read {read:?}, and well typed is {}", pairs.is_some()),
    }
}

fn well_typed(pairs: &Pairs) -> bool {
    TEXTS.into_iter().all(|name| pairs.fits(name, Value::is_string))
        && pairs.fits("updated_at", |value| whole(value).is_some())
        && pairs.fits("email_verified", Value::is_boolean)
}
