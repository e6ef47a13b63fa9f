//! G 2: one token has one text, and a text that isn't one is found out before any work is done for it.

use kinde_jwt::{Malformed, VerifyError};
use serde_json::json;

use super::support::{KID, NOW, Signer, access, base64, header, identity, user, with};

fn malformed(what: Malformed) -> Result<kinde_jwt::AccessClaims, VerifyError> {
    Err(VerifyError::Malformed(what))
}

#[tokio::test]
async fn padding_and_the_other_alphabet() {
    let token = Signer::a().sign(&user());
    for part in 0..3 {
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        parts[part].push('=');
        assert_eq!(access(&parts.join(".")).await, malformed(Malformed::Encoding), "{part}");
    }
    // A header whose encoding has both characters that differ.
    let header = with(&header(), &[("x", json!("\u{3ff}\u{3fe}~~~???>>>"))]);
    let token = Signer::a().sign_with(header, &user());
    assert!(token.contains('-') || token.contains('_'));
    let (first, rest) = token.split_once('.').unwrap();
    let other = first.replace('-', "+").replace('_', "/");
    assert_eq!(access(&format!("{other}.{rest}")).await, malformed(Malformed::Encoding));
}

/// The last character's unused bits: the same bytes, another text.
#[tokio::test]
async fn a_last_character_that_is_not_canonical() {
    let token = Signer::a().sign(&user());
    // 256 bytes leave four unused bits in the last character.
    let mut texts = 0;
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
        let other = format!("{}{last}", &token[..token.len() - 1]);
        match access(&other).await {
            Ok(_) => texts += 1,
            Err(error) => {
                assert!(matches!(error, VerifyError::Malformed(Malformed::Encoding) | VerifyError::Signature))
            }
        }
    }
    assert_eq!(texts, 1);
}

#[tokio::test]
async fn white_space_nul_and_other_characters() {
    let token = Signer::a().sign(&user());
    for other in [
        format!(" {token}"),
        format!("{token} "),
        format!("{token}\n"),
        format!("{token}\0"),
        token.replace('.', ". "),
        format!("{token}ä"),
        format!("Bearer {token}"),
    ] {
        assert!(matches!(access(&other).await, Err(VerifyError::Malformed(_))), "{other:?}");
        // An ID token comes as text of any kind.
        assert!(matches!(identity(&other).await, Err(VerifyError::Malformed(_))), "{other:?}");
    }
}

#[tokio::test]
async fn too_long_or_of_too_many_parts() {
    let token = Signer::a().sign(&user());
    let longest = with(&user(), &[("x", json!("x".repeat(11_000)))]);
    let longest = Signer::a().sign(&longest);
    assert!(longest.len() < 16 * 1024);
    assert!(access(&longest).await.is_ok());
    let longer = Signer::a().sign(&with(&user(), &[("x", json!("x".repeat(12_000)))]));
    assert!(longer.len() > 16 * 1024);
    assert_eq!(access(&longer).await, malformed(Malformed::TooLong));
    // A fourth part, behind a token that is good.
    assert_eq!(access(&format!("{token}.AAAA")).await, malformed(Malformed::Parts));
    for other in ["a".repeat(1024 * 1024), ".".repeat(10_000), format!("{token}{}", ".".repeat(16_000))] {
        assert!(matches!(access(&other).await, Err(VerifyError::Malformed(_))));
    }
    for other in ["", ".", "..", "...", "a", "a.b", "a.b.c.d", &token[..token.rfind('.').unwrap()]] {
        assert!(matches!(identity(other).await, Err(VerifyError::Malformed(_))), "{other}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_no_jwt() {
    let refresh = "Mm5pYmFzZTY0dXJsb2Y0M2NoYXJhY3RlcnMxMjM0NTY3.Mm5pYmFzZTY0dXJsb2Y0M2NoYXJhY3RlcnMxMjM0NTY3";
    assert_eq!(access(refresh).await, malformed(Malformed::Parts));
}

#[tokio::test]
async fn json_that_is_not_one_object() {
    for text in [
        "",
        " ",
        "null",
        "[]",
        "\"x\"",
        "1",
        "{",
        "{}{}",
        "{} x",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "\u{feff}{}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1e999}",
    ] {
        let token = Signer::a().sign_text(text, user().to_string());
        assert_eq!(access(&token).await, malformed(Malformed::Json), "header {text}");
        let token = Signer::a().sign_text(header().to_string(), text);
        assert_eq!(access(&token).await, malformed(Malformed::Json), "claims {text}");
    }
    let not_utf8 = Signer::a().sign_text(header().to_string(), b"{\"a\":\"\xff\"}");
    assert_eq!(access(&not_utf8).await, malformed(Malformed::Json));
}

#[tokio::test]
async fn deep_json() {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(access(&Signer::a().sign_text(&deep, "{}")).await, malformed(Malformed::Json));
    assert_eq!(access(&Signer::a().sign_text(header().to_string(), &deep)).await, malformed(Malformed::Json));
}

/// Two readers of one token must not read two things.
#[tokio::test]
async fn a_member_given_twice() {
    let claims = user().to_string();
    for twice in ["\"sub\":\"kp_2\"", "\"s\\u0075b\":\"kp_2\"", "\"x\":1,\"x\":1", "\"x\":{\"y\":1,\"y\":2}"]
    {
        let doubled = format!("{},{twice}}}", &claims[..claims.len() - 1]);
        let token = Signer::a().sign_text(header().to_string(), doubled);
        assert_eq!(access(&token).await, malformed(Malformed::Json), "{twice}");
    }
    for doubled in [
        format!(r#"{{"alg":"none","alg":"RS256","kid":"{KID}"}}"#),
        format!(r#"{{"alg":"RS256","kid":"x","kid":"{KID}"}}"#),
        format!(r#"{{"alg":"RS256","kid":"{KID}","x":1,"x":2}}"#),
    ] {
        assert_eq!(
            access(&Signer::a().sign_text(&doubled, user().to_string())).await,
            malformed(Malformed::Json)
        );
    }
}

/// A NumericDate that isn't a whole number of seconds decides nothing.
#[tokio::test]
async fn times_that_are_no_whole_numbers() {
    let later = NOW + 100;
    let claims = user().to_string();
    let expiry = format!("\"exp\":{}", NOW + 86_400);
    for exp in [
        format!("\"{later}\""),
        "1e400".into(),
        "-1".into(),
        format!("{later}.5"),
        "\"\"".into(),
        "null".into(),
        "true".into(),
        "[]".into(),
        "{}".into(),
        format!("[{later}]"),
        "-9223372036854775808".into(),
        "1e30".into(),
        "18446744073709551616".into(),
    ] {
        let changed = claims.replace(&expiry, &format!("\"exp\":{exp}"));
        assert_ne!(changed, claims);
        let answer = access(&Signer::a().sign_text(header().to_string(), changed)).await;
        assert!(
            matches!(answer, Err(VerifyError::Expired | VerifyError::Malformed(Malformed::Json))),
            "{exp}: {answer:?}"
        );
    }
    // The end of time is far, and no overflow.
    for exp in ["9223372036854775808", "18446744073709551615"] {
        let changed = claims.replace(&expiry, &format!("\"exp\":{exp}"));
        let answer = access(&Signer::a().sign_text(header().to_string(), changed)).await.unwrap();
        assert_eq!(answer.expires_at.to_string(), exp);
        let _ = answer.expires();
    }
}

/// serde_json gives some names a meaning if another crate switches a feature on.
#[tokio::test]
async fn names_that_a_library_gives_a_meaning_to() {
    for value in [
        json!({"$serde_json::private::Number": (NOW + 100).to_string()}),
        json!({"$serde_json::private::RawValue": (NOW + 100).to_string()}),
    ] {
        let token = Signer::a().sign(&with(&user(), &[("exp", value)]));
        assert_eq!(access(&token).await, Err(VerifyError::Expired));
    }
    let bomb = base64(r#"{"$serde_json::private::RawValue":"{}"}"#);
    assert!(access(&format!("{bomb}.{bomb}.{bomb}")).await.is_err());
}
