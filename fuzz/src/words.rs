//! Errors are written in our own words: whatever a body holds, its error is made of a short list of words.

use kinde::{Error, ErrorKind};

/// Every word that the error of a 200 may hold, without commas and colons, digits read as `0`.
const WORDS: &str = "0 unexpected body it is empty no JSON object an HTML or XML page not valid at line column \
    the ends too early attempt given twice a string whole number of seconds true false list strings missing has too many values \
    nested deeper than levels error answer and are differ or \
    get_user_profile_v0 token_introspection token_revocation `active` `aud` `client_id` `exp` \
    `iat` `sub` `provided_id` `name` `given_name` `family_name` `updated_at` `email` `email_verified` `picture` \
    `preferred_username` `id`";

/// Checks the error of a 200 that was not a success: its kind, and that it repeats nothing of the body.
pub fn only_ours(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::UnexpectedBody);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert!(!error.is_retryable());
    // A code that looks like one is printed, as of any error.
    let code = error.code().map(|code| format!(" ({code}), attempt "));
    let text = code.map_or_else(|| error.to_string(), |code| error.to_string().replace(&code, ", attempt "));
    for word in text.split_whitespace() {
        let word = squeeze(word.trim_end_matches([',', ':']));
        assert!(
            WORDS.split_whitespace().any(|ours| ours == word),
            "{word:?} in {text:?} is not a word of ours"
        );
    }
    assert!(format!("{error:?}").is_ascii());
}

/// A run of digits becomes one `0`.
fn squeeze(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars() {
        match c.is_ascii_digit() {
            true if out.ends_with('0') => {}
            true => out.push('0'),
            false => out.push(c),
        }
    }
    out
}
