//! What a case is: a call, what the server does to it, and what the caller must see.

use std::time::Duration;

use kinde::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation};
use kinde::{AccessToken, ClientSecret, Error, ErrorKind, OAuth, Token};

/// What must never be seen but in its one place.
pub const BEARER: &str = "canary-bearer-0123456789";
pub const TOKEN: &str = "canary-token-0123456789";
pub const SECRET: &str = "canary-secret-0123456789";
pub const CANARIES: [&str; 3] = [BEARER, TOKEN, SECRET];

/// Replaced by the address of a server that must never be called.
pub const ELSEWHERE: &str = "ELSEWHERE";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Profile,
    Introspection,
    Revocation,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Profile(Option<String>),
    Active { exp: Option<u64>, aud: usize },
    Inactive,
    Revoked,
    Failed(ErrorKind),
}

impl Call {
    pub async fn make(self, kinde: &dyn OAuth) -> (End, Option<Error>) {
        let bearer = AccessToken::new(BEARER).unwrap();
        let outcome = match self {
            Self::Profile => kinde
                .get_user_profile_v2(GetUserProfileV2::new(&bearer))
                .await
                .map(|user| End::Profile(user.sub)),
            Self::Introspection => {
                let request = TokenIntrospection::new(&bearer, Token::new(TOKEN));
                kinde.token_introspection(request).await.map(|answer| match answer {
                    TokenIntrospect::Active(token) => End::Active { exp: token.exp, aud: token.aud.len() },
                    TokenIntrospect::Inactive => End::Inactive,
                })
            }
            Self::Revocation => {
                let request = TokenRevocation::new("client", Token::new(TOKEN))
                    .client_secret(ClientSecret::new(SECRET))
                    .bearer(&bearer);
                kinde.token_revocation(request).await.map(|()| End::Revoked)
            }
        };
        match outcome {
            Ok(end) => (end, None),
            Err(error) => (End::Failed(error.kind()), Some(error)),
        }
    }
}

/// One thing a server does on a connection after it has read a request.
#[derive(Clone, Debug)]
pub enum Step {
    Write(Vec<u8>),
    /// Writes these bytes again and again, up to this many in all, until the client is gone.
    Flood(Vec<u8>, usize),
    /// Writes these bytes one by one, this far apart; then begins again.
    Drip(Vec<u8>, Duration),
    /// Keeps the connection and does nothing.
    Hang,
    /// Closes it in order.
    Fin,
    /// Closes it with a reset.
    Rst,
}

/// An answer that any transport can bring, also one without a socket.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

#[derive(Clone, Debug)]
pub enum Play {
    Answer(Answer),
    Wire(Vec<Step>),
}

#[derive(Clone, Debug)]
pub struct Case {
    pub name: &'static str,
    pub call: Call,
    pub play: Play,
    pub end: End,
    pub deadline: Duration,
}

/// A 200 with this JSON (or what passes for it).
pub fn body(name: &'static str, call: Call, body: impl Into<Vec<u8>>, end: End) -> Case {
    answer(name, call, 200, vec![("content-type", "application/json".to_owned())], body, end)
}

pub fn answer(
    name: &'static str,
    call: Call,
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: impl Into<Vec<u8>>,
    end: End,
) -> Case {
    let play = Play::Answer(Answer { status, headers, body: body.into() });
    Case { name, call, play, end, deadline: Duration::from_secs(20) }
}

/// Bytes and what follows them.
pub fn wire(name: &'static str, steps: Vec<Step>, end: End) -> Case {
    let deadline = match end {
        End::Failed(ErrorKind::Timeout) => Duration::from_millis(500),
        _ => Duration::from_secs(20),
    };
    Case { name, call: Call::Introspection, play: Play::Wire(steps), end, deadline }
}

pub fn write(bytes: impl Into<Vec<u8>>) -> Step {
    Step::Write(bytes.into())
}

pub const fn failed(kind: ErrorKind) -> End {
    End::Failed(kind)
}
