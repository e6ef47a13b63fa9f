//! Signing a user in: the authorization code flow (RFC 6749 §4.1) with PKCE (RFC 7636), without any HTTP.
//!
//! ```text
//! SignIn --start--> address for the browser + Pending --cookie--> browser
//! browser --callback--> Callback + Pending --accept--> Accepted { grant, nonce, return_to }
//! ```
//!
//! [`SignIn`] is made once, at start-up. Each visitor who signs in gets an address to go to and a [`Pending`], which
//! belongs to that one browser: a cookie keeps it. When the browser comes back, [`SignIn::accept`] compares the two and
//! gives the only thing that a code can be redeemed with.

mod absolute_url;
mod authorize;
mod callback;
mod cookies;
mod logout;
mod parameters;
mod pending;
mod reauth;
mod return_to;

pub use authorize::SignIn;
pub use callback::{Accepted, Callback, CallbackError, Refused};
pub use logout::LogoutUrl;
pub use parameters::{LoginHint, Prompt, StartPage};
pub use pending::{Nonce, Pending};
pub use reauth::ReauthState;
