//! Random bytes: the cryptographic library's, or a sequence that is the same every time.

use super::base64;

pub(crate) struct Random(Option<fastrand::Rng>);

impl Random {
    /// Nobody can guess it.
    pub(crate) fn unpredictable() -> Self {
        Self(None)
    }

    /// The same for the same seed.
    pub(crate) fn reproducible(seed: u64) -> Self {
        Self(Some(fastrand::Rng::with_seed(seed)))
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        match &mut self.0 {
            Some(rng) => rng.fill(bytes),
            // The system has no randomness: other tokens are better than none, since a fake guards nothing.
            None if aws_lc_rs::rand::fill(bytes).is_err() => fastrand::Rng::new().fill(bytes),
            None => {}
        }
    }

    /// 32 bytes in base64url: 43 characters.
    pub(crate) fn text(&mut self) -> String {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        base64::url(bytes)
    }

    /// Two of those, joined by a dot: what Kinde's codes and refresh tokens look like.
    pub(crate) fn two_parts(&mut self) -> String {
        format!("{}.{}", self.text(), self.text())
    }

    /// 32 hexadecimal digits.
    pub(crate) fn hex(&mut self) -> String {
        self.sixteen().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn sixteen(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes
    }

    /// Eight letters to be typed, none of which is easily taken for another.
    pub(crate) fn letters(&mut self) -> String {
        const LETTERS: &[u8; 16] = b"BCDFGHJKLMNPQRST";
        self.sixteen()[..8].iter().map(|byte| char::from(LETTERS[usize::from(byte % 16)])).collect()
    }
}

/// A UUID of version 4 from 16 random bytes (RFC 9562 §5.4).
pub(crate) fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let [a, b, c, d, e] = [&bytes[..4], &bytes[4..6], &bytes[6..8], &bytes[8..10], &bytes[10..]].map(hex);
    format!("{a}-{b}-{c}-{d}-{e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let mut random = Random::reproducible(7);
        let text = random.text();
        assert_eq!((text.len(), base64::decode(&text).map(|bytes| bytes.len())), (43, Some(32)));
        assert_ne!(random.text(), text);
        assert_eq!(Random::reproducible(7).text(), text);
        assert_ne!(Random::unpredictable().text(), Random::unpredictable().text());
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(random.letters().len(), 8);
    }
}
