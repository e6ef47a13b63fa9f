//! Scripts: what lies over the state.

mod fault;
mod gate;
mod on;
mod plan;
mod reply;
mod set;

pub use fault::{CutAt, CutBy, Fault};
pub(crate) use fault::{Kind as FaultKind, Wire};
pub use gate::Gate;
pub use on::{On, Script};
pub(crate) use plan::Plan;
pub use reply::Reply;
pub(crate) use set::{Filter, Replies, Scripts};
