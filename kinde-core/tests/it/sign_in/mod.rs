//! Signing in, seen from outside: what the browser is sent to, what it keeps, and what is made of what it brings back.

mod authorize;
mod callback;
mod cookies;
mod logout;
mod properties;
mod reauth;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kinde_core::sign_in::{Accepted, Callback, CallbackError, Pending, SignIn};
use kinde_core::token::Application;
use kinde_core::{ClientSecret, Domain, Error, Operation};

const SECRET: &str = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4";
const CALLBACK: &str = "https://app.example/callback";

fn domain() -> Domain {
    Domain::new("acme.kinde.com").unwrap()
}

fn application() -> Application {
    Application::backend("f9c0f8a0b1", ClientSecret::new(SECRET))
}

fn sign_in() -> SignIn {
    SignIn::new(&application(), CALLBACK).unwrap()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn begin(sign_in: &SignIn, seed: u8) -> (String, Pending) {
    sign_in.start_with([seed; 32], &domain(), now()).unwrap()
}

fn refusal(sign_in: &SignIn) -> Error {
    sign_in.start_with([7; 32], &domain(), now()).unwrap_err()
}

/// The query of an authorize URL, decoded by a parser that isn't ours. A parameter given twice fails the test.
fn parameters(url: &str) -> BTreeMap<String, String> {
    let url = url::Url::parse(url).unwrap();
    let mut found = BTreeMap::new();
    for (name, value) in url.query_pairs().into_owned() {
        assert_eq!(found.insert(name.clone(), value), None, "{name} is given twice");
    }
    found
}

/// What Kinde sends a browser back with.
fn comes_back(url: &str, more: &[(&str, &str)]) -> Callback {
    let state = parameters(url)["state"].clone();
    let mut pairs = vec![("state".to_owned(), state)];
    pairs.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Callback::from_pairs(pairs)
}

fn accept(sign_in: &SignIn, pending: &Pending, callback: &Callback) -> Result<Accepted, CallbackError> {
    sign_in.accept(pending, callback, now() + Duration::from_secs(30))
}

/// The form with which a grant redeems its code.
fn form(accepted: &Accepted) -> BTreeMap<String, String> {
    let request = accepted.grant.encode(&domain()).unwrap();
    assert_eq!(request.uri(), "https://acme.kinde.com/oauth2/token");
    form_urlencoded::parse(request.body()).into_owned().collect()
}
