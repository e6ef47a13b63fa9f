//! JSON from outside, read strictly: RFC 8259, and nothing that depends on the rest of the program.
//!
//! serde_json reads objects with a member `$serde_json::private::…` as something else as soon as any crate in the
//! program switches on its feature `raw_value` or `arbitrary_precision`: it parses the string in them, with a fresh
//! depth limit. So it reads nothing that a service wrote. [`read`] reads the text of an answer, and [`visit`] what a
//! deserializer of the caller's hands over; both build `serde_json`'s values, which are plain data.

mod members;
mod number;
mod read;
mod shapes;
mod verbatim;
mod visit;
mod write;

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

pub(crate) use members::Members;
pub(crate) use read::{parse, unique_object};
pub(crate) use shapes::{Mismatch, boolean, rough_seconds, seconds, text, texts};
pub(crate) use visit::value;
pub(crate) use write::plain;

/// How deep lists and objects may stand in one another: as deep as serde_json reads by default, so that what is
/// kept can be written and read again.
const LEVELS_AT_MOST: usize = 127;

/// More values than any answer of this service has. A value that was three bytes on the wire can take some
/// hundred in memory (`{"":0}` does), so the limit on a body's bytes alone would let a server make a client
/// hold a hundred times as much.
const VALUES_AT_MOST: usize = 16 * 1024;

/// The value of a member whose name is known.
pub(crate) struct Given {
    pub(crate) value: Value,
    /// The whole number that it is. Judged by its text where there is one, since a float may have been rounded.
    pub(crate) whole: Option<u64>,
}

/// What is wrong with a text or a member, in words that are ours and end a sentence.
pub(crate) struct Wrong(Cow<'static, str>);

impl Wrong {
    pub(crate) fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Self(why.into())
    }

    pub(crate) fn into_text(self) -> Cow<'static, str> {
        self.0
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An object's members in the order of their names, whether or not serde_json's `preserve_order` is on.
fn sorted(members: Map<String, Value>) -> Map<String, Value> {
    if members.keys().is_sorted() {
        return members;
    }
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    members.into_iter().collect()
}

/// Whether a value has a member to whose name serde_json gives a meaning, anywhere: for types of others, which may be
/// read by it.
pub(crate) fn has_hidden_names(members: &Map<String, Value>) -> bool {
    fn within(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(within),
            Value::Object(members) => has_hidden_names(members),
            _ => false,
        }
    }
    members.iter().any(|(name, value)| name.starts_with("$serde_json::private::") || within(value))
}
