//! A store that is right, or wrong in one way.

mod bugs;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use kinde_core::keep::{Entry, Store, StoreError, StoreKey, Version};

pub(crate) use bugs::Bug;

pub(crate) struct Wrong {
    bug: Option<Bug>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    slots: HashMap<String, Slot>,
    writes: u64,
    reads: u64,
    busy: bool,
}

#[derive(Clone)]
struct Slot {
    bytes: Bytes,
    life: Duration,
    end: Instant,
    version: u64,
}

/// Lets others go first.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

fn step() -> Yield {
    Yield(false)
}

impl Wrong {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self { bug, state: Mutex::default() }
    }

    fn is(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn name(&self, key: &StoreKey) -> String {
        let parts: Vec<_> = key.as_str().split(':').collect();
        match self.bug {
            Some(Bug::IgnoresTheDigest) => parts[..4].join(":"),
            Some(Bug::IgnoresTheTenant) => parts[3..].join(":"),
            _ => key.as_str().to_owned(),
        }
    }

    /// The slot, if its life isn't over.
    fn there(&self, state: &State, name: &str) -> Option<Slot> {
        let slot = state.slots.get(name)?.clone();
        (self.is(Bug::NeverEnds) || Instant::now() < slot.end).then_some(slot)
    }

    fn write(&self, state: &mut State, name: &str, mut bytes: Bytes, mut life: Duration, by_swap: bool) {
        let old = self.there(state, name);
        if self.is(Bug::KeepsTextAlone) {
            bytes = Bytes::from(String::from_utf8_lossy(&bytes).into_owned());
        }
        if self.is(Bug::CutsValues) {
            bytes.truncate(16 * 1024);
        }
        let zero = life.is_zero() && !(self.is(Bug::ZeroIsForever) || self.is(Bug::ZeroSwapKeeps) && by_swap);
        if zero || self.is(Bug::PutsInVain) && !by_swap {
            state.slots.remove(name);
            return;
        }
        if life.is_zero() {
            life = Duration::from_secs(60);
        }
        if self.is(Bug::CountsWholeSeconds) {
            life = Duration::from_secs(life.as_secs());
        }
        if let Some(old) = &old {
            let left = old.end - Instant::now();
            match self.bug {
                Some(Bug::PutKeepsTheFirst) if !by_swap => return,
                Some(Bug::PutKeepsTheOldLife) if !by_swap => life = left,
                Some(Bug::PutKeepsTheLongerLife) if !by_swap => life = life.max(left),
                Some(Bug::SwapKeepsTheOldLife) if by_swap => life = left,
                _ => {}
            }
        }
        state.writes += 1;
        let version = match self.bug {
            Some(Bug::VersionBeginsAnew) => old.map_or(1, |old| old.version + 1),
            Some(Bug::SwapKeepsTheVersion) if by_swap => old.map_or(state.writes, |old| old.version),
            _ => state.writes,
        };
        if self.is(Bug::LosesWhatIsMany) && state.slots.len() >= 32 && !state.slots.contains_key(name) {
            state.slots.clear();
        }
        let end = Instant::now() + life;
        state.slots.insert(name.to_owned(), Slot { bytes, life, end, version });
    }

    fn version(&self, slot: &Slot, reads: u64) -> Version {
        match self.bug {
            Some(Bug::VersionIsTheBytes) => Version::new(slot.bytes.clone()),
            Some(Bug::VersionPerRead) => Version::new(reads.to_be_bytes().to_vec()),
            _ => Version::new(slot.version.to_be_bytes().to_vec()),
        }
    }
}

#[async_trait::async_trait]
impl Store for Wrong {
    async fn get(&self, key: &StoreKey) -> Result<Option<Entry>, StoreError> {
        let name = self.name(key);
        step().await;
        if self.is(Bug::NeverAnswers) {
            std::future::pending::<()>().await;
        }
        let mut state = self.state();
        state.reads += 1;
        let reads = state.reads;
        let Some(mut slot) = self.there(&state, &name) else {
            let made_up = self.is(Bug::MakesUp);
            return Ok(made_up.then(|| Entry::new(Bytes::new(), Duration::from_secs(1), Version::new(""))));
        };
        if self.is(Bug::EmptyIsAbsent) && slot.bytes.is_empty() {
            return Ok(None);
        }
        if self.is(Bug::SlidesOnRead) {
            slot.end = Instant::now() + slot.life;
            state.slots.insert(name, slot.clone());
        }
        let left = match self.bug {
            Some(Bug::LeftIsInSeconds) => Duration::from_secs(slot.life.as_secs() + 1),
            Some(Bug::LeftIsWhole) => slot.life,
            _ => slot.end.saturating_duration_since(Instant::now()),
        };
        Ok(Some(Entry::new(slot.bytes.clone(), left, self.version(&slot, reads))))
    }

    async fn put(&self, key: &StoreKey, bytes: Bytes, life: Duration) -> Result<(), StoreError> {
        assert!(!self.is(Bug::Panics), "not today");
        let name = self.name(key);
        if self.is(Bug::DropsLeaveItLocked) {
            let was_busy = std::mem::replace(&mut self.state().busy, true);
            if was_busy {
                std::future::pending::<()>().await;
            }
        }
        if self.is(Bug::WritesInTwoSteps) {
            self.state().slots.remove(&name);
        }
        step().await;
        let mut state = self.state();
        state.busy = false;
        if self.is(Bug::EndsAllTogether) {
            let end = Instant::now() + life;
            state.slots.values_mut().for_each(|slot| slot.end = slot.end.min(end));
        }
        self.write(&mut state, &name, bytes, life, false);
        Ok(())
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: Option<&Version>,
        new: Option<(Bytes, Duration)>,
    ) -> Result<bool, StoreError> {
        let name = self.name(key);
        step().await;
        let as_seen = {
            let mut state = self.state();
            let dead = state.slots.get(&name).cloned();
            let there = match self.bug {
                Some(Bug::TheDeadBlockSwaps) if seen.is_none() => dead,
                Some(Bug::TheDeadHaveVersions) if seen.is_some() => dead,
                _ => self.there(&state, &name),
            };
            let as_seen = match (&there, seen) {
                (None, None) => !self.is(Bug::SwapOfAbsentNeverActs) || new.is_none(),
                (Some(_), None) if self.is(Bug::SwapOfNothingIsTrue) && new.is_none() => return Ok(true),
                (Some(_), None) => self.is(Bug::SwapOfAbsentOverwrites) && new.is_some(),
                (None, Some(_)) => self.is(Bug::SwapRevives),
                (Some(slot), Some(seen)) => match self.bug {
                    Some(Bug::SwapOfSeenNeverActs) => new.is_none(),
                    Some(Bug::SwapIgnoresTheVersion) => new.is_some() || self.version(slot, 0) == *seen,
                    Some(Bug::SwapRemovesWhatever) if new.is_none() => true,
                    Some(Bug::VersionPerRead) => seen.as_bytes() == state.reads.to_be_bytes(),
                    _ => self.version(slot, 0) == *seen,
                },
            };
            let in_two_steps = match self.bug {
                Some(Bug::SwapsInTwoSteps) => new.is_some(),
                Some(Bug::SwapsOfAbsentInTwoSteps) => seen.is_none(),
                Some(Bug::RemovesInTwoSteps) => new.is_none(),
                _ => false,
            };
            if as_seen && !in_two_steps {
                return Ok(self.act(&mut state, &name, new));
            }
            as_seen
        };
        if !as_seen {
            return Ok(false);
        }
        step().await;
        Ok(self.act(&mut self.state(), &name, new))
    }

    async fn remove(&self, key: &StoreKey) -> Result<(), StoreError> {
        let name = self.name(key);
        step().await;
        let mut state = self.state();
        if self.is(Bug::FailsToRemoveWhatIsAbsent) && !state.slots.contains_key(&name) {
            return Err(StoreError::unavailable("there is nothing"));
        }
        if self.is(Bug::RemovesAll) {
            state.slots.clear();
        }
        if !self.is(Bug::RemovesInVain) {
            state.slots.remove(&name);
        }
        Ok(())
    }
}

impl Wrong {
    fn act(&self, state: &mut State, name: &str, new: Option<(Bytes, Duration)>) -> bool {
        match new {
            Some((bytes, life)) => self.write(state, name, bytes, life, true),
            None if self.is(Bug::SwapRemovesInVain) => {}
            None => drop(state.slots.remove(name)),
        }
        true
    }
}
