//! Scripts: what lies over the state.

mod fault;
mod gate;
mod on;
mod plan;
mod reply;
mod set;

use kinde_core::{GetUserProfileV2, Operation, TokenIntrospection, TokenRevocation};

pub use fault::{CutAt, CutBy, Fault};
pub(crate) use fault::{Kind as FaultKind, Wire};
pub use gate::Gate;
pub use on::{On, Script};
pub(crate) use plan::Plan;
pub use reply::{ActiveClaims, Reply, TokenIntrospectionReply, TokenRevocationReply, UserProfileV2Reply};
pub(crate) use set::{Filter, Replies, Scripts};

use crate::documented::Route;

mod sealed {
    pub trait Sealed {}
    impl Sealed for kinde_core::GetUserProfileV2 {}
    impl Sealed for kinde_core::TokenIntrospection {}
    impl Sealed for kinde_core::TokenRevocation {}
}

/// An operation that the fake answers, and so can be scripted and counted.
pub trait Scripted: Operation + sealed::Sealed {
    /// Its row of addresses in the ledger.
    const ROUTE: Route;
}

impl Scripted for GetUserProfileV2 {
    const ROUTE: Route = Route::UserProfile;
}

impl Scripted for TokenIntrospection {
    const ROUTE: Route = Route::Introspection;
}

impl Scripted for TokenRevocation {
    const ROUTE: Route = Route::Revocation;
}

/// An operation about a token that is sent in its form.
pub trait AboutToken: Scripted {}

impl AboutToken for TokenIntrospection {}
impl AboutToken for TokenRevocation {}
