//! `application/x-www-form-urlencoded`, checked and wiped.

use bytes::Bytes;
use form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::error::Error;

/// A form body under construction. Its buffer is sized before it is written, so that no half-grown copy of
/// a secret is left behind, and wiped when the last reference to the body goes.
pub(crate) struct Form<'a> {
    fields: [Option<Field<'a>>; 4],
}

#[derive(Clone, Copy)]
struct Field<'a> {
    name: &'static str,
    value: &'a str,
    /// How many bytes of the value are percent-encoded.
    escapes: usize,
}

impl<'a> Form<'a> {
    /// Fields in the order they are sent; `None` ones are left out.
    pub(crate) fn new<const N: usize>(fields: [(&'static str, Option<&'a str>); N]) -> Result<Self, Error> {
        const { assert!(N <= 4, "room for four fields") };
        let mut kept = [None; 4];
        for (slot, (name, value)) in kept.iter_mut().zip(fields) {
            if let Some(value) = value {
                *slot = Some(Field { name, value, escapes: check(name, value)? });
            }
        }
        Ok(Self { fields: kept })
    }

    pub(crate) fn encode(&self) -> Bytes {
        let fields = || self.fields.iter().flatten();
        // `%` and two digits for one byte; then `=` and `&`.
        let length = |it: &Field<'_>| it.name.len() + it.value.len() + 2 * it.escapes + 2;
        let mut body = Zeroizing::new(Vec::with_capacity(fields().map(length).sum()));
        for Field { name, value, escapes } in fields() {
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(name.as_bytes());
            body.push(b'=');
            if *escapes == 0 {
                // Most tokens and identifiers.
                body.extend_from_slice(value.as_bytes());
            } else {
                byte_serialize(value.as_bytes()).for_each(|piece| body.extend_from_slice(piece.as_bytes()));
            }
        }
        Bytes::from_owner(body)
    }
}

/// What a byte takes in a form: itself, or `%` and two digits. What may not be sent is above both.
const PLAIN: u8 = 0;
const ESCAPED: u8 = 1;
const REFUSED: u8 = 2;

/// Visible ASCII may be sent: `VSCHAR` of RFC 6749 appendix A without the space, which no identifier or token
/// of Kinde has and which a bad copy and paste does.
const BYTES: [u8; 256] = {
    let mut bytes = [REFUSED; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_');
        bytes[byte as usize] = if plain { PLAIN } else { ESCAPED };
        byte += 1;
    }
    bytes
};

/// How many bytes are percent-encoded, if all of them may be sent.
fn check(name: &'static str, value: &str) -> Result<usize, Error> {
    if value.is_empty() {
        return Err(Error::invalid_input(name, "is empty"));
    }
    let (mut escapes, mut seen) = (0, PLAIN);
    for byte in value.bytes() {
        let class = BYTES[usize::from(byte)];
        seen |= class;
        escapes += usize::from(class);
    }
    if seen >= REFUSED {
        return Err(Error::invalid_input(
            name,
            "has a space, a line break or a character outside ASCII: pass it as it was issued",
        ));
    }
    Ok(escapes)
}
