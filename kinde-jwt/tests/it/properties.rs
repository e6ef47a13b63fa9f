//! Twins of the fuzz targets: no text panics, and none is let in that wasn't signed.

use kinde_jwt::KeySet;
use proptest::prelude::*;

use super::support::{KID, Signer, access, base64, header, identity, jwk, jwks, user};

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_is_a_token(text in "[A-Za-z0-9_.=+/-]{0,200}") {
        prop_assert!(run(access(&text)).is_err());
        prop_assert!(run(identity(&text)).is_err());
    }

    #[test]
    fn no_claims_panic(claims in "\\PC{0,200}", head in "\\PC{0,60}") {
        for text in [Signer::a().sign_text(header().to_string(), &claims), Signer::a().sign_text(&head, user().to_string())] {
            prop_assert!(run(access(&text)).is_err());
            prop_assert!(run(identity(&text)).is_err());
        }
    }

    /// One changed character anywhere in a good token.
    #[test]
    fn no_changed_token_passes(place in 0usize..900, letter in "[A-Za-z0-9_-]") {
        let token = Signer::a().sign(&user());
        let place = place % token.len();
        let mut changed = token.clone();
        changed.replace_range(place..=place, &letter);
        prop_assume!(changed != token);
        prop_assert!(run(access(&changed)).is_err());
    }

    #[test]
    fn no_text_is_a_key_set_by_accident(text in "\\PC{0,200}", member in "[a-z\":,\\[\\]{}0-9]{0,80}") {
        prop_assert!(KeySet::parse(text.as_bytes()).is_err());
        let mixed = format!("{{\"keys\":[{member}]}}");
        let _ = KeySet::parse(mixed.as_bytes()).map(|set| set.len());
        let good = jwks(&[jwk(KID, "a")]);
        prop_assert!(KeySet::parse(good.as_bytes()).is_ok());
        let _ = KeySet::parse(base64(text).as_bytes());
    }
}
