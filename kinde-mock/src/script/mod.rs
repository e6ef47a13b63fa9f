//! Scripts: what lies over the state.

pub(crate) mod fault;
pub(crate) mod gate;
pub(crate) mod outcome;
pub(crate) mod plan;
pub(crate) mod reply;
pub(crate) mod set;
