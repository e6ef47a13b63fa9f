//! One answer, and how it is known.

use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Serialize;

use crate::http::answer::Answer;
use crate::text::members::Members;

pub(crate) const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

/// How an answer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Kinde's documentation says so.
    Documented,
    /// Quoted by someone who got it from a real server.
    Seen,
    /// Nobody says; the best guess.
    Assumed,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Seen => "seen",
            Self::Assumed => "assumed",
        })
    }
}

/// One answer.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Row {
    /// Its name, one of a kind in its endpoint: what a reply in writing is called.
    pub name: &'static str,
    /// When it is given.
    pub when: &'static str,
    /// Its status.
    pub status: u16,
    /// Its headers, beside `Content-Type` and `Date`.
    pub headers: &'static [Header],
    /// Its body.
    pub body: Body,
    /// How it is known.
    pub source: Source,
    /// What exactly is known and what is not.
    pub note: &'static str,
}

/// A header of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// Its value; none if it depends on the request or the state.
    pub value: Option<&'static str>,
}

impl Header {
    /// One whose value depends on the request or the state.
    pub(crate) const fn filled(name: &'static str) -> Self {
        Self { name, value: None }
    }
}

/// What an answer's body is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Body {
    /// No bytes, and no `Content-Type`.
    Empty,
    /// This JSON document.
    Fixed(Document),
    /// A JSON document with the members of this one, in its order, filled from the fake's state.
    Filled(Document),
    /// A page of HTML, and what is on it.
    Page(&'static str),
}

/// A JSON document, made from a struct whose fields are in the documentation's order.
#[derive(Clone, Copy)]
pub struct Document(pub(crate) &'static dyn Json);

/// What can be written as JSON.
pub(crate) trait Json: Send + Sync {
    fn write(&self) -> Vec<u8>;
}

impl<T: Serialize + Send + Sync> Json for T {
    fn write(&self) -> Vec<u8> {
        // Room for a profile, the largest.
        let mut json = Vec::with_capacity(512);
        // Neither writing to memory nor our own structs can fail.
        let _ = serde_json::to_writer(&mut json, self);
        json
    }
}

impl Document {
    /// Returns its text, as it is sent.
    pub fn to_json(self) -> String {
        String::from_utf8(self.0.write()).unwrap_or_default()
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

impl Row {
    /// Returns its media type; none means that there is no `Content-Type`.
    pub fn media_type(&self) -> Option<&'static str> {
        match self.body {
            Body::Empty => None,
            Body::Fixed(_) | Body::Filled(_) => Some(JSON),
            Body::Page(_) => Some(HTML),
        }
    }

    /// Returns the names of its members, in their order; none if it is not a JSON object.
    pub fn members(&self) -> Vec<String> {
        let (Body::Fixed(document) | Body::Filled(document)) = self.body else { return Vec::new() };
        let members = Members::read(&document.0.write());
        members.map(|members| members.names().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// As it stands in the ledger.
    pub(crate) fn answer(&self) -> Answer {
        self.with_body(match self.body {
            Body::Empty | Body::Page(_) => Bytes::new(),
            Body::Fixed(document) | Body::Filled(document) => document.0.write().into(),
        })
    }

    /// With these members.
    pub(crate) fn filled(&self, members: &impl Json) -> Answer {
        self.with_body(members.write().into())
    }

    /// With this body: a page, say.
    pub(crate) fn with_body(&self, body: Bytes) -> Answer {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = Answer { status, headers: HeaderMap::with_capacity(4), body };
        if let Some(media_type) = self.media_type() {
            answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        for header in self.headers {
            header.value.into_iter().for_each(|value| answer.set(header.name, value));
        }
        answer
    }
}
