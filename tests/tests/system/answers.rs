//! What REST answers: the JSON, the page's files and the headers.

use anyhow::Result;
use atheria_tests::http::request;

use super::lab;

#[tokio::test]
async fn the_json_is_what_the_page_expects() -> Result<()> {
    let lab = lab(&["fine", "-bad"]).await?;
    lab.write("experiments/broken/config.json", "{")?;
    lab.write("experiments/fine/thumbnail.png", "png")?;
    let root = lab.folder.path().canonicalize()?.to_string_lossy().into_owned();
    let mut answers = Vec::new();
    for (method, path, body) in [
        ("GET", "/api/health", ""),
        ("GET", "/api/experiments", ""),
        ("GET", "/api/experiments/fine", ""),
        ("GET", "/api/experiments/none", ""),
        ("GET", "/api/experiments/broken/thumbnail", ""),
        ("GET", "/api/sessions", ""),
        ("GET", "/api/sessions/00000000000000aa", ""),
        ("GET", "/api/sessions/x", ""),
        ("POST", "/api/sessions", r#"{"experiment": "broken"}"#),
        (
            "POST",
            "/api/sessions",
            r#"{"experiment": "fine", "checkpoint": "best"}"#,
        ),
        ("GET", "/api/experiments/fine/diagnosis", ""),
        ("POST", "/api/experiments/none/diagnosis", ""),
        ("GET", "/api/nothing", ""),
    ] {
        let answer = request(lab.address, method, path, body).await?;
        let mut json = answer.json();
        forget_times(&mut json);
        let text = serde_json::to_string(&json)?.replace(&root, "ROOT");
        let json: serde_json::Value = serde_json::from_str(&text)?;
        answers.push(serde_json::json!({"asked": format!("{method} {path} {body}"), "status": answer.status, "json": json}));
    }
    insta::assert_json_snapshot!(answers);
    let picture = request(lab.address, "GET", "/api/experiments/fine/thumbnail", "").await?;
    assert_eq!(
        (picture.header("content-type"), picture.body.as_slice()),
        (Some("image/png"), b"png".as_slice())
    );
    lab.stop().await
}

/// Times differ from run to run.
fn forget_times(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(map) => {
            map.remove("modified_s");
            map.values_mut().for_each(forget_times);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(forget_times),
        _ => {}
    }
}

#[tokio::test]
async fn the_page_is_served_with_its_policy() -> Result<()> {
    let lab = lab(&[]).await?;
    let missing = request(lab.address, "GET", "/", "").await?;
    assert_eq!(missing.status, 503);
    assert!(String::from_utf8_lossy(&missing.body).contains("make build"));

    lab.write("dist/index.html", "<script type=\"module\">start()</script>")?;
    lab.write("dist/app_bg.wasm", "wasm")?;
    let index = request(lab.address, "GET", "/", "").await?;
    assert_eq!(
        (index.status, index.header("cache-control")),
        (200, Some("no-cache"))
    );
    let policy = index.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("'wasm-unsafe-eval' 'sha256-"), "{policy}");
    assert_eq!(index.header("x-content-type-options"), Some("nosniff"));
    let wasm = request(lab.address, "GET", "/app_bg.wasm", "").await?;
    assert_eq!(
        (wasm.status, wasm.header("content-type")),
        (200, Some("application/wasm"))
    );
    assert_eq!(request(lab.address, "GET", "/other.js", "").await?.status, 404);
    assert_eq!(request(lab.address, "POST", "/", "").await?.status, 405);
    lab.stop().await
}

#[tokio::test]
async fn a_script_drives_a_session() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    let path = format!("/api/sessions/{id}/commands");
    assert_eq!(
        request(lab.address, "POST", &path, r#"{"command": "pause"}"#)
            .await?
            .status,
        204
    );
    viewer.status(|status| !status.playing).await?;
    assert_eq!(
        request(lab.address, "POST", &path, r#"{"command": "step", "steps": 0}"#)
            .await?
            .status,
        400
    );
    lab.stop().await
}
