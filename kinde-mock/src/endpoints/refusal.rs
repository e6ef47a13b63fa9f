//! A row of the ledger that ends a request early.

use crate::http::answer::Answer;
use crate::http::route::Route;
use crate::ledger::row::Row;
use crate::ledger::stray::hint;

pub(super) struct Refusal {
    row: &'static Row,
    hint: Option<&'static str>,
}

impl Refusal {
    pub(super) fn because(row: &'static Row, hint: &'static str) -> Self {
        Self { row, hint: Some(hint) }
    }

    /// `route` is where the right request would go.
    pub(super) fn answer(self, route: Route) -> Answer {
        let mut answer = self.row.answer();
        if let Some(text) = self.hint {
            hint(&mut answer, &route, text);
        }
        answer
    }
}

impl From<&'static Row> for Refusal {
    fn from(row: &'static Row) -> Self {
        Self { row, hint: None }
    }
}
