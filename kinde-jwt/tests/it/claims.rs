//! G 3: every claim that decides, in every form it can be wrong in.

use kinde_jwt::{Audience, Verifier, VerifyError};
use serde_json::{Value, json};

use super::support::{
    API, CLIENT, Clock, Endpoint, ISSUER, KID, NOW, Signer, access, ask, id, identity, jwk, machine, user,
    with, without,
};

fn sign(changes: &[(&str, Value)]) -> String {
    Signer::a().sign(&with(&user(), changes))
}

/// `aud` in every form, beside every policy: what each lets in.
#[tokio::test]
async fn audience_by_policy() {
    let any = || Audience::any_of([API]);
    let two = || Audience::any_of(["https://other.example", API]);
    let own = || any().or_empty_from([CLIENT]);
    let others = || any().or_empty_from(["somebody"]);
    let empty_alone = || Audience::any_of(Vec::<String>::new()).or_empty_from([CLIENT]);
    let nobody = || Audience::any_of(Vec::<String>::new());
    let (pass, no, azp) = (None, Some(VerifyError::Audience), Some(VerifyError::AuthorizedParty));
    // any, two, own, others, empty_alone, nobody
    let table = [
        (json!([API]), [pass, pass, pass, pass, no, no]),
        (json!(API), [pass, pass, pass, pass, no, no]),
        (json!([API, "https://x.example"]), [pass, pass, pass, pass, no, no]),
        (json!(["https://x.example"]), [no; 6]),
        (json!("https://x.example"), [no; 6]),
        (json!([CLIENT]), [no; 6]),
        (json!([]), [no, no, pass, azp, pass, no]),
        (json!(""), [no; 6]),
        (json!([""]), [no; 6]),
        (json!(5), [no; 6]),
        (json!([5]), [no; 6]),
        (json!([API, 5]), [no; 6]),
        (json!([[API]]), [no; 6]),
        (json!({ "0": API }), [no; 6]),
        (json!(true), [no; 6]),
        (Value::Null, [no; 6]),
        (json!(format!("{API}/")), [no; 6]),
        (json!(API.to_uppercase()), [no; 6]),
        (json!(format!("{API} https://x.example")), [no; 6]),
    ];
    let policies: [&dyn Fn() -> Audience; 6] = [&any, &two, &own, &others, &empty_alone, &nobody];
    let clock = Clock::new();
    let endpoint = Endpoint::of(&[jwk(KID, "a")]);
    for (index, policy) in policies.into_iter().enumerate() {
        let verifier = Verifier::builder(endpoint.keys(&clock)).audience(policy()).build();
        for (aud, expected) in &table {
            let answer = ask(&verifier, &sign(&[("aud", aud.clone())])).await;
            assert_eq!(answer.err(), expected[index], "{aud} by policy {index}");
        }
        let absent = ask(&verifier, &Signer::a().sign(&without(&user(), "aud"))).await;
        assert_eq!(absent.err(), Some(VerifyError::Audience), "absent by policy {index}");
    }
}

/// With `aud: []`, the application it was issued to decides.
#[tokio::test]
async fn an_empty_audience_and_azp() {
    let (clock, endpoint) = (Clock::new(), Endpoint::of(&[jwk(KID, "a")]));
    let verifier = Verifier::builder(endpoint.keys(&clock))
        .audience(Audience::any_of([API]).or_empty_from([CLIENT]))
        .build();
    let empty = with(&user(), &[("aud", json!([]))]);
    assert!(ask(&verifier, &Signer::a().sign(&empty)).await.is_ok());
    for azp in [json!("other"), json!(""), json!(format!("{CLIENT} "))] {
        let token = Signer::a().sign(&with(&empty, &[("azp", azp.clone())]));
        assert_eq!(ask(&verifier, &token).await, Err(VerifyError::AuthorizedParty), "{azp}");
    }
    let token = Signer::a().sign(&without(&empty, "azp"));
    assert_eq!(ask(&verifier, &token).await, Err(VerifyError::AuthorizedParty));
    for azp in [json!([CLIENT]), json!(1), Value::Null] {
        let token = Signer::a().sign(&with(&empty, &[("azp", azp)]));
        assert_eq!(ask(&verifier, &token).await, Err(VerifyError::Claim("azp")));
    }
}

#[tokio::test]
async fn issuer_in_every_form() {
    for iss in [
        json!(format!("{ISSUER}/")),
        json!("https://ACME.kinde.com"),
        json!("HTTPS://acme.kinde.com"),
        json!("https://acme.kinde.com:443"),
        json!("http://acme.kinde.com"),
        json!("https://evil.example"),
        json!("https://acme.kinde.com.evil.example"),
        json!(""),
        json!([ISSUER]),
        json!(["https://evil.example", ISSUER]),
        json!(5),
        Value::Null,
        json!({ "iss": ISSUER }),
        json!(format!(" {ISSUER}")),
    ] {
        assert_eq!(access(&sign(&[("iss", iss.clone())])).await, Err(VerifyError::Issuer), "{iss}");
        let token = Signer::a().sign(&with(&id(), &[("iss", iss.clone())]));
        assert_eq!(identity(&token).await, Err(VerifyError::Issuer), "{iss}");
    }
    assert_eq!(access(&Signer::a().sign(&without(&user(), "iss"))).await, Err(VerifyError::Issuer));
}

/// A custom domain's tokens carry it as their issuer.
#[tokio::test]
async fn a_custom_issuer_is_the_only_one() {
    let (clock, endpoint) = (Clock::new(), Endpoint::of(&[jwk(KID, "a")]));
    let audience = Audience::any_of([API]);
    let verifier = Verifier::builder(endpoint.keys(&clock))
        .audience(audience)
        .issuer("https://auth.acme.example")
        .build();
    assert_eq!(verifier.issuer(), "https://auth.acme.example");
    assert!(ask(&verifier, &sign(&[("iss", json!("https://auth.acme.example"))])).await.is_ok());
    assert_eq!(ask(&verifier, &sign(&[])).await, Err(VerifyError::Issuer));
}

/// 30 seconds of skew, to the second.
#[tokio::test]
async fn expiry_and_beginning_at_the_edge() {
    let at = |name: &'static str, seconds: u64| async move {
        access(&sign(&[(name, json!(seconds))])).await.err()
    };
    assert_eq!(at("exp", NOW + 1).await, None);
    assert_eq!(at("exp", NOW - 29).await, None);
    assert_eq!(at("exp", NOW - 30).await, Some(VerifyError::Expired));
    assert_eq!(at("exp", 0).await, Some(VerifyError::Expired));
    for name in ["nbf", "iat"] {
        assert_eq!(at(name, NOW).await, None, "{name}");
        assert_eq!(at(name, NOW + 30).await, None, "{name}");
        assert_eq!(at(name, NOW + 31).await, Some(VerifyError::NotYetValid), "{name}");
        assert_eq!(at(name, u64::MAX).await, Some(VerifyError::NotYetValid), "{name}");
        for odd in [json!("1"), json!(1.5), json!(-1), Value::Null, json!([])] {
            assert_eq!(access(&sign(&[(name, odd)])).await, Err(VerifyError::NotYetValid), "{name}");
        }
    }
    assert_eq!(access(&Signer::a().sign(&without(&user(), "exp"))).await, Err(VerifyError::Expired));
    assert!(
        access(&Signer::a().sign(&without(&user(), "iat"))).await.is_ok(),
        "RFC 7519 §4.1.6: it is optional"
    );
}

/// The caller's clock decides, whatever the system's says.
#[tokio::test]
async fn the_callers_clock_goes_on_and_back() {
    let (clock, endpoint) = (Clock::new(), Endpoint::of(&[jwk(KID, "a")]));
    let verifier = super::support::verifier(&endpoint, &clock);
    let token = sign(&[("exp", json!(NOW + 60)), ("iat", json!(NOW))]);
    clock.advance(89);
    assert!(ask(&verifier, &token).await.is_ok());
    clock.advance(1);
    assert_eq!(ask(&verifier, &token).await, Err(VerifyError::Expired));
    // A machine whose clock was set back: the token lies in its future.
    let early = super::support::verifier(&endpoint, &Clock::new());
    assert_eq!(ask(&early, &sign(&[("iat", json!(NOW + 3600))])).await, Err(VerifyError::NotYetValid));
}

#[tokio::test]
async fn id_tokens_name_the_application_and_nobody_else() {
    let aud = |aud: Value| with(&id(), &[("aud", aud)]);
    for good in [json!(CLIENT), json!([CLIENT]), json!([CLIENT, ISSUER]), json!([ISSUER, CLIENT])] {
        assert!(identity(&Signer::a().sign(&aud(good.clone()))).await.is_ok(), "{good}");
    }
    for bad in [
        json!([]),
        json!([ISSUER]),
        json!("other"),
        json!([CLIENT, "other"]),
        json!([CLIENT, 5]),
        json!(5),
        Value::Null,
        json!(""),
        json!([[CLIENT]]),
    ] {
        assert_eq!(identity(&Signer::a().sign(&aud(bad.clone()))).await, Err(VerifyError::Audience), "{bad}");
    }
    // OpenID Connect Core §3.1.3.7, 4 and 5.
    let other_azp = with(&id(), &[("azp", json!("other"))]);
    assert_eq!(identity(&Signer::a().sign(&other_azp)).await, Err(VerifyError::AuthorizedParty));
    assert!(identity(&Signer::a().sign(&without(&id(), "azp"))).await.is_ok());
    let two = without(&aud(json!([CLIENT, ISSUER])), "azp");
    assert_eq!(identity(&Signer::a().sign(&two)).await, Err(VerifyError::AuthorizedParty));
}

#[tokio::test]
async fn a_nonce_is_the_one_that_was_sent() {
    for nonce in
        [json!("other"), json!(""), json!("n-0S6_WzA2Mj "), json!(["n-0S6_WzA2Mj"]), Value::Null, json!(1)]
    {
        let token = Signer::a().sign(&with(&id(), &[("nonce", nonce.clone())]));
        assert_eq!(identity(&token).await, Err(VerifyError::Nonce), "{nonce}");
    }
    assert_eq!(identity(&Signer::a().sign(&without(&id(), "nonce"))).await, Err(VerifyError::Nonce));
}

#[tokio::test]
async fn a_subject_is_somebody_or_a_machine() {
    for (claims, expected) in [
        (with(&user(), &[("sub", json!(""))]), VerifyError::Kind),
        (with(&user(), &[("sub", json!(5))]), VerifyError::Claim("sub")),
        (without(&user(), "sub"), VerifyError::Subject),
        (with(&machine(), &[("sub", json!("kp_1"))]), VerifyError::Kind),
        (with(&machine(), &[("gty", json!([]))]), VerifyError::Kind),
        (with(&machine(), &[("gty", json!("client_credentials"))]), VerifyError::Kind),
        (with(&machine(), &[("gty", json!(["client_credentials", "password"]))]), VerifyError::Kind),
    ] {
        assert_eq!(access(&Signer::a().sign(&claims)).await, Err(expected), "{claims}");
    }
    for sub in [json!(""), Value::Null, json!(5)] {
        let token = Signer::a().sign(&with(&id(), &[("sub", sub)]));
        assert_eq!(identity(&token).await, Err(VerifyError::Subject));
    }
}
