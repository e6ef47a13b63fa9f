//! The operations that Kinde documents, a file each: what its answers are and how that is known, what the state
//! answers, what is odd in a request, and the replies that can be scripted, in Rust and in writing.
//!
//! A new one is a file here and a row in the table below; everything else reads the table.

mod introspection;
mod revocation;
mod user_profile;

use std::fmt;
use std::time::SystemTime;

use kinde_core::{GetUserProfileV2, Operation, TokenIntrospection, TokenRevocation};

pub use introspection::{ActiveClaims, TokenIntrospectionReply};
pub use revocation::TokenRevocationReply;
pub use user_profile::UserProfileV2Reply;

use crate::documented::Row;
use crate::engine::{Engine, Lints};
use crate::outcome::Answer;
use crate::request::Request;
#[cfg(feature = "cli")]
use crate::seed::Written;

/// What the fake knows of an operation.
pub(crate) struct Facts {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Every answer that is given, in the ledger's order.
    pub(crate) rows: &'static [Row],
    /// The one of them for too many requests.
    pub(crate) throttled: &'static Row,
    /// What the state answers, and the effect on it.
    pub(crate) answer: fn(&mut Engine, &Request, SystemTime) -> Answer,
    /// What the documentation does not allow in a request, beside what it allows in none.
    pub(crate) lint: fn(&Engine, &Request, &mut Lints),
    /// Whether it is about a token that is sent in its form, so that a script in writing can name that.
    #[cfg(feature = "cli")]
    pub(crate) about_token: bool,
    /// Its replies in writing, beside those that all operations have.
    #[cfg(feature = "cli")]
    pub(crate) written: &'static [Written],
}

macro_rules! operations {
    ($($(#[$doc:meta])* $route:ident: $request:ty = $file:ident;)*) => {
        /// One of the documented calls.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Route {
            $($(#[$doc])* $route,)*
        }

        impl Route {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$route),*];

            /// The operation's name, as the SDK has it.
            pub const fn operation(self) -> &'static str {
                match self {
                    $(Self::$route => <$request>::KIND.name(),)*
                }
            }

            pub(crate) const fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$route => &$file::FACTS,)*
                }
            }
        }

        $(
            impl sealed::Sealed for $request {}

            impl Scripted for $request {
                const ROUTE: Route = Route::$route;
            }
        )*
    };
}

operations! {
    /// `GET /oauth2/v2/user_profile`
    UserProfile: GetUserProfileV2 = user_profile;
    /// `POST /oauth2/introspect`
    Introspection: TokenIntrospection = introspection;
    /// `POST /oauth2/revoke`
    Revocation: TokenRevocation = revocation;
}

mod sealed {
    pub trait Sealed {}
}

/// An operation that the fake answers, and so can be scripted and counted.
pub trait Scripted: Operation + sealed::Sealed {
    /// Which of the documented calls it is.
    const ROUTE: Route;
}

/// An operation about a token that is sent in its form.
pub trait AboutToken: Scripted {}

impl Route {
    /// The method that is documented for it.
    pub const fn method(self) -> &'static str {
        self.facts().method
    }

    /// Its path.
    pub const fn path(self) -> &'static str {
        self.facts().path
    }

    /// The call that a path is of.
    pub(crate) fn at(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|route| route.path() == path)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.path())
    }
}
