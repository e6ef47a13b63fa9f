//! Faults in writing.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};

use super::apply::Seeding;
use crate::script::fault::{CutAt, CutBy, Fault};
use crate::text::values::Seconds;

#[derive(Clone)]
pub(super) enum FaultSpec {
    Hang,
    MalformedJson,
    WrongContentType,
    Gate(String),
    Cut(CutSpec),
    Drip(DripSpec),
}

const WORDS: &[&str] = &["hang", "malformed_json", "wrong_content_type"];
const KEYS: &[&str] = &["cut", "drip", "gate"];

/// A word, or an object of one member. By hand, since the messages of a derived one are about Rust.
impl<'de> Deserialize<'de> for FaultSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = FaultSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a fault: \"hang\", \"malformed_json\", \"wrong_content_type\", or one of cut, drip and gate with \
                     what it takes, as in {\"cut\": {\"by\": \"rst\"}}",
                )
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<FaultSpec, E> {
                match word {
                    "hang" => Ok(FaultSpec::Hang),
                    "malformed_json" => Ok(FaultSpec::MalformedJson),
                    "wrong_content_type" => Ok(FaultSpec::WrongContentType),
                    key if KEYS.contains(&key) => Err(E::invalid_value(Unexpected::Str(key), &self)),
                    other => Err(E::unknown_variant(other, WORDS)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FaultSpec, A::Error> {
                let Some(key) = map.next_key::<String>()? else {
                    return Err(A::Error::invalid_value(Unexpected::Map, &self));
                };
                let fault = match key.as_str() {
                    "cut" => FaultSpec::Cut(map.next_value()?),
                    "drip" => FaultSpec::Drip(map.next_value()?),
                    "gate" => FaultSpec::Gate(map.next_value()?),
                    word if WORDS.contains(&word) => {
                        return Err(A::Error::custom(format_args!(
                            "`{word}` takes nothing: write it as a string"
                        )));
                    }
                    other => return Err(A::Error::unknown_field(other, KEYS)),
                };
                match map.next_key::<String>()? {
                    None => Ok(fault),
                    Some(_) => {
                        Err(A::Error::custom("one fault is one object: put the other into one of its own"))
                    }
                }
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CutSpec {
    by: CutBy,
    /// Before the head unless set.
    after_body: Option<usize>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DripSpec {
    bytes: usize,
    every: Seconds,
}

impl FaultSpec {
    pub(super) fn build(&self, seeding: Seeding<'_>) -> Fault {
        match self {
            Self::Hang => Fault::hang(),
            Self::MalformedJson => Fault::malformed_json(),
            Self::WrongContentType => Fault::wrong_content_type(),
            Self::Gate(name) => Fault::gate(&seeding.gates.named(name)),
            Self::Cut(CutSpec { by, after_body }) => {
                Fault::cut(*by, after_body.map_or(CutAt::BeforeHead, CutAt::AfterBody))
            }
            Self::Drip(DripSpec { bytes, every }) => Fault::drip(*bytes, every.0),
        }
    }
}
