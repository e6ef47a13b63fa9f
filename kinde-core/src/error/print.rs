//! How an error is printed: what may be, and nothing else.

use std::fmt;

use super::Error;
use super::code::printable;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        match inner.status {
            Some(status) => write!(f, "{} {}", status.as_u16(), inner.kind)?,
            None => write!(f, "{}", inner.kind)?,
        }
        if let Some(host) = &inner.host {
            write!(f, " to {host}")?;
        }
        match (inner.field, &inner.detail) {
            (Some(field), Some(detail)) => write!(f, ": {field} {detail}")?,
            (None, Some(detail)) => write!(f, ": {detail}")?,
            _ => {}
        }
        if let Some(code) = self.code().and_then(printable) {
            write!(f, " ({code})")?;
        }
        if let Some(delay) = inner.retry_after {
            write!(f, ", retry after {}s", delay.as_secs())?;
        }
        if inner.attempts > 0 {
            write!(f, ", attempt {}", inner.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind);
        if let Some(operation) = inner.operation {
            out.field("operation", &operation.name());
        }
        if let Some(status) = inner.status {
            out.field("status", &status.as_u16());
        }
        if let Some(host) = &inner.host {
            out.field("host", &host.as_str());
        }
        if let Some(field) = inner.field {
            out.field("field", &field);
        }
        if let Some(detail) = &inner.detail {
            out.field("detail", detail);
        }
        if let Some(code) = self.code().and_then(printable) {
            out.field("code", &code);
        }
        if let Some(whose) = self.credentials() {
            out.field("credentials", &whose);
        }
        if let Some(delay) = inner.retry_after {
            out.field("retry_after", &delay);
        }
        out.field("attempts", &inner.attempts);
        if let Some(source) = self.transport_error() {
            out.field("source", source);
        }
        out.finish()
    }
}
