//! Tokens that must be refused, each for one reason.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::Tenant;
use super::claims::{self, Issue};
use super::keys;
use super::keys::signing::SigningKey;
use super::token::{NewToken, SetupError};
use crate::text::base64;

/// What every one of them is but for its one fault: the base of the kit.
const AUDIENCE: &str = "https://api.example.com/v1";
const LIFE: u64 = 3_600;

pub(crate) type Named = (&'static str, &'static str, String);

impl Tenant {
    /// The kit, for a user.
    pub(crate) fn bad_tokens(
        &mut self,
        user: &str,
        now: u64,
        issuer: &str,
    ) -> Result<Vec<Named>, SetupError> {
        let user = self.store.user(user).cloned().ok_or(SetupError::UnknownUser)?;
        let new = NewToken::for_user(&user).audience([AUDIENCE]);
        let holder = self.holder(&new)?;
        let issue = Issue {
            issuer,
            issued: now,
            expires: now.saturating_add(LIFE),
            jti: self.store.random.sixteen(),
        };
        let good = serde_json::to_value(claims::access(&holder, Some(&user), &issue)).unwrap_or_default();
        let id = claims::id_token(&holder, &user, &issue, self.options.id_token_aud, None, now);
        let id = serde_json::to_value(id).unwrap_or_default();
        Ok(Kit { key: self.keys.current(), good, id, now }.all())
    }
}

struct Kit<'a> {
    key: &'a SigningKey,
    good: Value,
    id: Value,
    now: u64,
}

impl Kit<'_> {
    fn all(&self) -> Vec<Named> {
        let mut all = self.of_headers();
        all.extend(self.of_claims());
        all.extend(self.of_text());
        all
    }

    fn of_headers(&self) -> Vec<Named> {
        let kid = self.key.kid();
        let unsigned = |alg: &str| {
            format!("{}.{}.", encoded(&json!({ "alg": alg, "typ": "JWT", "kid": kid })), encoded(&self.good))
        };
        let hashed = |secret: &[u8]| {
            let header = encoded(&json!({ "alg": "HS256", "typ": "JWT", "kid": kid }));
            let message = format!("{header}.{}", encoded(&self.good));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
            format!("{message}.{}", base64::url(tag))
        };
        let headed = |header: Value| self.key.sign_as(&encoded(&header), &self.bytes());
        let foreign = keys::foreign();
        let embedded = json!({
            "alg": "RS256",
            "typ": "JWT",
            "kid": foreign.kid(),
            "jwk": { "kty": "RSA", "n": foreign.n(), "e": foreign.e(), "kid": foreign.kid() },
        });
        vec![
            ("alg_none", "it is not signed", unsigned("none")),
            ("alg_none_in_capitals", "it is not signed", unsigned("NONE")),
            ("hs256_keyed_with_n", "the public key is no secret", hashed(self.key.n().as_bytes())),
            ("hs256_keyed_with_der", "the public key is no secret", hashed(self.key.public_der())),
            (
                "alg_rs384",
                "it says another algorithm than Kinde's",
                headed(json!({ "alg": "RS384", "typ": "JWT", "kid": kid })),
            ),
            ("no_kid", "it names no key", headed(json!({ "alg": "RS256", "typ": "JWT" }))),
            (
                "unknown_kid",
                "it names a key that is not published",
                headed(
                    json!({ "alg": "RS256", "typ": "JWT", "kid": "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff" }),
                ),
            ),
            (
                "crit",
                "it has an extension that must be understood",
                headed(json!({ "alg": "RS256", "typ": "JWT", "kid": kid, "crit": ["x"], "x": 1 })),
            ),
            (
                "b64_false",
                "its claims are not encoded, or so it says",
                headed(json!({ "alg": "RS256", "typ": "JWT", "kid": kid, "crit": ["b64"], "b64": false })),
            ),
            ("foreign_key", "a key of another tenant signed it", foreign.sign(&self.bytes())),
            (
                "foreign_key_under_this_kid",
                "a key of another tenant signed it, under this one's id",
                foreign.sign_as(self.key.header(), &self.bytes()),
            ),
            (
                "embedded_key",
                "it brings its own key along",
                foreign.sign_as(&encoded(&embedded), &self.bytes()),
            ),
        ]
    }

    fn of_claims(&self) -> Vec<Named> {
        let with = |name: &str, value: Value| {
            let mut claims = self.good.clone();
            claims[name] = value;
            self.key.sign(claims.to_string().as_bytes())
        };
        let without = |name: &str| {
            let mut claims = self.good.clone();
            if let Some(claims) = claims.as_object_mut() {
                claims.remove(name);
            }
            self.key.sign(claims.to_string().as_bytes())
        };
        let issuer = self.good["iss"].as_str().unwrap_or_default();
        let (before, later) = (self.now.saturating_sub(LIFE), self.now.saturating_add(LIFE));
        let twice = self.good.to_string().replacen('{', "{\"sub\":\"kp_somebody_else\",", 1);
        vec![
            ("expired", "its time is up", with("exp", json!(before))),
            ("no_exp", "it never expires", without("exp")),
            ("exp_in_quotes", "its end is not a number", with("exp", json!(later.to_string()))),
            ("not_yet", "its time has not come (nbf)", with("nbf", json!(later))),
            ("issued_later", "it was issued in the future", with("iat", json!(later))),
            ("other_issuer", "another tenant issued it", with("iss", json!("https://other.kinde.com"))),
            (
                "issuer_with_slash",
                "its issuer is not the tenant's to the byte",
                with("iss", json!(format!("{issuer}/"))),
            ),
            ("no_issuer", "nobody issued it", without("iss")),
            (
                "other_audience",
                "it is meant for somebody else",
                with("aud", json!(["https://other.example"])),
            ),
            ("empty_audience", "it is meant for nobody in particular", with("aud", json!([]))),
            ("no_audience", "it says for nobody whom it is meant for", without("aud")),
            ("no_subject", "it names nobody", without("sub")),
            (
                "id_token",
                "it is an ID token and no access token",
                self.key.sign(self.id.to_string().as_bytes()),
            ),
            ("member_twice", "it has a member twice", self.key.sign(twice.as_bytes())),
        ]
    }

    fn of_text(&self) -> Vec<Named> {
        let good = self.key.sign(&self.bytes());
        let mut parts = good.splitn(3, '.');
        let [header, claims, signature] = [(); 3].map(|()| parts.next().unwrap_or_default());
        let mut other = self.good.clone();
        other["permissions"] = json!(["everything"]);
        vec![
            (
                "tampered",
                "its claims were changed after it was signed",
                format!("{header}.{}.{signature}", encoded(&other)),
            ),
            ("no_signature", "its signature is missing", format!("{header}.{claims}.")),
            ("two_parts", "it has two parts", format!("{header}.{claims}")),
            ("four_parts", "it has four parts", format!("{good}.{signature}")),
            ("padded", "it is padded base64", format!("{header}.{claims}.{signature}==")),
        ]
    }

    fn bytes(&self) -> Vec<u8> {
        self.good.to_string().into_bytes()
    }
}

fn encoded(value: &Value) -> String {
    base64::url(value.to_string())
}
