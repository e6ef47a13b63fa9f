//! Secrets are wiped when the last reference goes. Shown from outside: the process reads its own memory
//! through `/proc/self/mem` and looks for a canary, before (it must be there, or this shows nothing) and
//! after (it must be gone from every page that can be written).
//!
//! What it can't show: registers, pages swapped out, and copies that HTTP and TLS libraries make in buffers
//! of their own, which nobody wipes (SECURITY.md says so). Linux only.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use kinde_core::keep::{MemoryStore, UserTokens};
use kinde_core::oauth::{TokenIntrospection, TokenRevocation};
use kinde_core::token::{Application, TokenResponse};
use kinde_core::wire::{Field, Form};
use kinde_core::{
    AccessToken, AuthorizationCode, CallContext, Client, ClientSecret, CodeVerifier, DeviceCode, Domain,
    IdToken, Operation, RefreshToken, Token, TokioTimer, Transport, TransportError,
};
use zeroize::Zeroize;

/// One at a time: a scan reads other threads' memory too, their half-made canaries included.
static ALONE: Mutex<()> = Mutex::new(());

const LENGTH: usize = 96;
const MASK: u8 = 0x80;

/// A random text that is nowhere in memory as such: it is kept masked.
struct Canary([u8; LENGTH]);

impl Canary {
    fn new() -> Self {
        Self(std::array::from_fn(|_| fastrand::alphanumeric() as u8 ^ MASK))
    }

    /// The text, in a buffer of exactly its size, for the one who will own it.
    fn hatch(&self) -> String {
        let mut text = String::with_capacity(LENGTH);
        self.0.iter().for_each(|byte| text.push(char::from(byte ^ MASK)));
        text
    }

    /// Whether the middle of the text is in memory: an allocator that takes memory back writes over its ends.
    fn is_in_memory(&self) -> bool {
        let middle = &self.0[LENGTH / 2 - 16..LENGTH / 2 + 16];
        let memory = File::open("/proc/self/mem").unwrap();
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let mut chunk = vec![0; 1 << 20];
        let found = maps.lines().filter_map(writable).any(|(mut start, end)| {
            while start < end {
                let length = chunk.len().min(usize::try_from(end - start).unwrap());
                // A page that went away since the map was read holds nothing.
                let Ok(read @ 1..) = memory.read_at(&mut chunk[..length], start) else { return false };
                if holds(&chunk[..read], middle) {
                    return true;
                }
                let last = start + read as u64 >= end;
                start += if last { read } else { read.saturating_sub(middle.len()).max(1) } as u64;
            }
            false
        });
        // It has held a copy of whatever was found.
        chunk.zeroize();
        found
    }
}

fn holds(memory: &[u8], masked: &[u8]) -> bool {
    let first = masked[0] ^ MASK;
    let here = |place: usize| {
        let candidate = &memory[place..];
        candidate.len() >= masked.len()
            && candidate.iter().zip(masked).all(|(byte, hidden)| byte ^ MASK == *hidden)
    };
    memory.iter().enumerate().any(|(place, byte)| *byte == first && here(place))
}

/// The range of a line of `/proc/self/maps`, if it can be read and written.
fn writable(line: &str) -> Option<(u64, u64)> {
    let mut words = line.split_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    words.next()?.starts_with("rw").then_some(())?;
    Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
}

/// Runs `make` on fresh canaries: while what it returns lives they are in memory, and once it is dropped
/// they are not.
fn wiped<const N: usize, T>(what: &str, make: impl FnOnce([String; N]) -> T) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let canaries: [Canary; N] = std::array::from_fn(|_| Canary::new());
    let held = make(std::array::from_fn(|index| canaries[index].hatch()));
    for canary in &canaries {
        assert!(canary.is_in_memory(), "{what}: nothing was there to be wiped");
    }
    drop(held);
    for (index, canary) in canaries.iter().enumerate() {
        assert!(!canary.is_in_memory(), "{what}: secret {index} outlives its last owner");
    }
}

fn domain() -> Domain {
    Domain::new("acme.kinde.com").unwrap()
}

#[test]
fn an_access_token_is_wiped() {
    wiped("AccessToken", |[text]| AccessToken::new(text).unwrap());
    wiped("clones of an AccessToken", |[text]| {
        let bearer = AccessToken::new(text).unwrap();
        [bearer.clone(), bearer]
    });
    wiped("an AccessToken read from a header", |[text]| {
        let mut headers = http::HeaderMap::new();
        let bearer = AccessToken::new(text).unwrap();
        headers.insert("authorization", bearer.to_header_value());
        AccessToken::from_authorization(&headers).unwrap().unwrap()
    });
    wiped("a header made of an AccessToken", |[text]| AccessToken::new(text).unwrap().to_header_value());
}

#[test]
fn a_refused_access_token_is_wiped() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let canary = Canary::new();
    let mut text = canary.hatch();
    assert!(canary.is_in_memory());
    // In place: the buffer is full, and must not be copied.
    text.pop();
    text.push('\n');
    assert!(AccessToken::new(text).is_err());
    assert!(!canary.is_in_memory(), "a refused bearer outlives its refusal");
}

#[test]
fn tokens_and_secrets_are_wiped() {
    wiped("Token", |[text]| Token::new(text));
    wiped("ClientSecret", |[text]| ClientSecret::new(text));
    wiped("a Token made of an AccessToken", |[text]| Token::from(&AccessToken::new(text).unwrap()));
}

#[test]
fn the_secrets_of_signing_in_are_wiped() {
    wiped("a RefreshToken, and a Token made of it", |[text]| {
        let token = RefreshToken::new(text);
        (Token::from(&token), token)
    });
    wiped("an IdToken", |[text]| IdToken::new(text));
    wiped("an AuthorizationCode", |[text]| AuthorizationCode::new(text));
    wiped("a CodeVerifier", |[text]| CodeVerifier::new(text));
    wiped("a DeviceCode", |[text]| DeviceCode::new(text));
}

/// As long as they are kept they are in the store alone; read out of it, they go with their last reader.
#[test]
fn kept_tokens_are_wiped() {
    wiped("a session", |[access, refresh, id]| {
        let tokens = TokenResponse::new(AccessToken::new(access).unwrap())
            .refresh_token(RefreshToken::new(refresh))
            .id_token(IdToken::new(id))
            .expires_in(Duration::from_secs(3_600));
        let us = Application::frontend("id");
        let client = Client::new(domain(), Ready);
        let users = UserTokens::builder(client, &domain(), &us, MemoryStore::new(1), TokioTimer).build();
        let session = now(users.sign_in_with(&[7; 32], tokens)).unwrap();
        drop(now(users.access_token(&session)).unwrap());
        drop(now(users.id_token(&session)).unwrap());
        users
    });
}

/// Runs a future that is ready at its first poll.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a store in memory answers at once"),
    }
}

#[test]
fn a_form_is_wiped() {
    wiped("a form", |[token, secret]| {
        Form::new(&[
            Field::visible("token", token.as_str()),
            Field::text("name", "é ".repeat(100).as_str()),
            Field::visible("client_secret", secret.as_str()),
        ])
        .map(|form| [(); 3].map(|()| form.clone().into_bytes()))
        .map(|bytes| (bytes, Token::new(token), ClientSecret::new(secret)))
        .unwrap()
    });
}

#[test]
fn an_encoded_request_is_wiped() {
    wiped("a request", |[bearer, token, secret]| {
        let call = TokenRevocation::new("client", Token::new(token))
            .client_secret(ClientSecret::new(secret))
            .bearer(&AccessToken::new(bearer).unwrap());
        call.encode(&domain()).unwrap()
    });
}

/// Answers, and drops the request.
struct Ready;

impl Transport for Ready {
    async fn send(&self, _: http::Request<Bytes>, _: CallContext) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(Bytes::from_static(br#"{"active":false}"#)))
    }
}

#[test]
fn a_call_leaves_nothing_behind() {
    wiped("a call", |[bearer, token]| {
        let call = TokenIntrospection::new(&AccessToken::new(bearer).unwrap(), Token::new(token));
        let client = Client::new(domain(), Ready);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(std::pin::pin!(client.execute(&call)).poll(&mut context).is_ready());
        call
    });
}
