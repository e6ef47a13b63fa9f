//! What the tenant holds: applications, users, tokens.

use kinde_core::{AccessToken, ClientSecret, IdToken, Token};

use super::FakeKinde;
use crate::tenant::application::{Application, BACKEND_ID, BACKEND_SECRET, Backend, FRONTEND_ID, Frontend};
use crate::tenant::token::{NewToken, SetupError, SignedIn, TokenKind, TokenText};
use crate::tenant::user::User;
use crate::text::random::Random;
use crate::text::seconds::since_1970;

impl FakeKinde {
    /// Returns the user who is there from the start, the documentation's John Snow, as they are by now.
    pub fn user(&self) -> User {
        let john = User::john_snow();
        self.tenant().store.user(&john.id).cloned().unwrap_or(john)
    }

    /// Returns the backend application that is there from the start, with the documentation's id, and the
    /// documentation's secret unless that was changed.
    pub fn backend(&self) -> Backend {
        let tenant = self.tenant();
        let secret = tenant.store.application(BACKEND_ID).and_then(|it| it.secret.clone());
        let client_secret = secret.unwrap_or_else(|| ClientSecret::new(BACKEND_SECRET));
        Backend { client_id: BACKEND_ID.to_owned(), client_secret }
    }

    /// Returns the frontend application that is there from the start.
    pub fn frontend(&self) -> Frontend {
        Frontend { client_id: FRONTEND_ID.to_owned() }
    }

    /// Adds a backend application, or changes the secret of one.
    pub fn add_backend(&self, client_id: impl Into<String>, client_secret: ClientSecret) -> Backend {
        let client_id = client_id.into();
        self.add_application(Application::backend(client_id.clone(), client_secret.clone()));
        Backend { client_id, client_secret }
    }

    /// Adds a frontend application.
    pub fn add_frontend(&self, client_id: impl Into<String>) -> Frontend {
        let client_id = client_id.into();
        self.add_application(Application::frontend(client_id.clone()));
        Frontend { client_id }
    }

    /// Adds an application, or changes the one of the same id.
    pub fn add_application(&self, application: Application) {
        self.tenant().store.add_application(application);
    }

    /// Makes what is random from here on the same each time: tokens, codes, ids. With a frozen clock and the same
    /// calls, every answer is then the same to the byte.
    pub fn reproducible(&self, seed: u64) {
        self.tenant().store.random = Random::reproducible(seed);
    }

    /// Adds a user, or changes the one of the same id: tokens that were issued show the change.
    pub fn add_user(&self, user: User) -> User {
        self.tenant().store.add_user(user.clone());
        user
    }

    /// Signs John Snow in to the backend application.
    ///
    /// That signs two JWTs, about a millisecond. A test that signs in very many asks for
    /// [opaque access tokens](crate::AccessTokens::Opaque) and takes them by [`issue_access`](Self::issue_access).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), kinde::Error> {
    /// use kinde::oauth::GetUserProfileV2;
    /// use kinde_mock::MockTransport;
    ///
    /// let kinde = MockTransport::new();
    /// let user = kinde.sign_in();
    /// let profile = kinde.oauth().get_user_profile_v2(GetUserProfileV2::new(&user.access_token)).await?;
    /// assert_eq!(profile.name.as_deref(), Some("John Snow"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn sign_in(&self) -> SignedIn {
        // It can't fail: the seeded user and application can't be taken away, and random texts are new.
        self.sign_in_with(NewToken::for_user(&self.user()))
    }

    /// Signs a user in as `new` says: to which application, for whom, for how long.
    ///
    /// # Panics
    /// If the user or the application is unknown, or `new` is a machine's or has a text; [`try_sign_in_with`](Self::try_sign_in_with) says so
    /// instead.
    #[track_caller]
    pub fn sign_in_with(&self, new: NewToken) -> SignedIn {
        done(self.try_sign_in_with(new))
    }

    /// As [`sign_in_with`](Self::sign_in_with).
    ///
    /// # Errors
    /// [`SetupError`]. A machine does not sign in ([`SetupError::NoUser`]), and a sign-in issues two tokens, so
    /// it can't have one text ([`SetupError::OneTextForTwo`]).
    pub fn try_sign_in_with(&self, new: NewToken) -> Result<SignedIn, SetupError> {
        let id = new.user.as_deref().ok_or(SetupError::NoUser)?;
        if new.text.is_some() {
            return Err(SetupError::OneTextForTwo);
        }
        let now = self.0.clock.now();
        let (user, minting) = {
            let mut tenant = self.tenant();
            let user = tenant.store.user(id).cloned().ok_or(SetupError::UnknownUser)?;
            (user, tenant.draft_sign_in(&new, now, self.home())?)
        };
        let minted = minting.sign();
        let tokens = self.tenant().keep_sign_in(minted, since_1970(now))?;
        let access_token = AccessToken::new(tokens.access_token).map_err(|_| SetupError::UnusableText)?;
        Ok(SignedIn {
            user,
            client_id: new.client_id.unwrap_or_else(|| BACKEND_ID.to_owned()),
            access_token,
            // It asks for both.
            refresh_token: Token::new(tokens.refresh_token.unwrap_or_default()),
            id_token: IdToken::new(tokens.id_token.unwrap_or_default()),
        })
    }

    /// Issues a token that proves the seeded backend application itself (client credentials), not a user.
    pub fn machine_token(&self) -> AccessToken {
        self.issue_access(NewToken::for_machine())
    }

    /// Issues an access token.
    ///
    /// # Panics
    /// If the user or the application is unknown, or the text is taken or can't be sent;
    /// [`try_issue_access`](Self::try_issue_access) says so instead.
    #[track_caller]
    pub fn issue_access(&self, new: NewToken) -> AccessToken {
        done(self.try_issue_access(new))
    }

    /// As [`issue_access`](Self::issue_access).
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn try_issue_access(&self, new: NewToken) -> Result<AccessToken, SetupError> {
        if let Some(text) = &new.text {
            // Before it is stored: what can't be sent can't be taken back either.
            AccessToken::new(text.expose()).map_err(|_| SetupError::UnusableText)?;
        }
        AccessToken::new(self.issue(TokenKind::Access, &new)?).map_err(|_| SetupError::UnusableText)
    }

    /// Issues a refresh token.
    ///
    /// # Panics
    /// As [`issue_access`](Self::issue_access).
    #[track_caller]
    pub fn issue_refresh(&self, new: NewToken) -> Token {
        done(self.try_issue_refresh(new))
    }

    /// As [`issue_refresh`](Self::issue_refresh).
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn try_issue_refresh(&self, new: NewToken) -> Result<Token, SetupError> {
        let sendable = |text: &Token| {
            let text = text.expose();
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !new.text.as_ref().is_none_or(sendable) {
            return Err(SetupError::UnusableText);
        }
        self.issue(TokenKind::Refresh, &new).map(Token::new)
    }

    fn issue(&self, kind: TokenKind, new: &NewToken) -> Result<String, SetupError> {
        let draft = self.tenant().draft(kind, new, self.0.clock.now(), self.home())?;
        // Without the state.
        let signed = draft.sign();
        self.tenant().keep(signed)
    }

    /// Revokes a token behind the application's back, as an administrator would. A refresh token takes all
    /// tokens of its sign-in with it. A revoked token never comes back.
    pub fn revoke(&self, token: &(impl TokenText + ?Sized)) {
        let mut tenant = self.tenant();
        let access_ends_all = tenant.options.revoking_access_ends_sign_in;
        tenant.store.tokens.revoke(token.text(), access_ends_all);
    }

    /// Ends a token's life now, on the fake's clock.
    pub fn expire(&self, token: &(impl TokenText + ?Sized)) {
        self.tenant().store.tokens.expire(token.text(), self.0.clock.now());
    }

    /// Returns whether a token is known, not expired and not revoked.
    pub fn is_live(&self, token: &(impl TokenText + ?Sized)) -> bool {
        self.tenant().store.tokens.live(token.text(), self.0.clock.now()).is_some()
    }
}

#[track_caller]
#[allow(
    clippy::panic,
    reason = "a token that can't be issued is a mistake in the test, told where it is made"
)]
fn done<T>(result: Result<T, SetupError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
