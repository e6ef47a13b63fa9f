//! Names in other scripts: a domain that is accepted is a host to the parser that reqwest and browsers use, too.

use idna::punycode;
use kinde_core::Domain;
use proptest::prelude::*;
use url::Url;

/// Whether it is accepted; if so, `url` must read the same host.
fn accepted(host: &str) -> bool {
    let text = format!("https://{host}:8443");
    if Domain::new(&text).is_err() {
        return false;
    }
    let url = Url::parse(&text).unwrap_or_else(|error| panic!("{host} is accepted, and url says: {error}"));
    assert_eq!(url.host_str(), Some(&*host.to_ascii_lowercase()));
    true
}

fn label(letters: &[char]) -> String {
    format!("xn--{}", punycode::encode(letters).unwrap())
}

/// Every character of the basic plane, and some of the others, alone; those that are taken also between others.
#[test]
fn each_character() {
    let others = ('\u{10000}'..=char::MAX).step_by(97);
    let taken: Vec<_> = ('\u{80}'..='\u{ffff}')
        .chain(others)
        .filter(|&letter| accepted(&format!("{}.example", label(&[letter]))))
        .collect();
    // Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic, kana, Han and Hangul.
    let few = taken.iter().filter(|letter| !('\u{3400}'..='\u{d7a3}').contains(*letter));
    assert!((900..1_100).contains(&few.clone().count()), "{} letters are taken", few.count());
    for &letter in few {
        assert!(accepted(&format!("{}.example", label(&[letter, '-', letter]))), "{letter}");
        // Not for what is written from right to left.
        accepted(&format!("a.{}", label(&['a', letter, '1']).to_uppercase()));
    }
}

#[test]
fn words_that_are_taken() {
    let words = [
        "bücher",
        "straße",
        "ålesund",
        "fußgängerübergänge",
        "łódź",
        "čeština",
        "việtnam",
        "ελληνικός",
        "почта",
        "україна",
        "հայերեն",
        "საქართველო",
        "日本語ドメイン",
        "ひらがな",
        "ラーメン",
        "中文",
        "한국어",
        "שלום",
        "مثال",
        "فارسی",
        "a-ü-1",
    ];
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        let taken = accepted(&format!("auth.{}.example", label(&letters)));
        assert!(taken, "{word}");
    }
}

/// Letters of all the scripts that are taken, some that aren't, and what may stand between them.
fn letters() -> impl Strategy<Value = Vec<char>> {
    let letter = prop_oneof![
        6 => prop::sample::select("aüßőяωაնあン漢字한שגماپ".chars().collect::<Vec<_>>()),
        3 => prop::sample::select("01-_".chars().collect::<Vec<_>>()),
        1 => prop::sample::select("Aİ\u{301}\u{200d}ﬁ·١۱・。\u{5b0}\u{3099}ー々क\u{940}ก็".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ];
    prop::collection::vec(letter, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn labels_of_any_letters(labels in prop::collection::vec(letters(), 1..4), plain in "[a-z0-9_-]{1,4}") {
        let labels: Vec<_> = labels.iter().map(|letters| {
            if letters.iter().all(char::is_ascii) { letters.iter().collect() } else { label(letters) }
        }).collect();
        accepted(&format!("{}.{plain}", labels.join(".")));
        accepted(&format!("{plain}.{}", labels.join(".")));
    }

    #[test]
    fn any_text_after_the_prefix(encoded in "[a-zA-Z0-9-]{1,14}", rest in "(\\.[a-z]{2,3}|\\.xn--[a-z0-9-]{2,8})") {
        accepted(&format!("xn--{encoded}{rest}"));
        accepted(&format!("a.Xn--{encoded}{rest}"));
    }

    /// Names without punycode, numbers in every form among them.
    #[test]
    fn any_host(host in prop_oneof![
        "[a-z0-9._-]{1,20}",
        "(0x)?[0-9a-f]{0,4}(\\.(0x)?[0-9a-f]{1,3}){0,4}",
        "\\[[0-9a-f:.]{2,20}\\]",
    ]) {
        let text = format!("https://{host}");
        if Domain::new(&text).is_ok() {
            prop_assert!(Url::parse(&text).is_ok(), "{}", text);
        }
    }
}
