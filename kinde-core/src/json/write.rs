//! What is kept, as it is written.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Writes unknown members as the plain data that they are.
///
/// Where some crate has switched on `arbitrary_precision`, serde_json's numbers write themselves as something that only
/// serde_json reads.
pub(crate) fn plain<S: Serializer>(members: &Map<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(members.iter().map(|(name, value)| (name, Plain(value))))
}

struct Plain<'a>(&'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => plain(members, serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Plain)),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => serializer.serialize_u64(number),
                (None, Some(number), _) => serializer.serialize_i64(number),
                (None, None, Some(number)) => serializer.serialize_f64(number),
                (None, None, None) => number.serialize(serializer),
            },
            other => other.serialize(serializer),
        }
    }
}
