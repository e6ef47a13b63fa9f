//! An endpoint that this SDK doesn't cover yet, `GET /account_api/v1/roles`, as an `Operation`: the client
//! gives it the same deadline, retries and errors as the others.

use std::error::Error;

use bytes::Bytes;
use http::{Request, Response};
use kinde::error::Credentials;
use kinde::oauth::GetUserProfileV2;
use kinde::wire::{Answer, Call};
use kinde::{AccessToken, Domain, ErrorKind, OAuth, Operation, OperationKind};
use kinde_mock::FakeKinde;
use serde::Deserialize;
use wiremock::matchers::{bearer_token, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The keys of the roles that a user has.
struct GetUserRoles(AccessToken);

impl Operation for GetUserRoles {
    type Output = Vec<String>;
    const KIND: OperationKind = OperationKind::new("get_user_roles").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, kinde::Error> {
        Call::get("/account_api/v1/roles").query("page_size", "50").bearer(&self.0).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<Vec<String>, kinde::Error> {
        // Any other status is an error: none repeats the bearer, and a 401 or 403 is about it.
        let answer = Answer::new(Self::KIND, &response, [Some(self.0.expose())]);
        let page: Page = answer.carrying(Credentials::Bearer).json()?;
        Ok(page.data.roles.into_iter().map(|role| role.key).collect())
    }
}

#[derive(Deserialize)]
struct Page {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    roles: Vec<Role>,
}

#[derive(Deserialize)]
struct Role {
    key: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // The fake beside a mock of your own, for what it should answer otherwise.
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
        Err(error) if error.kind() == ErrorKind::CredentialsRejected => println!("a stranger: {error}"),
        _ => return Err("a stranger was answered".into()),
    }
    Ok(())
}
