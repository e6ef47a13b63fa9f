//! Base64, both ways, as little as is needed: tokens are random, and Basic is read.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// 32 random bytes in base64url: 43 characters.
pub(crate) fn random(rng: &mut fastrand::Rng) -> String {
    let mut text: String = (0..42).map(|_| char::from(ALPHABET[rng.usize(..64)])).collect();
    // The last character holds four bits only.
    text.push(char::from(ALPHABET[rng.usize(..16) * 4]));
    text
}

/// Reads standard base64, with or without its padding.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_vectors_of_rfc_4648() {
        let vectors = [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg", "foob"),
            ("Zm9vYmFy", "foobar"),
        ];
        for (text, bytes) in vectors {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(decode("Zm 9v"), None);
    }

    #[test]
    fn random_text_is_canonical_base64url_of_32_bytes() {
        let mut rng = fastrand::Rng::with_seed(7);
        let text = random(&mut rng);
        assert_eq!(text.len(), 43);
        assert_eq!(decode(&text).map(|bytes| bytes.len()), Some(32));
        assert_ne!(random(&mut rng), text);
    }
}
