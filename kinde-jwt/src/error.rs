//! Why a token is not let in.

use std::fmt;

/// Which check a token failed. It never holds a part of the token.
///
/// All but [`Unavailable`](Self::Unavailable) are refusals: answer 401, `invalid_token`. `Unavailable` says nothing about
/// the token: answer 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is not a JWT in compact serialization (RFC 7515 §7.1) that could be one of Kinde's: which rule was broken.
    Malformed(Malformed),
    /// Its header asks for another algorithm than RS256, the only one that Kinde signs with.
    Algorithm,
    /// Its header has `crit` or `b64`: an extension that must be understood (RFC 7515 §4.1.11), and none is.
    Extension,
    /// Its header's `typ` is something else than a JWT.
    Type,
    /// Its header names no key.
    NoKeyId,
    /// No key of the issuer has its `kid`: signed by someone else, or with a key that has been withdrawn.
    UnknownKey,
    /// The signature is not that of the key it names.
    Signature,
    /// `iss` is absent or not the issuer's, byte for byte.
    Issuer,
    /// It has expired, or `exp` is absent or is not a whole number of seconds.
    Expired,
    /// `nbf` or `iat` lies in the future, or is not a whole number of seconds.
    NotYetValid,
    /// `aud` names nobody here, is absent, or is not a string or a list of strings.
    Audience,
    /// `azp` is not one of the applications that are let in, or is absent where it decides.
    AuthorizedParty,
    /// It is a token of another kind: an ID token sent to an API, an access token where an ID token belongs.
    Kind,
    /// `nonce` is absent or not the one that was sent (OpenID Connect Core §3.1.3.7).
    Nonce,
    /// `sub` is absent, empty or, after a refresh, somebody else.
    Subject,
    /// A claim that something is decided on doesn't have the type it is documented with.
    Claim(&'static str),
    /// The verifier was built without [`client_id`](crate::VerifierBuilder::client_id), which ID tokens are checked by.
    NoClientId,
    /// No keys are known, or those that are known are too old, because the key set can't be fetched.
    Unavailable,
}

/// Which rule of the compact serialization a text breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Malformed {
    /// It is longer than 16 KiB.
    TooLong,
    /// It doesn't have exactly three parts. Kinde's refresh tokens have two.
    Parts,
    /// A part is not base64url without padding, in the one form that encodes its bytes (RFC 4648 §3.5).
    Encoding,
    /// Header or claims are not one JSON object in UTF-8, or have a member twice.
    Json,
}

impl VerifyError {
    /// Returns whether nothing is known of the token, so that 503 is the answer and not 401.
    pub const fn is_unavailable(self) -> bool {
        matches!(self, Self::Unavailable)
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed(Malformed::TooLong) => "the token is longer than 16 KiB",
            Self::Malformed(Malformed::Parts) => "the token is not a JWT: it doesn't have three parts",
            Self::Malformed(Malformed::Encoding) => "the token is not a JWT: a part is not base64url",
            Self::Malformed(Malformed::Json) => {
                "the token is not a JWT: header or claims are not one JSON object"
            }
            Self::Algorithm => "the token is not signed with RS256",
            Self::Extension => "the token needs an extension that is not supported",
            Self::Type => "the token's type is not JWT",
            Self::NoKeyId => "the token names no key",
            Self::UnknownKey => "the issuer has no key of the token's kid",
            Self::Signature => "the token's signature is not the issuer's",
            Self::Issuer => "the token is of another issuer",
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet: compare the clocks",
            Self::Audience => "the token is for another audience",
            Self::AuthorizedParty => "the token was issued to another application",
            Self::Kind => "the token is of another kind",
            Self::Nonce => "the token does not answer this sign-in",
            Self::Subject => "the token is about nobody, or about somebody else",
            Self::Claim(name) => {
                return write!(f, "the token's claim `{name}` is not of the documented type");
            }
            Self::NoClientId => {
                "the verifier has no client id to check ID tokens by: set it when it is built"
            }
            Self::Unavailable => "the issuer's keys are not known, and can't be fetched now",
        })
    }
}

impl std::error::Error for VerifyError {}
