//! A service's error codes: which may be printed. A service may write the token into one.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// A code that can't be a token or a sentence: at most 64 of `[A-Za-z0-9_.-]`.
pub(super) fn printable(code: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    ((1..=64).contains(&code.len()) && code.bytes().all(plain)).then_some(code)
}

/// The codes of RFC 6749, 6750, 7009 and 8628. They are public words, whatever a token happens to be called.
const REGISTERED: [&str; 16] = [
    "access_denied",
    "authorization_pending",
    "expired_token",
    "insufficient_scope",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
];

/// Shorter pieces of a secret may be words.
const WORD: usize = 8;
/// Longer ones are found by their first part.
const PIECE: usize = 12;

/// Which of `codes` would be printed and hold one of `secrets`, or a piece of one that is too long to be chance.
///
/// An error body may list a thousand codes, and a token have tens of thousands of characters: each is gone over once,
/// not each for each of the other.
pub(super) fn repeating(codes: &[&str], secrets: &[&str]) -> Vec<bool> {
    search(codes, secrets, || ())
}

/// `step` is called for every piece that is looked at.
fn search(codes: &[&str], secrets: &[&str], mut step: impl FnMut()) -> Vec<bool> {
    let mut repeating = vec![false; codes.len()];
    // What isn't printable is never printed.
    let shown = |code: &str| printable(code).is_some() && !REGISTERED.contains(&code);
    for longest in WORD..=PIECE {
        let secrets: Vec<_> = secrets.iter().filter(|secret| secret.len().min(PIECE) == longest).collect();
        if secrets.is_empty() {
            continue;
        }
        // Of a shorter code all of it; of one that is shorter than a word, nothing.
        let length = |code: &str| longest.min(code.len()).max(WORD);
        let codes = codes
            .iter()
            .map(|code| if shown(code) { code.as_bytes().windows(length(code)) } else { [].windows(1) });
        let mut sieve = Sieve::for_pieces(codes.clone().map(|pieces| pieces.len()).sum());
        codes.clone().flatten().for_each(|piece| {
            step();
            sieve.add(piece);
        });
        let mut seen = HashSet::<_, BuildHasherDefault<AsItIs>>::default();
        for secret in secrets {
            for place in 0..secret.len() {
                step();
                let rest = &secret.as_bytes()[place..];
                if sieve.may_begin(rest) {
                    for piece in sieve.lengths().filter_map(|length| rest.get(..length)) {
                        step();
                        seen.insert(sieve.mark(piece));
                    }
                }
            }
        }
        if !seen.is_empty() {
            for (mut pieces, repeats) in codes.zip(&mut repeating) {
                *repeats |= pieces.any(|piece| seen.contains(&sieve.mark(piece)));
            }
        }
    }
    repeating
}

/// How pieces of codes begin, as bits of a table: most places of a secret are none, and that is seen at once.
struct Sieve {
    seeds: [u64; 2],
    bits: Vec<u64>,
    lengths: [bool; PIECE + 1],
}

impl Sieve {
    fn for_pieces(pieces: usize) -> Self {
        // One bit in 32 or fewer: those that pass by chance cost little then.
        let bits = vec![0; pieces.div_ceil(2).next_power_of_two()];
        let random = || RandomState::new().build_hasher().finish();
        Self { seeds: [random(), random()], bits, lengths: [false; PIECE + 1] }
    }

    /// A piece of 8 to 12 bytes, by 64 bits: the first eight and the last eight bytes say everything.
    ///
    /// Two pieces with the same mark are a matter of guessing the seeds, and would cost no more than a code.
    fn mark(&self, piece: &[u8]) -> u64 {
        let number = |bytes: Option<&[u8; WORD]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
        // Pieces of other lengths are marked by another seed.
        let [one, other] = [self.seeds[0], self.seeds[1].rotate_left(piece.len() as u32)];
        let (one, other) = (number(piece.first_chunk()) ^ one, number(piece.last_chunk()) ^ other);
        let product = u128::from(one) * u128::from(other);
        product as u64 ^ (product >> 64) as u64
    }

    /// Where the bit for this beginning is: in which number, and which of its bits.
    fn place(&self, bytes: &[u8]) -> Option<(usize, u64)> {
        let mark = self.mark(bytes.get(..WORD)?);
        Some(((mark >> 6) as usize & (self.bits.len() - 1), 1 << (mark & 63)))
    }

    fn add(&mut self, piece: &[u8]) {
        if let Some((index, bit)) = self.place(piece) {
            self.bits[index] |= bit;
            self.lengths[piece.len()] = true;
        }
    }

    fn may_begin(&self, bytes: &[u8]) -> bool {
        self.place(bytes).is_some_and(|(index, bit)| self.bits[index] & bit != 0)
    }

    /// The lengths that pieces have.
    fn lengths(&self) -> impl Iterator<Item = usize> {
        (WORD..=PIECE).filter(|length| self.lengths[*length])
    }
}

/// Marks are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write_u64(&mut self, mark: u64) {
        self.0 = mark;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `repeating` is: every piece of a code beside every piece of a secret.
    fn by_definition(code: &str, secret: &str) -> bool {
        let piece = PIECE.min(code.len()).min(secret.len());
        let within = |piece: &[u8]| secret.as_bytes().windows(piece.len()).any(|window| window == piece);
        piece >= WORD
            && printable(code).is_some()
            && !REGISTERED.contains(&code)
            && code.as_bytes().windows(piece).any(within)
    }

    #[test]
    fn it_is_what_it_is_by_definition() {
        let mut random = fastrand::Rng::with_seed(13);
        for _ in 0..300 {
            // Two letters, so that long pieces are often the same.
            let mut text =
                |most| (0..random.usize(..most)).map(|_| if random.bool() { 'a' } else { 'b' }).collect();
            let codes: [String; 5] = std::array::from_fn(|_| text(70));
            let secrets: [String; 3] = [text(9), text(15), text(300)];
            let codes = codes.each_ref().map(String::as_str);
            let secrets = secrets.each_ref().map(String::as_str);
            let expected: Vec<_> =
                codes.iter().map(|code| secrets.iter().any(|secret| by_definition(code, secret))).collect();
            assert_eq!(repeating(&codes, &secrets), expected, "{codes:?} {secrets:?}");
        }
    }

    /// Twice as many codes and twice as long a secret are twice the work, however hard they make it.
    #[test]
    fn the_work_grows_with_what_is_read() {
        let steps = |codes: &[&str], secrets: &[&str]| {
            let mut steps = 0;
            search(codes, secrets, || steps += 1);
            steps
        };
        let mut random = fastrand::Rng::with_seed(13);
        let letters: String = (0..8 * 1024).map(|_| random.alphanumeric()).collect();
        let same = "a".repeat(8 * 1024);
        let almost = format!("{}b", "a".repeat(PIECE - 1));
        // Codes that are nothing of the secret, that are all of it, that are the same all over, that almost are; and
        // of every length at which a code is looked for as a whole.
        let cases: [(&str, Vec<&str>); 5] = [
            (&letters, vec!["0123456789_0123456789_0123456789_0123456789_0123456789_012345678"; 120]),
            (&letters, (0..128).map(|place| &letters[64 * place..64 * (place + 1)]).collect()),
            (&same, vec![&same[..64]; 120]),
            (&same, vec![&almost; 500]),
            (&same, ["aaaaaaab", "aaaaaaaab", "aaaaaaaaab", "aaaaaaaaaab", &almost].repeat(100)),
        ];
        for (secret, codes) in cases {
            let read = |part: usize| {
                let (codes, secret) = (&codes[..codes.len() / part], &secret[..secret.len() / part]);
                (
                    steps(codes, &[secret; 3]),
                    codes.iter().map(|code| code.len()).sum::<usize>() + 3 * secret.len(),
                )
            };
            let ((once, _), (twice, bytes)) = (read(2), read(1));
            assert!(twice <= 2 * once + 200, "{once} and then {twice} steps for {:?}", codes[0]);
            // One for each place, and one more for each length that a piece can have.
            assert!(twice <= 6 * bytes, "{twice} steps for {bytes} bytes of {:?}", codes[0]);
        }
    }
}
