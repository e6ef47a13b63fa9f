//! Claims as Kinde documents them, asked by name: absent is never "no".

use kinde_jwt::{AccessClaims, FlagError, Grant, Organization};
use serde_json::{Value, json};

use super::support::{Signer, access, id, identity, user, with, without};

async fn claims(changes: &[(&str, Value)]) -> AccessClaims {
    access(&Signer::a().sign(&with(&user(), changes))).await.unwrap()
}

/// The sample of Kinde's page "About access tokens", in both spellings.
#[tokio::test]
async fn both_spellings_say_the_same() {
    let plain = [
        ("org_code", json!("org_9")),
        ("permissions", json!(["read:competitions", "create:competitions"])),
        ("roles", json!([{"id": "018a", "key": "admin", "name": "Admin"}])),
        (
            "feature_flags",
            json!({"theme": {"t": "s", "v": "pink"}, "dark": {"t": "b", "v": false}, "seats": {"t": "i", "v": 5}}),
        ),
    ];
    let hasura: Vec<(String, Value)> = plain
        .iter()
        .map(|(name, value)| (format!("x-hasura-{}", name.replace('_', "-")), value.clone()))
        .collect();
    let base = without(&without(&without(&user(), "org_code"), "permissions"), "feature_flags");
    let renamed: Vec<(&str, Value)> =
        hasura.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    for changes in [&plain[..], &renamed[..]] {
        let claims = access(&Signer::a().sign(&with(&base, changes))).await.unwrap();
        assert_eq!(claims.organization(), Some("org_9"));
        assert_eq!(claims.permission("read:competitions"), Grant::Granted);
        assert_eq!(claims.permission("delete:competitions"), Grant::NotGranted);
        assert_eq!(claims.role("admin"), Grant::Granted);
        assert_eq!(claims.role("Admin"), Grant::NotGranted);
        assert_eq!(claims.flag::<&str>("theme"), Ok("pink"));
        assert_eq!(claims.flag::<bool>("dark"), Ok(false));
        assert_eq!(claims.flag::<i32>("seats"), Ok(5));
    }
}

#[tokio::test]
async fn no_claim_is_not_no() {
    let bare = without(&without(&without(&user(), "org_code"), "permissions"), "feature_flags");
    let claims = access(&Signer::a().sign(&bare)).await.unwrap();
    assert_eq!(claims.permission("read:todos"), Grant::NoClaim);
    assert_eq!(claims.role("admin"), Grant::NoClaim);
    assert_eq!(claims.flag::<bool>("dark"), Err(FlagError::NoClaim));
    assert_eq!(claims.organization(), None);
    assert!(
        !Grant::NoClaim.is_granted() && !Grant::NotGranted.is_granted() && !Grant::Unreadable.is_granted()
    );
    assert!(Grant::Granted.is_granted());
}

/// What a workflow wrote over a claim is not "granted", and not "no" either.
#[tokio::test]
async fn claims_of_another_type() {
    for odd in [json!("read:todos"), json!({"read:todos": true}), json!(["read:todos", 1]), json!(true)] {
        assert_eq!(
            claims(&[("permissions", odd.clone())]).await.permission("read:todos"),
            Grant::Unreadable,
            "{odd}"
        );
    }
    for odd in [json!(["admin"]), json!("admin"), json!([{"id": "1"}]), json!({"admin": {}})] {
        assert_eq!(claims(&[("roles", odd.clone())]).await.role("admin"), Grant::Unreadable, "{odd}");
    }
    assert_eq!(claims(&[("feature_flags", json!([]))]).await.flag::<bool>("x"), Err(FlagError::NoClaim));
}

#[tokio::test]
async fn flags_keep_their_type() {
    let flags = json!({
        "b": {"t": "b", "v": true}, "s": {"t": "s", "v": "true"}, "i": {"t": "i", "v": 1}, "j": {"t": "j", "v": {"a": [1]}},
        "big": {"t": "i", "v": 4294967296u64}, "fake": {"t": "b", "v": "true"}, "bare": true,
    });
    let claims = claims(&[("feature_flags", flags)]).await;
    assert_eq!(claims.flag::<bool>("b"), Ok(true));
    assert_eq!(claims.flag::<&str>("s"), Ok("true"));
    assert_eq!(claims.flag::<i32>("i"), Ok(1));
    assert_eq!(claims.flag::<&Value>("j"), Ok(&json!({"a": [1]})));
    for key in ["s", "i", "j", "fake", "bare"] {
        assert_eq!(claims.flag::<bool>(key), Err(FlagError::OtherType), "{key}");
    }
    assert_eq!(claims.flag::<i32>("big"), Err(FlagError::OtherType));
    assert_eq!(claims.flag::<bool>("none"), Err(FlagError::NotSet));
}

#[tokio::test]
async fn scopes_and_the_rest() {
    let claims = claims(&[]).await;
    assert_eq!(claims.scope("openid"), Grant::Granted);
    assert_eq!(claims.scope("email"), Grant::NotGranted);
    assert_eq!(claims.client_id.as_deref(), Some(super::support::CLIENT));
    assert_eq!(claims.audience, [super::support::API]);
    assert_eq!(claims.claims["jti"], "0c4f1a0e-6b1b-4c4a-9a51-3f7c1f6a2f0e");
    assert!(!format!("{claims:?}").contains("read:todos"));
}

#[tokio::test]
async fn an_id_token_says_who_the_user_is() {
    let mut token =
        with(&id(), &[("organizations", json!([{"id": "org_1", "name": "One"}, {"id": "org_2"}]))]);
    let claims = identity(&Signer::a().sign(&token)).await.unwrap();
    assert_eq!(
        (claims.given_name.as_deref(), claims.email.as_deref()),
        (Some("Jon"), Some("jon@example.com"))
    );
    let organizations = claims.organizations().unwrap();
    assert_eq!(
        organizations.iter().map(|one| (one.code, one.name)).collect::<Vec<_>>(),
        [("org_1", Some("One")), ("org_2", None)]
    );
    assert!(!format!("{claims:?}").contains("jon@"));

    token = with(&without(&token, "organizations"), &[("org_codes", json!(["org_3"]))]);
    let claims = identity(&Signer::a().sign(&token)).await.unwrap();
    assert_eq!(
        claims.organizations().unwrap().into_iter().map(|one: Organization<'_>| one.code).collect::<Vec<_>>(),
        ["org_3"]
    );
    let claims = identity(&Signer::a().sign(&id())).await.unwrap();
    assert!(claims.organizations().is_none());

    // What only describes a person loses nobody their sign-in.
    let odd = with(
        &id(),
        &[("name", json!(5)), ("email_verified", json!("true")), ("updated_at", json!("yesterday"))],
    );
    let claims = identity(&Signer::a().sign(&odd)).await.unwrap();
    assert_eq!((claims.name, claims.email_verified), (None, None));
    assert_eq!(claims.claims["name"], 5);
}
