//! What may stand between `https://` and the end of a domain.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::idn;

/// What a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// This machine: `localhost` or a loopback address.
    Loopback,
    /// Any other IP address.
    Address,
    /// A DNS name.
    Name,
    /// A name without a dot: of this network alone, as a container's.
    Label,
}

/// Checks `HOST[:PORT]`; answers what the host is.
pub(crate) fn check_authority(authority: &str) -> Result<Host, &'static str> {
    if authority.contains('@') {
        return Err("has user information before an `@`: write the host alone");
    }
    if authority.contains(['/', '\\']) {
        return Err("has a path: remove everything from the `/` after the host on");
    }
    if authority.contains(['?', '#']) {
        return Err("has a query or a fragment: write the host alone");
    }
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) =
            rest.split_once(']').ok_or("has an IPv6 address whose bracket is not closed: write `[::1]`")?;
        let address: Ipv6Addr =
            address.parse().map_err(|_| "has brackets around what is not an IPv6 address")?;
        match port.strip_prefix(':') {
            Some(port) => check_port(port)?,
            None if port.is_empty() => {}
            None => return Err("has something other than a port after the IPv6 address"),
        }
        return Ok(address_of(address.into()));
    }
    let host = match authority.split_once(':') {
        Some((host, port)) => {
            check_port(port)?;
            host
        }
        None => authority,
    };
    check_host(host)
}

/// A DNS name or an IPv4 address; answers what it is.
fn check_host(host: &str) -> Result<Host, &'static str> {
    if host.is_empty() {
        return Err("has no host: write `https://HOST`");
    }
    if host.len() > 253 {
        return Err("has a host of more than 253 characters");
    }
    let well_formed = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !host.split('.').all(well_formed) {
        return Err(
            "has a host that is not a DNS name: labels of letters, digits and hyphens, joined by single dots",
        );
    }
    // HTTP libraries read `127.1`, `0x7f.1` and `2130706433` as addresses; a name never ends in a number.
    let last = host.rsplit('.').next().unwrap_or(host);
    let hexadecimal = last.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("0x"))
        && last.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit());
    if hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit()) {
        let address: Ipv4Addr =
            host.parse().map_err(|_| "has a number where a name or a full IPv4 address belongs")?;
        return Ok(address_of(address.into()));
    }
    idn::check(host)?;
    Ok(match host.contains('.') {
        _ if host.eq_ignore_ascii_case("localhost") => Host::Loopback,
        true => Host::Name,
        false => Host::Label,
    })
}

fn address_of(address: IpAddr) -> Host {
    if address.is_loopback() { Host::Loopback } else { Host::Address }
}

fn check_port(port: &str) -> Result<(), &'static str> {
    let written_plainly =
        !port.is_empty() && !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit());
    if written_plainly && port.parse::<u16>().is_ok() {
        return Ok(());
    }
    Err("has a port that is not a number from 1 to 65535")
}
