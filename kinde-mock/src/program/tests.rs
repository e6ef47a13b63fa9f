#![allow(clippy::unwrap_used, clippy::panic)]

use std::ffi::OsString;

use super::command_line::{self, Command, help};
use super::options::FLAGS;

/// In an environment without any variable.
fn parse(arguments: Vec<OsString>) -> Result<Command, String> {
    command_line::parse(arguments, &|_| None)
}

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
        ("sevre", "there is no command \"sevre\"; there are `serve`, `check` and `health`"),
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

/// What `serve` makes of variables.
fn in_environment(line: &str, variables: &[(&str, &str)]) -> Result<Command, String> {
    let read = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
    command_line::parse(words(line), &read)
}

#[test]
fn every_option_has_a_variable_and_what_is_typed_goes_over_it() {
    let options = |line: &str, variables: &[(&str, &str)]| match in_environment(line, variables) {
        Ok(Command::Serve(options)) => options,
        Ok(_) => panic!("it is not serve"),
        Err(why) => panic!("{why}"),
    };
    let listen = ("KINDE_MOCK_LISTEN", "127.0.0.1:7");
    assert_eq!(options("serve", &[listen]).listen.port(), 7);
    assert_eq!(options("serve --listen 8", &[listen]).listen.port(), 8);
    assert_eq!(options("serve", &[("KINDE_MOCK_LISTEN", "")]).listen.port(), 4455);
    for (value, expected) in [("1", true), ("true", true), ("0", false), ("false", false), ("", false)] {
        assert_eq!(options("serve", &[("KINDE_MOCK_EXPOSE", value)]).expose, expected, "{value}");
        assert_eq!(options("serve", &[("KINDE_MOCK_EXIT_WITH_STDIN", value)]).exit_with_stdin, expected);
    }
    let refused = |name: &str, value: &str| match in_environment("serve", &[(name, value)]) {
        Err(why) => why,
        Ok(_) => panic!("{name}={value} is taken"),
    };
    assert_eq!(refused("KINDE_MOCK_EXPOSE", "yes"), "KINDE_MOCK_EXPOSE: expected 1 or true, 0 or false");
    let spaced = refused("KINDE_MOCK_ADMIN_TOKEN", "s3cret with spaces");
    assert!(spaced.starts_with("KINDE_MOCK_ADMIN_TOKEN: expected") && !spaced.contains("s3cret"), "{spaced}");
    assert!(FLAGS.iter().all(|flag| flag.value.is_none()
        || in_environment("serve", &[(&flag.variable(), "\u{1}")]).is_err()
        || matches!(flag.name, "seed" | "signing-key")));
}

#[test]
fn health_asks_where_serve_listens_unless_told() {
    let asked = |line: &str, variables: &[(&str, &str)]| match in_environment(line, variables) {
        Ok(Command::Health(url)) => Ok(url.to_string()),
        Ok(_) => panic!("it is not health"),
        Err(why) => Err(why),
    };
    assert_eq!(asked("health", &[]).unwrap(), "http://127.0.0.1:4455/");
    assert_eq!(asked("health", &[("KINDE_MOCK_LISTEN", "0.0.0.0:80")]).unwrap(), "http://localhost:80/");
    assert_eq!(asked("health http://kinde:1/", &[]).unwrap(), "http://kinde:1/");
    assert!(asked("health https://kinde", &[]).unwrap_err().contains("http://127.0.0.1:4455"));
    assert!(asked("health a b", &[]).is_err());
}
