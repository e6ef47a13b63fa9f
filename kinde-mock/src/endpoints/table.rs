//! The table of endpoints.

use std::time::SystemTime;

use super::account::{entitlement, lists, permission, portal_link};
use super::answering::Answering;
#[cfg(feature = "cli")]
use super::keyed::KeyedRow;
use super::keys::{configuration, jwks};
use super::login::{authorize, logout};
use super::oauth::{introspection, revocation, user_profile};
use super::token::{
    authorization_code, client_credentials, device_authorization, device_code, other, refresh_token,
};
use crate::http::request::Request;
use crate::http::site::Site;
use crate::ledger::endpoint::Endpoint;
use crate::tenant::Tenant;

/// What the documentation does not allow in a request.
pub(crate) type Lints = Vec<&'static str>;

/// An endpoint, and how it is served.
pub(crate) struct Served {
    pub(crate) endpoint: &'static Endpoint,
    /// What the state answers, and the effect on it.
    pub(crate) answer: fn(&mut Tenant, &Request, SystemTime, &Site<'_>) -> Answering,
    /// What the documentation does not allow in a request, beside what it allows in none.
    pub(crate) lint: fn(&Tenant, &Request, &mut Lints),
    /// Those of its rows that are written with keys of their own.
    #[cfg(feature = "cli")]
    pub(crate) keyed: &'static [KeyedRow],
}

/// Where several share a route, those with a test on the form stand before the one without.
pub(crate) static TABLE: &[Served] = &[
    user_profile::SERVED,
    introspection::SERVED,
    revocation::SERVED,
    configuration::SERVED,
    jwks::SERVED,
    authorize::SERVED,
    authorization_code::SERVED,
    refresh_token::SERVED,
    client_credentials::SERVED,
    device_code::SERVED,
    other::SERVED,
    device_authorization::SERVED,
    logout::SERVED,
    lists::SERVED_ENTITLEMENTS,
    entitlement::SERVED,
    lists::SERVED_FLAGS,
    lists::SERVED_PERMISSIONS,
    permission::SERVED,
    lists::SERVED_PROPERTIES,
    lists::SERVED_ROLES,
    portal_link::SERVED,
];

/// Lists everything that the fake serves, in the order of its ledger.
pub fn endpoints() -> impl Iterator<Item = &'static Endpoint> + Clone {
    TABLE.iter().map(|served| served.endpoint)
}

/// The one of this name.
#[cfg(feature = "cli")]
pub(crate) fn named(name: &str) -> Option<&'static Served> {
    TABLE.iter().find(|served| served.endpoint.name == name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::{TABLE, endpoints};

    #[test]
    fn names_are_one_of_a_kind() {
        let names: BTreeSet<_> = endpoints().map(|endpoint| endpoint.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for endpoint in endpoints() {
            let rows: BTreeSet<_> = endpoint.rows.iter().map(|row| row.name).collect();
            assert_eq!(rows.len(), endpoint.rows.len(), "{endpoint}");
            assert!(!endpoint.routes.is_empty(), "{endpoint}");
        }
    }

    /// Or a request could be nobody's, or the wrong one's.
    #[test]
    fn a_shared_route_has_one_endpoint_without_a_test_and_it_comes_last() {
        for route in endpoints().flat_map(|endpoint| endpoint.routes) {
            let tests: Vec<bool> = endpoints()
                .filter(|endpoint| endpoint.routes.contains(route))
                .map(|endpoint| endpoint.form.is_some())
                .collect();
            let (last, others) = tests.split_last().unwrap();
            assert!(!last && others.iter().all(|test| *test), "{route}");
        }
    }
}
