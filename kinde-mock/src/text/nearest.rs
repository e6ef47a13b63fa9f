//! Which of the words that are known somebody may have meant.

/// How many letters are to be added, taken away or replaced to make one text the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    strsim::levenshtein(a, b)
}

/// The one of `known` that `word` may be a slip of the pen for.
#[cfg(feature = "cli")]
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The effort grows with the length, and nothing that is known is as long.
    if word.len() > 64 {
        return None;
    }
    let nearest = known.into_iter().min_by_key(|known| distance(word, known))?;
    (distance(word, nearest) <= 3).then_some(nearest)
}
