//! From the state to an answer, in one step or in two.

use crate::http::answer::Answer;
use crate::tenant::Tenant;

/// How far an endpoint has come while it held the state.
pub(crate) enum Answering {
    Ready(Answer),
    /// Work that takes long, a signature say, and is done while others use the state. What it came to is put into the
    /// state as it is by then: a code that was taken out before can't be taken out twice, and a sign-in that ended
    /// meanwhile has ended.
    Outside(Box<dyn FnOnce() -> Commit>),
}

/// The rest of the answer, with the state again.
pub(crate) type Commit = Box<dyn FnOnce(&mut Tenant) -> Answer>;

impl From<Answer> for Answering {
    fn from(answer: Answer) -> Self {
        Self::Ready(answer)
    }
}
