//! What was printed, and that every public type was.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::{Debug, Display};

use kinde::Error;
use serde::Serialize;

/// What was printed, and of which types.
#[derive(Default)]
pub(super) struct Prints {
    pub(super) text: String,
    pub(super) types: BTreeSet<&'static str>,
}

impl Prints {
    pub(super) fn debug(&mut self, name: &'static str, value: &dyn Debug) {
        self.text.push_str(&format!("{name}: {value:?}\n{value:#?}\n"));
        self.types.insert(name);
    }

    pub(super) fn display(&mut self, value: &dyn Display) {
        self.text.push_str(&format!("{value}\n{value:#}\n"));
    }

    pub(super) fn json(&mut self, value: &impl Serialize) {
        self.text.push_str(&serde_json::to_string_pretty(value).unwrap());
    }

    pub(super) fn error(&mut self, error: &Error) {
        self.debug("Error", error);
        self.display(error);
        self.debug("ErrorDetail", &error.errors());
        self.debug("Credentials", &error.credentials());
        let mut cause = error.source();
        while let Some(error) = cause {
            self.debug("TransportError", &error);
            self.display(&error);
            cause = error.source();
        }
    }
}

/// The types that kinde-core exports, at its root and in its modules, read from its source, are the ones that were
/// printed.
pub(super) fn covers_every_name(printed: &BTreeSet<&str>) {
    macro_rules! sources {
        ($($file:literal)+) => { [$(include_str!(concat!("../../kinde-core/src/", $file))),+] };
    }
    let sources = sources!("lib.rs" "error/mod.rs" "oauth/mod.rs" "transport/mod.rs" "wire/mod.rs" "token/mod.rs"
        "keys/mod.rs" "sign_in/mod.rs" "keep/mod.rs");
    let exports = sources
        .iter()
        .flat_map(|source| source.split("\npub use ").skip(1))
        .filter_map(|text| text.split_once(';'));
    let names = exports.flat_map(|(text, _)| {
        let names = text.split_once("::").unwrap().1.trim_matches(['{', '}']);
        names
            .split(',')
            .map(str::trim)
            .filter(|name| name.starts_with(char::is_uppercase))
            .collect::<Vec<_>>()
    });
    const TRAITS: [&str; 10] = [
        "Backend",
        "Kinde",
        "OAuth",
        "Operation",
        "Spawn",
        "Store",
        "Timer",
        "TokenEndpoint",
        "Transport",
        "WellKnown",
    ];
    for name in names.filter(|name| !TRAITS.contains(name)) {
        assert!(printed.contains(name), "{name} is public and was not looked at (a trait goes into TRAITS)");
    }
}
