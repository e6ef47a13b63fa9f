//! Methods and paths, and which of a table's a request is of.

use std::fmt;

use percent_encoding::percent_decode_str;

/// A method, and a path in which a segment in braces stands for any: `/entitlement/{key}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Route {
    /// The method. A `GET` answers `HEAD` too.
    pub method: &'static str,
    /// The path.
    pub path: &'static str,
}

/// What stood in place of the braces, decoded, by their names.
pub(crate) type Segments = Vec<(&'static str, String)>;

/// Where in a table a request belongs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<T> {
    At {
        route: Route,
        entry: T,
        segments: Segments,
    },
    /// The path is there, for these methods.
    OtherMethod {
        route: Route,
        allowed: Vec<&'static str>,
    },
    Nothing,
}

impl Route {
    pub(crate) const fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path }
    }

    fn answers(self, method: &str) -> bool {
        self.method == method || (self.method == "GET" && method == "HEAD")
    }

    /// What stands in place of the braces, if the path is of this form.
    fn segments(self, path: &str) -> Option<Segments> {
        let mut segments = Segments::new();
        let (mut expected, mut found) = (self.path.split('/'), path.split('/'));
        loop {
            match (expected.next(), found.next()) {
                (None, None) => return Some(segments),
                (Some(expected), Some(found)) => {
                    match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                        Some(name) if !found.is_empty() => {
                            segments.push((name, percent_decode_str(found).decode_utf8_lossy().into_owned()));
                        }
                        None if expected == found => {}
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
    }
}

/// The entry of this method and path; the first, where several share them. A path that is written out goes before
/// one with braces.
pub(crate) fn find<T>(table: impl Iterator<Item = (Route, T)> + Clone, method: &str, path: &str) -> Found<T> {
    let written_out = table.clone().filter(|(route, _)| route.path == path);
    let found = choose(written_out.map(|(route, entry)| (route, entry, Segments::new())), method);
    if let Found::Nothing = found {
        let fits = |(route, entry): (Route, T)| Some((route, entry, route.segments(path)?));
        return choose(table.filter(|(route, _)| route.path.contains('{')).filter_map(fits), method);
    }
    found
}

fn choose<T>(fitting: impl Iterator<Item = (Route, T, Segments)>, method: &str) -> Found<T> {
    let mut other = None;
    let mut allowed = Vec::new();
    for (route, entry, segments) in fitting {
        if route.answers(method) {
            return Found::At { route, entry, segments };
        }
        other.get_or_insert(route);
        if !allowed.contains(&route.method) {
            allowed.push(route.method);
        }
    }
    other.map_or(Found::Nothing, |route| Found::OtherMethod { route, allowed })
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Route, find};

    const TABLE: [(Route, u8); 6] = [
        (Route::new("GET", "/a/{b}"), 1),
        (Route::new("GET", "/a/all"), 2),
        (Route::new("POST", "/a/{b}"), 3),
        (Route::new("POST", "/a/all"), 4),
        (Route::new("PUT", "/a/{b}/c/{d}"), 5),
        (Route::new("PUT", "/a/{b}/c/{d}"), 6),
    ];

    fn at(method: &str, path: &str) -> Option<(u8, Vec<(&'static str, String)>)> {
        match find(TABLE.into_iter(), method, path) {
            Found::At { entry, segments, .. } => Some((entry, segments)),
            _ => None,
        }
    }

    fn allowed(method: &str, path: &str) -> Option<Vec<&'static str>> {
        match find(TABLE.into_iter(), method, path) {
            Found::OtherMethod { allowed, .. } => Some(allowed),
            _ => None,
        }
    }

    #[test]
    fn a_segment_in_braces_stands_for_any_and_what_is_written_out_goes_before_it() {
        assert_eq!(at("GET", "/a/x"), Some((1, vec![("b", "x".to_owned())])));
        assert_eq!(at("GET", "/a/all"), Some((2, vec![])));
        assert_eq!(at("POST", "/a/a%20b%2Fc"), Some((3, vec![("b", "a b/c".to_owned())])));
        let both = vec![("b", "1".to_owned()), ("d", "2".to_owned())];
        assert_eq!(at("PUT", "/a/1/c/2"), Some((5, both)), "the first of two");
        for path in ["", "/", "/a", "/a/", "/a//", "/a/x/", "//a/x", "/a/x/c", "/a//c/d", "/A/x"] {
            assert_eq!((path, at("GET", path), allowed("GET", path)), (path, None, None));
        }
    }

    #[test]
    fn head_is_there_where_get_is_and_other_methods_are_told_which_are() {
        assert_eq!(at("HEAD", "/a/x"), at("GET", "/a/x"));
        assert_eq!(allowed("DELETE", "/a/x"), Some(vec!["GET", "POST"]));
        assert_eq!(allowed("HEAD", "/a/x/c/y"), Some(vec!["PUT"]));
        assert_eq!(
            allowed("get", "/a/all"),
            Some(vec!["GET", "POST"]),
            "methods are words of their own case"
        );
    }
}
