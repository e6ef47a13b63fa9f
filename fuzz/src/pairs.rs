//! An object's members as they stand in the text, repeated ones too: a second reading, by other code than the
//! one under test.
//!
//! serde_json says whether it is JSON. What the members are is read from their own texts, so that it depends neither on
//! how serde_json reads floats nor on the names that it gives a meaning to.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// The members in order: names, and the texts of their values.
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads an object; `None` for anything else, and for one with more values than the service's answers have.
    pub fn read(body: &[u8]) -> Option<Self> {
        let values = body.iter().filter(|byte| matches!(byte, b'{' | b'[' | b',')).count();
        if values > 16 * 1024 {
            return None;
        }
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        Valid.deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        let inside = std::str::from_utf8(body).ok()?.trim().strip_prefix('{')?.strip_suffix('}')?;
        let members = split(inside, ',').into_iter().filter(|member| !member.is_empty());
        let pair = |member: &str| {
            let (name, value) = member.split_at(split(member, ':')[0].len());
            let name = serde_json::from_str(name).expect("a name");
            (name, value.trim_start().trim_start_matches(':').trim().to_owned())
        };
        Some(Self(members.map(pair).collect()))
    }

    /// The texts of every member of this name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| &**value).collect()
    }

    /// The one member of this name, unless it is null; `Err` if there are two.
    pub fn one(&self, name: &str) -> Result<Option<&str>, ()> {
        match self.all(name)[..] {
            [] | ["null"] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(()),
        }
    }

    /// The one member of this name, read.
    pub fn get<T>(&self, name: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        self.one(name).ok().flatten().and_then(read)
    }

    /// Whether this member is absent, null, or can be read so.
    pub fn fits<T>(&self, name: &str, read: fn(&str) -> Option<T>) -> bool {
        self.one(name).is_ok_and(|value| value.is_none_or(|value| read(value).is_some()))
    }

    /// Whether it is an error, in either documented form.
    pub fn is_error(&self) -> bool {
        let said = |name| self.all(name).into_iter().any(|value| value != "null");
        said("error") || said("errors")
    }
}

/// The parts between separators that stand in no string and no brackets; without white space around them.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted, mut escaped) = (Vec::new(), 0, 0, false, false);
    for (place, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ if c == separator && depth == 0 => {
                parts.push(text[start..place].trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// A string.
pub fn text(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

/// A list of strings, or one.
pub fn texts(value: &str) -> Option<Vec<String>> {
    text(value).map(|one| vec![one]).or_else(|| serde_json::from_str(value).ok())
}

/// True or false.
pub fn boolean(value: &str) -> Option<bool> {
    serde_json::from_str(value).ok()
}

/// A whole number of seconds, to the last digit: the point is moved, on paper.
pub fn whole(value: &str) -> Option<u64> {
    if let Some(text) = text(value) {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        return digits.then(|| text.parse().ok()).flatten();
    }
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok();
    }
    let (mantissa, exponent) = value.split_once(['e', 'E']).unwrap_or((value, "0"));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (before, negative) = before.strip_prefix('-').map_or((before, false), |rest| (rest, true));
    let mut digits: Vec<u8> = before.bytes().chain(after.bytes()).collect();
    if !digits.iter().all(u8::is_ascii_digit) || digits.is_empty() {
        return None;
    }
    if digits.iter().all(|digit| *digit == b'0') {
        return Some(0);
    }
    let point = before.len() as i64 + exponent.parse::<i64>().ok().filter(|by| by.abs() < 1_000_000)?;
    while (digits.len() as i64) < point {
        digits.push(b'0');
    }
    let (integer, fraction) = digits.split_at_checked(point.max(0) as usize)?;
    let exact = !negative && point > 0 && fraction.iter().all(|digit| *digit == b'0');
    let integer: String = integer.iter().map(|digit| char::from(*digit)).collect();
    integer.parse().ok().filter(|whole| exact && *whole <= 1 << 53)
}

/// The same without a fraction, where nothing depends on it.
pub fn rough(value: &str) -> Option<u64> {
    let float = || value.parse::<f64>().ok().filter(|float| (0.0..9_007_199_254_740_992.0).contains(float));
    whole(value).or_else(|| float().map(|float| float.trunc() as u64))
}

/// Reads an object, or anything within one, and keeps nothing.
#[derive(Clone, Copy)]
struct Valid;

impl<'de> DeserializeSeed<'de> for Valid {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Valid {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<String>()?.is_some() {
            map.next_value_seed(self)?;
        }
        Ok(())
    }
}
