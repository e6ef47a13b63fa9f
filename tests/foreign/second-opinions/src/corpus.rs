//! Tokens, good and bad, each with a name `group:what`.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

pub const ISSUER: &str = "https://acme.kinde.com";
pub const API: &str = "https://api.example";
const CLIENT: &str = "f9c0f8a0b1";
const KID: &str = "2a:e0:4f:11:22:33";

pub struct Token {
    pub name: String,
    pub text: String,
}

pub fn jwks() -> Value {
    json!({"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": modulus(), "kid": KID}]})
}

fn modulus() -> Value {
    let all: Value = serde_json::from_str(include_str!("../../../../kinde-jwt/tests/it/keys/moduli.json")).unwrap_or_default();
    all["a"].clone()
}

struct Signers {
    ours: RsaKeyPair,
    theirs: RsaKeyPair,
}

impl Signers {
    fn load() -> Self {
        let load = |bytes: &[u8]| RsaKeyPair::from_pkcs8(bytes).unwrap_or_else(|error| panic!("an embedded key: {error}"));
        Self {
            ours: load(include_bytes!("../../../../kinde-jwt/tests/it/keys/a.pk8.der")),
            theirs: load(include_bytes!("../../../../kinde-jwt/tests/it/keys/b.pk8.der")),
        }
    }
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn sign(key: &RsaKeyPair, how: &'static dyn RsaEncoding, header: &str, claims: impl AsRef<[u8]>) -> String {
    let message = format!("{}.{}", base64(header), base64(claims));
    let mut signature = vec![0; key.public_modulus_len()];
    if key.sign(how, &SystemRandom::new(), message.as_bytes(), &mut signature).is_err() {
        panic!("a key that can't sign");
    }
    format!("{message}.{}", base64(signature))
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut members: Map<String, Value> = object.as_object().cloned().unwrap_or_default();
    members.insert(name.to_owned(), value);
    Value::Object(members)
}

fn without(object: &Value, name: &str) -> Value {
    let mut members: Map<String, Value> = object.as_object().cloned().unwrap_or_default();
    members.remove(name);
    Value::Object(members)
}

pub fn tokens() -> Vec<Token> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let signers = Signers::load();
    let header = json!({"alg": "RS256", "kid": KID, "typ": "JWT"});
    let user = json!({
        "aud": [API], "azp": CLIENT, "exp": now + 86_400, "iat": now - 60, "iss": ISSUER, "sub": "kp_1", "jti": "1",
        "scp": ["openid"], "org_code": "org_1", "permissions": ["read:todos"],
    });
    let machine = json!({
        "aud": [API], "azp": CLIENT, "exp": now + 86_400, "iat": now - 60, "iss": ISSUER, "gty": ["client_credentials"],
        "jti": "2", "scope": "read:todos", "scp": ["read:todos"], "v": "2",
    });
    let id = json!({
        "aud": [CLIENT], "azp": CLIENT, "exp": now + 3_600, "iat": now - 60, "auth_time": now - 60, "rat": now - 60,
        "iss": ISSUER, "sub": "kp_1", "nonce": "n", "name": "Jon Snow",
    });

    let mut all = Vec::new();
    let mut add = |name: String, text: String| all.push(Token { name, text });
    let signed = |header: &Value, claims: &Value| sign(&signers.ours, &RSA_PKCS1_SHA256, &header.to_string(), claims.to_string());

    for (kind, claims) in [("user", &user), ("machine", &machine)] {
        add(format!("good:{kind}"), signed(&header, claims));
        let forged = sign(&signers.theirs, &RSA_PKCS1_SHA256, &header.to_string(), claims.to_string());
        add(format!("signature:{kind} of another key"), forged);

        let forms = [
            ("aud", vec![json!(API), json!([API, "x"]), json!(["x"]), json!("x"), json!(""), json!([""]), json!(format!("{API}/"))]),
            ("aud-empty", vec![json!([])]),
            ("aud-type", vec![Value::Null, json!(5), json!([5]), json!([API, 5]), json!({"0": API}), json!(true), json!([[API]])]),
            ("iss", vec![json!(format!("{ISSUER}/")), json!("https://evil.example"), json!("HTTPS://acme.kinde.com"), json!("")]),
            ("iss-type", vec![Value::Null, json!(5), json!([ISSUER]), json!(["evil", ISSUER]), json!({"iss": ISSUER}), json!(true)]),
            ("exp", vec![json!(now - 3_600), json!(0), json!(now + 60), json!(-1)]),
            ("exp-type", vec![Value::Null, json!((now + 3600).to_string()), json!(true), json!([now + 3600]), json!({}), json!("")]),
            ("exp-fraction", vec![json!(now as f64 + 3600.5)]),
            ("nbf", vec![json!(now + 3_600), json!(now - 60), json!(0)]),
            ("nbf-type", vec![json!((now - 60).to_string()), json!([]), json!({}), json!(true), json!("x")]),
            ("iat-future", vec![json!(now + 3_600)]),
            ("iat-type", vec![json!((now - 60).to_string()), json!([]), json!({}), json!("x")]),
            ("azp-type", vec![json!([CLIENT]), json!(5)]),
            ("sub-type", vec![json!(5), json!(["kp_1"]), json!({})]),
            ("extra", vec![json!("x")]),
        ];
        for (group, values) in forms {
            let name = group.split('-').next().unwrap_or(group);
            for value in values {
                let label = value.to_string().replace(&now.to_string()[..6], "");
                add(format!("{group}:{kind} {label}"), signed(&header, &with(claims, name, value)));
            }
        }
        for name in ["aud", "iss", "exp", "iat", "azp"] {
            add(format!("{name}-absent:{kind}"), signed(&header, &without(claims, name)));
        }
    }
    // Kinds, which no other library knows.
    add("kind:an ID token".into(), signed(&header, &id));
    add("kind:an ID token for the API".into(), signed(&header, &with(&id, "aud", json!([API]))));
    add("kind:both".into(), signed(&header, &with(&machine, "sub", json!("kp_1"))));
    add("kind:no subject".into(), signed(&header, &without(&user, "sub")));
    for name in ["auth_time", "rat", "at_hash", "nonce"] {
        add(format!("kind:an access token with {name}"), signed(&header, &with(&user, name, json!("x"))));
    }
    add("kind:no scp".into(), signed(&header, &without(&user, "scp")));

    // Headers.
    for alg in ["none", "None", "HS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", ""] {
        add(format!("alg:{alg}"), signed(&with(&header, "alg", json!(alg)), &user));
        let unsigned = with(&header, "alg", json!(alg));
        add(format!("alg:{alg}, unsigned"), format!("{}.{}.", base64(unsigned.to_string()), base64(user.to_string())));
    }
    for alg in [json!(1), Value::Null, json!(["RS256"]), json!({})] {
        add(format!("alg:{alg}"), signed(&with(&header, "alg", alg), &user));
    }
    add("alg:absent".into(), signed(&without(&header, "alg"), &user));
    for (alg, how) in [("RS384", &RSA_PKCS1_SHA384 as &'static dyn RsaEncoding), ("PS256", &RSA_PSS_SHA256)] {
        let other = with(&header, "alg", json!(alg));
        add(format!("alg:{alg}, rightly signed"), sign(&signers.ours, how, &other.to_string(), user.to_string()));
        add(format!("signature:{alg} called RS256"), sign(&signers.ours, how, &header.to_string(), user.to_string()));
    }
    for key in [modulus().as_str().unwrap_or_default().as_bytes(), include_bytes!("../../../../kinde-jwt/tests/it/keys/a.pub.pem"), b"".as_slice()] {
        let message = format!("{}.{}", base64(with(&header, "alg", json!("HS256")).to_string()), base64(user.to_string()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
        add(format!("alg:HS256 with {} public bytes", key.len()), format!("{message}.{}", base64(tag)));
    }
    for typ in ["jwt", "Jwt", "at+jwt", "JOSE", ""] {
        add(format!("typ:{typ}"), signed(&with(&header, "typ", json!(typ)), &user));
    }
    for typ in [json!(1), json!(["JWT"])] {
        add(format!("typ-type:{typ}"), signed(&with(&header, "typ", typ), &user));
    }
    add("good:no typ".into(), signed(&without(&header, "typ"), &user));
    for (name, value) in [
        ("crit", json!(["exp"])), ("crit", json!([])), ("crit", json!(["b64"])), ("crit", json!("exp")), ("crit", json!(["x"])),
        ("b64", json!(false)), ("b64", json!(true)), ("zip", json!("DEF")), ("enc", json!("A256GCM")),
        ("jku", json!("https://evil.example")), ("jwk", json!({"kty": "RSA"})), ("x5c", json!([])), ("x5u", json!("x")), ("cty", json!("JWT")),
    ] {
        add(format!("header-{name}:{value}"), signed(&with(&header, name, value.clone()), &user));
    }
    for kid in ["", "other", "2A:E0:4F:11:22:33"] {
        add(format!("kid:{kid}"), signed(&with(&header, "kid", json!(kid)), &user));
    }
    for kid in [json!(1), json!([KID]), Value::Null] {
        add(format!("kid-type:{kid}"), signed(&with(&header, "kid", kid), &user));
    }
    add("kid-absent:".into(), signed(&without(&header, "kid"), &user));

    // Texts.
    let good = signed(&header, &user);
    let (message, signature) = good.rsplit_once('.').unwrap_or_default();
    let raw = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let changed = |place: usize| {
        let mut raw = raw.clone();
        raw[place] ^= 1;
        format!("{message}.{}", base64(raw))
    };
    for place in [0, 1, 127, 254, 255] {
        add(format!("signature:byte {place} changed"), changed(place));
    }
    add("signature:none".into(), format!("{message}."));
    add("signature:shorter".into(), format!("{message}.{}", base64(&raw[..255])));
    add("signature:longer".into(), format!("{message}.{}", base64([&[0], &raw[..]].concat())));
    add("padding:signature".into(), format!("{message}.{}", URL_SAFE.encode(&raw)));
    add("alphabet:signature".into(), format!("{message}.{}", STANDARD.encode(&raw).trim_end_matches('=')));
    let last = ["A", "Q", "g", "w"].into_iter().find(|last| signature.ends_with(*last)).unwrap_or("A");
    let twin = match last { "A" => "B", "Q" => "R", "g" => "h", _ => "x" };
    add("canonical:signature".into(), format!("{}{twin}", &good[..good.len() - 1]));
    for (what, text) in [
        ("empty", String::new()), ("one part", "a".into()), ("two parts", message.into()), ("four parts", format!("{good}.a")),
        ("space before", format!(" {good}")), ("line after", format!("{good}\n")), ("spaces inside", good.replace('.', ". ")),
        ("scheme", format!("Bearer {good}")), ("dots", ".".repeat(100)),
    ] {
        add(format!("text:{what}"), text);
    }
    let claims = user.to_string();
    let inner = &claims[..claims.len() - 1];
    for (group, what, text) in [
        ("json", "a list", "[]".to_owned()), ("json", "a number", "1".into()), ("json", "nothing", String::new()), ("json", "cut", inner.into()),
        ("json", "two objects", format!("{claims}{claims}")), ("json", "a comma too many", format!("{inner},}}")), ("json", "NaN", format!("{inner},\"x\":NaN}}")),
        ("json", "single quotes", claims.replace('"', "'")), ("bom", "", format!("\u{feff}{claims}")),
        ("json-control", "", format!("{inner},\"x\":\"\u{1}\"}}")), ("json-surrogate", "", format!("{inner},\"x\":\"\\ud800\"}}")),
        ("json-number", "", format!("{inner},\"x\":1e999}}")),
        ("twice", "sub", format!("{inner},\"sub\":\"kp_2\"}}")), ("twice", "escaped", format!("{inner},\"s\\u0075b\":\"kp_2\"}}")),
        ("twice", "unknown", format!("{inner},\"x\":1,\"x\":2}}")),
        ("space", "", format!(" {claims} \n")), ("deep", "", format!("{inner},\"x\":{}{}}}", "[".repeat(200), "]".repeat(200))),
    ] {
        add(format!("{group}:claims {what}"), sign(&signers.ours, &RSA_PKCS1_SHA256, &header.to_string(), text));
    }
    let head = header.to_string();
    let inner = &head[..head.len() - 1];
    for (group, what, text) in [
        ("json", "a list", "[]".to_owned()), ("json", "cut", inner.into()), ("twice", "alg", format!("{{\"alg\":\"none\",{}", &head[1..])),
        ("twice", "kid", format!("{inner},\"kid\":\"x\"}}")), ("twice", "unknown", format!("{inner},\"x\":1,\"x\":1}}")),
        ("space", "", format!(" {head} ")), ("bom", "", format!("\u{feff}{head}")),
    ] {
        add(format!("{group}:header {what}"), sign(&signers.ours, &RSA_PKCS1_SHA256, &text, &claims));
    }
    let mut not_utf8 = claims.clone().into_bytes();
    not_utf8.truncate(not_utf8.len() - 1);
    not_utf8.extend_from_slice(b",\"x\":\"\xff\"}");
    add("utf8:claims".into(), sign(&signers.ours, &RSA_PKCS1_SHA256, &head, not_utf8));
    let long = with(&user, "x", json!("x".repeat(20_000)));
    add("long:claims".into(), signed(&header, &long));
    all
}
