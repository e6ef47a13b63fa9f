//! Where the fake is: what it calls itself, and where a request reached it.

use crate::http::request::Request;

/// What an answer may say about the place that it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    home: &'a str,
    request: &'a Request,
}

impl<'a> Site<'a> {
    /// `home` is a URL without a trailing slash.
    pub(crate) fn new(home: &'a str, request: &'a Request) -> Self {
        Self { home, request }
    }

    /// What it calls itself, whoever asks, without a trailing slash: the `iss` of its tokens. What names its
    /// cookies as well, since browsers keep those of all ports of a host together.
    pub(crate) fn issuer(&self) -> &'a str {
        self.home
    }

    /// The address that was asked, as a URL without a trailing slash: for links that must lead back here.
    pub(crate) fn asked(&self) -> String {
        let (scheme, host) = self.home.split_once("://").unwrap_or(("http", self.home));
        format!("{scheme}://{}", self.request.authority().unwrap_or(host))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};

    use super::{Request, Site};

    fn asked(home: &str, uri: &str, host: Option<&'static str>) -> (String, String) {
        let mut headers = HeaderMap::new();
        headers.extend(host.map(|host| (http::header::HOST, host.parse().unwrap())));
        let request = Request::new(Method::GET, uri.parse().unwrap(), headers, Bytes::new());
        let site = Site::new(home, &request);
        (site.issuer().to_owned(), site.asked())
    }

    #[test]
    fn links_lead_back_to_where_it_was_asked_and_the_issuer_stays() {
        let home = "http://localhost:4455";
        let at = |address: &str| (home.to_owned(), address.to_owned());
        assert_eq!(asked(home, "/a", Some("127.0.0.1:4455")), at("http://127.0.0.1:4455"));
        assert_eq!(asked(home, "http://kinde:80/a", None), at("http://kinde:80"), "as HTTP/2 writes it");
        assert_eq!(asked(home, "/a", None), at(home));
    }
}
