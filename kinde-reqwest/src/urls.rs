//! reqwest wants a parsed `Url` where `http` has a `Uri`.

use std::sync::{PoisonError, RwLock};

use http::Uri;
use kinde_core::TransportError;
use reqwest::Url;

use crate::error::other;

/// The addresses of operations are few and always the same, and a clone is cheaper than parsing.
#[derive(Debug, Default)]
pub(crate) struct Urls(RwLock<Vec<(Uri, Url)>>);

impl Urls {
    const KEPT: usize = 16;

    pub(crate) fn of(&self, uri: &Uri) -> Result<Url, TransportError> {
        // What has a query is seldom asked for twice.
        if uri.query().is_some() {
            return parse(uri);
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, url)) = known.iter().find(|(known, _)| known == uri) {
            return Ok(url.clone());
        }
        drop(known);
        let url = parse(uri)?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < Self::KEPT {
            known.push((uri.clone(), url.clone()));
        }
        Ok(url)
    }
}

/// `Url` rewrites some addresses (`/a/../b`, `?q='`). Those are refused: nothing may arrive that wasn't
/// asked for.
fn parse(uri: &Uri) -> Result<Url, TransportError> {
    let url = Url::parse(&uri.to_string()).map_err(|_| other("reqwest can't read the address"))?;
    if url.path() != uri.path() || url.query() != uri.query() {
        return Err(other("reqwest would send another path or query than this one: percent-encode it"));
    }
    Ok(url)
}
