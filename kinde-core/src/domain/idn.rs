//! Internationalized names, as they are written in ASCII: `xn--bcher-kva.example`.
//!
//! Which of these are names is the matter of large tables (UTS #46), and libraries have them in several versions: reqwest's
//! refuses what hyper sends on. So we take those that all of them take. They are written in scripts that need no
//! combining marks, so that whatever order the letters come in, the name is in its normal form.

const PREFIX: &str = "xn--";

/// Checks the labels of a host that are punycode, if there are any.
pub(super) fn check(host: &str) -> Result<(), &'static str> {
    let host = host.to_ascii_lowercase();
    if !host.split('.').any(|label| label.starts_with(PREFIX)) {
        return Ok(());
    }
    let labels = host.split('.').map(read).collect::<Result<Vec<_>, _>>()?;
    // In a name with a label from right to left, each label keeps to one direction (RFC 5893 §2, and stricter).
    let to_the_left = |label: &[char]| label.iter().any(|&letter| is_to_the_left(letter));
    if labels.iter().any(|label| to_the_left(label)) && !labels.iter().all(|label| is_one_way(label)) {
        return Err("has an internationalized label (`xn--`) that mixes the directions of writing");
    }
    Ok(())
}

/// The label's characters.
fn read(label: &str) -> Result<Vec<char>, &'static str> {
    let Some(encoded) = label.strip_prefix(PREFIX) else { return Ok(label.chars().collect()) };
    let decoded =
        decode(encoded).ok_or("has a label that begins with `xn--` and is not punycode (RFC 3492)")?;
    let plain = |&letter: &char| match letter {
        '0'..='9' | '-' => true,
        _ => is_to_the_right(letter) || is_to_the_left(letter),
    };
    // Hyphens in the third and fourth place are for prefixes.
    let has_prefix = decoded.get(2..4) == Some(&['-', '-']);
    let hyphens_outside = decoded.first() == Some(&'-') || decoded.last() == Some(&'-');
    if has_prefix || hyphens_outside || !decoded.iter().all(plain) {
        return Err(
            "has an internationalized label (`xn--`) with characters that HTTP libraries don't agree on: see \
                    `Domain`",
        );
    }
    Ok(decoded)
}

/// Lower-case letters, and letters that have no case, of scripts that are written from left to right.
fn is_to_the_right(letter: char) -> bool {
    match letter {
        'a'..='z' => true,
        // They stand for two letters, or for another one.
        'ĳ' | 'ŀ' | 'ŉ' | 'ſ' | 'ǆ' | 'ǉ' | 'ǌ' | 'ǳ' | 'ẚ' | 'ẛ' => false,
        // Latin, Greek, Cyrillic, Armenian.
        '\u{df}'..='\u{2af}'
        | '\u{390}'..='\u{3ce}'
        | '\u{430}'..='\u{52f}'
        | '\u{561}'..='\u{586}'
        | '\u{1e00}'..='\u{1eff}' => letter.is_lowercase(),
        // Georgian, kana, Han, Hangul.
        '\u{10d0}'..='\u{10f0}'
        | '\u{3005}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9ffc}'
        | '\u{ac00}'..='\u{d7a3}' => true,
        _ => false,
    }
}

/// Letters of Hebrew and Arabic.
fn is_to_the_left(letter: char) -> bool {
    matches!(letter, '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}' | '\u{679}'..='\u{6d3}')
}

/// Whether a label begins with a letter and has no letters of the other direction.
fn is_one_way(label: &[char]) -> bool {
    let Some(&first) = label.first() else { return false };
    let digits = |letter: char| letter.is_ascii_digit() || letter == '-';
    match is_to_the_left(first) {
        true => label.iter().all(|&letter| is_to_the_left(letter) || digits(letter)),
        false => {
            is_to_the_right(first) && !label.iter().any(|&letter| is_to_the_left(letter) || letter == '_')
        }
    }
}

/// Decodes punycode (RFC 3492 §6.2), which was lower-cased.
fn decode(encoded: &str) -> Option<Vec<char>> {
    const BASE: u32 = 36;
    const T_MIN: u32 = 1;
    const T_MAX: u32 = 26;
    let (plain, deltas) = match encoded.rsplit_once('-') {
        Some(("", _)) => return None,
        Some(parts) => parts,
        None => ("", encoded),
    };
    let mut decoded: Vec<char> = plain.chars().collect();
    let (mut letter, mut place, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = deltas.as_bytes().iter();
    while !digits.as_slice().is_empty() {
        let start = place;
        let (mut weight, mut k) = (1u32, BASE);
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            place = place.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let length = u32::try_from(decoded.len()).ok()? + 1;
        bias = adapt(place - start, length, start == 0);
        letter = letter.checked_add(place / length)?;
        place %= length;
        decoded.insert(usize::try_from(place).ok()?, char::from_u32(letter)?);
        place += 1;
    }
    Some(decoded)
}

/// The bias for the next delta (RFC 3492 §6.1).
fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = delta / if first { 700 } else { 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}
