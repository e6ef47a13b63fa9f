//! What is kept under its digest until its time is up, and then dropped: by the fake's clock, and for good, so that a
//! clock that is set back brings nothing back.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::text::digest::Digest;

pub(crate) struct Expiring<T> {
    held: HashMap<Digest, Held<T>>,
    /// By when each may have to go. What was removed, or ends earlier by now, is in it twice until then.
    queue: BinaryHeap<Reverse<(u64, Digest)>>,
}

struct Held<T> {
    expires: u64,
    value: T,
}

impl<T> Default for Expiring<T> {
    fn default() -> Self {
        Self { held: HashMap::new(), queue: BinaryHeap::new() }
    }
}

impl<T> Expiring<T> {
    pub(crate) fn insert(&mut self, key: Digest, expires: u64, value: T) {
        self.held.insert(key, Held { expires, value });
        self.queue.push(Reverse((expires, key)));
    }

    pub(crate) fn get(&self, key: &Digest) -> Option<&T> {
        self.held.get(key).map(|held| &held.value)
    }

    pub(crate) fn get_mut(&mut self, key: &Digest) -> Option<&mut T> {
        self.held.get_mut(key).map(|held| &mut held.value)
    }

    pub(crate) fn contains(&self, key: &Digest) -> bool {
        self.held.contains_key(key)
    }

    pub(crate) fn remove(&mut self, key: &Digest) -> Option<T> {
        self.held.remove(key).map(|held| held.value)
    }

    /// Lets it end at `at`, if it doesn't before.
    pub(crate) fn end(&mut self, key: &Digest, at: u64) {
        let Some(held) = self.held.get_mut(key).filter(|held| at < held.expires) else { return };
        held.expires = at;
        self.queue.push(Reverse((at, *key)));
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.held.values_mut().map(|held| &mut held.value)
    }

    /// Drops what has ended by `now`, and says what that was.
    pub(crate) fn sweep(&mut self, now: u64, mut gone: impl FnMut(T)) {
        while self.queue.peek().is_some_and(|Reverse((expires, _))| *expires <= now) {
            let Some(Reverse((_, key))) = self.queue.pop() else { return };
            if self.held.get(&key).is_some_and(|held| held.expires <= now) {
                self.held.remove(&key).into_iter().for_each(|held| gone(held.value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Expiring;
    use crate::text::digest::digest;

    #[test]
    fn what_has_ended_goes_once_and_what_ends_earlier_goes_earlier() {
        let mut all = Expiring::default();
        for (name, expires) in [("a", 10), ("b", 20), ("c", 30)] {
            all.insert(digest(name), expires, name);
        }
        all.end(&digest("c"), 15);
        all.end(&digest("b"), 99);
        let mut swept = |now| {
            let mut gone = Vec::new();
            all.sweep(now, |name| gone.push(name));
            gone
        };
        assert_eq!(
            [swept(9), swept(10), swept(15), swept(19), swept(20), swept(99)].concat(),
            ["a", "c", "b"]
        );
    }

    #[test]
    fn what_takes_anothers_place_has_a_life_of_its_own() {
        let mut all = Expiring::default();
        all.insert(digest("a"), 10, 1);
        all.insert(digest("a"), 20, 2);
        let mut gone = 0;
        all.sweep(10, |_| gone += 1);
        assert_eq!(gone, 0);
        assert_eq!(all.get(&digest("a")), Some(&2));
    }
}
