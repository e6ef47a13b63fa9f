//! Tokens that a resource server must refuse.

use kinde_core::Token;

use super::FakeKinde;
use crate::tenant::token::SetupError;
use crate::tenant::user::User;
use crate::text::seconds::since_1970;

/// A token that must be refused, for one reason: but for that it is a good access token of the user, for the audience
/// `https://api.example.com/v1`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BadToken {
    /// What is wrong with it, in a word.
    pub name: &'static str,
    /// The same in a sentence.
    pub why: &'static str,
    /// Its text.
    pub token: Token,
}

impl FakeKinde {
    /// Makes a kit of tokens that must be refused: unsigned, signed by another key or algorithm, expired, for somebody
    /// else, tampered with, and more. They are not the fake's own: it answers all of them as unknown.
    ///
    /// ```
    /// let kinde = kinde_mock::FakeKinde::new();
    /// for bad in kinde.bad_tokens(&kinde.user()) {
    ///     // assert_eq!(my_api(bad.token.expose()).status(), 401, "{}: {}", bad.name, bad.why);
    ///     assert!(!kinde.is_live(&bad.token));
    /// }
    /// ```
    ///
    /// # Panics
    /// If the fake has no such user; [`try_bad_tokens`](Self::try_bad_tokens) says so instead.
    #[track_caller]
    #[allow(clippy::panic, reason = "an unknown user is a mistake in the test")]
    pub fn bad_tokens(&self, user: &User) -> Vec<BadToken> {
        match self.try_bad_tokens(user) {
            Ok(tokens) => tokens,
            Err(error) => panic!("{error}"),
        }
    }

    /// As [`bad_tokens`](Self::bad_tokens).
    ///
    /// # Errors
    /// [`SetupError::UnknownUser`].
    pub fn try_bad_tokens(&self, user: &User) -> Result<Vec<BadToken>, SetupError> {
        let now = since_1970(self.0.clock.now());
        let kit = self.tenant().bad_tokens(&user.id, now, self.home())?;
        Ok(kit.into_iter().map(|(name, why, text)| BadToken { name, why, token: Token::new(text) }).collect())
    }
}
