//! The options of `serve`: one table, which the parser reads and `--help` prints.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use kinde_core::ClientSecret;

use super::seed::RateLimitSpec;
use crate::tenant::options::IntrospectAuth;
use crate::text::date;
use crate::text::values::{Moment, Seconds};

#[derive(Clone)]
pub(super) struct ServeOptions {
    pub(super) listen: SocketAddr,
    pub(super) seed: Option<PathBuf>,
    pub(super) json: bool,
    pub(super) journal: usize,
    pub(super) rate_limit: Option<RateLimitSpec>,
    pub(super) admin: AdminAt,
    pub(super) admin_token: Option<ClientSecret>,
    pub(super) clock: Option<ClockAt>,
    pub(super) introspect_auth: Option<IntrospectAuth>,
    pub(super) expose: bool,
    pub(super) public_url: Option<String>,
    pub(super) key: Option<PathBuf>,
    pub(super) exit_with_stdin: bool,
}

#[derive(Clone, Copy)]
pub(super) enum AdminAt {
    /// Beside the fake: the next port, on loopback.
    Beside,
    Address(SocketAddr),
    Off,
}

#[derive(Clone, Copy)]
pub(super) enum ClockAt {
    Real,
    FrozenAt(Moment),
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4455)),
            seed: None,
            json: false,
            journal: 1_000,
            rate_limit: None,
            admin: AdminAt::Beside,
            admin_token: None,
            clock: None,
            introspect_auth: None,
            expose: false,
            public_url: None,
            key: None,
            exit_with_stdin: false,
        }
    }
}

/// One option of `serve`.
pub(super) struct Flag {
    pub(super) name: &'static str,
    /// What follows it, if anything does.
    pub(super) value: Option<&'static str>,
    pub(super) help: &'static str,
    pub(super) set: fn(&mut ServeOptions, &str) -> Result<(), &'static str>,
}

impl Flag {
    /// The variable of the environment that stands for it.
    pub(super) fn variable(&self) -> String {
        format!("KINDE_MOCK_{}", self.name.replace('-', "_").to_ascii_uppercase())
    }
}

pub(super) const FLAGS: &[Flag] = &[
    Flag {
        name: "listen",
        value: Some("ADDR"),
        help: "where the fake listens: ADDRESS:PORT, or a port alone; port 0 takes a free one [127.0.0.1:4455]",
        set: |options, text| address(text).map(|address| options.listen = address),
    },
    Flag {
        name: "seed",
        value: Some("FILE"),
        help: "applications, users, tokens, scripts and options to begin with (TOML)",
        set: |options, text| {
            options.seed = Some(text.into());
            Ok(())
        },
    },
    Flag {
        name: "json",
        value: None,
        help: "print one line of JSON when ready, for programs: base_url, client_id, access_token, ...",
        set: |options, _| {
            options.json = true;
            Ok(())
        },
    },
    Flag {
        name: "journal",
        value: Some("N|off"),
        help: "how many requests to remember [1000]",
        set: |options, text| {
            options.journal = match text {
                "off" => 0,
                text => text.parse().map_err(|_| "a number, or off")?,
            };
            Ok(())
        },
    },
    Flag {
        name: "rate-limit",
        value: Some("N/SECONDS"),
        help: "answer 429 to more than N calls in so many seconds",
        set: |options, text| {
            const FORM: &str = "N/SECONDS, as in 100/60";
            let (requests, seconds) = text.split_once('/').ok_or(FORM)?;
            let requests = requests.parse().map_err(|_| FORM)?;
            let seconds: f64 = seconds.parse().map_err(|_| FORM)?;
            let window = Duration::try_from_secs_f64(seconds).ok().filter(|it| !it.is_zero()).ok_or(FORM)?;
            options.rate_limit = Some(RateLimitSpec { requests, seconds: Seconds(window) });
            Ok(())
        },
    },
    Flag {
        name: "admin",
        value: Some("ADDR|off"),
        help: "where the admin API listens [the next port after --listen's, or a free one, on 127.0.0.1]",
        set: |options, text| {
            options.admin = match text {
                "off" => AdminAt::Off,
                text => AdminAt::Address(address(text)?),
            };
            Ok(())
        },
    },
    Flag {
        name: "admin-token",
        value: Some("TOKEN"),
        help: "the admin API's bearer token [a random one, printed]",
        set: |options, text| {
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("letters, digits and signs without spaces");
            }
            options.admin_token = Some(ClientSecret::new(text));
            Ok(())
        },
    },
    Flag {
        name: "clock",
        value: Some("real|RFC3339"),
        help: "run with the real time, or stand still at a time like 2026-01-02T03:04:05Z [real]",
        set: |options, text| {
            options.clock = Some(match text {
                "real" => ClockAt::Real,
                text => {
                    let time = date::parse(text).ok_or("real, or a time like 2026-01-02T03:04:05Z")?;
                    ClockAt::FrozenAt(Moment(time))
                }
            });
            Ok(())
        },
    },
    Flag {
        name: "introspect-auth",
        value: Some("bearer|client|either"),
        help: "who may introspect: a live access token, a backend application, or either [either]",
        set: |options, text| {
            options.introspect_auth = Some(match text {
                "bearer" => IntrospectAuth::Bearer,
                "client" => IntrospectAuth::Client,
                "either" => IntrospectAuth::Either,
                _ => return Err("bearer, client or either"),
            });
            Ok(())
        },
    },
    Flag {
        name: "public-url",
        value: Some("URL"),
        help: "what it calls itself: the issuer of its tokens, and where browsers sign in [http://localhost:PORT]",
        set: |options, text| {
            options.public_url = Some(public_url(text)?);
            Ok(())
        },
    },
    Flag {
        name: "signing-key",
        value: Some("FILE"),
        help: "the key that signs its tokens: RSA, PKCS#8, PEM or DER [one that is published with the sources]",
        set: |options, text| {
            options.key = Some(text.into());
            Ok(())
        },
    },
    Flag {
        name: "exit-with-stdin",
        value: None,
        help: "end when standard input does: with the test runner that holds it, even if that is killed",
        set: |options, _| {
            options.exit_with_stdin = true;
            Ok(())
        },
    },
    Flag {
        name: "expose",
        value: None,
        help: "allow addresses that other machines can reach",
        set: |options, _| {
            options.expose = true;
            Ok(())
        },
    },
];

/// As it stands in `iss`: http or https, a host, perhaps a port and a path; without a slash at the end.
pub(crate) fn public_url(text: &str) -> Result<String, &'static str> {
    const FORM: &str = "a URL without a query, as in https://kinde.example";
    let url = text.trim_end_matches('/');
    let parsed: http::Uri = url.parse().map_err(|_| FORM)?;
    let is_web = matches!(parsed.scheme_str(), Some("http" | "https"));
    let plain = parsed.query().is_none()
        && !url.contains(['#', '@'])
        && parsed.host().is_some_and(|it| !it.is_empty());
    if is_web && plain { Ok(url.to_owned()) } else { Err(FORM) }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let by_name = || text.strip_prefix("localhost:")?.parse().ok().map(local);
    text.parse()
        .ok()
        .or_else(|| text.parse().ok().map(local))
        .or_else(by_name)
        .ok_or("ADDRESS:PORT, as in 127.0.0.1:4455 or [::1]:0, or a port alone, from 0 to 65535")
}
