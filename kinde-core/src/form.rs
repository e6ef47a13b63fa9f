//! `application/x-www-form-urlencoded`, checked and wiped.

use bytes::Bytes;
use form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::Error;

/// A form body under construction. Its buffer is sized before it is written, so that no half-grown copy of
/// a secret is left behind, and wiped when the last reference to the body goes.
pub(crate) struct Form<'a> {
    fields: [Option<(&'static str, &'a str)>; 4],
}

impl<'a> Form<'a> {
    /// Fields in the order they are sent; `None` ones are left out.
    pub(crate) fn new<const N: usize>(fields: [(&'static str, Option<&'a str>); N]) -> Result<Self, Error> {
        const { assert!(N <= 4, "room for four fields") };
        let mut kept = [None; 4];
        for (slot, (name, value)) in kept.iter_mut().zip(fields) {
            if let Some(value) = value {
                check(name, value)?;
                *slot = Some((name, value));
            }
        }
        Ok(Self { fields: kept })
    }

    pub(crate) fn encode(&self) -> Bytes {
        let size = |text: &str| byte_serialize(text.as_bytes()).map(str::len).sum::<usize>();
        let fields = || self.fields.iter().flatten();
        let length: usize = fields().map(|(name, value)| name.len() + size(value) + 2).sum();
        let mut body = Zeroizing::new(Vec::with_capacity(length));
        for (name, value) in fields() {
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(name.as_bytes());
            body.push(b'=');
            byte_serialize(value.as_bytes()).for_each(|piece| body.extend_from_slice(piece.as_bytes()));
        }
        Bytes::from_owner(body)
    }
}

/// Visible ASCII: `VSCHAR` of RFC 6749 appendix A without the space, which no identifier or token of Kinde
/// has and which a bad copy and paste does.
fn check(name: &'static str, value: &str) -> Result<(), Error> {
    if value.is_empty() {
        return Err(Error::invalid_input(name, "is empty"));
    }
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid_input(
            name,
            "has a space, a line break or a character outside ASCII: pass it as it was issued",
        ));
    }
    Ok(())
}
