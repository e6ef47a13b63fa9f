//! What the tenant holds, for those who ask by name.

use super::FakeKinde;
use crate::tenant::Tenant;
use crate::tenant::application::Application;
use crate::tenant::user::User;

impl FakeKinde {
    pub(crate) fn applications(&self) -> Vec<Application> {
        let tenant = self.tenant();
        let mut all: Vec<_> = tenant.store.applications().cloned().collect();
        all.sort_by(|a, b| a.client_id.cmp(&b.client_id));
        all
    }

    pub(crate) fn users(&self) -> Vec<User> {
        let tenant = self.tenant();
        let mut all: Vec<_> = tenant.store.users().cloned().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    pub(crate) fn find_user(&self, id: &str) -> Option<User> {
        self.tenant().store.user(id).cloned()
    }

    /// Looks at the state while it stands still: not for a test's own code.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Tenant) -> T) -> T {
        look(&self.tenant())
    }

    /// Whether a token of this text was issued and has not expired.
    pub(crate) fn has_token(&self, text: &str) -> bool {
        self.tenant().store.tokens.get(text).is_some()
    }
}
