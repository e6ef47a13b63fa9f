//! The same introspection, by each client: a form with one token, a bearer, and the answer read into a struct.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::{self, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use kinde_core::{AccessToken, Domain, OAuth, Token, TokenIntrospection};
use oauth2::basic::BasicClient;
use oauth2::{ClientId, EndpointNotSet, EndpointSet, IntrospectionUrl, TokenIntrospectionResponse};
use serde::Deserialize;

const BEARER: &str =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjJhOmUwIn0.eyJhdWQiOltdLCJhenAiOiIzYjBiNWM2In0.c2lnbmF0dXJl";
const TOKEN: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG.0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

/// What the clients by hand read.
#[derive(Deserialize)]
#[allow(dead_code, reason = "it is read for the reading's sake")]
struct Answer {
    active: bool,
    aud: Vec<String>,
    client_id: String,
    exp: u64,
    iat: u64,
}

type OAuth2 = BasicClient<EndpointNotSet, EndpointNotSet, EndpointSet, EndpointNotSet, EndpointNotSet>;

#[allow(clippy::large_enum_variant, reason = "there are six of them")]
pub enum Client {
    Hyper(&'static str, legacy::Client<HttpConnector, Full<Bytes>>, String, HeaderValue),
    Kinde(&'static str, Arc<dyn OAuth>, AccessToken),
    Reqwest(reqwest::Client, String),
    OAuth2(Box<OAuth2>, oauth2::reqwest::Client),
}

pub fn all(address: SocketAddr) -> Vec<Client> {
    let url = format!("http://{address}/oauth2/introspect");
    let domain = || Domain::new(format!("http://{address}")).unwrap();
    let hyper = |name| {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let bearer = HeaderValue::try_from(format!("Bearer {BEARER}")).unwrap();
        Client::Hyper(
            name,
            legacy::Client::builder(TokioExecutor::new()).build(connector),
            url.clone(),
            bearer,
        )
    };
    let kinde = |name, oauth| Client::Kinde(name, oauth, AccessToken::new(BEARER).unwrap());
    let none = oauth2::reqwest::redirect::Policy::none();
    let oauth2 = BasicClient::new(ClientId::new("3b0b5c6c8fcc464fab397f4969b5f482".to_owned()))
        .set_introspection_url(IntrospectionUrl::new(url.clone()).unwrap());
    vec![
        hyper("hyper-util by hand"),
        kinde("kinde-hyper", Arc::new(kinde_hyper::client(domain()).unwrap())),
        Client::Reqwest(reqwest::Client::builder().no_proxy().build().unwrap(), url.clone()),
        kinde("kinde-reqwest", Arc::new(kinde_reqwest::client(domain()).unwrap())),
        Client::OAuth2(
            Box::new(oauth2),
            oauth2::reqwest::Client::builder().no_proxy().redirect(none).build().unwrap(),
        ),
        hyper("hyper-util by hand, again"),
    ]
}

impl Client {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hyper(name, ..) | Self::Kinde(name, ..) => name,
            Self::Reqwest(..) => "reqwest by hand",
            Self::OAuth2(..) => "oauth2 5",
        }
    }

    pub async fn introspect(&self) {
        let active = match self {
            Self::Hyper(_, client, url, bearer) => {
                let request = Request::builder()
                    .method(Method::POST)
                    .uri(url.as_str())
                    .header("authorization", bearer.clone())
                    .header("accept", "application/json")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(Full::new(Bytes::from(format!("token={TOKEN}"))))
                    .unwrap();
                let response = client.request(request).await.unwrap();
                let body = response.into_body().collect().await.unwrap().to_bytes();
                read(&body).active
            }
            Self::Kinde(_, oauth, bearer) => {
                let question = TokenIntrospection::new(bearer, Token::new(TOKEN));
                oauth.token_introspection(question).await.unwrap().is_active()
            }
            Self::Reqwest(client, url) => {
                let request =
                    client.post(url.as_str()).bearer_auth(BEARER).header("accept", "application/json");
                let response = request.form(&[("token", TOKEN)]).send().await.unwrap();
                read(&response.bytes().await.unwrap()).active
            }
            Self::OAuth2(client, http) => {
                let token = oauth2::AccessToken::new(TOKEN.to_owned());
                client.introspect(&token).request_async(http).await.unwrap().active()
            }
        };
        assert!(active);
    }
}

fn read(body: &[u8]) -> Answer {
    serde_json::from_slice(body).unwrap()
}
