//! The scripts of one fake, and which of them answers.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::plan::Plan;
use crate::http::request::Request;
use crate::ledger::endpoint::Endpoint;

pub(crate) type Filter = Box<dyn Fn(&Request) -> bool + Send + Sync>;

#[derive(Default)]
pub(crate) struct Scripts(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// How many there ever were.
    count: u64,
    /// Newest last.
    all: Vec<Entry>,
}

/// One that has said all it had is kept for a while, for those who ask how often it was called.
struct Entry {
    number: u64,
    endpoint: &'static Endpoint,
    filters: Arc<[Filter]>,
    replies: Replies,
    calls: Arc<AtomicU64>,
}

/// How many are kept that have said all they had.
const KEPT: usize = 256;

/// Which script it is, and how often it has answered.
#[derive(Clone)]
pub(crate) struct Counted {
    pub(crate) number: u64,
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) calls: Arc<AtomicU64>,
}

impl Entry {
    fn counted(&self) -> Counted {
        Counted { number: self.number, endpoint: self.endpoint, calls: Arc::clone(&self.calls) }
    }

    fn is_live(&self) -> bool {
        !self.replies.is_used_up()
    }
}

/// What a script still has to say.
pub(crate) enum Replies {
    Times(u64, Plan),
    Always(Plan),
    Sequence(VecDeque<Plan>),
}

impl Replies {
    pub(crate) fn plans(&self) -> impl Iterator<Item = &Plan> {
        let (one, many) = match self {
            Self::Times(_, plan) | Self::Always(plan) => (Some(plan), None),
            Self::Sequence(plans) => (None, Some(plans)),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    fn is_used_up(&self) -> bool {
        match self {
            Self::Times(left, _) => *left == 0,
            Self::Always(_) => false,
            Self::Sequence(plans) => plans.is_empty(),
        }
    }

    fn take(&mut self) -> Option<Plan> {
        match self {
            Self::Times(left, plan) => {
                *left = left.checked_sub(1)?;
                Some(plan.clone())
            }
            Self::Always(plan) => Some(plan.clone()),
            Self::Sequence(plans) => plans.pop_front(),
        }
    }
}

impl Scripts {
    pub(crate) fn add(&self, endpoint: &'static Endpoint, filters: Vec<Filter>, replies: Replies) -> Counted {
        let mut inner = self.lock();
        let mut forgotten = None;
        inner.count += 1;
        let (number, calls) = (inner.count, Arc::default());
        let entry = Entry { number, endpoint, filters: filters.into(), replies, calls };
        let counted = entry.counted();
        inner.all.push(entry);
        let ended = inner.all.iter().filter(|entry| !entry.is_live()).count();
        if let (true, Some(oldest)) = (ended > KEPT, inner.all.iter().position(|entry| !entry.is_live())) {
            forgotten = Some(inner.all.remove(oldest));
        }
        drop(inner);
        drop(forgotten);
        counted
    }

    pub(crate) fn remove(&self, number: u64) {
        // Out of the lock before it is dropped, as everywhere: closures hold what a test put into them.
        let mut inner = self.lock();
        let place = inner.all.iter().position(|entry| entry.number == number);
        let removed = place.map(|place| inner.all.remove(place));
        drop(inner);
        drop(removed);
    }

    pub(crate) fn is_live(&self, number: u64) -> bool {
        self.lock().all.iter().any(|entry| entry.number == number && entry.is_live())
    }

    pub(crate) fn clear(&self) {
        let removed = std::mem::take(&mut self.lock().all);
        drop(removed);
    }

    /// Those that still have something to say, oldest first.
    pub(crate) fn live(&self) -> Vec<Counted> {
        self.lock().all.iter().filter(|entry| entry.is_live()).map(Entry::counted).collect()
    }

    /// The one of this number, if it is remembered.
    #[cfg(feature = "cli")]
    pub(crate) fn find(&self, number: u64) -> Option<Counted> {
        self.lock().all.iter().find(|entry| entry.number == number).map(Entry::counted)
    }

    /// How many there ever were: their numbers count up to it.
    #[cfg(feature = "cli")]
    pub(crate) fn count(&self) -> u64 {
        self.lock().count
    }

    /// Looks at every plan that may still be carried out.
    pub(crate) fn check<E>(&self, check: impl Fn(&Plan) -> Result<(), E>) -> Result<(), E> {
        let inner = self.lock();
        let live = inner.all.iter().filter(|entry| entry.is_live());
        live.flat_map(|entry| entry.replies.plans()).try_for_each(check)
    }

    /// The newest script whose filters match has the next word.
    pub(crate) fn pick(&self, endpoint: &'static Endpoint, request: &Request) -> Option<Plan> {
        // Filters are a test's own code, so they run without the lock: they may use the fake.
        let candidates: Vec<(u64, Arc<[Filter]>)> = self
            .lock()
            .all
            .iter()
            .rev()
            .filter(|entry| entry.endpoint == endpoint && entry.is_live())
            .map(|entry| (entry.number, Arc::clone(&entry.filters)))
            .collect();
        candidates
            .into_iter()
            .filter(|(_, filters)| filters.iter().all(|filter| filter(request)))
            // Another request may have used it up meanwhile; then the next one answers.
            .find_map(|(number, _)| self.take(number))
    }

    fn take(&self, number: u64) -> Option<Plan> {
        let mut inner = self.lock();
        let entry = inner.all.iter_mut().find(|entry| entry.number == number)?;
        let plan = entry.replies.take()?;
        entry.calls.fetch_add(1, Ordering::Relaxed);
        // What it holds may be large, and nobody will ask it again.
        let used_up = (!entry.is_live()).then(|| {
            let nothing = Replies::Sequence(VecDeque::new());
            (
                std::mem::replace(&mut entry.filters, Arc::from([])),
                std::mem::replace(&mut entry.replies, nothing),
            )
        });
        drop(inner);
        drop(used_up);
        Some(plan)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
