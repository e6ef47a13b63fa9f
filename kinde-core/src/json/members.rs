//! The members of one object: known ones at most once, unknown ones kept.

use serde::Deserializer;
use serde_json::{Map, Value};

use super::read::Reader;
use super::shapes::Mismatch;
use super::{Given, Wrong, sorted, visit};

/// The members of one object: `N` known ones by position, the rest by name.
pub(crate) struct Members<const N: usize> {
    names: &'static [&'static str; N],
    known: [Option<Given>; N],
    other: Map<String, Value>,
    is_error: bool,
}

impl<const N: usize> Members<N> {
    pub(crate) fn new(names: &'static [&'static str; N]) -> Self {
        Self { names, known: [const { None }; N], other: Map::new(), is_error: false }
    }

    /// The members of a text that is one object.
    pub(crate) fn parse(names: &'static [&'static str; N], text: &[u8]) -> Result<Self, Wrong> {
        let mut members = Self::new(names);
        members.read(text).map(|()| members)
    }

    /// Reads a text, which must be one object. In place: this is as large as its values are.
    pub(crate) fn read(&mut self, text: &[u8]) -> Result<(), Wrong> {
        match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => return Err(Wrong::new("it is empty")),
            Some(b'{') => {}
            Some(b'<') => return Err(Wrong::new("it is an HTML or XML page, not JSON")),
            Some(_) => return Err(Wrong::new("it is not a JSON object")),
        }
        let mut reader = Reader::new(text)?;
        reader.object(|reader, name| {
            match self.position(&name) {
                Some(index) => self.insert(index, reader.given()?)?,
                None => self.keep(name.into_owned(), reader.value()?),
            }
            Ok(())
        })?;
        reader.end()
    }

    /// Reads an object from a deserializer, and a model from its members.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>, T>(
        names: &'static [&'static str; N],
        deserializer: D,
        model: impl FnOnce(&mut Self) -> Result<T, Wrong>,
    ) -> Result<T, D::Error> {
        let mut members = Self::new(names);
        visit::members(&mut members, deserializer)?;
        model(&mut members).map_err(serde::de::Error::custom)
    }

    /// Which of the known ones this is.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }

    pub(super) fn insert(&mut self, index: usize, given: Given) -> Result<(), Wrong> {
        match self.known[index].replace(given) {
            None => Ok(()),
            Some(_) => Err(Wrong::new(format!("`{}` is given twice", self.names[index]))),
        }
    }

    /// Of two with one name the last: nothing of ours depends on it.
    pub(super) fn keep(&mut self, name: String, value: Value) {
        self.is_error |= matches!(name.as_str(), "error" | "errors") && !value.is_null();
        self.other.insert(name, value);
    }

    /// Whether this is an error body in either documented form: an unknown member `error` or `errors` is there.
    pub(crate) fn is_error(&self) -> bool {
        self.is_error
    }

    /// Takes a known member that something is decided on, if it is there and not null: one that is not what it
    /// should be is an error.
    pub(crate) fn take<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Given) -> Result<T, Mismatch>,
    ) -> Result<Option<T>, Wrong> {
        let read = self.given(name).map(read).transpose();
        read.map_err(|mismatch| Wrong::new(format!("`{name}` is not {}", mismatch.wanted)))
    }

    /// Takes a known member that only describes: one that is not what it should be stays among the others.
    pub(crate) fn take_if_readable<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Given) -> Result<T, Mismatch>,
    ) -> Option<T> {
        match read(self.given(name)?) {
            Ok(read) => Some(read),
            Err(mismatch) => {
                self.keep(name.to_owned(), mismatch.value);
                None
            }
        }
    }

    fn given(&mut self, name: &'static str) -> Option<Given> {
        let index = self.position(name)?;
        self.known[index].take().filter(|given| !given.value.is_null())
    }

    /// Takes the unknown ones.
    pub(crate) fn take_other(&mut self) -> Map<String, Value> {
        sorted(std::mem::take(&mut self.other))
    }
}
