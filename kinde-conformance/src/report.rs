//! What the suite found.

use std::fmt;

/// What became of every case, in the order in which they ran.
///
/// `{}` prints it as a table. Two reports are equal if every case ended in the same way, what was seen
/// included.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a report judges nothing until it is read: call `assert_passed`"]
pub struct Report {
    cases: Vec<Case>,
}

/// One case of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    name: &'static str,
    duty: &'static str,
    verdict: Verdict,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It does what it owes.
    Passed,
    /// It doesn't; this is what was seen instead.
    Failed(String),
    /// It could not be judged, and this is why.
    Skipped(String),
}

impl Case {
    pub(crate) fn new(name: &'static str, duty: &'static str, verdict: Verdict) -> Self {
        Self { name, duty, verdict }
    }

    /// Returns the case's name, such as `timeout-in-body`. Names stay the same within a minor version.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns what is owed to the caller here, in one sentence.
    pub fn duty(&self) -> &'static str {
        self.duty
    }

    /// Returns how it ended.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Returns whether it was failed.
    pub fn is_failed(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }

    /// Returns whether it could not be judged.
    pub fn is_skipped(&self) -> bool {
        matches!(self.verdict, Verdict::Skipped(_))
    }
}

impl Report {
    pub(crate) fn new(cases: Vec<Case>) -> Self {
        Self { cases }
    }

    /// Returns every case that ran.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Returns the case of that name.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.name == name)
    }

    /// Returns the cases that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(|case| case.is_failed())
    }

    /// Returns the cases that could not be judged.
    pub fn skipped(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(|case| case.is_skipped())
    }

    /// Returns whether at least one case ran and none failed. A case that was skipped does not count against it.
    pub fn is_passed(&self) -> bool {
        !self.cases.is_empty() && self.failed().next().is_none()
    }

    /// Does nothing if the report [is passed](Self::is_passed).
    ///
    /// # Panics
    /// Prints the report if a case failed, or if none ran.
    #[track_caller]
    #[allow(clippy::panic)]
    pub fn assert_passed(&self) {
        if self.cases.is_empty() {
            panic!("no case ran, so nothing was judged: `check_only` was given a filter that picks none");
        }
        if !self.is_passed() {
            panic!("what was judged does not conform\n{self}");
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, skipped) = (self.failed().count(), self.skipped().count());
        let passed = self.cases.len() - failed - skipped;
        writeln!(f, "{passed} passed, {failed} failed, {skipped} skipped")?;
        let width = self.cases.iter().map(|case| case.name.len()).max().unwrap_or(0);
        for case in &self.cases {
            let (word, found) = match &case.verdict {
                Verdict::Passed => ("passed ", None),
                Verdict::Failed(seen) => ("FAILED ", Some(("seen", seen))),
                Verdict::Skipped(why) => ("skipped", Some(("why", why))),
            };
            writeln!(f, "{word}  {:width$}  {}", case.name, case.duty)?;
            if let Some((label, text)) = found {
                writeln!(f, "{:7}  {:width$}  {label}: {text}", "", "")?;
            }
        }
        Ok(())
    }
}
