//! Where a user goes on after signing in: a path on the application's own site.

use std::sync::Arc;

/// A path that was checked. What a browser makes of it stays on the site it came from.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ReturnTo(Arc<str>);

const AT_MOST: usize = 512;

impl ReturnTo {
    pub(super) fn new(path: &str) -> Result<Self, &'static str> {
        if path.len() > AT_MOST {
            return Err("is longer than 512 bytes: keep the rest in a session of your own");
        }
        if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("has a space, a line break or a character outside ASCII: percent-encode it");
        }
        if !path.starts_with('/') {
            return Err("does not begin with `/`: pass a path on your own site");
        }
        // Browsers read `\` as `/`.
        if path.contains(['\\', '"']) {
            return Err(
                "has a `\\` or a quote: percent-encode it in the query, and leave it out of the path",
            );
        }
        let end = path.find(['?', '#']).unwrap_or(path.len());
        let folders = path[..end].to_ascii_lowercase();
        // `//host` is another site, and some servers and proxies decode or shorten a path before they look at it.
        let decoded = folders.replace("%2e", ".");
        let leads_away = folders.contains("//")
            || ["%2f", "%5c", "%00", "%0a", "%0d", "%09"].iter().any(|hidden| folders.contains(hidden))
            || decoded.split('/').any(|folder| folder == "." || folder == "..");
        if leads_away {
            return Err(
                "could lead to another site (`//`, `.`, `..`, or one of them percent-encoded): write the path plainly",
            );
        }
        if escaped(path).len() > AT_MOST + AT_MOST / 4 {
            return Err("has too many of `!`, `,` and `;`, which take twice the room in a cookie");
        }
        Ok(Self(path.into()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// As a cookie can hold it: without `,` and `;` (RFC 6265 §4.1.1).
    pub(super) fn to_cookie(&self) -> String {
        escaped(&self.0)
    }

    /// Read strictly: a browser gives back what it was given, or what someone put there.
    pub(super) fn from_cookie(text: &str) -> Option<Self> {
        let mut path = String::with_capacity(text.len());
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            path.push(match letter {
                '!' => match letters.next()? {
                    '0' => '!',
                    '1' => ',',
                    '2' => ';',
                    _ => return None,
                },
                ',' | ';' => return None,
                other => other,
            });
        }
        Self::new(&path).ok()
    }
}

fn escaped(path: &str) -> String {
    path.replace('!', "!0").replace(',', "!1").replace(';', "!2")
}
