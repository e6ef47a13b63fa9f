//! Pages of HTML: plain, without anything from elsewhere.

use std::fmt::Write as _;

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};

use super::request::Back;
use crate::http::answer::Answer;
use crate::ledger::row::Row;

/// A row that is a page, with what stands in its body.
pub(super) fn page(row: &Row, title: &str, body: &str) -> Answer {
    let mut answer = row.with_body(format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n\
         <h1>{title}</h1>\n{body}</body>\n</html>\n"
    ).into());
    // No form-action: browsers hold redirects after a form against it, and those lead to the application.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    answer.headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    answer.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A form that posts these parameters and the state to the application by itself (OAuth 2.0 Form Post Response Mode §5).
pub(super) fn posting(row: &Row, back: &Back, parameters: &[(&str, &str)]) -> Answer {
    let mut body = format!("<form method=\"post\" action=\"{}\">\n", escaped(&back.redirect_uri));
    for (name, value) in back.with_state(parameters) {
        // Writing to a string can't fail.
        let _ = writeln!(body, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
    }
    body += "<p><button type=\"submit\">Continue</button></p>\n</form>\n<script>document.forms[0].submit()</script>\n";
    let mut answer = page(row, "Back to the application", &body);
    // The digest is that of the script, the only one that may run.
    let policy = "default-src 'none'; script-src 'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='; \
                  base-uri 'none'; frame-ancestors 'none'";
    answer.headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    answer
}

/// Text that stands for itself in HTML, in an attribute too.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A form with these fields and one button.
pub(super) struct Form<'a> {
    pub(super) action: &'a str,
    pub(super) csrf: &'a str,
    pub(super) message: Option<&'a str>,
    pub(super) fields: &'a [Field<'a>],
    pub(super) button: &'a str,
}

pub(super) struct Field<'a> {
    pub(super) label: &'a str,
    pub(super) name: &'a str,
    pub(super) sort: &'a str,
    pub(super) value: &'a str,
}

impl Form<'_> {
    pub(super) fn html(&self) -> String {
        let mut html = String::new();
        // Writing to a string can't fail.
        if let Some(message) = self.message {
            let _ = writeln!(html, "<p role=\"alert\">{}</p>", escaped(message));
        }
        let _ = writeln!(html, "<form method=\"post\" action=\"{}\">", escaped(self.action));
        let _ = writeln!(html, "<input type=\"hidden\" name=\"csrf\" value=\"{}\">", escaped(self.csrf));
        for Field { label, name, sort, value } in self.fields {
            let value = escaped(value);
            let _ = writeln!(
                html,
                "<p><label>{label} <input type=\"{sort}\" name=\"{name}\" value=\"{value}\" required></label></p>"
            );
        }
        let _ = writeln!(html, "<p><button type=\"submit\">{}</button></p>\n</form>", self.button);
        html
    }
}
