//! An object's members as they stand in the text, repeated ones too: a second reading, by other code than the
//! one under test.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The members in order.
pub struct Pairs(Vec<(String, Value)>);

impl Pairs {
    /// Reads an object; `None` for anything else.
    pub fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// The values of every member of this name.
    pub fn all(&self, name: &str) -> Vec<&Value> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value).collect()
    }

    /// The one member of this name, unless it is null; `Err` if there are two.
    pub fn one(&self, name: &str) -> Result<Option<&Value>, ()> {
        match self.all(name)[..] {
            [] | [Value::Null] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(()),
        }
    }

    /// Whether this member is absent, null, or passes `test`.
    pub fn fits(&self, name: &str, test: fn(&Value) -> bool) -> bool {
        self.one(name).is_ok_and(|value| value.is_none_or(test))
    }
}

/// A whole number of seconds, read without the code under test.
pub fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        }
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64()?;
            let exact = float >= 0.0 && float <= 9_007_199_254_740_992.0 && float == float.trunc();
            exact.then_some(float as u64)
        }
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}
