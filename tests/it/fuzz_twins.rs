//! The fuzz targets as property tests: the same functions, the committed seeds, and random changes to them.
//! A coverage-guided run needs nightly and cargo-fuzz (see fuzz/README.md); this runs on every gate.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[path = "../../fuzz/src/lib.rs"]
mod checks;

/// A seed and what to do to it: a place, what to cut there, what to put there.
fn changed(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        any::<Vec<u8>>(),
        "[ -~]{0,12}".prop_map(String::into_bytes),
        prop::sample::select(vec![
            "null", "true", "\"", "{", "}", "[", ":", ",", "\\u0061", "1e400", "-", "@", "\n", "%"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let change = (any::<prop::sample::Index>(), 0..8usize, pieces);
    (prop::sample::select(seeds), prop::collection::vec(change, 0..4)).prop_map(|(mut bytes, changes)| {
        for (place, cut, piece) in changes {
            let start = place.index(bytes.len() + 1);
            let end = (start + cut).min(bytes.len());
            bytes.splice(start..end, piece);
        }
        bytes
    })
}

fn run(name: &str) {
    let check = checks::TARGETS.iter().find(|(known, _)| *known == name).unwrap().1;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let seeds: Vec<Vec<u8>> =
        folder.read_dir().unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
    assert!(seeds.len() >= 5, "{name} has too few seeds");
    seeds.iter().for_each(|seed| check(seed));
    let mut runner = TestRunner::new(Config { cases: 1_000, failure_persistence: None, ..Config::default() });
    runner
        .run(&changed(seeds), |bytes| {
            check(&bytes);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
}

macro_rules! twins {
    ($($name:ident),+) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })+

        #[test]
        fn every_target_has_its_twin() {
            let twins = [$(stringify!($name)),+];
            assert!(checks::TARGETS.iter().map(|(name, _)| *name).eq(twins));
        }
    };
}

twins!(profile, introspection, revocation, errors, delay, domain, bearer, fake, token, claims, key_set);
