//! How far a string goes on as it is written: no quote, escape or control character. Where answers spend most of their reading.

/// Eight bytes of one value each.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// How many bytes come before the first quote, backslash or control character.
pub(super) fn length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    // Eight at once: in each byte's highest bit, whether that byte ends the text.
    while let Some((word, after)) = rest.split_first_chunk() {
        let ends = ends(u64::from_le_bytes(*word));
        if ends != 0 {
            return bytes.len() - rest.len() + ends.trailing_zeros() as usize / 8;
        }
        rest = after;
    }
    let last = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '));
    bytes.len() - rest.len() + last.unwrap_or(rest.len())
}

/// The highest bit of the first byte that ends the text. Bits above it mean nothing: a subtraction carries upwards, never
/// downwards (Alan Mycroft's test for a zero byte).
const fn ends(word: u64) -> u64 {
    const fn below(word: u64, least: u8) -> u64 {
        word.wrapping_sub(each(least)) & !word
    }
    (below(word, b' ') | below(word ^ each(b'"'), 1) | below(word ^ each(b'\\'), 1)) & each(0x80)
}

#[cfg(test)]
mod tests {
    use super::length;

    /// Each byte, at each place of one word and the next, before and after each other.
    #[test]
    fn each_byte_at_each_place() {
        let ends = |byte: u8| matches!(byte, b'"' | b'\\' | ..b' ');
        for byte in 0..=u8::MAX {
            for place in 0..20 {
                for around in [b'a', 0x80, 0xFF, b' ', b'!', b'#', b'[', b']'] {
                    let mut bytes = [around; 20];
                    bytes[place] = byte;
                    assert_eq!(length(&bytes), if ends(byte) { place } else { 20 }, "{byte} at {place}");
                    // What comes after the first end, and right before it, changes nothing.
                    bytes[19] = b'"';
                    assert_eq!(length(&bytes), if ends(byte) { place } else { 19 }, "{byte} at {place}");
                }
            }
        }
        assert_eq!(length(b""), 0);
    }
}
