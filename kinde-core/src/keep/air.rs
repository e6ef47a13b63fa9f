//! The flights that are under way, and a seat for each waiter.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll};

use super::flight::{End, Flight, Load};
use super::spawn::Spawn;
use super::sync::{Mutex, MutexGuard};

/// What a flight is found by.
pub(super) trait Key: Clone + Eq + Hash + Send + 'static {}

impl<K: Clone + Eq + Hash + Send + 'static> Key for K {}

/// The flights that are under way.
pub(super) struct Air<K, V> {
    flights: Mutex<Flights<K, V>>,
    spawn: Option<Box<dyn Spawn>>,
}

struct Flights<K, V> {
    by_key: HashMap<K, Airborne<V>>,
    /// Those whose last waiter left, in that order.
    left: VecDeque<K>,
}

struct Airborne<V> {
    flight: Arc<Flight<V>>,
    /// What it will bring may be out of date already.
    stale: bool,
    /// It is among those `left`.
    listed: bool,
}

/// How many loads that nobody waits for are helped on by each that begins: more than one, so that they don't pile up.
const HELPED: usize = 2;

impl<K: Key, V: Send + Sync + 'static> Air<K, V> {
    pub(super) fn new(spawn: Option<Box<dyn Spawn>>) -> Self {
        let flights = Flights { by_key: HashMap::new(), left: VecDeque::new() };
        Self { flights: Mutex::new(flights), spawn }
    }

    fn lock(&self) -> MutexGuard<'_, Flights<K, V>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat on the flight of `key`, if there is one, and whether what it will bring is out of date.
    pub(super) fn seat(self: &Arc<Self>, key: &K) -> Option<(Seat<K, V>, bool)> {
        let (flight, stale) = {
            let air = self.lock();
            let airborne = air.by_key.get(key)?;
            (Arc::clone(&airborne.flight), airborne.stale)
        };
        Some((Seat::on(self, key, flight), stale))
    }

    /// What the flight of `key` will bring, if there is one, is out of date.
    pub(super) fn invalidate(&self, key: &K) {
        if let Some(airborne) = self.lock().by_key.get_mut(key) {
            airborne.stale = true;
        }
    }

    /// Takes `load` and begins it, unless one is under way.
    pub(super) fn begin(self: &Arc<Self>, key: &K, load: &mut Option<Load<V>>) -> Option<Seat<K, V>> {
        let flight = {
            let mut air = self.lock();
            if air.by_key.contains_key(key) {
                return None;
            }
            let flight = Flight::new(load.take()?);
            let airborne = Airborne { flight: Arc::clone(&flight), stale: false, listed: false };
            air.by_key.insert(key.clone(), airborne);
            flight
        };
        let seat = Seat::on(self, key, flight);
        (0..HELPED).for_each(|_| self.help());
        Some(seat)
    }

    /// Lets the flight that was left the longest ago go on by one step.
    fn help(self: &Arc<Self>) {
        let seat = {
            let mut air = self.lock();
            let Some(key) = air.left.pop_front() else { return };
            let Some(airborne) = air.by_key.get_mut(&key) else { return };
            airborne.listed = false;
            let flight = Arc::clone(&airborne.flight);
            drop(air);
            Seat::on(self, &key, flight)
        };
        seat.advance();
    }

    fn landed(&self, key: &K, flight: &Arc<Flight<V>>) {
        let mut air = self.lock();
        let gone = air.by_key.get(key).is_some_and(|airborne| Arc::ptr_eq(&airborne.flight, flight));
        let gone = if gone { air.by_key.remove(key) } else { None };
        drop(air);
        drop(gone);
    }

    /// Notes that nobody waits for a flight.
    fn list(&self, key: &K) {
        let mut air = self.lock();
        let Flights { by_key, left } = &mut *air;
        if let Some(airborne) = by_key.get_mut(key).filter(|airborne| !airborne.listed) {
            airborne.listed = true;
            left.push_back(key.clone());
        }
    }
}

/// One who waits. The last to leave a load that hasn't ended hands it over.
pub(super) struct Seat<K: Key, V: Send + Sync + 'static> {
    air: Arc<Air<K, V>>,
    key: K,
    flight: Arc<Flight<V>>,
    number: u64,
    /// It is driven by the [`Spawn`]: if that gives up, there is nobody else to ask.
    spawned: bool,
}

impl<K: Key, V: Send + Sync + 'static> Seat<K, V> {
    fn on(air: &Arc<Air<K, V>>, key: &K, flight: Arc<Flight<V>>) -> Self {
        let number = flight.sit();
        Self { air: Arc::clone(air), key: key.clone(), flight, number, spawned: false }
    }

    pub(super) fn advance(&self) {
        self.flight.advance(|| self.air.landed(&self.key, &self.flight));
    }
}

impl<K: Key, V: Send + Sync + 'static> Future for Seat<K, V> {
    type Output = End<V>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<End<V>> {
        // Seated before the step, so that whatever the step rings for is heard.
        if let Poll::Ready(end) = self.flight.poll(self.number, cx.waker()) {
            return Poll::Ready(end);
        }
        self.advance();
        self.flight.poll(self.number, cx.waker())
    }
}

impl<K: Key, V: Send + Sync + 'static> Drop for Seat<K, V> {
    fn drop(&mut self) {
        if !self.flight.leave(self.number) {
            return;
        }
        match &self.air.spawn {
            Some(spawn) if !self.spawned => {
                let mut driver = Self::on(&self.air, &self.key, Arc::clone(&self.flight));
                driver.spawned = true;
                spawn.spawn(Box::pin(async move { drop(driver.await) }));
            }
            _ => self.air.list(&self.key),
        }
    }
}
