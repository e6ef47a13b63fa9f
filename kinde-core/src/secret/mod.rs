//! What must never be printed.

mod access_token;
mod text;

pub use access_token::AccessToken;
pub use text::{AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, IdToken, RefreshToken, Token};
