//! Kinde's tokens, verified locally: access tokens by an API, ID tokens at the end of a sign-in.
//!
//! ```text
//! RemoteKeys --key set--> Verifier --policy--> AccessClaims | IdClaims | VerifyError
//! ```
//!
//! [`KeySet`] is an issuer's keys, [`RemoteKeys`] the same as they change, [`Verifier`] what an application asks. [`Policy`]
//! is a verifier without I/O and without a clock.
//! Applications use it as `kinde::jwt`.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod audience;
mod claims;
mod compact;
mod error;
mod key_set;
mod policy;
mod remote;
mod shared;
mod signature;
mod verifier;

pub use audience::Audience;
pub use claims::{AccessClaims, FlagError, FlagValue, Grant, IdClaims, Organization, Subject};
pub use error::{Malformed, VerifyError};
pub use key_set::{KeySet, KeySetError};
pub use policy::Policy;
pub use remote::RemoteKeys;
#[cfg(feature = "aws-lc-rs")]
pub use signature::AwsLcRs;
pub use signature::{PublicKey, SignatureVerifier};
pub use verifier::{NeedsAudience, Verifier, VerifierBuilder, Verifiers};
