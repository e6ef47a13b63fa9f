//! The program `kinde-mock`.

mod admin;
mod command_line;
mod ending;
mod gates;
mod health;
mod instance;
mod options;
mod seed;
mod serving;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::fake::FakeKinde;
use command_line::Command;
use gates::Gates;
use seed::Seed;
use seed::apply::Seeding;
use seed::read::from_toml;

/// Why it ended; each has its exit code.
enum Failure {
    Other(String),
    CommandLine(String),
    Seed(String),
    Port(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Other(_) => 1,
            Self::CommandLine(_) => 2,
            Self::Seed(_) => 3,
            Self::Port(_) => 4,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine(text) => write!(f, "{text}\nTry `kinde-mock --help`."),
            Self::Other(text) | Self::Seed(text) | Self::Port(text) => f.write_str(text),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

/// Runs the program. It is here so that the program itself is this one call.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match carry_out(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&failure);
            ExitCode::from(failure.code())
        }
    }
}

/// A line on stderr, in one write, so that whoever reads it gets all of it. Nobody listening there is not a reason to
/// stop.
fn say(text: &dyn fmt::Display) {
    let _ = io::stderr().write_all(format!("kinde-mock: {text}\n").as_bytes());
}

fn carry_out(arguments: impl IntoIterator<Item = OsString>) -> Result<(), Failure> {
    match command_line::parse(arguments, &|name| std::env::var_os(name)).map_err(Failure::CommandLine)? {
        Command::Help => print(&command_line::help()),
        Command::Version => print(concat!("kinde-mock ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Check(file) => {
            check(&file)?;
            print(&format!("{}: fine\n", file.display()))
        }
        Command::Health(url) => health::ask(&url),
        Command::Serve(options) => serving::serve(*options),
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Reads it, and puts it into a fake that nobody sees.
fn check(file: &Path) -> Result<Seed, Failure> {
    let wrong = |why: &dyn fmt::Display| Failure::Seed(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let seed: Seed = from_toml(&text).map_err(|error| wrong(&error))?;
    let (fake, gates) = (FakeKinde::new(), Gates::default());
    Seeding { fake: &fake, gates: &gates }.apply(&seed).map_err(|error| wrong(&error))?;
    Ok(seed)
}
