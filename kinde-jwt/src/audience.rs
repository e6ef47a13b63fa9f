//! For whom a token must be.

use serde_json::Value;

use crate::error::VerifyError;

/// Which tokens are for this service: a choice that has no default.
///
/// Kinde puts the APIs that a sign-in asked for into `aud`; without any it is `[]`, which says nothing. So either register
/// an API with Kinde, ask for it, and require it here (recommended), or let tokens with an empty `aud` in by the
/// application they were issued to.
///
/// ```
/// use kinde::jwt::Audience;
///
/// let api = Audience::any_of(["https://api.example"]);
/// // Also tokens of these two applications that name no audience at all.
/// let both = Audience::any_of(["https://api.example"]).or_empty_from(["f9c0f8a0b1", "0b5c6c3b0b"]);
/// # let _ = (api, both);
/// ```
#[derive(Clone, Debug)]
pub struct Audience {
    any_of: Vec<String>,
    empty_from: Vec<String>,
}

impl Audience {
    /// Accepts tokens that name at least one of these in `aud` (RFC 7519 §4.1.3). Compared byte for byte.
    pub fn any_of<A: Into<String>>(audiences: impl IntoIterator<Item = A>) -> Self {
        Self { any_of: audiences.into_iter().map(Into::into).collect(), empty_from: Vec::new() }
    }

    /// Also accepts tokens whose `aud` is `[]` and whose `azp` is one of these client ids.
    #[must_use]
    pub fn or_empty_from<C: Into<String>>(mut self, client_ids: impl IntoIterator<Item = C>) -> Self {
        self.empty_from.extend(client_ids.into_iter().map(Into::into));
        self
    }

    /// A token that names audiences must name one of ours; only `[]` may be let in by its `azp`. Absent, null and
    /// anything else that is not a string or a list of strings is refused.
    pub(crate) fn check(&self, audiences: &[String], azp: Option<&str>) -> Result<(), VerifyError> {
        if audiences.is_empty() {
            return match azp {
                Some(azp) if self.empty_from.iter().any(|known| known == azp) => Ok(()),
                _ if self.empty_from.is_empty() => Err(VerifyError::Audience),
                _ => Err(VerifyError::AuthorizedParty),
            };
        }
        let ours = audiences.iter().any(|named| self.any_of.iter().any(|known| known == named));
        if ours { Ok(()) } else { Err(VerifyError::Audience) }
    }
}

/// `aud` as RFC 7519 §4.1.3 has it: a string or a list of strings.
pub(crate) fn audiences(value: Option<&Value>) -> Result<Vec<String>, VerifyError> {
    match value {
        Some(Value::String(one)) if !one.is_empty() => Ok(vec![one.clone()]),
        Some(Value::Array(list)) => {
            let text = |item: &Value| item.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            list.iter().map(text).collect::<Option<_>>().ok_or(VerifyError::Audience)
        }
        _ => Err(VerifyError::Audience),
    }
}
