//! A client of an HTTP library for each runtime and origin, and another one where it has stopped answering.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use http::uri::{Authority, Scheme};
use http::{Uri, Version};
use tokio::runtime::{Handle, Id};

use crate::error::{TransportError, TransportErrorKind};

/// Keeps a client of an HTTP library, with its pool of connections, for each tokio runtime and each origin that is
/// called. For backends (feature `tokio`).
///
/// - **Each runtime has connections of its own.** A connection is driven by a task of the runtime that made it: used
///   from another one, it waits for that one to run, and dies with it.
/// - **A connection that answers no more is left.** Where a call [times out](Self::timed_out) and nothing was
///   [heard](Pooled::answered) since it began, the client is let go and the next call has a new one. Calls that are on
///   their way are not disturbed.
///
/// At most 64 clients are kept; beyond that, the one that was made first is let go.
pub struct Pools<C> {
    make: Box<dyn Fn() -> Result<C, TransportError> + Send + Sync>,
    kept: RwLock<Vec<Arc<Pool<C>>>>,
}

struct Pool<C> {
    runtime: Id,
    scheme: Scheme,
    authority: Authority,
    client: C,
    /// How often something was heard.
    heard: AtomicU32,
    /// Whether the last answer came over HTTP/1.
    http1: AtomicBool,
}

/// A client for one call, and what had been heard when the call began.
pub struct Pooled<C> {
    pool: Arc<Pool<C>>,
    heard: u32,
}

const KEPT: usize = 64;

impl<C> Pools<C> {
    /// Clients made by `make`: one whenever a runtime calls an origin for the first time, or anew.
    pub fn new(make: impl Fn() -> Result<C, TransportError> + Send + Sync + 'static) -> Self {
        Self { make: Box::new(make), kept: RwLock::default() }
    }

    /// Returns the client for a call to `uri` in the runtime that this is called in.
    ///
    /// # Errors
    /// [`Other`](TransportErrorKind::Other) outside of a runtime and for a `uri` that is not absolute; and what making a
    /// client ends in.
    pub fn of(&self, uri: &Uri) -> Result<Pooled<C>, TransportError> {
        let other = |why| TransportError::from(TransportErrorKind::Other).because(why);
        let runtime =
            Handle::try_current().map_err(|_| other("a call must be made in a tokio runtime"))?.id();
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(other("the request has no absolute URI"));
        };
        let find = |kept: &[Arc<Pool<C>>]| {
            let pool = kept.iter().find(|pool| pool.is_for(runtime, scheme, authority))?;
            Some(Pooled { pool: Arc::clone(pool), heard: pool.heard.load(Ordering::Relaxed) })
        };
        if let Some(pooled) = find(&self.kept.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(pooled);
        }
        // Not under the lock: it may read files. Of two that are made at once one is used.
        let client = (self.make)()?;
        let (scheme, authority) = (scheme.clone(), authority.clone());
        let pool = Pool {
            runtime,
            scheme,
            authority,
            client,
            heard: AtomicU32::new(0),
            http1: AtomicBool::new(false),
        };

        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(pooled) = find(&kept) {
            return Ok(pooled);
        }
        let oldest = (kept.len() >= KEPT).then(|| kept.remove(0));
        let pool = Arc::new(pool);
        kept.push(Arc::clone(&pool));
        drop(kept);
        drop(oldest);
        Ok(Pooled { pool, heard: 0 })
    }

    /// Says that the call that `pooled` was for had no answer in its time. The client is let go, unless something was
    /// heard since the call began, or the client is so new that the call may have waited for its first connection: then
    /// the next time-out counts.
    pub fn timed_out(&self, pooled: Pooled<C>) {
        let Pooled { pool, heard } = pooled;
        if heard == 0 && pool.heard.compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            return;
        }
        if pool.heard.load(Ordering::Relaxed) != heard {
            return;
        }
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|kept| Arc::ptr_eq(kept, &pool));
        let silent = place.map(|place| kept.remove(place));
        drop(kept);
        drop(silent);
    }
}

impl<C> Pool<C> {
    fn is_for(&self, runtime: Id, scheme: &Scheme, authority: &Authority) -> bool {
        // An address made of the same domain shares its text, which is quickly seen.
        let same =
            || std::ptr::eq(self.authority.as_str(), authority.as_str()) || self.authority == *authority;
        self.runtime == runtime && self.scheme == *scheme && same()
    }
}

impl<C> Pooled<C> {
    /// Returns the client.
    pub fn client(&self) -> &C {
        &self.pool.client
    }

    /// Lets the runtime see what has come on kept connections of HTTP/1, whose answers have no number. One that nobody
    /// asked for, and that came while the runtime's thread was busy, would otherwise be taken for the answer to this
    /// call.
    pub async fn catch_up(&self) {
        if self.pool.http1.load(Ordering::Relaxed) {
            // It goes on once the runtime has looked at its sockets.
            tokio::task::yield_now().await;
        }
    }

    /// Says that the head of an answer has come, by this version of HTTP: for a call that began before and times out
    /// after, the client has not been silent. For this call itself, silence begins here.
    pub fn answered(&mut self, version: Version) {
        self.pool.http1.store(version < Version::HTTP_2, Ordering::Relaxed);
        self.heard = self.pool.heard.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    }
}

impl<C> fmt::Debug for Pools<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools").finish_non_exhaustive()
    }
}

impl<C> fmt::Debug for Pooled<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pooled").finish_non_exhaustive()
    }
}
