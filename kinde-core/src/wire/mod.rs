//! How requests are written and answers read, for an [`Operation`](crate::Operation) of your own as for ours.

pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod form;

pub use answer::Answer;
pub use call::Call;
pub use form::{Field, Form};
