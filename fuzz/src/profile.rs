//! A profile is an object that says who someone is, once; what only describes them is read as far as it is understood.

use bytes::Bytes;
use http::Response;
use kinde::oauth::{GetUserProfileV2, UserProfileV2};
use kinde::{AccessToken, Operation};

use super::pairs::{Pairs, boolean, rough, text};
use super::words;

const KNOWN: [&str; 11] = [
    "sub",
    "provided_id",
    "id",
    "name",
    "given_name",
    "family_name",
    "updated_at",
    "email",
    "email_verified",
    "picture",
    "preferred_username",
];

fn decode(body: &[u8]) -> Result<UserProfileV2, kinde::Error> {
    let bearer = AccessToken::new("bearer").expect("a bearer");
    GetUserProfileV2::new(&bearer).decode(Response::new(Bytes::copy_from_slice(body)))
}

/// Reads `body` as a 200 of the profile, and again by other code: both must agree.
pub fn check(body: &[u8]) {
    let pairs = Pairs::read(body).filter(|pairs| of_someone(pairs) && !pairs.is_error());
    match (decode(body), pairs) {
        (Ok(user), Some(pairs)) => {
            let texts = [
                ("sub", &user.sub),
                ("provided_id", &user.provided_id),
                ("name", &user.name),
                ("given_name", &user.given_name),
                ("family_name", &user.family_name),
                ("email", &user.email),
                ("picture", &user.picture),
                ("preferred_username", &user.preferred_username),
                ("id", &user.id),
            ];
            for (name, read) in texts {
                assert_eq!(*read, pairs.get(name, text), "{name}");
                understood_or_kept(&user, &pairs, name, read.is_some());
            }
            assert_eq!(user.updated_at, pairs.get("updated_at", rough));
            understood_or_kept(&user, &pairs, "updated_at", user.updated_at.is_some());
            assert_eq!(user.email_verified, pairs.get("email_verified", boolean));
            understood_or_kept(&user, &pairs, "email_verified", user.email_verified.is_some());

            assert_eq!(user.subject(), user.sub.as_deref().or(user.id.as_deref()));
            let again = decode(&serde_json::to_vec(&user).expect("a model is JSON")).expect("what we wrote");
            assert_eq!(again, user);
        }
        (Err(error), None) => words::only_ours(&error),
        (read, pairs) => panic!("read {read:?}, and of someone is {}", pairs.is_some()),
    }
}

/// A known member is in its field, or it was null, or it stays among the others: never in both, never lost.
fn understood_or_kept(user: &UserProfileV2, pairs: &Pairs, name: &str, understood: bool) {
    let given = pairs.one(name).is_ok_and(|value| value.is_some());
    assert_eq!(user.other.contains_key(name), given && !understood, "{name}");
}

fn of_someone(pairs: &Pairs) -> bool {
    let (sub, id) = (pairs.get("sub", text), pairs.get("id", text));
    let subject = sub.as_ref().or(id.as_ref()).is_some_and(|subject| !subject.is_empty());
    KNOWN.into_iter().all(|name| pairs.one(name).is_ok())
        && ["sub", "provided_id", "id"].into_iter().all(|name| pairs.fits(name, text))
        && subject
        && (sub.is_none() || id.is_none() || sub == id)
}
