//! A reader of JSON texts, by RFC 8259: strict where the RFC leaves a choice.
//!
//! Bytes that are not UTF-8, half a surrogate pair and a number that no float is near are refused, and so are texts
//! with more levels or values than this service's have. It goes over the text once.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Given, LEVELS_AT_MOST, VALUES_AT_MOST, Wrong, number, sorted, verbatim};

/// Reads a text that is one value.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Wrong> {
    let mut reader = Reader::new(bytes)?;
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// Reads a text that is one object and says nothing twice, at any depth.
pub(crate) fn unique_object(bytes: &[u8]) -> Result<Map<String, Value>, Wrong> {
    let mut reader = Reader { unique: true, ..Reader::new(bytes)? };
    let value = reader.value()?;
    reader.end()?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Wrong::new("it is not a JSON object")),
    }
}

/// A text, and how far it is read.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// How many more levels may be opened.
    levels: usize,
    /// A member given twice is an error, at any depth. (Else the last one stands, as with serde_json.)
    unique: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Wrong> {
        // Each value but the first follows one of these. In strings they count too: few of them are in any.
        if bytes.len() > VALUES_AT_MOST
            && bytes.iter().filter(|byte| b"{[,".contains(byte)).count() > VALUES_AT_MOST
        {
            return Err(Wrong::new("it has too many values"));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self { text, at: 0, levels: LEVELS_AT_MOST, unique: false }),
            Err(error) => Err(match error.error_len() {
                None => cut(bytes),
                Some(_) => place("it is not valid JSON", bytes, error.valid_up_to()),
            }),
        }
    }

    /// Nothing may follow.
    pub(super) fn end(mut self) -> Result<(), Wrong> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.wrong()) }
    }

    /// An object: `member` is called with each name, and reads its value.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        self.list(b'{', b'}', |reader| {
            reader.space();
            let name = reader.string()?;
            reader.space();
            reader.expect(b':')?;
            member(reader, name)
        })
    }

    /// Items between brackets of some kind, with commas between them.
    fn list(
        &mut self,
        open: u8,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        self.space();
        self.expect(open)?;
        let Some(levels) = self.levels.checked_sub(1) else {
            let deep = place("it is not valid JSON", self.text.as_bytes(), self.at - 1);
            return Err(Wrong::new(format!("{deep}: it is nested deeper than {LEVELS_AT_MOST} levels")));
        };
        self.levels = levels;
        self.space();
        if !self.eat(close) {
            loop {
                item(self)?;
                self.space();
                if self.eat(close) {
                    break;
                }
                self.expect(b',')?;
            }
        }
        self.levels += 1;
        Ok(())
    }

    pub(super) fn value(&mut self) -> Result<Value, Wrong> {
        self.space();
        Ok(match self.peek() {
            Some(b'"') => Value::String(self.string()?.into_owned()),
            Some(b'{') => {
                let mut members = Map::new();
                self.object(|reader, name| {
                    let value = reader.value()?;
                    match members.insert(name.into_owned(), value) {
                        Some(_) if reader.unique => Err(Wrong::new("a member is given twice")),
                        _ => Ok(()),
                    }
                })?;
                Value::Object(sorted(members))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.list(b'[', b']', |reader| {
                    items.push(reader.value()?);
                    Ok(())
                })?;
                Value::Array(items)
            }
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => self.number()?.0,
        })
    }

    /// A value, and the whole number that it is.
    pub(super) fn given(&mut self) -> Result<Given, Wrong> {
        self.space();
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => {
                let (value, text) = self.number()?;
                let whole = value.as_u64().or_else(|| number::whole(text));
                Ok(Given { value, whole })
            }
            _ => Ok(Given { value: self.value()?, whole: None }),
        }
    }

    /// A number, and its text.
    fn number(&mut self) -> Result<(Value, &'a str), Wrong> {
        let rest = &self.text[self.at..];
        match number::length(rest.as_bytes()) {
            Ok(length) => {
                let text = &rest[..length];
                let number = number::number(text).ok_or_else(|| self.wrong())?;
                self.at += length;
                Ok((Value::Number(number), text))
            }
            Err(place) => {
                self.at += place;
                Err(self.wrong())
            }
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Wrong> {
        for byte in word.bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    /// A string, which is only copied if it has escapes.
    fn string(&mut self) -> Result<Cow<'a, str>, Wrong> {
        self.expect(b'"')?;
        let plain = self.plain();
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut text = plain.to_owned();
        while !self.eat(b'"') {
            self.expect(b'\\')?;
            text.push(self.escape()?);
            text.push_str(self.plain());
        }
        Ok(Cow::Owned(text))
    }

    /// The text up to the next quote, escape or control character.
    fn plain(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let plain = &rest[..verbatim::length(rest.as_bytes())];
        self.at += plain.len();
        plain
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<char, Wrong> {
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.code_point();
            }
            _ => return Err(self.wrong()),
        };
        self.at += 1;
        Ok(character)
    }

    /// What follows `\u`: four digits, or a pair of surrogates.
    fn code_point(&mut self) -> Result<char, Wrong> {
        let start = self.at;
        let mut point = self.code_unit()?;
        if matches!(point, 0xD800..=0xDBFF) {
            self.expect(b'\\')?;
            self.expect(b'u')?;
            let low = self.code_unit()?;
            // Anything but the second half of a pair makes this no code point.
            point = if matches!(low, 0xDC00..=0xDFFF) {
                0x1_0000 + ((point - 0xD800) << 10) + (low - 0xDC00)
            } else {
                point
            };
        }
        char::from_u32(point).ok_or_else(|| {
            self.at = start;
            self.wrong()
        })
    }

    fn code_unit(&mut self) -> Result<u32, Wrong> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = (unit << 4) | digit.ok_or_else(|| self.wrong())?;
            self.at += 1;
        }
        Ok(unit)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), Wrong> {
        if self.eat(byte) { Ok(()) } else { Err(self.wrong()) }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// What is next can't be there.
    fn wrong(&self) -> Wrong {
        match self.peek() {
            Some(_) => place("it is not valid JSON", self.text.as_bytes(), self.at),
            None => cut(self.text.as_bytes()),
        }
    }
}

/// It ends where more has to follow.
fn cut(bytes: &[u8]) -> Wrong {
    place("the JSON ends too early", bytes, bytes.len().saturating_sub(1))
}

/// Where it is, as editors count: both from 1, the column in bytes.
fn place(why: &str, bytes: &[u8], at: usize) -> Wrong {
    let before = &bytes[..at];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    Wrong::new(format!("{why}, at line {line} column {column}"))
}
