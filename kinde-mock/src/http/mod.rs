//! HTTP, as far as an answer depends on it: what was asked, what is answered, which route it was. Knows no Kinde.

pub(crate) mod answer;
pub(crate) mod cors;
pub(crate) mod request;
pub(crate) mod route;
pub(crate) mod site;
