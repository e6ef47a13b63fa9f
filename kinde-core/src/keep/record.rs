//! How tokens are written into a store.

use bytes::Bytes;
use zeroize::Zeroizing;

/// Byte strings, one after the other, each with its length in front. The buffer is sized before it is written, and wiped when
/// the last reference to it goes.
pub(super) fn write(parts: &[&[u8]]) -> Bytes {
    let length = parts.iter().map(|part| 4 + part.len()).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    for part in parts {
        bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    Bytes::from_owner(bytes)
}

/// What [`write`] wrote, if it was `N` of them and nothing else.
pub(super) fn read<const N: usize>(mut bytes: &[u8]) -> Option<[&[u8]; N]> {
    let mut parts = [&bytes[..0]; N];
    for part in &mut parts {
        let (length, rest) = bytes.split_at_checked(4)?;
        let length = u32::from_be_bytes(length.try_into().ok()?);
        (*part, bytes) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    }
    bytes.is_empty().then_some(parts)
}
