//! JSON objects whose members keep their order and their text, whatever features serde_json has elsewhere in the
//! program.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
#[cfg(feature = "cli")]
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

#[derive(Debug)]
pub(crate) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// None if the text is not a JSON object.
    pub(crate) fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Gives a member another value, in its place; a new one comes last.
    #[cfg(feature = "cli")]
    pub(crate) fn put(&mut self, name: &str, value: &serde_json::Value) {
        // A value that was read is written again without fail.
        let Ok(value) = serde_json::value::to_raw_value(value) else { return };
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, member)) => *member = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    #[cfg(feature = "cli")]
    pub(crate) fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(feature = "cli")]
impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

#[cfg(all(test, feature = "cli"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::Members;

    #[test]
    fn members_keep_their_order_and_their_text() {
        let mut members = Members::read(br#"{"z":1.50,"a":{"y":1,"b":2},"m":null}"#).unwrap();
        members.put("a", &json!("new"));
        members.put("last", &json!([1]));
        assert_eq!(members.names().collect::<Vec<_>>(), ["z", "a", "m", "last"]);
        assert_eq!(
            String::from_utf8(members.write()).unwrap(),
            r#"{"z":1.50,"a":"new","m":null,"last":[1]}"#
        );
        assert!(Members::read(b"[]").is_none() && Members::read(b"").is_none());
    }
}
