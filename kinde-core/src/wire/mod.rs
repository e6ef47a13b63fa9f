//! How requests are written and answers read, for an [`Operation`](crate::Operation) of your own as for ours.

pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod form;
pub(crate) mod object;

pub use answer::Answer;
pub use call::Call;
pub use form::{Field, Form};
#[doc(hidden)]
pub use object::{NotAnObject, unique_object};
