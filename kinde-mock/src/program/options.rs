//! The command line. One table, which the parser reads and `--help` prints.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use kinde_core::ClientSecret;
use lexopt::{Arg, Parser};

use crate::rfc3339;
use crate::seed::{IntrospectAuthSpec, Moment, RateLimitSpec, Seconds};

/// What is asked of the program.
pub(super) enum Command {
    Serve(Box<ServeOptions>),
    Check(PathBuf),
    Version,
    Help,
}

#[derive(Clone)]
pub(super) struct ServeOptions {
    pub(super) listen: SocketAddr,
    pub(super) seed: Option<PathBuf>,
    pub(super) json: bool,
    pub(super) journal: usize,
    pub(super) rate_limit: Option<RateLimitSpec>,
    pub(super) admin: AdminAt,
    pub(super) admin_token: Option<ClientSecret>,
    pub(super) clock: Option<Clock>,
    pub(super) introspect_auth: Option<IntrospectAuthSpec>,
    pub(super) expose: bool,
}

#[derive(Clone, Copy)]
pub(super) enum AdminAt {
    /// Beside the fake: the next port, on loopback.
    Beside,
    Address(SocketAddr),
    Off,
}

#[derive(Clone, Copy)]
pub(super) enum Clock {
    Real,
    FrozenAt(Moment),
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4455)),
            seed: None,
            json: false,
            journal: 1_000,
            rate_limit: None,
            admin: AdminAt::Beside,
            admin_token: None,
            clock: None,
            introspect_auth: None,
            expose: false,
        }
    }
}

/// One option of `serve`.
pub(super) struct Flag {
    pub(super) name: &'static str,
    /// What follows it, if anything does.
    pub(super) value: Option<&'static str>,
    pub(super) help: &'static str,
    set: fn(&mut ServeOptions, &str) -> Result<(), &'static str>,
}

pub(super) const FLAGS: &[Flag] = &[
    Flag {
        name: "listen",
        value: Some("ADDR"),
        help: "where the fake listens: ADDRESS:PORT, or a port alone; port 0 takes a free one [127.0.0.1:4455]",
        set: |options, text| address(text).map(|address| options.listen = address),
    },
    Flag {
        name: "seed",
        value: Some("FILE"),
        help: "applications, users, tokens, scripts and options to begin with (TOML)",
        set: |options, text| {
            options.seed = Some(text.into());
            Ok(())
        },
    },
    Flag {
        name: "json",
        value: None,
        help: "print one line of JSON when ready, for programs: base_url, client_id, access_token, ...",
        set: |options, _| {
            options.json = true;
            Ok(())
        },
    },
    Flag {
        name: "journal",
        value: Some("N|off"),
        help: "how many requests to remember [1000]",
        set: |options, text| {
            options.journal = match text {
                "off" => 0,
                text => text.parse().map_err(|_| "a number, or off")?,
            };
            Ok(())
        },
    },
    Flag {
        name: "rate-limit",
        value: Some("N/SECONDS"),
        help: "answer 429 to more than N calls in so many seconds",
        set: |options, text| {
            const FORM: &str = "N/SECONDS, as in 100/60";
            let (requests, seconds) = text.split_once('/').ok_or(FORM)?;
            let requests = requests.parse().map_err(|_| FORM)?;
            let seconds: f64 = seconds.parse().map_err(|_| FORM)?;
            let window = Duration::try_from_secs_f64(seconds).ok().filter(|it| !it.is_zero()).ok_or(FORM)?;
            options.rate_limit = Some(RateLimitSpec { requests, seconds: Seconds(window) });
            Ok(())
        },
    },
    Flag {
        name: "admin",
        value: Some("ADDR|off"),
        help: "where the admin API listens [the next port after --listen's, on 127.0.0.1]",
        set: |options, text| {
            options.admin = match text {
                "off" => AdminAt::Off,
                text => AdminAt::Address(address(text)?),
            };
            Ok(())
        },
    },
    Flag {
        name: "admin-token",
        value: Some("TOKEN"),
        help: "the admin API's bearer token [a random one, printed]",
        set: |options, text| {
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("letters, digits and signs without spaces");
            }
            options.admin_token = Some(ClientSecret::new(text));
            Ok(())
        },
    },
    Flag {
        name: "clock",
        value: Some("real|RFC3339"),
        help: "run with the real time, or stand still at a time like 2026-01-02T03:04:05Z [real]",
        set: |options, text| {
            options.clock = Some(match text {
                "real" => Clock::Real,
                text => {
                    let time = rfc3339::parse(text).ok_or("real, or a time like 2026-01-02T03:04:05Z")?;
                    Clock::FrozenAt(Moment(time))
                }
            });
            Ok(())
        },
    },
    Flag {
        name: "introspect-auth",
        value: Some("bearer|client|either"),
        help: "who may introspect: a live access token, a backend application, or either [bearer]",
        set: |options, text| {
            options.introspect_auth = Some(match text {
                "bearer" => IntrospectAuthSpec::Bearer,
                "client" => IntrospectAuthSpec::Client,
                "either" => IntrospectAuthSpec::Either,
                _ => return Err("bearer, client or either"),
            });
            Ok(())
        },
    },
    Flag {
        name: "expose",
        value: None,
        help: "allow addresses that other machines can reach",
        set: |options, _| {
            options.expose = true;
            Ok(())
        },
    },
];

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let by_name = || text.strip_prefix("localhost:")?.parse().ok().map(local);
    text.parse()
        .ok()
        .or_else(|| text.parse().ok().map(local))
        .or_else(by_name)
        .ok_or("ADDRESS:PORT, as in 127.0.0.1:4455 or [::1]:0")
}

/// What was typed and can't be read, in words. A value is not repeated: it may be a token.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut parser = Parser::from_args(arguments);
    let Some(first) = next(&mut parser)? else { return Ok(Command::Help) };
    match first {
        Word::Other(word) if word == "serve" => serve(&mut parser),
        Word::Other(word) if word == "check" => check(&mut parser),
        Word::Option(name) if is_help(&name) => Ok(Command::Help),
        Word::Option(name) if name == "version" || name == "V" => Ok(Command::Version),
        Word::Other(word) if word == "help" => Ok(Command::Help),
        Word::Other(word) => Err(format!("there is no command {word:?}; there are `serve` and `check`")),
        Word::Option(name) if FLAGS.iter().any(|flag| flag.name == name) => {
            Err(format!("--{name} is an option of `serve`: kinde-mock serve --{name}"))
        }
        Word::Option(name) => Err(unknown(&name)),
    }
}

fn serve(parser: &mut Parser) -> Result<Command, String> {
    let mut options = ServeOptions::default();
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
    let near = FLAGS.iter().map(|flag| flag.name).min_by_key(|flag| crate::engine::distance(name, flag));
    if let Some(near) = near.filter(|near| crate::engine::distance(name, near) <= 3) {
        text.push_str(&format!("; did you mean --{near}?"));
    }
    text
}

pub(super) fn help() -> String {
    let mut text = String::from(
        "A fake Kinde to test against, for programs in any language.\n\n\
         Usage:\n  \
         kinde-mock serve [OPTIONS]   serve the fake, until it is stopped\n  \
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
        "\nExit codes: 0 when stopped by a signal, 1 when it failed, 2 for a wrong command line, 3 for a seed \
         file\nthat can't be read or is wrong, 4 for a port that can't be had.\n",
    );
    text
}
