//! One corpus of tokens, judged by kinde-jwt and by libraries that others wrote.
//!
//! `second-opinions write FILE` writes the corpus with our verdicts and jsonwebtoken's as JSON lines. The scripts beside this
//! file add jose's and PyJWT's; `second-opinions compare FILE EXPECTED` then lists every difference and fails if it isn't one
//! of those that are written down with their reason, or if we let in what another refuses.

mod corpus;
mod judges;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use serde_json::{Value, json};

const OTHERS: [&str; 3] = ["jsonwebtoken", "jose", "pyjwt"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", file] => write(file).await,
        ["compare", file, expected] => compare(file, expected),
        _ => Err("usage: second-opinions write FILE | compare FILE EXPECTED".into()),
    }
}

async fn write(file: &str) -> Result<(), Box<dyn Error>> {
    let mut lines = String::new();
    for token in corpus::tokens() {
        let verdicts = json!({
            "kinde": judges::kinde(&token.text).await,
            "jsonwebtoken": judges::jsonwebtoken(&token.text),
        });
        lines += &json!({"name": token.name, "token": token.text, "verdicts": verdicts}).to_string();
        lines.push('\n');
    }
    let setting = json!({"issuer": corpus::ISSUER, "audience": corpus::API, "jwks": corpus::jwks(), "leeway": 30});
    fs::write(file, lines)?;
    fs::write(format!("{file}.setting"), setting.to_string())?;
    Ok(())
}

/// The differences by name: who says otherwise than we do, and what.
fn compare(file: &str, expected: &str) -> Result<(), Box<dyn Error>> {
    let reasons = reasons(&fs::read_to_string(expected)?)?;
    let (mut tokens, mut differences, mut bad, mut used) = (0, 0, 0, BTreeMap::new());
    let mut judged = BTreeMap::<&str, usize>::new();
    for line in fs::read_to_string(file)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        let name = line["name"].as_str().ok_or("a line without a name")?;
        let ours = line["verdicts"]["kinde"].as_bool().ok_or("a line without our verdict")?;
        tokens += 1;
        for other in OTHERS {
            let Some(theirs) = line["verdicts"][other].as_bool() else { continue };
            *judged.entry(other).or_default() += 1;
            if theirs == ours {
                continue;
            }
            differences += 1;
            let group = name.split(':').next().unwrap_or(name);
            let reason = reasons.get(&(group.to_owned(), other.to_owned(), theirs));
            match reason {
                // No reason is good enough for that.
                _ if ours => {
                    println!("we alone let it in: {name}, which {other} refuses");
                    bad += 1;
                }
                Some(_) => *used.entry((group.to_owned(), other)).or_insert(0) += 1,
                None => {
                    println!("not explained: {name}: we {}, {other} {}", said(ours), said(theirs));
                    bad += 1;
                }
            }
        }
    }
    for ((group, other), count) in &used {
        println!("{other}: {group}: {count} differ, as written down");
    }
    for other in OTHERS {
        match judged.get(other) {
            Some(count) => println!("{other}: {count} of {tokens} judged"),
            None => println!("not run: {other}"),
        }
    }
    println!("{tokens} tokens, {differences} differences, {bad} not explained");
    if tokens < 200 {
        return Err("fewer than 200 tokens".into());
    }
    if bad > 0 { Err("differences that nobody explained".into()) } else { Ok(()) }
}

fn said(accepted: bool) -> &'static str {
    if accepted { "let it in" } else { "refuse it" }
}

/// `| group | library | lets in or refuses | reason |` of a table in Markdown.
fn reasons(page: &str) -> Result<BTreeMap<(String, String, bool), String>, Box<dyn Error>> {
    let mut reasons = BTreeMap::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [group, library, what, reason] = cells[..] else { return Err(format!("not four cells: {row}").into()) };
        let lets_in = match what {
            "lets it in" => true,
            "refuses it" => false,
            _ => return Err(format!("neither `lets it in` nor `refuses it`: {row}").into()),
        };
        reasons.insert((group.to_owned(), library.to_owned(), lets_in), reason.to_owned());
    }
    Ok(reasons)
}
