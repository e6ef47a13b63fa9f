//! Everything the fake can be made to answer.

use std::time::Duration;

use kinde_mock::{IntrospectAuth, MockTransport, NewToken, SelfIntrospection, User};

use super::sign_ins::sign_ins;
use crate::support::{Answer, INTROSPECT, PROFILE, REVOKE, Raw};

/// Everything the fake can be made to answer by its state.
pub(super) async fn answers() -> Vec<(&'static str, Answer)> {
    let kinde = MockTransport::new();
    let (user, bare) = (kinde.sign_in(), kinde.add_user(User::new("kp_1", "Bran", "Stark")));
    let bare = kinde.issue_access(NewToken::for_user(&bare));
    let bearer = user.access_token.expose();
    let app = kinde.backend();
    let credentials = format!("client_id={}&client_secret={}", app.client_id, app.client_secret.expose());
    let other = kinde.add_frontend("other");
    let theirs = kinde.issue_refresh(NewToken::for_user(&kinde.user()).application(other.client_id));
    let profile = |bearer: &str| Raw::new("GET", PROFILE).bearer(bearer);
    let introspect = |bearer: &str, form: &str| Raw::new("POST", INTROSPECT).bearer(bearer).form(form);
    let revoke = |form: String| Raw::new("POST", REVOKE).form(form);

    let mut answers = Vec::new();
    let mut keep = async |name, request: Raw| answers.push((name, request.send(&kinde).await));
    keep("get_user_profile_v2", profile(bearer)).await;
    keep("get_user_profile_v2", profile(bare.expose())).await;
    keep("get_user_profile_v2", profile("x")).await;
    let narrow = kinde.issue_access(NewToken::for_user(&kinde.user()).scopes(["openid"]));
    keep("get_user_profile_v2", profile(narrow.expose())).await;
    for charset in [false, true] {
        kinde.configure(|options| options.introspect_charset = charset);
        keep("token_introspection", introspect(bearer, &format!("token={}", user.refresh_token.expose())))
            .await;
        keep("token_introspection", introspect(bearer, "token=x")).await;
        keep("token_introspection", introspect(bearer, "")).await;
        kinde.configure(|options| options.self_introspection = SelfIntrospection::Refuse);
        keep("token_introspection", introspect(bearer, &format!("token={bearer}"))).await;
        kinde.configure(|options| options.introspect_auth = IntrospectAuth::Client);
        keep("token_introspection", Raw::new("POST", INTROSPECT).form("client_id=x&client_secret=y&token=z"))
            .await;
        kinde.configure(|options| options.introspect_auth = IntrospectAuth::Bearer);
        keep("token_introspection", introspect("x", "token=x")).await;
    }
    keep("token_revocation", revoke(format!("{credentials}&token=x"))).await;
    keep("token_revocation", revoke(credentials.clone())).await;
    keep("token_revocation", revoke("client_id=x&token=y".to_owned())).await;
    keep("token_revocation", revoke(format!("{credentials}&token={}", theirs.expose()))).await;
    kinde.rate_limit(0, Duration::from_secs(9));
    keep("get_user_profile_v2", profile(bearer)).await;
    keep("token_introspection", introspect(bearer, "token=x")).await;
    keep("token_revocation", revoke(credentials)).await;
    answers.extend(sign_ins().await);
    answers
}
