//! The program `kinde-mock`: a fake Kinde for any language.

use std::process::ExitCode;

fn main() -> ExitCode {
    kinde_mock::run_program(std::env::args_os().skip(1))
}
