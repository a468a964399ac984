//! Who may do what: other sites, other hosts, odd names and paths are refused.

use anyhow::Result;
use atheria_tests::http::{forged, request};
use atheria_tests::{Lab, Watcher};

use super::{lab, options};

#[tokio::test]
async fn another_site_is_refused_everywhere() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let us = lab.address.to_string();
    let id = lab.open("fine").await?.id;
    let session = format!("/api/sessions/{id}");
    let commands = format!("{session}/commands");
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/api/health"),
        ("GET", "/api/experiments"),
        ("POST", "/api/sessions"),
        ("GET", session.as_str()),
        ("POST", commands.as_str()),
        ("DELETE", session.as_str()),
    ] {
        for headers in [
            [("host", us.as_str()), ("origin", "https://evil.example")],
            [("host", us.as_str()), ("origin", "null")],
            [("host", "evil.example"), ("origin", "http://localhost")],
        ] {
            let answer = forged(lab.address, method, path, &headers, "{}").await?;
            assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
        }
    }
    // The page under `trunk serve` is another port of this machine.
    let dev = [("host", us.as_str()), ("origin", "http://localhost:8081")];
    assert_eq!(
        forged(lab.address, "GET", "/api/health", &dev, "").await?.status,
        200
    );
    assert!(lab.sessions.get(&id).is_ok());
    lab.stop().await
}

#[tokio::test]
async fn a_web_socket_of_another_site_is_refused() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let path = format!("/ws/sessions/{}", lab.open("fine").await?.id);
    for header in [
        ("origin", "https://evil.example"),
        ("host", "evil.example"),
        ("origin", "null"),
    ] {
        let refused = Watcher::connect_with(lab.address, &path, &[header]).await;
        let why = refused.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(why.contains("403"), "{header:?}: {why}");
    }
    Watcher::connect_with(lab.address, &path, &[("origin", "http://127.0.0.1:8081")]).await?;
    lab.stop().await
}

#[tokio::test]
async fn a_token_is_demanded_where_there_is_one() -> Result<()> {
    let mut options = options(&["fine"]);
    options.token = Some("secret".into());
    let lab = Lab::start(options).await?;
    let status = async |path: &str| anyhow::Ok(request(lab.address, "GET", path, "").await?.status);
    assert_eq!(status("/api/health").await?, 403);
    assert_eq!(status("/api/health?token=wrong").await?, 403);
    assert_eq!(status("/api/health?token=secret").await?, 200);
    let host = lab.address.to_string();
    let bearer = [("host", host.as_str()), ("authorization", "Bearer secret")];
    assert_eq!(
        forged(lab.address, "GET", "/api/health", &bearer, "")
            .await?
            .status,
        200
    );
    lab.stop().await
}

#[tokio::test]
async fn names_and_paths_that_climb_are_refused() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    lab.write("secret.txt", "secret")?;
    lab.write("dist/app.js", "js")?;
    for path in [
        "/api/experiments/..",
        "/api/experiments/..%2f..",
        "/api/experiments/%2e%2e%2fsecret.txt/thumbnail",
        "/api/sessions/../../secret.txt",
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/dist/../../secret.txt",
        "//etc/passwd",
        "/..\\secret.txt",
    ] {
        let answer = request(lab.address, "GET", path, "").await?;
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(
            !answer.body.windows(6).any(|six| six == b"secret") || answer.json()["code"].is_string(),
            "{path}"
        );
    }
    assert_eq!(request(lab.address, "GET", "/app.js", "").await?.body, b"js");
    for body in [
        r#"{"experiment": "../fine"}"#,
        r#"{"experiment": "fine", "checkpoint": "../x.pth"}"#,
        r#"{"experiment": "fine", "init": "../../secret.npz"}"#,
        r#"{"experiment": "fine", "init": "/etc/hostname.npz"}"#,
        r#"{"experiment": "fine", "grid": [0, 8]}"#,
        r#"{"experiment": "fine", "gamma": 7}"#,
        r#"{"experiment": "fine", "unknown": 1}"#,
        "{",
    ] {
        let answer = lab.post_session(body).await?;
        assert!(matches!(answer.status, 400 | 422), "{body}: {}", answer.status);
    }
    assert_eq!(lab.sessions.count(), 0);
    lab.stop().await
}

#[tokio::test]
async fn a_body_is_taken_up_to_its_limit() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    for (bytes, taken) in [(65_535, true), (65_536, true), (65_537, false)] {
        let mut body = r#"{"experiment": "fine"}"#.to_owned();
        body.push_str(&" ".repeat(bytes - body.len()));
        assert_eq!(
            lab.post_session(&body).await?.status == 201,
            taken,
            "{bytes} bytes"
        );
    }
    lab.stop().await
}

#[tokio::test]
async fn a_server_that_cannot_be_is_explained() -> Result<()> {
    use ath::api::Reach;
    use ath::server::{Server, ServerError, ServerOptions};
    use ath::session::SessionSettings;
    use ath::supervisor::{Deadlines, Launcher};
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port();
    let bind = async |address: &str, port: u16, token: Option<&str>| -> Result<Option<ServerError>> {
        let server = Server::bind(ServerOptions {
            catalog: ath::catalog::Catalog::new("/nowhere".into(), false),
            page: "/nowhere".into(),
            launcher: Launcher::new(super::ENGINE.into(), Deadlines::default()),
            bind: address.parse()?,
            port,
            token: token.map(str::to_owned),
            reach: Reach::default(),
            settings: SessionSettings::default(),
        });
        Ok(server.await.err())
    };
    assert!(matches!(
        bind("127.0.0.1", port, None).await?,
        Some(ServerError::PortTaken { .. })
    ));
    for token in [None, Some("")] {
        let error = bind("0.0.0.0", 0, token).await?;
        assert!(
            matches!(error, Some(ServerError::TokenMissing { .. })),
            "{token:?}: {error:?}"
        );
    }
    assert!(bind("0.0.0.0", 0, Some("secret")).await?.is_none());
    Ok(())
}
