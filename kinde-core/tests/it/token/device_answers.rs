//! Each answer to a device, from Kinde's pages and RFC 8628, byte for byte.

use std::time::Duration;

use http::Response;
use kinde_core::token::{DeviceAuthorization, DeviceAuthorizationResponse, DeviceCodeGrant};
use kinde_core::{DeviceCode, Error, ErrorKind, Operation};

use super::answers::backend;

/// "Overview of the device authorization flow", without its comment: the type in small letters, an empty scope.
#[test]
fn kindes_answer_to_a_device() {
    let body = "{\n  \"access_token\": \"eyJ.a.b\",\n  \"expires_in\": 86400,\n  \"scope\": \"\",\n  \"token_type\": \"bearer\"\n}";
    let grant = DeviceCodeGrant::new(&backend(), &DeviceCode::new("kinde_dc_1"));
    let tokens = grant.decode(Response::new(body.into())).unwrap();
    assert_eq!((tokens.scope.as_deref(), tokens.expires_in), (Some(""), Some(Duration::from_secs(86_400))));
}

fn begun(body: &'static str) -> Result<DeviceAuthorizationResponse, Error> {
    DeviceAuthorization::new(&backend()).decode(Response::new(body.into()))
}

#[test]
fn kindes_answer_to_a_device_that_begins() {
    let body = r#"{
  "device_code": "kinde_dc_device_code_here",
  "user_code": "CSLDFDUU",
  "verification_uri": "https://<your-subdomain>.kinde.com/device",
  "verification_uri_complete": "https://<your-subdomain>.kinde.com/device?user_code=CSLDFDUU",
  "expires_in": 600,
  "interval": 5,
  "qr_code": "data:image/png;base64,..."
}"#;
    let begun = begun(body).unwrap();
    assert_eq!(begun.device_code.expose(), "kinde_dc_device_code_here");
    assert_eq!((begun.user_code.as_str(), begun.expires_in), ("CSLDFDUU", Duration::from_secs(600)));
    assert_eq!(begun.verification_uri, "https://<your-subdomain>.kinde.com/device");
    assert!(begun.verification_uri_complete.as_deref().unwrap().ends_with("?user_code=CSLDFDUU"));
    assert_eq!(begun.qr_code.as_deref(), Some("data:image/png;base64,..."));
    let shown = format!("{begun:?}");
    assert!(!shown.contains("CSLDFDUU") && !shown.contains("kinde_dc"), "{shown}");
}

/// RFC 8628 §3.2, and the same without what may be left out.
#[test]
fn the_rfcs_answer_to_a_device_that_begins() {
    let body = r#"{
        "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://example.com/device",
        "verification_uri_complete":
            "https://example.com/device?user_code=WDJB-MJHT",
        "expires_in": 1800,
        "interval": 5
      }"#;
    assert_eq!(begun(body).unwrap().user_code, "WDJB-MJHT");
    let short =
        begun(r#"{"device_code":"d","user_code":"u","verification_uri":"v","expires_in":"60"}"#).unwrap();
    assert_eq!((short.interval, short.expires_in), (Duration::from_secs(5), Duration::from_secs(60)));
    for (body, why) in [
        (r#"{"user_code":"u","verification_uri":"v","expires_in":60}"#, "`device_code` is missing"),
        (r#"{"device_code":"d","verification_uri":"v","expires_in":60}"#, "`user_code` is missing"),
        (r#"{"device_code":"d","user_code":"u","expires_in":60}"#, "`verification_uri` is missing"),
        (r#"{"device_code":"d","user_code":"u","verification_uri":"v"}"#, "`expires_in` is missing"),
        (
            r#"{"device_code":"","user_code":"u","verification_uri":"v","expires_in":60}"#,
            "`device_code` is not",
        ),
        (
            r#"{"device_code":"d","user_code":"u","verification_uri":"v","expires_in":-1}"#,
            "`expires_in` is not",
        ),
    ] {
        let error = begun(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedBody);
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn a_device_is_told_what_its_user_decided() {
    let grant = DeviceCodeGrant::new(&backend(), &DeviceCode::new("kinde_dc_1"));
    for (code, kind) in [
        ("authorization_pending", ErrorKind::BadRequest),
        ("slow_down", ErrorKind::BadRequest),
        ("access_denied", ErrorKind::GrantRejected),
        ("expired_token", ErrorKind::GrantRejected),
        ("invalid_grant", ErrorKind::GrantRejected),
        ("server_error", ErrorKind::BadRequest),
    ] {
        let body = format!(r#"{{"error":"{code}","error_description":"…"}}"#);
        let error = grant.decode(Response::builder().status(400).body(body.into()).unwrap()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)));
    }
}
