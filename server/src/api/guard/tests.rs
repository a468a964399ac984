//! The rules of [`super::Guard`], as requests meet them.

use super::*;

fn guard(bound: &str, names: &[&str], base: &str) -> Guard {
    let reach = Reach {
        names: names.iter().map(|name| name.parse().unwrap()).collect(),
        base: base.parse().unwrap(),
        proxies: vec!["10.0.0.1".parse().unwrap()],
    };
    Guard::new(bound.parse().unwrap(), None, reach)
}

/// What becomes of a request that a peer sends.
fn asked(guard: &Guard, peer: &str, uri: &str, headers: &[(&'static str, &str)]) -> Result<Way, Refusal> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, value.parse().unwrap());
    }
    let uri = uri.parse().unwrap();
    let seen = guard.reach.see(peer.parse().ok(), &uri, &map);
    guard.check(&seen.map_err(|host| Refusal::Unreadable { host })?, &uri, &map)
}

fn is_ours(guard: &Guard, host: &str) -> bool {
    asked(guard, "127.0.0.1", "/", &[("host", host)]).is_ok()
}

#[test]
fn loopback_names_and_the_bound_address_are_ours() {
    let local = guard("127.0.0.1", &[], "/");
    for ours in [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:1",
        "127.0.0.1",
        "[::1]:8080",
        "[::1]",
    ] {
        assert!(is_ours(&local, ours), "{ours}");
    }
    assert!(is_ours(&guard("10.0.0.7", &[], "/"), "10.0.0.7:8080"));
    assert!(is_ours(&guard("0.0.0.0", &[], "/"), "10.0.0.7:8080"));
}

#[test]
fn everything_else_is_not() {
    for foreign in [
        "",
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "localhost:8080@evil.example",
        "10.0.0.7",
        "[::1",
        "[::1]x",
        "[::1]:",
        "::1",
        "null",
        "localhost:99999",
    ] {
        assert!(!is_ours(&guard("127.0.0.1", &[], "/"), foreign), "{foreign}");
    }
    assert!(!is_ours(&guard("0.0.0.0", &[], "/"), "evil.example"));
}

#[test]
fn a_name_that_was_given_is_ours_and_one_that_was_not_is_told_with_the_switch() {
    let guard = guard("127.0.0.1", &["Lab.example", "192.168.1.5"], "/");
    for ours in ["lab.example", "LAB.EXAMPLE.:8443", "192.168.1.5"] {
        assert!(is_ours(&guard, ours), "{ours}");
    }
    for foreign in ["www.lab.example", "lab.example.evil.example", "192.168.1.6"] {
        let refusal = asked(&guard, "127.0.0.1", "/", &[("host", foreign)]).unwrap_err();
        assert!(
            refusal.to_string().contains(&format!("--allow-host {foreign}")),
            "{refusal}"
        );
    }
}

#[test]
fn an_origin_has_to_be_ours_when_there_is_one() {
    let guard = guard("127.0.0.1", &["lab.example"], "/");
    let origin = |host: &str, origin: &str| {
        asked(&guard, "127.0.0.1", "/", &[("host", host), ("origin", origin)]).is_ok()
    };
    for (host, ours) in [
        ("localhost", "http://127.0.0.1:8081"),
        ("lab.example", "http://lab.example"),
        ("lab.example", "https://lab.example"),
        ("lab.example:8443", "https://lab.example:8443"),
        // A proxy that does not pass the host on.
        ("127.0.0.1:8080", "https://lab.example"),
    ] {
        assert!(origin(host, ours), "{host} {ours}");
    }
    for (host, foreign) in [
        ("localhost", "null"),
        ("localhost", "https://evil.example"),
        ("localhost", "http://localhost.evil.example"),
        ("localhost", ""),
        ("localhost", "ftp://localhost"),
        // Other people's pages on the same name, and a page of the viewer's own machine.
        ("lab.example", "http://lab.example:9000"),
        ("lab.example:8443", "https://lab.example"),
        ("127.0.0.1:8080", "https://lab.example:9000"),
        ("lab.example", "http://localhost:3000"),
        ("lab.example", "http://evil.example"),
    ] {
        assert!(!origin(host, foreign), "{host} {foreign}");
    }
}

#[test]
fn an_origin_is_held_against_what_a_trusted_proxy_says() {
    let guard = guard("127.0.0.1", &["lab.example"], "/");
    let from = |peer: &str, origin: &str| {
        let headers = [
            ("host", "127.0.0.1:8080"),
            ("x-forwarded-host", "lab.example:8443"),
            ("x-forwarded-proto", "https"),
            ("origin", origin),
        ];
        asked(&guard, peer, "/", &headers).is_ok()
    };
    assert!(from("10.0.0.1", "https://lab.example:8443"));
    assert!(!from("10.0.0.1", "http://lab.example:8443"));
    assert!(!from("10.0.0.1", "http://127.0.0.1:8080"));
    assert!(!from("10.0.0.2", "https://lab.example:8443"));
    let hosts = [("host", "127.0.0.1"), ("x-forwarded-host", "evil.example")];
    assert!(asked(&guard, "10.0.0.1", "/", &hosts).is_err());
    assert!(asked(&guard, "10.0.0.2", "/", &hosts).is_ok());
}

#[test]
fn paths_are_seen_from_the_base_on() {
    let guard = guard("127.0.0.1", &[], "/team/lab");
    let way = |peer: &str, path: &str, prefix: &str| {
        asked(
            &guard,
            peer,
            path,
            &[("host", "localhost"), ("x-forwarded-prefix", prefix)],
        )
    };
    let to = |path: &str| Ok(Way::To(path.to_owned()));
    assert_eq!(way("127.0.0.1", "/team/lab/api/health", ""), to("/api/health"));
    assert_eq!(way("127.0.0.1", "/team/lab?a=b", ""), Ok(Way::Slash));
    assert!(matches!(
        way("127.0.0.1", "/api/health", "/team/lab"),
        Err(Refusal::Outside { .. })
    ));
    // A proxy that takes the prefix away, and says so.
    assert_eq!(way("10.0.0.1", "/api/health", "/team/lab"), to("/api/health"));
    assert_eq!(way("10.0.0.1", "/lab/api/health", "/team"), to("/api/health"));
    assert!(way("10.0.0.1", "/api/health", "/other").is_err());
}

#[test]
fn data_needs_the_token_and_the_page_does_not() {
    let mut guard = guard("127.0.0.1", &[], "/lab");
    guard.token = Some(digest("s3 cret"));
    let checked = |uri: &str, more: &[(&'static str, &str)]| {
        let headers = [&[("host", "localhost")], more].concat();
        asked(&guard, "127.0.0.1", uri, &headers).is_ok()
    };
    assert!(checked("/lab/", &[]));
    assert!(!checked("/lab/api/health", &[]));
    assert!(!checked("/lab/ws/sessions/1", &[]));
    assert!(!checked("/lab/api/health?token=s3", &[]));
    assert!(checked("/lab/api/health?token=s3%20cret", &[]));
    for bearer in ["Bearer s3 cret", "bearer s3 cret", "BEARER   s3 cret"] {
        assert!(
            checked("/lab/api/health", &[("authorization", bearer)]),
            "{bearer}"
        );
    }
    for other in ["Basic s3 cret", "Bearers3 cret", "Bearer", "s3 cret"] {
        assert!(
            !checked("/lab/api/health", &[("authorization", other)]),
            "{other}"
        );
    }
}

#[test]
fn a_slash_is_added_wherever_the_base_lies() {
    let response = slash("lab", Some("experiment=flower"));
    assert_eq!(response.headers()[header::LOCATION], "lab/?experiment=flower");
    assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
}
