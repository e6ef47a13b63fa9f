//! The command line: what is asked of the program, and what is wrong with the asking.

use std::ffi::OsString;
use std::path::PathBuf;

use http::Uri;
use lexopt::{Arg, Parser};

use super::health;
use super::options::{FLAGS, ServeOptions};
use crate::text::nearest::nearest;

/// What is asked of the program.
pub(super) enum Command {
    Serve(Box<ServeOptions>),
    Check(PathBuf),
    Health(Uri),
    Version,
    Help,
}

/// Reads a variable of the environment.
type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What was typed and can't be read, in words. A value is not repeated: it may be a token.
pub(super) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    environment: Environment<'_>,
) -> Result<Command, String> {
    let mut parser = Parser::from_args(arguments);
    let Some(first) = next(&mut parser)? else { return Ok(Command::Help) };
    match first {
        Word::Other(word) if word == "serve" => serve(&mut parser, environment),
        Word::Other(word) if word == "check" => check(&mut parser),
        Word::Other(word) if word == "health" => health(&mut parser, environment),
        Word::Option(name) if is_help(&name) => Ok(Command::Help),
        Word::Option(name) if name == "version" || name == "V" => Ok(Command::Version),
        Word::Other(word) if word == "help" => Ok(Command::Help),
        Word::Other(word) => {
            Err(format!("there is no command {word:?}; there are `serve`, `check` and `health`"))
        }
        Word::Option(name) if FLAGS.iter().any(|flag| flag.name == name) => {
            Err(format!("--{name} is an option of `serve`: kinde-mock serve --{name}"))
        }
        Word::Option(name) => Err(unknown(&name)),
    }
}

fn serve(parser: &mut Parser, environment: Environment<'_>) -> Result<Command, String> {
    let mut options = from_environment(environment)?;
    while let Some(word) = next(parser)? {
        let name = match word {
            Word::Other(word) => return Err(format!("`serve` takes options only, not {word:?}")),
            Word::Option(name) if is_help(&name) => return Ok(Command::Help),
            Word::Option(name) => name,
        };
        let flag = FLAGS.iter().find(|flag| flag.name == name).ok_or_else(|| unknown(&name))?;
        let value = match flag.value {
            None => String::new(),
            Some(form) => {
                let value = parser.value().map_err(|_| format!("--{name} needs a value: {form}"))?;
                value.into_string().map_err(|_| format!("--{name}: the value is not UTF-8"))?
            }
        };
        (flag.set)(&mut options, &value).map_err(|expected| format!("--{name}: expected {expected}"))?;
    }
    Ok(Command::Serve(Box::new(options)))
}

/// The options that variables give; what is typed goes over them.
fn from_environment(environment: Environment<'_>) -> Result<ServeOptions, String> {
    let mut options = ServeOptions::default();
    for flag in FLAGS {
        let name = flag.variable();
        let Some(value) = environment(&name) else { continue };
        let value = value.into_string().map_err(|_| format!("{name}: the value is not UTF-8"))?;
        let set = match (flag.value, &*value) {
            // As a variable that is not there: what a compose file gives for one that it does not know.
            (_, "") | (None, "0" | "false") => Ok(()),
            (Some(_), value) => (flag.set)(&mut options, value),
            (None, "1" | "true") => (flag.set)(&mut options, ""),
            (None, _) => Err("1 or true, 0 or false"),
        };
        set.map_err(|expected| format!("{name}: expected {expected}"))?;
    }
    Ok(options)
}

fn health(parser: &mut Parser, environment: Environment<'_>) -> Result<Command, String> {
    const ONE: &str = "`health` takes one address, or none";
    let url = match next(parser)? {
        Some(Word::Other(url)) => url.into_string().map_err(|_| "the address is not UTF-8".to_owned())?,
        Some(Word::Option(name)) if is_help(&name) => return Ok(Command::Help),
        Some(Word::Option(name)) => return Err(unknown(&name)),
        // Where `serve` listens in this environment.
        None => {
            let listen = from_environment(environment)?.listen;
            let everywhere = listen.ip().is_unspecified();
            if everywhere {
                format!("http://localhost:{}", listen.port())
            } else {
                format!("http://{listen}")
            }
        }
    };
    match next(parser)? {
        None => health::address(&url).map(Command::Health).map_err(|expected| format!("expected {expected}")),
        Some(_) => Err(ONE.to_owned()),
    }
}

fn check(parser: &mut Parser) -> Result<Command, String> {
    const ONE: &str = "`check` takes one seed file";
    let file = match next(parser)? {
        Some(Word::Other(file)) => file,
        Some(Word::Option(name)) if is_help(&name) => return Ok(Command::Help),
        Some(Word::Option(name)) => return Err(unknown(&name)),
        None => return Err(ONE.to_owned()),
    };
    match next(parser)? {
        None => Ok(Command::Check(file.into())),
        Some(_) => Err(ONE.to_owned()),
    }
}

enum Word {
    Option(String),
    Other(OsString),
}

fn next(parser: &mut Parser) -> Result<Option<Word>, String> {
    Ok(match parser.next() {
        Ok(None) => None,
        Ok(Some(Arg::Long(name))) => Some(Word::Option(name.to_owned())),
        Ok(Some(Arg::Short(name))) => Some(Word::Option(name.to_string())),
        Ok(Some(Arg::Value(word))) => Some(Word::Other(word)),
        // Only a value where none belongs; it is not to be repeated.
        Err(lexopt::Error::UnexpectedValue { option, .. }) => return Err(format!("{option} takes no value")),
        Err(error) => return Err(error.to_string()),
    })
}

fn is_help(name: &str) -> bool {
    name == "help" || name == "h"
}

fn unknown(name: &str) -> String {
    let dashes = if name.chars().count() == 1 { "-" } else { "--" };
    let mut text = format!("there is no option {dashes}{name}");
    if let Some(near) = nearest(name, FLAGS.iter().map(|flag| flag.name)) {
        text.push_str(&format!("; did you mean --{near}?"));
    }
    text
}

pub(super) fn help() -> String {
    let mut text = String::from(
        "A fake Kinde to test against, for programs in any language.\n\n\
         Usage:\n  \
         kinde-mock serve [OPTIONS]   serve the fake, until it is stopped\n  \
         kinde-mock health [URL]      ask a program that serves whether it answers: exit code 0, or 1\n  \
         kinde-mock check FILE        check a seed file, and say what is wrong with it\n  \
         kinde-mock --version\n  \
         kinde-mock --help\n\n\
         Options of serve:\n",
    );
    for flag in FLAGS {
        let value = flag.value.map(|value| format!(" {value}")).unwrap_or_default();
        text.push_str(&format!("  --{}{value}\n      {}\n", flag.name, flag.help));
    }
    text.push_str(
        "\nEach is read from the environment too: KINDE_MOCK_LISTEN for --listen, KINDE_MOCK_EXPOSE=1 for --expose. \
         What is typed\ngoes over it. A token typed here is seen by others on this machine: \
         KINDE_MOCK_ADMIN_TOKEN is not.\n",
    );
    text.push_str(
        "\nExit codes: 0 when stopped by a signal, 1 when it failed, 2 for a wrong command line, 3 for a seed \
         file\nthat can't be read or is wrong, 4 for a port that can't be had.\n",
    );
    text
}
