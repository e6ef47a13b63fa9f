//! What a tenant publishes, over every backend: what leaves, without credentials, and what each answer becomes.

use crate::common::{Connect, answer_once};
use kinde::keys::{GetJwks, GetOpenidConfiguration, JwksPath};

crate::common::over_every_backend!(the_keys_without_credentials, the_discovery_document);

const JWKS: &str = "\
GET PATH HTTP/1.1
accept: application/json
host: HOST
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

";

async fn the_keys_without_credentials(connect: Connect) {
    for (path, expected) in
        [(JwksPath::Jwks, "/.well-known/jwks"), (JwksPath::JwksJson, "/.well-known/jwks.json")]
    {
        let (domain, request) = answer_once(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 84\r\n\r\n\
            {\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"e\":\"AQAB\",\"n\":\"0v\",\"kid\":\"2a:e0\"}]}",
        );
        let set = connect(domain).jwks(GetJwks::new().path(path)).await.unwrap();
        assert_eq!(request.join().unwrap(), JWKS.replace("PATH", expected));
        assert_eq!(set.keys[0].kid.as_deref(), Some("2a:e0"));
    }
}

async fn the_discovery_document(connect: Connect) {
    let (domain, request) = answer_once(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 35\r\n\r\n{\"issuer\":\"https://app.kinde.com\"}\n",
    );
    let document = connect(domain).openid_configuration(GetOpenidConfiguration::new()).await.unwrap();
    assert_eq!(request.join().unwrap(), JWKS.replace("PATH", "/.well-known/openid-configuration"));
    assert_eq!(document.issuer, "https://app.kinde.com");
}
