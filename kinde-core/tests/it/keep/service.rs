//! A service whose answers are written by the test. It counts what is asked, and takes its time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use kinde_core::oauth::{
    GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation, UserProfileV2,
};
use kinde_core::token::{
    Application, AuthorizationCodeGrant, ClientCredentialsGrant, DeviceAuthorization,
    DeviceAuthorizationResponse, DeviceCodeGrant, RefreshTokenGrant, TokenEndpoint, TokenResponse,
};
use kinde_core::{
    AccessToken, ClientSecret, Domain, Error, OAuth, Operation, RefreshToken, TransportErrorKind,
};
use tokio::time::{Instant, sleep};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// Makes the answer to the call of that number, counted from 1.
type Answer = Box<dyn Fn(usize) -> Result<TokenResponse, Error> + Send + Sync>;

/// What was asked: the operation, what it was asked with, and when.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) with: String,
    pub(crate) at: Instant,
}

pub(crate) struct Service {
    calls: Mutex<Vec<Call>>,
    /// Those that are next, each for one call; then the usual one.
    next: Mutex<VecDeque<Answer>>,
    usual: Mutex<Answer>,
    takes: Mutex<Duration>,
}

impl Service {
    /// Answers every request for tokens with others, `access-1` and `refresh-1` and so on, that live `life`. It takes a
    /// second for each.
    pub(crate) fn issuing(life: impl Into<Option<Duration>>) -> Arc<Self> {
        let life = life.into();
        let usual: Answer = Box::new(move |number| Ok(tokens(number, life)));
        Arc::new(Self {
            calls: Mutex::default(),
            next: Mutex::default(),
            usual: Mutex::new(usual),
            takes: Mutex::new(Duration::from_secs(1)),
        })
    }

    /// The next call is answered so.
    pub(crate) fn once(
        &self,
        answer: impl Fn(usize) -> Result<TokenResponse, Error> + Send + Sync + 'static,
    ) {
        self.next.lock().unwrap().push_back(Box::new(answer));
    }

    /// All calls are answered so from now on.
    pub(crate) fn always(
        &self,
        answer: impl Fn(usize) -> Result<TokenResponse, Error> + Send + Sync + 'static,
    ) {
        *self.usual.lock().unwrap() = Box::new(answer);
    }

    pub(crate) fn takes(&self, time: Duration) {
        *self.takes.lock().unwrap() = time;
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// How many requests for tokens there were.
    pub(crate) fn asked(&self) -> usize {
        self.calls().iter().filter(|call| call.operation != "token_revocation").count()
    }

    /// The tokens that were revoked, in order.
    pub(crate) fn revoked(&self) -> Vec<String> {
        let calls = self.calls().into_iter().filter(|call| call.operation == "token_revocation");
        calls.map(|call| call.with).collect()
    }

    async fn answer(&self, operation: &'static str, with: &str) -> Result<TokenResponse, Error> {
        let number = {
            let mut calls = self.calls.lock().unwrap();
            calls.push(Call { operation, with: with.to_owned(), at: Instant::now() });
            calls.iter().filter(|call| call.operation != "token_revocation").count()
        };
        let next = self.next.lock().unwrap().pop_front();
        let takes = *self.takes.lock().unwrap();
        sleep(takes).await;
        match next {
            Some(answer) => answer(number),
            None => self.usual.lock().unwrap()(number),
        }
    }
}

/// `access-N` and `refresh-N`.
pub(crate) fn tokens(number: usize, life: Option<Duration>) -> TokenResponse {
    let tokens = TokenResponse::new(AccessToken::new(format!("access-{number}")).unwrap())
        .refresh_token(RefreshToken::new(format!("refresh-{number}")));
    life.into_iter().fold(tokens, TokenResponse::expires_in)
}

/// The error that an answer of that status and code becomes.
pub(crate) fn refused(status: u16, code: &'static str) -> Error {
    let body = Bytes::from(format!(r#"{{"error":"{code}"}}"#));
    let response = Response::builder().status(status).body(body).unwrap();
    RefreshTokenGrant::new(&application(), &RefreshToken::new("any")).decode(response).unwrap_err()
}

pub(crate) fn broken(kind: TransportErrorKind) -> Error {
    Error::from_transport(RefreshTokenGrant::KIND, kind.into())
}

pub(crate) fn application() -> Application {
    Application::backend("3b0b5c6c8fcc464fab397f4969b5f482", ClientSecret::new("rrkYRaz8z96sAiOxPt6IzO"))
}

pub(crate) fn domain() -> Domain {
    Domain::new("acme.kinde.com").unwrap()
}

#[async_trait::async_trait]
impl TokenEndpoint for Service {
    async fn authorization_code(&self, request: AuthorizationCodeGrant) -> Result<TokenResponse, Error> {
        self.answer("authorization_code", request.code().expose()).await
    }

    async fn refresh_token(&self, request: RefreshTokenGrant) -> Result<TokenResponse, Error> {
        self.answer("refresh_token", request.refresh_token().expose()).await
    }

    async fn client_credentials(&self, request: ClientCredentialsGrant) -> Result<TokenResponse, Error> {
        self.answer("client_credentials", &request.audiences().join(" ")).await
    }

    async fn device_authorization(
        &self,
        _: DeviceAuthorization,
    ) -> Result<DeviceAuthorizationResponse, Error> {
        Err(refused(400, "not_here"))
    }

    async fn device_code(&self, request: DeviceCodeGrant) -> Result<TokenResponse, Error> {
        self.answer("device_code", request.device_code().expose()).await
    }
}

#[async_trait::async_trait]
impl OAuth for Service {
    async fn get_user_profile_v2(&self, _: GetUserProfileV2) -> Result<UserProfileV2, Error> {
        Ok(UserProfileV2::default())
    }

    async fn token_introspection(&self, _: TokenIntrospection) -> Result<TokenIntrospect, Error> {
        Ok(TokenIntrospect::Inactive)
    }

    async fn token_revocation(&self, request: TokenRevocation) -> Result<(), Error> {
        let with = request.token().expose().to_owned();
        assert!(request.get_client_secret().is_some(), "a back end revokes with its secret");
        self.calls.lock().unwrap().push(Call { operation: "token_revocation", with, at: Instant::now() });
        sleep(Duration::from_millis(10)).await;
        Ok(())
    }
}
