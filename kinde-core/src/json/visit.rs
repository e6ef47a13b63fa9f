//! What a deserializer of the caller's hands over, for models that are read back from where they were kept.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

use super::{Given, LEVELS_AT_MOST, Members, number, sorted};

/// Within the one object that every text is.
const MEMBER: Any = Any { levels: LEVELS_AT_MOST - 1 };

/// The value of a member, whatever it is.
pub(crate) fn value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    MEMBER.deserialize(deserializer).map(|given| given.value)
}

/// An object's members.
pub(super) fn members<'de, D: Deserializer<'de>, const N: usize>(
    members: &mut Members<N>,
    deserializer: D,
) -> Result<(), D::Error> {
    deserializer.deserialize_map(members)
}

impl<'de, const N: usize> Visitor<'de> for &mut Members<N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Name(self))? {
            let given = map.next_value_seed(MEMBER)?;
            match name {
                Ok(index) => self.insert(index, given).map_err(A::Error::custom)?,
                Err(name) => self.keep(name, given.value),
            }
        }
        Ok(())
    }
}

/// A member's name: the position of a known one, which costs no allocation, or the name of another.
struct Name<'a, const N: usize>(&'a Members<N>);

impl<'de, const N: usize> DeserializeSeed<'de> for Name<'_, N> {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<const N: usize> Visitor<'_> for Name<'_, N> {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.position(name).ok_or_else(|| name.to_owned()))
    }
}

/// Any value, with so many levels in it.
#[derive(Clone, Copy)]
struct Any {
    levels: usize,
}

impl Any {
    fn within<E: Error>(self) -> Result<Self, E> {
        match self.levels.checked_sub(1) {
            Some(levels) => Ok(Self { levels }),
            None => Err(E::custom(format_args!("it is nested deeper than {LEVELS_AT_MOST} levels"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Any {
    type Value = Given;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Given, E> {
        Ok(Given { value: Value::Null, whole: None })
    }

    fn visit_none<E: Error>(self) -> Result<Given, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, boolean: bool) -> Result<Given, E> {
        Ok(Given { value: Value::Bool(boolean), whole: None })
    }

    fn visit_u64<E>(self, whole: u64) -> Result<Given, E> {
        Ok(Given { value: whole.into(), whole: Some(whole) })
    }

    fn visit_i64<E>(self, whole: i64) -> Result<Given, E> {
        Ok(Given { value: whole.into(), whole: whole.try_into().ok() })
    }

    fn visit_i128<E: Error>(self, whole: i128) -> Result<Given, E> {
        self.visit_f64(whole as f64)
    }

    fn visit_u128<E: Error>(self, whole: u128) -> Result<Given, E> {
        self.visit_f64(whole as f64)
    }

    /// Its text is gone, and serde_json may have read its last bits wrong (unless `float_roundtrip` is on): it is taken
    /// for a whole number only where those bits are far behind the point.
    fn visit_f64<E: Error>(self, float: f64) -> Result<Given, E> {
        const SURE: f64 = (1_u64 << 48) as f64;
        let number = Number::from_f64(float).ok_or_else(|| E::custom("a number that JSON can't hold"))?;
        let is_whole = (0.0..SURE).contains(&float) && float.fract() == 0.0;
        // In range and without a fraction, so the cast is exact.
        Ok(Given { value: Value::Number(number), whole: is_whole.then_some(float as u64) })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Given, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E>(self, text: String) -> Result<Given, E> {
        Ok(Given { value: Value::String(text), whole: None })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Given, A::Error> {
        let within = self.within()?;
        let mut items = Vec::new();
        while let Some(given) = list.next_element_seed(within)? {
            items.push(given.value);
        }
        Ok(Given { value: Value::Array(items), whole: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        let mut next = map.next_key_seed(Key)?;
        if let Some(Named::Number) = next {
            // As it comes where `arbitrary_precision` is off: a float.
            let text: String = map.next_value()?;
            let float = number::checked(&text).and_then(|text| text.parse().ok());
            return self.visit_f64(float.ok_or_else(|| A::Error::custom("it is not a number"))?);
        }
        let within = self.within()?;
        let mut members = Map::new();
        while let Some(Named::Member(name)) = next {
            members.insert(name, map.next_value_seed(within)?.value);
            next = map.next_key_seed(Key)?;
        }
        Ok(Given { value: Value::Object(sorted(members)), whole: None })
    }
}

/// What serde_json calls the one member of the "object" as which it hands over a number's text, where some crate has
/// switched on `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

enum Named {
    Member(String),
    Number,
}

/// A name, or the sign that there is no object but a number.
///
/// Anyone can write an object with a member of that name. It is told apart by asking for an optional name: a name that
/// was read is there, so it comes as `Some`, while serde_json's sign answers any question with itself.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Named;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Named, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Named;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Named, D::Error> {
        String::deserialize(deserializer).map(Named::Member)
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Named, E> {
        Ok(if name == NUMBER { Named::Number } else { Named::Member(name.to_owned()) })
    }

    // Other formats have their names as they are.
    fn visit_str<E>(self, name: &str) -> Result<Named, E> {
        Ok(Named::Member(name.to_owned()))
    }
}
