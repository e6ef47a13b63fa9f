//! `serve`: seen by a TCP client that is written by hand, so that nothing is smoothed over.

mod edges;
mod faults;
mod http2;
mod lifetime;
mod opening;
mod raw;
mod requests;
