//! A device, and who decides for it.

use std::time::Duration;

use kinde_mock::MockTransport;
use serde_json::{Value, json};

use super::{credentials, refused, token};
use crate::support::Raw;

#[tokio::test]
async fn a_device_waits_for_its_user() {
    let kinde = MockTransport::new();
    kinde.clock().freeze();
    let credentials = credentials(&kinde);
    for path in ["/oauth2/device/auth", "/oauth2/v2/device_authorization"] {
        let begun =
            Raw::new("POST", path).form(format!("{credentials}&scope=openid%20offline")).send(&kinde).await;
        let begun: Value = serde_json::from_str(begun.body()).unwrap();
        let device_code = begun["device_code"].as_str().unwrap();
        assert!(device_code.starts_with("kinde_dc_"));
        assert_eq!((&begun["expires_in"], &begun["interval"]), (&json!(600), &json!(5)));
        let user_code = begun["user_code"].as_str().unwrap();
        assert_eq!(user_code.len(), 8);
        let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";
        let poll = || async {
            token(&kinde, &format!("{credentials}&grant_type={grant}&device_code={device_code}")).await
        };
        refused(&poll().await, 400, "authorization_pending");
        kinde.clock().advance(Duration::from_secs(4));
        refused(&poll().await, 400, "slow_down");
        kinde.clock().advance(Duration::from_secs(9));
        refused(&poll().await, 400, "slow_down");
        kinde.clock().advance(Duration::from_secs(15));
        refused(&poll().await, 400, "authorization_pending");
        assert!(kinde.approve_device(user_code, &kinde.user()));
        assert!(!kinde.refuse_device(user_code), "it is decided");
        kinde.clock().advance(Duration::from_secs(15));
        let (status, tokens) = poll().await;
        assert_eq!(status, 200);
        assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_string());
        kinde.clock().advance(Duration::from_secs(15));
        refused(&poll().await, 400, "invalid_grant");
    }
}
