//! Each request, byte for byte, against Kinde's pages and the RFCs.

use kinde_core::oauth::TokenRevocation;
use kinde_core::token::{
    Application, ClientCredentialsGrant, DeviceAuthorization, DeviceAuthorizationPath, DeviceCodeGrant,
    RefreshTokenGrant,
};
use kinde_core::{ClientSecret, DeviceCode, Domain, ErrorKind, Operation, RefreshToken, Token};

use crate::on_the_wire::on_the_wire;

const SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";

fn domain() -> Domain {
    Domain::new("acme.kinde.com").unwrap()
}

fn backend() -> Application {
    Application::backend("3b0b5c6c8fcc464fab397f4969b5f482", ClientSecret::new(SECRET))
}

fn frontend() -> Application {
    Application::frontend("f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa")
}

/// The request line and the headers are those of every form; the body is what differs.
#[track_caller]
fn assert_form(operation: &impl Operation, path: &str, body: &str) {
    let expected = format!(
        "\
POST https://acme.kinde.com{path}
accept: application/json
content-type: application/x-www-form-urlencoded
kinde-sdk: Rust/0.1.0/1.85/rust
user-agent: kinde-rust/0.1.0

{body}"
    );
    assert_eq!(on_the_wire(&operation.encode(&domain()).unwrap()), expected);
}

#[test]
fn refresh_token_of_a_backend() {
    assert_form(
        &RefreshTokenGrant::new(&backend(), &RefreshToken::new("tGzv3JOkF0XG5Qx2TlKWIA")),
        "/oauth2/token",
        "grant_type=refresh_token&client_id=3b0b5c6c8fcc464fab397f4969b5f482\
        &client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA",
    );
}

/// A public client has no secret, and sends none, not an empty one either.
#[test]
fn refresh_token_of_a_frontend() {
    assert_form(
        &RefreshTokenGrant::new(&frontend(), &RefreshToken::new("c2hvcnQ.bGl2ZWQ")),
        "/oauth2/token",
        "grant_type=refresh_token&client_id=f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa&refresh_token=c2hvcnQ.bGl2ZWQ",
    );
}

#[test]
fn client_credentials_with_one_audience_and_scopes() {
    assert_form(
        &ClientCredentialsGrant::new(&backend())
            .audience("https://acme.kinde.com/api/v1")
            .scope("read:users")
            .scope("write:flags"),
        "/oauth2/token",
        "grant_type=client_credentials&client_id=3b0b5c6c8fcc464fab397f4969b5f482\
        &client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W\
        &audience=https%3A%2F%2Facme.kinde.com%2Fapi%2Fv1&scope=read%3Ausers+write%3Aflags",
    );
}

#[test]
fn client_credentials_with_no_or_several_audiences() {
    let credentials = "grant_type=client_credentials&client_id=3b0b5c6c8fcc464fab397f4969b5f482\
        &client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";
    assert_form(&ClientCredentialsGrant::new(&backend()), "/oauth2/token", credentials);
    assert_form(
        &ClientCredentialsGrant::new(&backend()).audience("a").audience("b"),
        "/oauth2/token",
        &format!("{credentials}&audience=a&audience=b"),
    );
}

#[test]
fn device_authorization_at_both_paths() {
    let request =
        DeviceAuthorization::new(&frontend()).audience("https://api").scope("openid").scope("offline");
    let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code\
        &client_id=f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa&audience=https%3A%2F%2Fapi&scope=openid+offline";
    assert_form(&request, "/oauth2/device/auth", form);
    let request = request.path(DeviceAuthorizationPath::V2);
    assert_form(&request, "/oauth2/v2/device_authorization", form);
}

#[test]
fn device_code() {
    assert_form(
        &DeviceCodeGrant::new(&frontend(), &DeviceCode::new("GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS")),
        "/oauth2/token",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code\
        &client_id=f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa&device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
    );
}

#[test]
fn a_revocation_of_an_application() {
    assert_form(
        &TokenRevocation::of(&backend(), Token::from(&RefreshToken::new("abc.def"))),
        "/oauth2/revoke",
        "client_id=3b0b5c6c8fcc464fab397f4969b5f482&token=abc.def\
        &client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W",
    );
    assert_form(
        &TokenRevocation::of(&frontend(), Token::new("abc.def")),
        "/oauth2/revoke",
        "client_id=f9c0f8a0b1e14bd5a4a0c3cbf2d3a7aa&token=abc.def",
    );
}

#[test]
fn what_can_t_be_sent_is_refused_by_its_name() {
    let refused = |encoded: Result<_, kinde_core::Error>, field: &str| {
        let error = encoded.map(|_: http::Request<bytes::Bytes>| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().starts_with(&format!("invalid input: {field} ")), "{error}");
    };
    let empty = RefreshTokenGrant::new(&backend(), &RefreshToken::new(""));
    refused(empty.encode(&domain()), "refresh_token");
    let broken = RefreshTokenGrant::new(&backend(), &RefreshToken::new("abc\n"));
    refused(broken.encode(&domain()), "refresh_token");
    let no_id = RefreshTokenGrant::new(&Application::frontend(""), &RefreshToken::new("abc"));
    refused(no_id.encode(&domain()), "client_id");
    let no_secret = Application::backend("id", ClientSecret::new(""));
    refused(ClientCredentialsGrant::new(&no_secret).encode(&domain()), "client_secret");
    refused(ClientCredentialsGrant::new(&backend()).audience("").encode(&domain()), "audience");
    refused(ClientCredentialsGrant::new(&backend()).audience("a b").encode(&domain()), "audience");
    refused(ClientCredentialsGrant::new(&backend()).scope("a  b").encode(&domain()), "scope");
    refused(ClientCredentialsGrant::new(&backend()).scope("").encode(&domain()), "scope");
    refused(DeviceCodeGrant::new(&frontend(), &DeviceCode::new("é")).encode(&domain()), "device_code");
}

#[test]
fn requests_say_what_they_carry_and_show_no_secret() {
    let grant = RefreshTokenGrant::new(&backend(), &RefreshToken::new("abc.def"));
    assert_eq!(
        (grant.application().client_id(), grant.refresh_token().expose()),
        (backend().client_id(), "abc.def")
    );
    let machine = ClientCredentialsGrant::new(&backend()).audience("a").scope("s");
    assert_eq!((machine.audiences(), machine.scopes()), (&["a".to_owned()][..], &["s".to_owned()][..]));
    let device = DeviceAuthorization::new(&frontend()).audience("a").scope("s");
    assert_eq!((device.get_path(), device.audiences().len()), (DeviceAuthorizationPath::DeviceAuth, 1));
    let code = DeviceCodeGrant::new(&frontend(), &DeviceCode::new("kinde_dc_1"));
    assert_eq!(code.device_code().expose(), "kinde_dc_1");
    let shown = format!("{grant:?} {machine:?} {device:?} {code:?}");
    for secret in [SECRET, "abc.def", "kinde_dc_1"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// A code, a refresh token and a device code must not be sent twice.
#[test]
fn what_may_be_repeated() {
    use kinde_core::token::AuthorizationCodeGrant;
    assert!(!AuthorizationCodeGrant::KIND.is_repeatable());
    assert!(!RefreshTokenGrant::KIND.is_repeatable());
    assert!(!DeviceCodeGrant::KIND.is_repeatable());
    assert!(ClientCredentialsGrant::KIND.is_repeatable());
    assert!(DeviceAuthorization::KIND.is_repeatable());
}

/// The client over any transport, and whatever points to one who has it.
#[test]
fn who_has_the_token_endpoint_and_all_of_kinde() {
    use std::sync::Arc;

    use kinde_core::{Client, Kinde, TokenEndpoint, WellKnown};

    use crate::token::script::Script;

    fn has<T: TokenEndpoint + WellKnown + Kinde>() {}
    has::<Client<Arc<Script>>>();
    has::<&Client<Arc<Script>>>();
    has::<Arc<Client<Arc<Script>>>>();
    has::<Box<dyn Kinde>>();
    has::<Arc<dyn Kinde>>();
    has::<&Arc<dyn Kinde>>();
    fn tokens<T: TokenEndpoint>() {}
    tokens::<Arc<dyn TokenEndpoint>>();
    tokens::<Box<dyn TokenEndpoint>>();
    fn keys<T: WellKnown>() {}
    keys::<Arc<dyn WellKnown>>();
}
