//! Sessions: their number is limited, they end when nobody wants them, and their processes end with them.

use std::time::Duration;

use anyhow::Result;
use atheria_shared::session::Phase;
use atheria_tests::{Lab, Seen, Watcher, http};

use super::{lab, options, wait_until};

#[tokio::test]
async fn there_are_as_many_as_may_be_and_no_more() -> Result<()> {
    let mut options = options(&["fine"]);
    options.settings.sessions = 3;
    let lab = Lab::start(options).await?;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(lab.watch("fine").await?);
    }
    let refused = lab.post_session(r#"{"experiment": "fine"}"#).await?;
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (429, Some("too_many"))
    );
    // A page that was reloaded leaves its session behind: the next one takes its place.
    let left = open.pop();
    drop(left);
    wait_until("a session is left", || {
        lab.sessions.list().iter().any(|info| info.viewers == 0)
    })
    .await?;
    lab.open("fine").await?;
    assert_eq!(lab.sessions.count(), 3);
    let refused = lab.post_session(r#"{"experiment": "fine"}"#).await?;
    assert_eq!(
        refused.status, 429,
        "one that nobody has watched yet is not taken out"
    );
    lab.stop().await
}

#[tokio::test]
async fn one_that_nobody_watches_is_closed() -> Result<()> {
    let mut options = options(&["fine"]);
    options.settings.unwatched = Duration::from_millis(300);
    let lab = Lab::start(options).await?;
    let mut watched = lab.watch("fine").await?;
    let id = watched.live().await?.id;
    lab.open("fine").await?;
    wait_until("the other one is closed", || lab.sessions.count() == 1).await?;
    assert!(lab.sessions.get(&id).is_ok());
    drop(watched);
    wait_until("the one that was left is closed", || lab.sessions.count() == 0).await?;
    lab.stop().await
}

#[tokio::test]
async fn a_world_that_everybody_left_stands_still_until_somebody_comes_back() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut left = lab.watch("fine").await?;
    let id = left.live().await?.id;
    left.status(|status| status.step > 5).await?;
    drop(left);
    let session = lab.sessions.get(&id)?;
    wait_until("everybody has left", || session.info().viewers == 0).await?;

    // What is measured by: a world that somebody watches.
    let step = || session.info().status.map(|status| status.step);
    let mut watched = lab.watch("fine").await?;
    watched.status(|status| status.step > 20).await?;
    let stands_at = step();
    watched.status(|status| status.step > 120).await?;
    assert_eq!(step(), stands_at);

    let mut back = Watcher::connect(lab.address, &id).await?;
    back.status(|status| Some(status.step) > stands_at && status.playing)
        .await?;
    lab.stop().await
}

#[tokio::test]
async fn a_world_that_nobody_has_watched_yet_goes_on_and_so_does_one_that_a_script_drives() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let id = lab.open("fine").await?.id;
    let session = lab.sessions.get(&id)?;
    let step = || session.info().status.map_or(0, |status| status.step);
    wait_until("it goes on", || step() > 40).await?;

    let mut viewer = Watcher::connect(lab.address, &id).await?;
    viewer.live().await?;
    drop(viewer);
    wait_until("everybody has left", || session.info().viewers == 0).await?;
    let path = format!("/api/sessions/{id}/commands");
    let asked = http::request(lab.address, "POST", &path, r#"{"command": "play"}"#).await?;
    assert_eq!(asked.status, 204);
    let from = step();
    wait_until("it goes on, since it was asked to", || step() > from + 40).await?;
    lab.stop().await
}

#[tokio::test]
async fn closing_tells_the_viewers_and_reaps_the_engine() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    let path = format!("/api/sessions/{id}");
    assert_eq!(http::request(lab.address, "DELETE", &path, "").await?.status, 204);
    viewer.phase(|phase| *phase == Phase::Closed).await?;
    while !matches!(viewer.next().await?, Seen::Closed) {}
    wait_until("it is gone", || lab.sessions.count() == 0).await?;
    assert_eq!(http::request(lab.address, "GET", &path, "").await?.status, 404);
    lab.stop().await?;
    assert_eq!(children()?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn saved_worlds_are_private_and_go_with_the_server() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let lab = lab(&["fine"]).await?;
    let folder = lab.sessions.saves().to_owned();
    assert_eq!(folder.metadata()?.permissions().mode() & 0o777, 0o700);
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    let saves = ["a", "b"].map(|turn| folder.join(format!("{id}.{turn}.npz")));
    wait_until("the world is saved, twice", || {
        saves.iter().all(|save| save.is_file())
    })
    .await?;
    http::request(lab.address, "DELETE", &format!("/api/sessions/{id}"), "").await?;
    wait_until("the saves are removed", || {
        !saves.iter().any(|save| save.exists())
    })
    .await?;
    lab.stop().await?;
    assert!(!folder.exists());
    Ok(())
}

/// The fault engines of this process that are there, dead or alive.
fn children() -> Result<Vec<String>> {
    let me = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Ok(stat) = std::fs::read_to_string(entry?.path().join("stat")) else {
            continue;
        };
        // pid (name) state parent ...
        let Some((name, rest)) = stat.rsplit_once(')') else {
            continue;
        };
        if rest.split_whitespace().nth(1) == Some(&me) && name.contains("fault-engine") && one_of_ours(&stat)
        {
            found.push(stat);
        }
    }
    Ok(found)
}

/// Other tests of this binary run engines at the same time; a zombie is nobody's.
fn one_of_ours(stat: &str) -> bool {
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
}
