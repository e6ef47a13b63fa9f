//! The kit of bad tokens: each is what its name says, and the fake takes none.

use std::collections::BTreeSet;

use crate::support::{INTROSPECT, PROFILE, Raw};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kinde_mock::MockTransport;
use serde_json::Value;

/// Whose signature no published key made, or can't be read.
const NOT_SIGNED: [&str; 13] = [
    "alg_none",
    "alg_none_in_capitals",
    "hs256_keyed_with_n",
    "hs256_keyed_with_der",
    "foreign_key",
    "foreign_key_under_this_kid",
    "embedded_key",
    "tampered",
    "no_signature",
    "two_parts",
    "four_parts",
    "padded",
    "",
];

#[tokio::test]
async fn each_has_one_fault_and_the_fake_knows_none_of_them() {
    let kinde = MockTransport::new();
    let keys = Raw::new("GET", "/.well-known/jwks").send(&kinde).await;
    let keys: Value = serde_json::from_str(keys.body()).unwrap();
    let part = |name: &str| URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap();
    let public = RsaPublicKeyComponents { n: part("n"), e: part("e") };
    let machine = kinde.machine_token();
    let kit = kinde.bad_tokens(&kinde.user());
    assert!(kit.len() > 30);
    assert_eq!(kit.iter().map(|bad| bad.name).collect::<BTreeSet<_>>().len(), kit.len());
    for bad in &kit {
        let text = bad.token.expose();
        let is_signed = (|| {
            let (message, signature) = text.rsplit_once('.')?;
            let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
            let two = message.matches('.').count() == 1;
            two.then(|| public.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).ok())?
        })()
        .is_some();
        assert_eq!(is_signed, !NOT_SIGNED.contains(&bad.name), "{}", bad.name);
        let profile = Raw::new("GET", PROFILE).bearer(text).send(&kinde).await;
        assert_eq!(profile.status(), 403, "{}", bad.name);
        let asked = Raw::new("POST", INTROSPECT).bearer(machine.expose()).form(format!("token={text}"));
        assert_eq!(asked.send(&kinde).await.body(), r#"{"active":false}"#, "{}", bad.name);
    }
}
