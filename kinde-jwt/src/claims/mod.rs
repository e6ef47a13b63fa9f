//! What verified tokens say.

mod access;
mod flag;
mod grant;
mod id;

pub use access::{AccessClaims, Subject};
pub use flag::{FlagError, FlagValue};
pub use grant::Grant;
pub use id::{IdClaims, Organization};

use serde_json::{Map, Value};

/// A claim under its own name, or as Kinde writes it in Hasura mode. This is the one place that knows both spellings.
///
/// Source: Kinde, "Kinde and Hasura": `x-hasura-permissions` and its like replace the plain names, with the same values.
fn either<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims
        .get(name)
        .or_else(|| claims.get(&format!("x-hasura-{}", name.replace('_', "-"))))
        .filter(|value| !value.is_null())
}
