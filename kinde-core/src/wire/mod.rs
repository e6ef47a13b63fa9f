//! How requests are written and answers read.

pub(crate) mod call;
pub(crate) mod form;
pub(crate) mod json;
