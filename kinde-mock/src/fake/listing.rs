//! What the tenant holds, for those who ask by name.

use super::FakeKinde;
use crate::User;
use crate::store::Application;

impl FakeKinde {
    /// The ids of the applications, and whether each keeps a secret.
    pub(crate) fn applications(&self) -> Vec<(String, bool)> {
        let engine = self.engine();
        let mut all: Vec<_> = engine
            .store
            .applications()
            .map(|(id, application)| (id.to_owned(), matches!(application, Application::Backend(_))))
            .collect();
        all.sort();
        all
    }

    pub(crate) fn users(&self) -> Vec<User> {
        let engine = self.engine();
        let mut all: Vec<_> = engine.store.users().cloned().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    pub(crate) fn find_user(&self, id: &str) -> Option<User> {
        self.engine().store.user(id).cloned()
    }

    /// Whether a token of this text was ever issued.
    pub(crate) fn has_token(&self, text: &str) -> bool {
        self.engine().store.token(text).is_some()
    }
}
