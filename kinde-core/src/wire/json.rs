//! JSON objects as this service writes them: known members at most once, unknown ones kept.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::Response;
use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::kind::OperationKind;

/// More values than any answer of this service has. A value that was three bytes on the wire can take some
/// hundred in memory (`{"":0}` does), so the limit on a body's bytes alone would let a server make a client
/// hold a hundred times as much.
const VALUES_AT_MOST: usize = 16 * 1024;

/// Reads the body of a documented 200 as one of our models, which say in our own words what is wrong with it.
pub(crate) fn decode<M: DeserializeOwned>(
    operation: OperationKind,
    response: &Response<Bytes>,
) -> Result<M, Error> {
    read(operation, response, |error| error.to_string().into())
}

/// The same for a type of someone else's. A body may hold a user's data or a token, and serde's messages quote it.
pub(crate) fn decode_foreign<M: DeserializeOwned>(
    operation: OperationKind,
    response: &Response<Bytes>,
) -> Result<M, Error> {
    read(operation, response, |error| {
        format!("it is not what is documented, at line {} column {}", error.line(), error.column()).into()
    })
}

/// What went wrong is told with a place; `wrong_data` says what a model didn't take.
fn read<M: DeserializeOwned>(
    operation: OperationKind,
    response: &Response<Bytes>,
    wrong_data: impl FnOnce(&serde_json::Error) -> Cow<'static, str>,
) -> Result<M, Error> {
    let body = response.body();
    let unexpected = |why: Cow<'static, str>| Error::unexpected_body(operation, response.status(), why);
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(unexpected("it is empty".into())),
        // Only an object gets as far as serde, so that a model's `Data` error is always one of ours.
        Some(b'{') => {}
        Some(b'<') => return Err(unexpected("it is an HTML or XML page, not JSON".into())),
        Some(_) => return Err(unexpected("it is no JSON object".into())),
    }
    // Each value but the first follows one of these. In strings they count too: few of them are in any.
    if body.len() > VALUES_AT_MOST
        && body.iter().filter(|byte| b"{[,".contains(byte)).count() > VALUES_AT_MOST
    {
        return Err(unexpected("it has too many values".into()));
    }
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        unexpected(match error.classify() {
            Category::Eof => format!("the JSON ends too early, at line {line} column {column}").into(),
            Category::Data => wrong_data(&error),
            Category::Syntax | Category::Io => {
                format!("it is no valid JSON, at line {line} column {column}").into()
            }
        })
    })
}

/// The members of one object: `N` known ones by position, the rest by name.
pub(crate) struct Members<const N: usize> {
    names: &'static [&'static str; N],
    known: [Option<Value>; N],
    other: Map<String, Value>,
}

impl<const N: usize> Members<N> {
    pub(crate) fn read<'de, D: Deserializer<'de>>(
        names: &'static [&'static str; N],
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let members = Self { names, known: [const { None }; N], other: Map::new() };
        deserializer.deserialize_map(members)
    }

    /// Takes a known member, if it is there and not null; `read` turns it into what it should be.
    pub(crate) fn take<T, E: serde::de::Error>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Value) -> Result<T, &'static str>,
    ) -> Result<Option<T>, E> {
        let index = self.names.iter().position(|known| *known == name);
        match index.and_then(|index| self.known[index].take()) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                read(value).map(Some).map_err(|what| E::custom(format_args!("`{name}` is not {what}")))
            }
        }
    }

    pub(crate) fn into_other(self) -> Map<String, Value> {
        self.other
    }
}

impl<'de, const N: usize> Visitor<'de> for Members<N> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key_seed(Name(self.names))? {
            let value = map.next_value()?;
            match name {
                Ok(index) if self.known[index].is_some() => {
                    return Err(A::Error::custom(format_args!("`{}` is given twice", self.names[index])));
                }
                Ok(index) => self.known[index] = Some(value),
                Err(name) => {
                    self.other.insert(name, value);
                }
            }
        }
        Ok(self)
    }
}

/// A member's name: the position of a known one, which costs no allocation, or the name of another.
struct Name<'a>(&'a [&'static str]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|known| *known == name).ok_or_else(|| name.to_owned()))
    }
}

pub(crate) fn text(value: Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err("a string"),
    }
}

pub(crate) fn boolean(value: Value) -> Result<bool, &'static str> {
    value.as_bool().ok_or("true or false")
}

/// Seconds since 1970: a whole number, also as `1e9`, `1.0` or in a string (an older description of the
/// service typed it so). Anything else is a doubt, and a doubt about an expiry is an error.
pub(crate) fn seconds(value: Value) -> Result<u64, &'static str> {
    /// Beyond this a float no longer holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match &value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let float = number.as_f64()?;
            // In range and without a fraction, so the cast is exact.
            ((0.0..=EXACT).contains(&float) && float.fract() == 0.0).then_some(float as u64)
        }),
        Value::String(text) if digits(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or("a whole number of seconds")
}

/// A list of strings, or one string.
pub(crate) fn texts(value: Value) -> Result<Vec<String>, &'static str> {
    const WHAT: &str = "a string or a list of strings";
    match value {
        Value::String(one) => Ok(vec![one]),
        Value::Array(list) => list.into_iter().map(|item| text(item).map_err(|_| WHAT)).collect(),
        _ => Err(WHAT),
    }
}
