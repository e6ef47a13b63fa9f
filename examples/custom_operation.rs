//! An endpoint that this SDK doesn't cover yet, `GET /account_api/v1/roles`, as an `Operation`: the client
//! gives it the same deadline, retries and errors as the others.

use std::error::Error;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use http::{Request, Response, StatusCode};
use kinde::{AccessToken, Domain, ErrorKind, GetUserProfileV2, OAuth, Operation, OperationKind};
use kinde_mock::FakeKinde;
use serde_json::Value;
use wiremock::matchers::{bearer_token, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The keys of the roles that a user has.
struct GetUserRoles(AccessToken);

impl Operation for GetUserRoles {
    type Output = Vec<String>;
    const KIND: OperationKind = OperationKind::new("get_user_roles").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, kinde::Error> {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = domain.uri("/account_api/v1/roles?page_size=50")?;
        request.headers_mut().insert(AUTHORIZATION, self.0.to_header_value());
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(request)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<Vec<String>, kinde::Error> {
        if response.status() != StatusCode::OK {
            return Err(kinde::Error::from_response(Self::KIND, &response));
        }
        // Our own words: serde's message may quote the body.
        let wrong = |why| kinde::Error::unexpected_body(Self::KIND, response.status(), why);
        let page: Value = serde_json::from_slice(response.body()).map_err(|_| wrong("it is no JSON"))?;
        let roles = page.pointer("/data/roles").and_then(Value::as_array);
        let keys = roles.ok_or_else(|| wrong("there is no list of roles"))?.iter();
        let keys = keys.map(|role| role["key"].as_str().map(str::to_owned));
        keys.collect::<Option<_>>().ok_or_else(|| wrong("a role has no key"))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // The fake beside a mock of one's own, for what the fake doesn't know.
    let (server, fake) = (MockServer::builder().start().await, FakeKinde::new());
    fake.mount_on(&server).await;
    let john = fake.sign_in();
    let page =
        r#"{"data":{"org_code":"org_0195ac80a14e","roles":[{"id":"role_1","name":"Admin","key":"admin"}]}}"#;
    Mock::given(path("/account_api/v1/roles"))
        .and(bearer_token(john.access_token.expose()))
        .respond_with(ResponseTemplate::new(200).set_body_raw(page, "application/json"))
        .mount(&server)
        .await;

    let kinde = kinde::reqwest::client(Domain::new(server.uri())?)?;
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await?;
    let roles = kinde.execute(&GetUserRoles(john.access_token)).await?;
    println!("{} is {}", user.name.unwrap_or_default(), roles.join(", "));
    if roles != ["admin"] {
        return Err("the roles are others".into());
    }
    match kinde.execute(&GetUserRoles(AccessToken::new("c3RyYW5nZXI")?)).await {
        Err(error) if error.kind() == ErrorKind::UnexpectedStatus => println!("a stranger: {error}"),
        _ => return Err("a stranger was answered".into()),
    }
    Ok(())
}
