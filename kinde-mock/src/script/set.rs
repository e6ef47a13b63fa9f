//! The scripts of one fake, and which of them answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::plan::Plan;
use crate::http::request::Request;
use crate::ledger::endpoint::Endpoint;

pub(crate) type Filter = Box<dyn Fn(&Request) -> bool + Send + Sync>;

#[derive(Default)]
pub(crate) struct Scripts(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    next: u64,
    /// Newest last.
    live: Vec<Entry>,
}

struct Entry {
    id: u64,
    endpoint: &'static Endpoint,
    filters: Arc<[Filter]>,
    replies: Replies,
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
    pub(crate) fn add(&self, endpoint: &'static Endpoint, filters: Vec<Filter>, replies: Replies) -> u64 {
        let mut inner = self.lock();
        let id = inner.next;
        inner.next += 1;
        if !replies.is_used_up() {
            inner.live.push(Entry { id, endpoint, filters: filters.into(), replies });
        }
        id
    }

    pub(crate) fn remove(&self, id: u64) {
        self.lock().live.retain(|entry| entry.id != id);
    }

    pub(crate) fn is_live(&self, id: u64) -> bool {
        self.lock().live.iter().any(|entry| entry.id == id)
    }

    pub(crate) fn clear(&self) {
        self.lock().live.clear();
    }

    /// Looks at every plan that may still be carried out.
    pub(crate) fn check<E>(&self, check: impl Fn(&Plan) -> Result<(), E>) -> Result<(), E> {
        self.lock().live.iter().flat_map(|entry| entry.replies.plans()).try_for_each(check)
    }

    /// The newest script whose filters match has the next word; one that has said all is removed.
    pub(crate) fn pick(&self, endpoint: &'static Endpoint, request: &Request) -> Option<Plan> {
        // Filters are a test's own code, so they run without the lock: they may use the fake.
        let candidates: Vec<(u64, Arc<[Filter]>)> = self
            .lock()
            .live
            .iter()
            .rev()
            .filter(|entry| entry.endpoint == endpoint)
            .map(|entry| (entry.id, Arc::clone(&entry.filters)))
            .collect();
        candidates
            .into_iter()
            .filter(|(_, filters)| filters.iter().all(|filter| filter(request)))
            // Another request may have used it up meanwhile; then the next one answers.
            .find_map(|(id, _)| self.take(id))
    }

    fn take(&self, id: u64) -> Option<Plan> {
        let mut inner = self.lock();
        let index = inner.live.iter().position(|entry| entry.id == id)?;
        let plan = inner.live[index].replies.take();
        if inner.live[index].replies.is_used_up() {
            inner.live.remove(index);
        }
        plan
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
