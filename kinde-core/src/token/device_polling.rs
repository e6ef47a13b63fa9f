//! Asking again and again, as RFC 8628 §3.5 has it.

use std::fmt;
use std::time::{Duration, Instant};

use super::TokenEndpoint;
use super::device_authorization::DeviceAuthorizationResponse;
use super::device_code::DeviceCodeGrant;
use super::response::TokenResponse;
use crate::application::Application;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;
use crate::timer::Timer;

/// Waits until the user of a device has signed in.
///
/// It first asks after the `interval` that the service named. `slow_down` makes it five seconds longer for good, a network
/// that fails (a time-out, a connection that breaks or isn't made) makes it twice as long. Any other error ends the wait,
/// and everything ends when the device code does.
///
/// Nothing is lost by an error, or by dropping [`wait`](Self::wait): calling it again goes on where it was.
pub struct DevicePolling {
    request: DeviceCodeGrant,
    interval: Duration,
    end: Option<Instant>,
    timer: Box<dyn Timer>,
}

/// What `slow_down` adds.
const SLOWER: Duration = Duration::from_secs(5);
/// No faster than this, whatever the service names.
const FASTEST: Duration = Duration::from_secs(1);

impl DevicePolling {
    /// Asks for what `application` has begun. Make it when the answer comes: the code's life is counted from here.
    pub fn new(application: &Application, begun: &DeviceAuthorizationResponse, timer: impl Timer) -> Self {
        Self {
            request: DeviceCodeGrant::new(application, &begun.device_code),
            interval: begun.interval.max(FASTEST),
            end: timer.now().checked_add(begun.expires_in),
            timer: Box::new(timer),
        }
    }

    /// Asks until there is an answer.
    ///
    /// Cancel-safe up to the last question: whether its answer was on its way is then not known.
    ///
    /// # Errors
    /// [`GrantRejected`](crate::ErrorKind::GrantRejected) if the user refused or the time is up: begin again. Whatever else
    /// [`device_code`](TokenEndpoint::device_code) fails with, a 503 say, ends the wait, too; the code is good until its
    /// time is up, and `wait` may be called again.
    pub async fn wait(&mut self, endpoint: &(impl TokenEndpoint + ?Sized)) -> Result<TokenResponse, Error> {
        loop {
            let left = self.end.map(|end| end.saturating_duration_since(self.timer.now()));
            if left.is_some_and(|left| left <= self.interval) {
                // The next question would come too late.
                self.timer.sleep(left.unwrap_or_default()).await;
                return Err(Error::expired(DeviceCodeGrant::KIND));
            }
            self.timer.sleep(self.interval).await;
            let error = match endpoint.device_code(self.request.clone()).await {
                Ok(tokens) => return Ok(tokens),
                Err(error) => error,
            };
            match (error.kind(), error.code()) {
                (ErrorKind::Timeout | ErrorKind::Connect | ErrorKind::Interrupted, _) => {
                    self.interval = self.interval.saturating_mul(2);
                }
                (_, Some("authorization_pending")) => {}
                (_, Some("slow_down")) => self.interval = self.interval.saturating_add(SLOWER),
                _ => return Err(error),
            }
        }
    }
}

impl fmt::Debug for DevicePolling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevicePolling")
            .field("request", &self.request)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}
