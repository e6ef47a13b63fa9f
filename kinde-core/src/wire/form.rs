//! `application/x-www-form-urlencoded`: checked, sized and wiped.

use std::fmt;

use bytes::Bytes;
use form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::error::Error;

/// The body of a form (`application/x-www-form-urlencoded`), for the [`Call`](super::call::Call) of an operation of your
/// own.
///
/// Each field is checked against the characters that it may hold. The buffer is sized before it is written, so that no
/// half-grown copy of a secret is left behind, and it is wiped when the last reference to it is dropped.
///
/// ```
/// use kinde::wire::{Field, Form};
///
/// let form = Form::new(&[
///     Field::visible("grant_type", "client_credentials"),
///     Field::visible("client_id", None), // left out
///     Field::scope("scope", "openid offline"),
/// ])?;
/// assert_eq!(form.into_bytes(), "grant_type=client_credentials&scope=openid+offline");
///
/// let error = Form::new(&[Field::visible("client_id", "3b0b 5c6c")]).unwrap_err();
/// assert!(error.to_string().starts_with("invalid input: client_id has a space"));
/// # Ok::<(), kinde::Error>(())
/// ```
#[derive(Clone)]
pub struct Form(Bytes);

impl Form {
    /// Writes fields in the order they are given; those without a value are left out. A name may be repeated.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the field's name and never its value, if a value is empty
    /// or holds a character that its field must not hold.
    pub fn new(fields: &[Field<'_>]) -> Result<Self, Error> {
        fields.iter().try_for_each(Field::check)?;
        let given = || fields.iter().filter_map(|field| Some((field, field.value?)));
        // `=` after each name, `&` before each field but the first, `%` and two digits for a byte that is escaped.
        let length =
            given().map(|(it, value)| it.name.len() + value.len() + 2 * it.escapes + 2).sum::<usize>();
        let mut body = Zeroizing::new(Vec::with_capacity(length.saturating_sub(1)));
        for (field, value) in given() {
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(field.name.as_bytes());
            body.push(b'=');
            if field.found & (ESCAPED | SPACE) == 0 {
                // Most tokens and identifiers.
                body.extend_from_slice(value.as_bytes());
            } else {
                byte_serialize(value.as_bytes()).for_each(|piece| body.extend_from_slice(piece.as_bytes()));
            }
        }
        Ok(Self(Bytes::from_owner(body)))
    }

    /// Returns the body, which is still wiped when its last reference is dropped.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

/// Shows the length alone: forms hold tokens and secrets.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Form({} bytes)", self.0.len())
    }
}

/// One field of a [`Form`]: a name, a value or none, and the characters that the value may hold.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    name: &'static str,
    value: Option<&'a str>,
    characters: Characters,
    /// The classes of the bytes that the value has.
    found: u8,
    /// How many of them are percent-encoded.
    escapes: usize,
}

impl<'a> Field<'a> {
    /// Creates a field whose value is of visible ASCII characters: a client id, a secret, a code, a token, a URL
    /// (`VSCHAR` of RFC 6749 appendix A, without the space, which none of them has and which a bad copy and paste
    /// does).
    pub fn visible(name: &'static str, value: impl Into<Option<&'a str>>) -> Self {
        Self::new(name, value.into(), Characters::Visible)
    }

    /// Creates a field of scopes, separated by single spaces (`scope` of RFC 6749 §3.3).
    pub fn scope(name: &'static str, value: impl Into<Option<&'a str>>) -> Self {
        Self::new(name, value.into(), Characters::Scope)
    }

    /// Creates a field of text for people, such as a name or an address: anything but control characters, line breaks
    /// and tabs included.
    pub fn text(name: &'static str, value: impl Into<Option<&'a str>>) -> Self {
        Self::new(name, value.into(), Characters::Text)
    }

    fn new(name: &'static str, value: Option<&'a str>, characters: Characters) -> Self {
        let (mut found, mut escapes) = (0, 0);
        for byte in value.unwrap_or_default().bytes() {
            let class = CLASSES[usize::from(byte)];
            found |= class;
            escapes += usize::from(class & ESCAPED);
        }
        Self { name, value, characters, found, escapes }
    }

    fn check(&self) -> Result<(), Error> {
        let refused = match (self.value, self.characters) {
            (None, _) => return Ok(()),
            (Some(""), _) => "is empty",
            (_, Characters::Visible) if self.found & (SPACE | CONTROL | BEYOND_ASCII) != 0 => {
                "has a space, a line break or a character outside ASCII: pass it as it was issued"
            }
            (_, Characters::Scope) if self.found & (CONTROL | BEYOND_ASCII | QUOTE) != 0 => {
                "has a character that no scope has (a line break, a quote, a backslash or one outside ASCII)"
            }
            (Some(scopes), Characters::Scope) if scopes.split(' ').any(str::is_empty) => {
                "has a space too many: separate scopes by single spaces"
            }
            (Some(text), Characters::Text) if has_control(text, self.found) => {
                "has a line break or another control character"
            }
            _ => return Ok(()),
        };
        Err(Error::invalid_input(self.name, refused))
    }
}

/// Shows the name alone: values are secrets.
impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Which characters a field may hold.
#[derive(Clone, Copy)]
enum Characters {
    Visible,
    Scope,
    Text,
}

/// Sent as `%` and two digits. The one bit that counts.
const ESCAPED: u8 = 1;
/// Sent as `+`.
const SPACE: u8 = 1 << 1;
const CONTROL: u8 = 1 << 2;
const BEYOND_ASCII: u8 = 1 << 3;
/// `"` and `\`, which RFC 6749 §3.3 keeps out of scopes.
const QUOTE: u8 = 1 << 4;

const CLASSES: [u8; 256] = {
    let mut classes = [ESCAPED | BEYOND_ASCII; 256];
    let mut byte = 0;
    while byte < 0x80_u8 {
        classes[byte as usize] = match byte {
            b' ' => SPACE,
            b'"' | b'\\' => ESCAPED | QUOTE,
            b'*' | b'-' | b'.' | b'_' => 0,
            _ if byte.is_ascii_alphanumeric() => 0,
            _ if byte.is_ascii_control() => ESCAPED | CONTROL,
            _ => ESCAPED,
        };
        byte += 1;
    }
    classes
};

/// The control characters of ASCII, and those that take two bytes.
fn has_control(text: &str, found: u8) -> bool {
    found & CONTROL != 0 || found & BEYOND_ASCII != 0 && text.chars().any(char::is_control)
}
