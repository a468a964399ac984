//! Where the server is found: under a path, by a name, through a proxy; and what browsers keep of its page.

use anyhow::Result;
use ath::api::Reach;
use atheria_tests::http::{Answer, forged, request};
use atheria_tests::{Lab, Watcher};

use super::{lab, options};

async fn found(experiments: &[&str], reach: Reach) -> Result<Lab> {
    let mut options = options(experiments);
    options.reach = reach;
    Lab::start(options).await
}

async fn get(lab: &Lab, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    forged(lab.address, "GET", path, headers, "").await
}

#[tokio::test]
async fn everything_lies_under_the_base_path() -> Result<()> {
    let reach = Reach {
        base: "/team/lab".parse()?,
        ..Reach::default()
    };
    let lab = found(&["fine"], reach).await?;
    lab.write("dist/index.html", "<title>page</title>")?;
    lab.write("dist/app.js", "js")?;
    let status = async |path: &str| anyhow::Ok(request(lab.address, "GET", path, "").await?.status);
    for (path, expected) in [
        ("/team/lab/", 200),
        ("/team/lab/app.js", 200),
        ("/team/lab/api/health", 200),
        ("/team/lab/api/experiments/fine", 200),
        ("/team/lab/../../app.js", 404),
        ("/", 404),
        ("/app.js", 404),
        ("/api/health", 404),
        ("/team/label/", 404),
    ] {
        assert_eq!(status(path).await?, expected, "{path}");
    }
    let bare = request(lab.address, "GET", "/team/lab?a=b", "").await?;
    assert_eq!((bare.status, bare.header("location")), (308, Some("lab/?a=b")));
    let lost = request(lab.address, "GET", "/", "").await?;
    assert!(
        lost.json()["message"].to_string().contains("/team/lab/"),
        "{lost:?}"
    );

    let body = r#"{"experiment": "fine"}"#;
    let opened = request(lab.address, "POST", "/team/lab/api/sessions", body).await?;
    let path = format!(
        "/ws/sessions/{}",
        opened.json()["id"].as_str().unwrap_or_default()
    );
    Watcher::connect_with(lab.address, &format!("/team/lab{path}"), &[]).await?;
    assert!(Watcher::connect_with(lab.address, &path, &[]).await.is_err());
    lab.stop().await
}

#[tokio::test]
async fn a_name_is_allowed_and_another_is_told_with_the_switch() -> Result<()> {
    let reach = Reach {
        names: vec!["lab.example".parse()?],
        ..Reach::default()
    };
    let lab = found(&["fine"], reach).await?;
    lab.write("dist/index.html", "<title>page</title>")?;
    let page = get(&lab, "/", &[("host", "lab.example:8443")]).await?;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("wss://lab.example:8443"), "{policy}");
    // Browsers complain about it at an address that they do not trust.
    assert_eq!(page.header("cross-origin-opener-policy"), None);
    let local = get(&lab, "/", &[("host", "localhost")]).await?;
    assert_eq!(local.header("cross-origin-opener-policy"), Some("same-origin"));

    let refused = get(
        &lab,
        "/",
        &[("host", "other.example"), ("x-forwarded-host", "lab.example")],
    )
    .await?;
    assert_eq!(refused.status, 403);
    let json = refused.json();
    assert!(
        json["message"].to_string().contains("--allow-host other.example"),
        "{json}"
    );
    assert!(json["details"][0].to_string().contains("--trust-proxy"), "{json}");
    let person = get(
        &lab,
        "/",
        &[("host", "other.example"), ("accept", "text/html,*/*")],
    )
    .await?;
    assert_eq!(
        (person.status, person.header("content-type")),
        (403, Some("text/html; charset=utf-8"))
    );
    let body = String::from_utf8(person.body)?;
    assert!(body.contains("ath serve --allow-host other.example"), "{body}");
    lab.stop().await
}

#[tokio::test]
async fn a_proxy_is_believed_when_it_was_named() -> Result<()> {
    let forwarded = [
        ("host", "127.0.0.1"),
        ("x-forwarded-host", "lab.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/lab"),
        ("origin", "https://lab.example"),
    ];
    for (proxies, status) in [(vec!["127.0.0.0/8".parse()?], 200), (Vec::new(), 404)] {
        let reach = Reach {
            names: vec!["lab.example".parse()?],
            base: "/lab".parse()?,
            proxies,
        };
        let lab = found(&["fine"], reach).await?;
        lab.write("dist/index.html", "<title>page</title>")?;
        // The proxy took /lab away, and says so.
        let page = get(&lab, "/", &forwarded).await?;
        assert_eq!(page.status, status);
        if status == 200 {
            let policy = page.header("content-security-policy").unwrap_or_default();
            assert!(policy.contains("'self' wss://lab.example;"), "{policy}");
        }
        lab.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_experiment_is_found_by_whatever_its_folder_is_called() -> Result<()> {
    let names = [
        ("हिन्दी", "%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80"),
        ("lr=1e-3,bs=4", "lr=1e-3,bs=4"),
        ("100% [final]", "100%25%20%5Bfinal%5D"),
        ("a?b#c", "a%3Fb%23c"),
        ("a+b c", "a+b%20c"),
        ("%2F\\&", "%252F%5C&"),
    ];
    let lab = lab(&names.map(|(name, _)| name)).await?;
    for (name, encoded) in names {
        lab.write(&format!("experiments/{name}/thumbnail.png"), name)?;
        let one = request(lab.address, "GET", &format!("/api/experiments/{encoded}"), "").await?;
        assert_eq!(one.json()["name"].as_str(), Some(name), "{one:?}");
        let path = format!("/api/experiments/{encoded}/thumbnail");
        assert_eq!(
            request(lab.address, "GET", &path, "").await?.body,
            name.as_bytes()
        );
    }
    lab.stop().await
}

#[tokio::test]
async fn a_file_is_sent_as_the_browser_takes_it_and_kept_when_its_name_changes_with_it() -> Result<()> {
    let lab = lab(&[]).await?;
    for (ending, text) in [("", "plain"), (".gz", "gzip"), (".br", "brotli")] {
        lab.write(&format!("dist/app-0123456789abcdef.wasm{ending}"), text)?;
        lab.write(&format!("dist/picture.svg{ending}"), text)?;
    }
    lab.write("dist/index.html", "<title>page</title>")?;
    let host = lab.address.to_string();
    for (accepted, body) in [
        ("", "plain"),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "brotli"),
    ] {
        let headers = [("host", host.as_str()), ("accept-encoding", accepted)];
        let hashed = get(&lab, "/app-0123456789abcdef.wasm", &headers).await?;
        assert_eq!(String::from_utf8_lossy(&hashed.body), body);
        assert_eq!(
            hashed.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        assert_eq!(hashed.header("vary"), Some("accept-encoding"));
        assert_eq!(hashed.header("content-type"), Some("application/wasm"));
        for path in [
            "/",
            "/picture.svg",
            "/api/experiments",
            "/app-fedcba9876543210.wasm",
        ] {
            let fresh = get(&lab, path, &headers).await?;
            assert_eq!(fresh.header("cache-control"), Some("no-cache"), "{path}");
        }
    }
    lab.stop().await
}
