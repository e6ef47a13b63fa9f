//! The page on the program says what is true.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::child::{PROGRAM, Program};

fn page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/kinde-mock-program.md")).unwrap()
}

/// The contents of the page's fences of this sort.
fn blocks(page: &str, sort: &str) -> Vec<String> {
    let fence = format!("\n```{sort}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
}

#[test]
fn its_seed_file_is_right_and_names_every_key() {
    let blocks = blocks(&page(), "toml");
    let [seed] = &blocks[..] else { panic!("one seed file was expected") };
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page.toml");
    fs::write(&path, seed).unwrap();
    let output = Command::new(&*PROGRAM).arg("check").arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let document = Program::start(&[]).admin("GET", "/openapi.json", Value::Null).json();
    let schemas = &document["components"]["schemas"];
    for schema in ["Options", "RateLimit", "Application", "User", "Token", "Script"] {
        for key in schemas[schema]["properties"].as_object().unwrap().keys() {
            assert!(seed.contains(&format!("\n{key} = ")), "{schema}.{key} is missing");
        }
    }
    let page = page();
    for key in schemas["Reply"]["properties"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{key}`")), "Reply.{key} is missing");
    }
}

#[test]
fn it_lists_every_option() {
    let help = String::from_utf8(Command::new(&*PROGRAM).arg("--help").output().unwrap().stdout).unwrap();
    let page = page();
    let listed = |text: &str, start: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(start));
        lines.map(|line| line.split('`').next().unwrap().replace("\\|", "|")).collect()
    };
    assert_eq!(listed(&page, "| `--"), listed(&help, "  --"));
}

#[test]
fn its_calls_of_the_admin_api_work() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("not run: there is no curl");
        return;
    }
    let program = Program::start(&["--admin-token", "t0ken"]);
    let blocks = blocks(&page(), "sh");
    let [script] = &blocks[..] else { panic!("one script was expected") };
    assert!(script.matches("\nadmin ").count() > 20);
    let script = script
        .replace("http://127.0.0.1:4456", program.text("admin_url"))
        .replace("http://127.0.0.1:4455", program.text("base_url"));
    let output = Command::new("bash")
        .args(["-e", "-u", "-c", &script])
        .env("TOKEN", program.text("access_token"))
        .env("no_proxy", "*")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(program.profile().status, 200);
}
