//! Whether a `Host` may mean this machine. A web page can make a browser send requests to a loopback port
//! under a name of its own that it has pointed there; what it can't do is choose one of these.

use std::net::IpAddr;

pub(super) fn is_ours(host: &str, exposed: bool) -> bool {
    let Some(name) = name(host) else { return false };
    if let Ok(ip) = name.trim_matches(['[', ']']).parse::<IpAddr>() {
        return exposed || ip.is_loopback();
    }
    let name = name.to_ascii_lowercase();
    if name == "localhost" {
        return true;
    }
    // Names that only a private network resolves: a container's, a service's.
    let private = |suffix| name.ends_with(suffix);
    let is_private = !name.contains('.') || [".localhost", ".internal", ".local"].into_iter().any(private);
    exposed && !name.is_empty() && is_private
}

/// Without the port.
fn name(host: &str) -> Option<&str> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let end = rest.find(']')? + 2;
            (&host[..end], host[end..].strip_prefix(':').or(host[end..].is_empty().then_some("0")))
        }
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, Some("0")),
        },
    };
    port?.parse::<u16>().ok().map(|_| name)
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn names_of_this_machine_alone() {
        for host in ["localhost", "LOCALHOST:4456", "127.0.0.1:4456", "127.9.9.9", "[::1]:4456", "[::1]"] {
            assert!(is_ours(host, false), "{host}");
        }
        let others = [
            "",
            ":80",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:99999",
            "localhost:80:80",
            "[::1",
            "[::1]x",
            "192.168.0.1",
            "kinde-mock:4456",
            "0.0.0.0",
        ];
        for host in others {
            assert!(!is_ours(host, false), "{host}");
        }
    }

    #[test]
    fn and_of_private_networks_if_exposed() {
        for host in
            ["kinde-mock:4456", "192.168.0.1:80", "host.docker.internal", "mock.test-ns.svc.cluster.local"]
        {
            assert!(is_ours(host, true), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example:80", "evil.internal.example"] {
            assert!(!is_ours(host, true), "{host}");
        }
    }
}
