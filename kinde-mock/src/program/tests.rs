#![allow(clippy::unwrap_used, clippy::panic)]

use std::ffi::OsString;

use super::command_line::{Command, help, parse};
use super::options::FLAGS;

fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(OsString::from).collect()
}

#[test]
fn every_option_of_the_table_is_in_the_help_and_understood() {
    let help = help();
    for flag in FLAGS {
        let line =
            format!("\n  --{}{}\n", flag.name, flag.value.map(|it| format!(" {it}")).unwrap_or_default());
        assert!(help.contains(&line), "{line}");
        let value = match flag.value {
            None => "",
            Some("ADDR" | "ADDR|off") => "127.0.0.1:0",
            Some("FILE") => "seed.toml",
            Some("N|off") => "5",
            Some("N/SECONDS") => "100/60",
            Some("TOKEN") => "abc",
            Some("URL") => "https://kinde.example",
            Some("real|RFC3339") => "2026-01-02T03:04:05Z",
            Some("bearer|client|either") => "either",
            Some(other) => panic!("no example for {other}"),
        };
        assert!(
            matches!(parse(words(&format!("serve --{} {value}", flag.name))), Ok(Command::Serve(_))),
            "{}",
            flag.name
        );
        if flag.value.is_some() {
            assert!(parse(words(&format!("serve --{}", flag.name))).is_err());
            assert!(matches!(parse(words(&format!("serve --{}={value}", flag.name))), Ok(Command::Serve(_))));
        } else {
            assert!(parse(words(&format!("serve --{}=x", flag.name))).is_err());
        }
    }
    // And nothing else is in it.
    let listed = help.lines().filter(|line| line.starts_with("  --")).count();
    assert_eq!(listed, FLAGS.len());
}

#[test]
fn words_it_does_not_know() {
    for (line, said) in [
        ("serve --lisen 1", "there is no option --lisen; did you mean --listen?"),
        ("serve -x", "there is no option -x"),
        ("--listen 1", "--listen is an option of `serve`: kinde-mock serve --listen"),
        ("sevre", "there is no command \"sevre\"; there are `serve` and `check`"),
        ("serve here", "`serve` takes options only, not \"here\""),
        ("check", "`check` takes one seed file"),
        ("check a b", "`check` takes one seed file"),
        ("serve --journal many", "--journal: expected a number, or off"),
        ("serve --clock yesterday", "--clock: expected real, or a time like 2026-01-02T03:04:05Z"),
        ("serve --rate-limit 5", "--rate-limit: expected N/SECONDS, as in 100/60"),
        ("serve --rate-limit 5/0", "--rate-limit: expected N/SECONDS, as in 100/60"),
        ("serve --listen", "--listen needs a value: ADDR"),
        ("serve --json=yes", "--json takes no value"),
    ] {
        match parse(words(line)) {
            Err(text) => assert_eq!(text, said, "{line}"),
            Ok(_) => panic!("{line} was understood"),
        }
    }
}
