//! What endpoints with a form have in common.

use super::refusal::Refusal;
use super::table::Lints;
use crate::http::request::Request;
use crate::ledger::stray::WRONG_MEDIA_TYPE;

/// 415, where a form is documented and something else came. A request without a body has no media type
/// either, and its parameters are simply absent.
pub(super) fn check_media_type(request: &Request) -> Result<(), Refusal> {
    if request.is_form() || request.body().is_empty() {
        return Ok(());
    }
    Err(Refusal::because(
        &WRONG_MEDIA_TYPE,
        "the parameters go into a form body, application/x-www-form-urlencoded",
    ))
}

/// For a form about a token.
pub(super) fn lint(request: &Request, lints: &mut Lints) {
    if !request.is_form() && !request.body().is_empty() {
        lints.push(match request.media_type().as_deref() {
            Some("application/json") => {
                "JSON, where a form (application/x-www-form-urlencoded) is documented"
            }
            _ => "a body that is not declared as the documented form (application/x-www-form-urlencoded)",
        });
    }
    if request.repeats(None) {
        lints.push("a parameter that is given more than once");
    }
    if request.form("token_type_hint").is_some_and(|hint| !["access_token", "refresh_token"].contains(&hint))
    {
        lints.push("a token_type_hint that is neither access_token nor refresh_token");
    }
}
