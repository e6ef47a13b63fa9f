//! The page that lists what the fake answers.

use kinde_mock::endpoints;
use kinde_mock::ledger::{Body, Row, strays};

use super::code;

/// The ledger page is this table, written out.
#[test]
fn the_ledger_page_is_the_table() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/fake-kinde-ledger.md");
    let expected = page_of_the_ledger();
    if std::env::var_os("WRITE_LEDGER").is_some() {
        std::fs::write(page, &expected).unwrap();
    }
    let found = std::fs::read_to_string(page).unwrap_or_default();
    assert!(found == expected, "docs/fake-kinde-ledger.md is out of date: run this test with WRITE_LEDGER=1");
}

fn page_of_the_ledger() -> String {
    let mut page = "\
# What the fake answers, and how that is known

Kinde's documentation leaves things open. This is every answer that `kinde-mock` gives, with its source:

- **documented**: Kinde's reference has this status (and body, where there is one) for this operation;
- **seen**: quoted by someone who got it from a real server;
- **assumed**: nobody says; the best guess, from the RFCs and from servers built on the same engine.

Where a guess decides, there is an option or a scripted reply for the other choice. Nothing here was tried on a
live Kinde tenant. The page is written from the tables that the fake answers from (`kinde-mock/src/endpoints/`), and a
test keeps the two the same.
"
    .to_owned();
    let header = "| status | when | body | source | what is known |\n|---|---|---|---|---|\n";
    for endpoint in endpoints() {
        let routes: Vec<String> = endpoint.routes.iter().map(ToString::to_string).collect();
        page += &format!("\n## `{}`: {}\n\n{header}", endpoint.name, routes.join(", "));
        endpoint.rows.iter().for_each(|row| page += &line(row));
    }
    page += &format!("\n## Requests that no documentation has\n\n{header}");
    strays().iter().for_each(|row| page += &line(row));
    page += "
## Beside the table

- Every answer has a `Date`, by the fake's clock. Answers to requests that no documentation has also carry
  `x-kinde-mock`, one sentence about what would have been right.
- Introspection's 200 and 401 say `application/json; charset=utf-8` if the option `introspect_charset` is on: Kinde
  documents both.
- Unless told otherwise, access tokens live for 24 hours, ID tokens for one and refresh tokens for 15 days (documented
  defaults). Access tokens are JWTs (option `access_tokens`), and codes and refresh tokens two base64url parts joined by
  a dot (seen).
- A refresh token is rotated when it is used (documented), and the old one is good for 30 seconds more: that there is such
  an overlap is documented, its length isn't (options `refresh_overlap`, `refresh_reuse_ends_sign_in`). A refresh answers
  with a new access token, though Kinde's page says that it may be the same one (option `refresh_keeps_access_token`).
- `aud` of an ID token is the application's id (option `id_token_aud`: and the issuer, as a page of Kinde's has it).
- A sign-in that asks for no organization is to the user's first; Kinde has a page to choose among several.
- Answers to a request with an `Origin` let its script read them, with credentials; preflights are answered for
  `authorization`, `content-type` and `kinde-sdk`, and are no calls. What Kinde's headers are isn't known.
- A live user's or machine's access token may introspect any token of the tenant, itself included, and so may a backend
  application by its credentials, as certified clients do (assumed; options
  `introspect_auth` and `self_introspection`).
- A revocation needs no bearer (Kinde's own clients send none, its reference declares one; option
  `revoke_requires_bearer`), and client credentials may come by HTTP Basic, as in Kinde's .NET guide.
- Revoking a refresh token ends its whole sign-in (RFC 7009), and an access token only itself (assumed; option
  `revoking_access_ends_sign_in`).
";
    page
}

fn line(row: &Row) -> String {
    let body = match (row.body, code(row)) {
        (Body::Empty, _) => "none".to_owned(),
        (Body::Filled(_), _) => format!("`{}`", row.members().join("`, `")),
        (Body::Fixed(_), Some(code)) if row.members() == ["errors"] => {
            format!("`errors`: `code` = `{code}`, `message`")
        }
        (Body::Fixed(_), Some(error)) => format!("`error` = `{error}`, `error_description`"),
        (Body::Fixed(document), None) => format!("`{}`", document.to_json()),
        (Body::Page(what), _) => format!("a page: {what}"),
        _ => panic!("a body that the page can't write"),
    };
    format!("| {} | {} | {body} | {} | {} |\n", row.status, row.when, row.source, row.note)
}
