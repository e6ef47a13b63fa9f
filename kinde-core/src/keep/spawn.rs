//! Who drives what nobody waits for.

use std::pin::Pin;
use std::sync::Arc;

/// Runs a task in the background. It is used only where it was passed for that, so that nothing is spawned behind a
/// program's back.
///
/// ```
/// use std::pin::Pin;
///
/// /// On a thread of its own, for a program without a runtime.
/// struct Threads;
///
/// impl kinde::keep::Spawn for Threads {
///     fn spawn(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>) {
/// #       let run = |task| tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(task);
///         std::thread::spawn(move || run(task));
///     }
/// }
/// ```
pub trait Spawn: Send + Sync + 'static {
    /// Begins to run `task` and returns at once. A task that can't be run is dropped: what it would have driven then
    /// waits for the next caller.
    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>);
}

impl<S: Spawn + ?Sized> Spawn for Arc<S> {
    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>) {
        (**self).spawn(task);
    }
}

/// Spawns on the tokio runtime in which the caller is; outside of one, it drops the task.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioSpawn;

#[cfg(feature = "tokio")]
impl Spawn for TokioSpawn {
    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(task));
        }
    }
}
