//! The same two calls, by each client: an introspection (a form with one token, a bearer) and a profile (a bearer),
//! with the answer read into a struct.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::{self, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use kinde_core::oauth::{GetUserProfileV2, TokenIntrospection};
use kinde_core::{AccessToken, Domain, OAuth, Token};
use oauth2::basic::BasicClient;
use oauth2::{ClientId, EndpointNotSet, EndpointSet, IntrospectionUrl, TokenIntrospectionResponse};
use serde::Deserialize;

const BEARER: &str =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjJhOmUwIn0.eyJhdWQiOltdLCJhenAiOiIzYjBiNWM2In0.c2lnbmF0dXJl";
const TOKEN: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG.0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

/// What the clients by hand read of an introspection,
#[derive(Deserialize)]
#[allow(dead_code, reason = "it is read for the reading's sake")]
struct Introspection {
    active: bool,
    aud: Vec<String>,
    client_id: String,
    exp: u64,
    iat: u64,
}

/// and of a profile.
#[derive(Deserialize)]
#[allow(dead_code, reason = "it is read for the reading's sake")]
struct Profile {
    id: String,
    sub: String,
    provided_id: Option<String>,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    updated_at: u64,
    email: Option<String>,
    email_verified: Option<bool>,
    picture: Option<String>,
    preferred_username: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Operation {
    Introspection,
    Profile,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    HyperByHand,
    KindeHyper,
    ReqwestByHand,
    KindeReqwest,
    OAuth2,
    WorkOs,
    HyperAgain,
}

impl Operation {
    /// The first is what the others are compared with, and the last is the first again.
    pub fn clients(self) -> [Kind; 6] {
        use Kind::*;
        match self {
            Self::Introspection => [HyperByHand, KindeHyper, ReqwestByHand, KindeReqwest, OAuth2, HyperAgain],
            Self::Profile => [HyperByHand, KindeHyper, ReqwestByHand, KindeReqwest, WorkOs, HyperAgain],
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Introspection => "introspection",
            Self::Profile => "profile",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Introspection => "/oauth2/introspect",
            Self::Profile => "/oauth2/v2/user_profile",
        }
    }
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::HyperByHand => "hyper-util by hand",
            Self::KindeHyper => "kinde-hyper",
            Self::ReqwestByHand => "reqwest by hand",
            Self::KindeReqwest => "kinde-reqwest",
            Self::OAuth2 => "oauth2 5",
            Self::WorkOs => "workos 3.5",
            Self::HyperAgain => "hyper-util by hand, again",
        }
    }
}

type OAuth2 = BasicClient<EndpointNotSet, EndpointNotSet, EndpointSet, EndpointNotSet, EndpointNotSet>;

/// One client, set up for one operation.
#[derive(Clone)]
pub struct Client {
    operation: Operation,
    url: String,
    by: By,
}

#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "there are six of them")]
enum By {
    Hyper(legacy::Client<HttpConnector, Full<Bytes>>, HeaderValue),
    Kinde(Arc<dyn OAuth>, AccessToken),
    Reqwest(reqwest::Client),
    OAuth2(Box<OAuth2>, oauth2::reqwest::Client),
    WorkOs(workos::Client),
}

impl Client {
    pub fn new(kind: Kind, operation: Operation, address: SocketAddr) -> Self {
        let url = format!("http://{address}{}", operation.path());
        let domain = Domain::new(format!("http://{address}")).unwrap();
        let bearer = AccessToken::new(BEARER).unwrap();
        let by = match kind {
            Kind::HyperByHand | Kind::HyperAgain => {
                let mut connector = HttpConnector::new();
                connector.set_nodelay(true);
                let bearer = HeaderValue::try_from(format!("Bearer {BEARER}")).unwrap();
                By::Hyper(legacy::Client::builder(TokioExecutor::new()).build(connector), bearer)
            }
            Kind::KindeHyper => By::Kinde(Arc::new(kinde_hyper::client(domain).unwrap()), bearer),
            Kind::KindeReqwest => By::Kinde(Arc::new(kinde_reqwest::client(domain).unwrap()), bearer),
            Kind::ReqwestByHand => By::Reqwest(reqwest::Client::builder().no_proxy().build().unwrap()),
            Kind::OAuth2 => {
                let none = oauth2::reqwest::redirect::Policy::none();
                let id = ClientId::new("3b0b5c6c8fcc464fab397f4969b5f482".to_owned());
                let client =
                    BasicClient::new(id).set_introspection_url(IntrospectionUrl::new(url.clone()).unwrap());
                let http = oauth2::reqwest::Client::builder().no_proxy().redirect(none).build().unwrap();
                By::OAuth2(Box::new(client), http)
            }
            Kind::WorkOs => By::WorkOs(
                workos::Client::builder().api_key(BEARER).base_url(format!("http://{address}")).build(),
            ),
        };
        Self { operation, url, by }
    }

    pub async fn call(&self) {
        match self.operation {
            Operation::Introspection => assert!(self.introspect().await),
            Operation::Profile => assert!(!self.profile().await.is_empty()),
        }
    }

    /// Whether the token is active.
    async fn introspect(&self) -> bool {
        match &self.by {
            By::Hyper(client, bearer) => {
                let request = Request::builder()
                    .method(Method::POST)
                    .uri(self.url.as_str())
                    .header("authorization", bearer.clone())
                    .header("accept", "application/json")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(Full::new(Bytes::from(format!("token={TOKEN}"))))
                    .unwrap();
                let response = client.request(request).await.unwrap();
                let body = response.into_body().collect().await.unwrap().to_bytes();
                serde_json::from_slice::<Introspection>(&body).unwrap().active
            }
            By::Kinde(kinde, bearer) => {
                let question = TokenIntrospection::new(bearer, Token::new(TOKEN));
                kinde.token_introspection(question).await.unwrap().is_active()
            }
            By::Reqwest(client) => {
                let request = client.post(self.url.as_str()).bearer_auth(BEARER);
                let request = request.header("accept", "application/json").form(&[("token", TOKEN)]);
                let body = request.send().await.unwrap().bytes().await.unwrap();
                serde_json::from_slice::<Introspection>(&body).unwrap().active
            }
            By::OAuth2(client, http) => {
                let token = oauth2::AccessToken::new(TOKEN.to_owned());
                client.introspect(&token).request_async(http).await.unwrap().active()
            }
            By::WorkOs(_) => unreachable!("it has no introspection"),
        }
    }

    /// The user's id.
    async fn profile(&self) -> String {
        match &self.by {
            By::Hyper(client, bearer) => {
                let request = Request::builder()
                    .uri(self.url.as_str())
                    .header("authorization", bearer.clone())
                    .header("accept", "application/json")
                    .body(Full::default())
                    .unwrap();
                let response = client.request(request).await.unwrap();
                let body = response.into_body().collect().await.unwrap().to_bytes();
                serde_json::from_slice::<Profile>(&body).unwrap().id
            }
            By::Kinde(kinde, bearer) => {
                kinde.get_user_profile_v2(GetUserProfileV2::new(bearer)).await.unwrap().id.unwrap_or_default()
            }
            By::Reqwest(client) => {
                let request = client.get(self.url.as_str()).bearer_auth(BEARER);
                let request = request.header("accept", "application/json");
                let body = request.send().await.unwrap().bytes().await.unwrap();
                serde_json::from_slice::<Profile>(&body).unwrap().id
            }
            By::WorkOs(client) => client.user_management().get_user("user_01E4ZCR3C56J").await.unwrap().id,
            By::OAuth2(..) => unreachable!("it has no profile"),
        }
    }
}
