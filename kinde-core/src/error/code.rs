//! A service's error codes: which may be printed. A service may write the token into one.

/// A code that can't be a token or a sentence: at most 64 of `[A-Za-z0-9_.-]`.
pub(super) fn printable(code: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    ((1..=64).contains(&code.len()) && code.bytes().all(plain)).then_some(code)
}

/// The codes of RFC 6749, 6750, 7009 and 8628. They are public words, whatever a token happens to be called.
const REGISTERED: [&str; 16] = [
    "access_denied",
    "authorization_pending",
    "expired_token",
    "insufficient_scope",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
];

/// Whether a code that would be printed holds `secret`, or a piece of it that is too long to be chance.
pub(super) fn repeats(code: &str, secret: &str) -> bool {
    /// Shorter pieces may be words.
    const WORD: usize = 8;
    const PIECE: usize = 12;
    // What isn't printable is never printed, and may be long: the search below is not for it.
    if printable(code).is_none() || REGISTERED.contains(&code) {
        return false;
    }
    let piece = PIECE.min(code.len()).min(secret.len());
    let within = |piece: &[u8]| secret.as_bytes().windows(piece.len()).any(|window| window == piece);
    piece >= WORD && code.as_bytes().windows(piece).any(within)
}
