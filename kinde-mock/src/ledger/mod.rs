//! The ledger: every answer the fake gives, and what is known of it.
//!
//! An [`Endpoint`] lists its [`Row`]s, and [`strays`] are the answers to requests that no endpoint takes. They are
//! the only place where answers are written down, each endpoint's in its own file: the fake and the constructors of
//! typed replies answer from them, a test holds them against a schema of the documentation, and the ledger page of
//! the docs lists them. [`endpoints`](crate::endpoints) is the table of all of them.

pub(crate) mod endpoint;
pub(crate) mod row;
pub(crate) mod shapes;
pub(crate) mod stray;

pub use crate::http::route::Route;
pub use endpoint::{Endpoint, FormTest, Secrets};
pub use row::{Body, Document, Header, Row, Source};
pub use stray::strays;
