//! `/health`, and the command that asks for it.

use std::process::Command;

use serde_json::Value;

use crate::child::{PROGRAM, Program, call};

/// For those who start it: no call, so that a probe each second doesn't fill the journal or use up the limit.
#[test]
fn its_health_is_asked_without_leaving_a_trace() {
    let mut program = Program::start(&["--rate-limit", "1/3600"]);
    let base = program.text("base_url").to_owned();
    for method in ["GET", "HEAD", "GET"] {
        let answer = call(method, &format!("{base}/health"), &[], "");
        assert_eq!((answer.status, answer.body.is_empty()), (200, method == "HEAD"), "{answer:?}");
    }
    assert_eq!(program.admin("GET", "/journal", Value::Null).json()["total"], 0);
    assert!(!program.admin("GET", "/lint", Value::Null).body.contains("health"));
    assert_eq!(program.profile().status, 200);
    assert_eq!(call("POST", &format!("{base}/health"), &[], "").status, 404);

    let health = || Command::new(&*PROGRAM).args(["health", &base]).output().unwrap();
    assert_eq!(health().status.code(), Some(0));
    // The limit is used up, and it is healthy.
    assert_eq!(program.profile().status, 429);
    assert_eq!(health().status.code(), Some(0));
    program.child.kill().unwrap();
    program.child.wait().unwrap();
    let gone = health();
    assert_eq!(gone.status.code(), Some(1));
    assert!(
        String::from_utf8(gone.stderr).unwrap().starts_with(&format!("kinde-mock: {base}/ is not healthy: "))
    );
}
