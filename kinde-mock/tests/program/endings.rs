//! Exit codes and what is said, and how a signal ends it.

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use crate::child::{PROGRAM, Program};

fn run(arguments: &[&str]) -> Output {
    Command::new(&*PROGRAM).args(arguments).output().unwrap()
}

/// It fails so, and says that.
#[track_caller]
fn fails(arguments: &[&str], code: i32, said: &str) {
    let output = run(arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(stderr.starts_with("kinde-mock: ") && stderr.contains(said), "{stderr}");
    assert!(output.stdout.is_empty());
}

#[test]
fn help_and_version() {
    for arguments in [&["--help"][..], &["help"], &["serve", "--help"], &["check", "-h"], &[]] {
        let output = run(arguments);
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains("--introspect-auth bearer|client|either"));
    }
    let version = String::from_utf8(run(&["--version"]).stdout).unwrap();
    assert_eq!(version, format!("kinde-mock {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_command_line() {
    fails(&["serve", "--sed", "x"], 2, "there is no option --sed; did you mean --seed?");
    fails(&["server"], 2, "there is no command \"server\"");
    fails(&["serve", "--listen", "everywhere"], 2, "--listen: expected ADDRESS:PORT");
    // A value may be a secret, and is not repeated.
    let output = run(&["serve", "--admin-token", "two words"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!String::from_utf8(output.stderr).unwrap().contains("two words"));
}

#[test]
fn an_address_that_others_can_reach_must_be_meant() {
    fails(&["serve", "--listen", "0.0.0.0:0"], 2, "add --expose if that is meant");
    fails(&["serve", "--listen", "127.0.0.1:0", "--admin", "[::]:0"], 2, "--admin: [::]:0");
    let program = Program::start(&["--listen", "0.0.0.0:0", "--expose"]);
    assert!(program.text("base_url").starts_with("http://127.0.0.1:"));
    assert_eq!(program.profile().status, 200);
}

#[test]
fn a_taken_port() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    fails(&["serve", "--listen", &address], 4, &format!("--listen: can't listen on {address}"));
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--admin", &address];
    fails(&arguments, 4, &format!("--admin: can't listen on {address}"));
}

#[test]
fn a_seed_file_that_is_not_there() {
    fails(&["serve", "--seed", "no/such/file.toml"], 3, "no/such/file.toml: ");
    fails(&["check", "no/such/file.toml"], 3, "no/such/file.toml: ");
}

#[cfg(unix)]
#[test]
fn signals_end_it_in_good_order() {
    for name in ["TERM", "INT"] {
        let mut program = Program::start(&[]);
        program.signal(name);
        assert_eq!(program.wait().code(), Some(0));
    }
}

#[test]
fn it_ends_with_its_standard_input_if_it_was_told_so() {
    let mut command = Command::new(&*PROGRAM);
    command.args(["serve", "--listen", "127.0.0.1:0", "--json", "--exit-with-stdin"]).stdin(Stdio::piped());
    let mut program = Program::start_as(command);
    let mut input = program.child.stdin.take().unwrap();
    input.write_all(b"whatever is written\n").unwrap();
    assert_eq!(program.profile().status, 200);
    drop(input);
    assert_eq!(program.wait().code(), Some(0));

    // Else an input that is at its end, as a service's is, means nothing.
    let mut command = Command::new(&*PROGRAM);
    command.args(["serve", "--listen", "127.0.0.1:0", "--json"]).stdin(Stdio::null());
    let program = Program::start_as(command);
    assert_eq!(program.profile().status, 200);
}
