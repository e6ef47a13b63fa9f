//! The Account API, from the state: pages, both ways to an entitlement, and what only js-utils asks.

use crate::support::Raw;
use kinde_mock::{MockTransport, NewToken, User};
use serde_json::{Value, json};

async fn get(kinde: &MockTransport, token: &str, path: &str) -> (u16, Value) {
    let answer = Raw::new("GET", &format!("/account_api/v1/{path}")).bearer(token).send(kinde).await;
    (answer.status(), serde_json::from_str(answer.body()).unwrap_or_default())
}

#[tokio::test]
async fn a_page_ends_where_the_next_begins() {
    let kinde = MockTransport::new();
    let mut arya = User::new("kp_7", "Arya", "Stark");
    arya.permissions = (0..25).map(|n| format!("p{n:02}")).collect();
    kinde.add_user(arya.clone());
    let token = kinde.issue_access(NewToken::for_user(&arya));
    let (mut seen, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let (status, body) =
            get(&kinde, token.expose(), &format!("permissions?starting_after={after}")).await;
        assert_eq!(status, 200);
        let page = body["data"]["permissions"].as_array().unwrap().clone();
        assert!(page.len() <= 10);
        seen.extend(page.iter().map(|it| it["key"].as_str().unwrap().to_owned()));
        pages += 1;
        if body["metadata"]["has_more"] == false {
            break;
        }
        after = body["metadata"]["next_page_starting_after"].as_str().unwrap().to_owned();
        assert_eq!(page.last().unwrap()["id"], after);
    }
    assert_eq!((seen, pages), (arya.permissions, 3));
    let (_, two) = get(&kinde, token.expose(), "permissions?page_size=2").await;
    assert_eq!(two["data"]["permissions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_john_has() {
    let kinde = MockTransport::new();
    let john = kinde.sign_in();
    let token = john.access_token.expose();
    let (_, flags) = get(&kinde, token, "feature_flags").await;
    let shown: Vec<_> = flags["data"]["feature_flags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!([it["key"], it["type"], it["value"]]))
        .collect();
    let expected = [
        json!(["competitions_limit", "integer", 5]),
        json!(["is_dark_mode", "boolean", true]),
        json!(["layout", "json", { "columns": 2 }]),
        json!(["theme", "string", "dark"]),
    ];
    assert_eq!(shown, expected);
    let (_, roles) = get(&kinde, token, "roles").await;
    assert_eq!(
        (&roles["data"]["org_code"], &roles["data"]["roles"][0]["key"]),
        (&json!("org_1a2b3c4d5e6f"), &json!("admin"))
    );
    let (_, properties) = get(&kinde, token, "properties").await;
    assert_eq!(properties["data"]["properties"][0]["value"], "Winterfell");
    let (_, by_path) = get(&kinde, token, "entitlement/base_price").await;
    let (_, by_query) = get(&kinde, token, "entitlement?key=base_price").await;
    assert_eq!((&by_path, &by_path["data"]["entitlement"]["feature_key"]), (&by_query, &json!("base_price")));
    assert_eq!(get(&kinde, token, "entitlement/x").await.0, 404);
    let (_, all) = get(&kinde, token, "entitlements").await;
    assert_eq!(all["data"]["entitlements"], json!([by_path["data"]["entitlement"]]));
    assert_eq!(all["data"]["plans"][0]["key"], "pro");
    let (_, granted) = get(&kinde, token, "permission/read%3Atodos").await;
    assert_eq!(
        granted,
        json!({ "permissionKey": "read:todos", "orgCode": "org_1a2b3c4d5e6f", "isGranted": true })
    );
    assert_eq!(get(&kinde, token, "permission/other").await.1["isGranted"], false);
    for name in ["subnav", "sub_nav"] {
        let (_, link) = get(&kinde, token, &format!("portal_link?{name}=profile&return_url=http://x")).await;
        let url = link["url"].as_str().unwrap();
        assert!(
            url.starts_with("https://kinde-mock.invalid/portal_redirect?key=")
                && url.ends_with("&subnav=profile")
        );
    }
    for token in ["x", john.refresh_token.expose(), kinde.machine_token().expose()] {
        assert_eq!(get(&kinde, token, "permissions").await.0, 403);
    }
}
