//! The tokens of one session, and how they are kept.

use std::time::Duration;

use bytes::Bytes;

use crate::keep::life::Life;
use crate::keep::record;
use crate::keep::store::{Entry, StoreError};
use crate::secret::{AccessToken, IdToken, RefreshToken};
use crate::timer::Timer;
use crate::token::TokenResponse;

/// With less left than this, a token is refreshed; with less than a quarter of its life, if a refresh brought one that lives
/// shorter, or each call would refresh it.
const REFRESH: Duration = Duration::from_secs(60);
/// With less left than this, it may end on its way.
const LAST: Duration = Duration::from_secs(5);

/// The tokens of one session, and who is refreshing them.
#[derive(Clone)]
pub(super) struct Session {
    /// How often it was refreshed.
    pub(super) turn: u64,
    pub(super) access_token: AccessToken,
    /// How long the access token is good.
    pub(super) left: Duration,
    /// Nobody said how long that is.
    pub(super) guessed: bool,
    /// With no more left than this, it is refreshed.
    pub(super) spare: Duration,
    pub(super) refresh_token: Option<RefreshToken>,
    pub(super) id_token: Option<IdToken>,
    /// A lock is part of the entry that it is about: so it needs no room of its own in a store that is full, and whatever
    /// changes the entry is noticed by its holder.
    pub(super) lock: Option<Lock>,
}

/// Who refreshes a session, and for how long they may.
#[derive(Clone)]
pub(super) struct Lock {
    pub(super) owner: Bytes,
    pub(super) left: Duration,
}

impl Session {
    /// What a sign-in brought.
    pub(super) fn begin(tokens: TokenResponse, timer: &dyn Timer) -> Self {
        let life = Life::of(&tokens, timer);
        Self {
            turn: 0,
            lock: None,
            access_token: tokens.access_token,
            left: life.span,
            guessed: life.guessed,
            spare: REFRESH,
            refresh_token: tokens.refresh_token,
            id_token: tokens.id_token,
        }
    }

    /// What a refresh brought, `took` after it was asked for: counted from before the request was sent.
    pub(super) fn renewed(&self, tokens: TokenResponse, took: Duration, timer: &dyn Timer) -> Self {
        let told = Life::of(&tokens, timer);
        let same_again = tokens.access_token.expose() == self.access_token.expose();
        let mut next = Self::begin(tokens, timer);
        next.left = next.left.saturating_sub(took);
        if same_again && !self.guessed {
            // A token's end does not move, whatever is said the second time.
            let known = self.left.saturating_sub(took);
            next.left = if told.guessed { known } else { known.min(next.left) };
            next.guessed = false;
        }
        Self {
            turn: self.turn.wrapping_add(1),
            // There is no other until the same one ends.
            spare: if same_again { LAST } else { REFRESH.min(told.span / 4) },
            refresh_token: next.refresh_token.or_else(|| self.refresh_token.clone()),
            id_token: next.id_token.or_else(|| self.id_token.clone()),
            ..next
        }
    }

    /// As it is `time` later.
    pub(super) fn after(mut self, time: Duration) -> Self {
        self.left = self.left.saturating_sub(time);
        self.lock = self.lock.map(|lock| Lock { left: lock.left.saturating_sub(time), ..lock });
        self.lock = self.lock.filter(|lock| !lock.left.is_zero());
        self
    }

    /// Whether it needs no refresh.
    pub(super) fn is_fresh(&self) -> bool {
        self.left > self.spare
    }

    /// Whether it can still be used, if there is no better.
    pub(super) fn is_alive(&self) -> bool {
        self.left > LAST
    }

    /// As it is kept for `life`. All times are written as they are now: when they are read, what is left of the entry's life
    /// tells how long ago that was, and so no two machines' clocks are compared.
    pub(super) fn write(&self, life: Duration) -> Bytes {
        let lock = self.lock.as_ref();
        record::write(&[
            &millis(life),
            &millis(self.left),
            &self.turn.to_be_bytes(),
            &[u8::from(self.guessed)],
            &millis(self.spare),
            lock.map_or(b"", |lock| &lock.owner),
            &millis(lock.map_or(Duration::ZERO, |lock| lock.left)),
            self.access_token.expose().as_bytes(),
            self.refresh_token.as_ref().map_or(b"", |token| token.expose().as_bytes()),
            self.id_token.as_ref().map_or(b"", |token| token.expose().as_bytes()),
        ])
    }

    pub(super) fn read(entry: &Entry) -> Result<Self, StoreError> {
        Self::parse(&entry.bytes, entry.left).ok_or(StoreError::Unreadable)
    }

    fn parse(bytes: &[u8], entry_left: Duration) -> Option<Self> {
        let [life, left, turn, guessed, spare, owner, lock_left, access, refresh, id] = record::read(bytes)?;
        let number = |bytes: &[u8]| Some(u64::from_be_bytes(bytes.try_into().ok()?));
        let time = |bytes| number(bytes).map(Duration::from_millis);
        let [guessed] = guessed.try_into().ok()?;
        let text = |bytes| std::str::from_utf8(bytes).ok();
        let filled = |bytes| text(bytes).map(|text| Some(text).filter(|text| !text.is_empty()));
        let lock = Lock { owner: Bytes::copy_from_slice(owner), left: time(lock_left)? };
        let written = Self {
            turn: number(turn)?,
            access_token: AccessToken::new(text(access)?).ok()?,
            left: time(left)?,
            guessed: guessed != 0,
            spare: time(spare)?,
            refresh_token: filled(refresh)?.map(RefreshToken::new),
            id_token: filled(id)?.map(IdToken::new),
            lock: (!owner.is_empty()).then_some(lock),
        };
        Some(written.after(time(life)?.saturating_sub(entry_left)))
    }
}

fn millis(time: Duration) -> [u8; 8] {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).to_be_bytes()
}
