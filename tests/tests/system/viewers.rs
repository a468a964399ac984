//! Viewers: a slow one gets less, never late, and takes nothing from another; one that is gone is let go.

use std::time::{Duration, Instant};

use anyhow::Result;
use atheria_shared::ErrorCode;
use atheria_shared::session::{Event, Notice};
use atheria_tests::{Lab, Seen, Watcher};

use super::{lab, options};

#[tokio::test]
async fn a_stalled_viewer_holds_nobody_back_and_is_let_go() -> Result<()> {
    let mut options = options(&["flood"]);
    options.settings.viewer_stalled = Duration::from_secs(2);
    let lab = Lab::start(options).await?;
    let mut reads = lab.watch("flood").await?;
    let id = reads.live().await?.id;
    let mut stalled = Watcher::connect(lab.address, &id).await?;
    let session = lab.sessions.get(&id)?;
    // The one goes on reading for as long as the other one, which reads nothing, has its seat.
    let began = Instant::now();
    let mut last = reads.frame().await?.step;
    let mut frames = 0;
    let mut both = false;
    loop {
        let header = reads.frame().await?;
        assert!(header.step >= last, "an older frame");
        last = header.step;
        frames += 1;
        let viewers = session.info().viewers;
        both |= viewers == 2;
        if both && viewers == 1 {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{viewers} viewers, {frames} frames"
        );
    }
    assert!(frames > 20, "{frames} frames");
    // It was sent what fits the sockets between, and then the end.
    while !matches!(stalled.next().await?, Seen::Closed) {}
    lab.stop().await
}

#[tokio::test]
async fn a_viewer_that_missed_events_is_told_and_gets_the_session_anew() -> Result<()> {
    let mut options = options(&["flood"]);
    options.settings.events_waiting = 4;
    let lab = Lab::start(options).await?;
    let mut reads = lab.watch("flood").await?;
    let id = reads.live().await?.id;
    let mut slow = Watcher::connect(lab.address, &id).await?;
    // Until the world has gone on far beyond what the sockets hold.
    let reached = reads.status(|status| status.step > 100).await?.step;
    let missed = slow
        .until(|seen| match seen {
            Seen::Event(Event::Notice(Notice::Missed { events })) => Some(*events),
            _ => None,
        })
        .await?;
    assert!(missed > 0);
    let Seen::Event(Event::Session(info)) = slow.next().await? else {
        anyhow::bail!("no session after what was missed");
    };
    assert!(info.status.is_some_and(|status| status.step >= reached));
    lab.stop().await
}

#[tokio::test]
async fn seats_are_limited_and_freed() -> Result<()> {
    let mut options = options(&["fine"]);
    options.settings.viewers = 2;
    let lab = Lab::start(options).await?;
    let mut first = lab.watch("fine").await?;
    let id = first.live().await?.id;
    let second = Watcher::connect(lab.address, &id).await?;
    let refused = Watcher::connect(lab.address, &id)
        .await
        .err()
        .map(|error| error.to_string());
    assert!(
        refused.as_deref().is_some_and(|text| text.contains("429")),
        "{refused:?}"
    );
    drop(second);
    let session = lab.sessions.get(&id)?;
    while session.info().viewers == 2 {
        first.next().await?;
    }
    Watcher::connect(lab.address, &id).await?;
    lab.stop().await
}

#[tokio::test]
async fn a_message_that_is_too_long_ends_its_viewer_only() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut honest = lab.watch("fine").await?;
    let id = honest.live().await?.id;
    for (bytes, ends) in [(65_535, false), (65_536, false), (65_537, true)] {
        let mut viewer = Watcher::connect(lab.address, &id).await?;
        viewer.text(&" ".repeat(bytes)).await?;
        let ended = viewer
            .until(|seen| match seen {
                Seen::Closed => Some(true),
                Seen::Event(Event::Notice(Notice::CommandRefused { error })) => {
                    Some(error.code != ErrorCode::BadRequest)
                }
                _ => None,
            })
            .await?;
        assert_eq!(ended, ends, "{bytes} bytes");
    }
    honest.frame().await?;
    lab.stop().await
}

/// The frames that come while the world makes so many steps.
async fn frames_meanwhile(viewer: &mut Watcher, steps: u64) -> Result<Vec<u64>> {
    let (mut frames, mut from) = (Vec::new(), None);
    loop {
        match viewer.next().await? {
            Seen::Frame(header, _) => frames.push(header.step),
            Seen::Event(Event::Status(status)) => {
                if status.step > *from.get_or_insert(status.step) + steps {
                    return Ok(frames);
                }
            }
            Seen::Event(_) => {}
            Seen::Closed => anyhow::bail!("the viewer was let go"),
        }
    }
}

#[tokio::test]
async fn a_viewer_that_says_what_it_has_painted_is_sent_no_more_than_two_ahead() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    viewer.text(r#"{"painted":0}"#).await?;
    // Until the server has read that; then what it had sent is all there is.
    let mut sent = frames_meanwhile(&mut viewer, 100).await?.len();
    let more = frames_meanwhile(&mut viewer, 50).await?;
    assert!(more.is_empty(), "{more:?} after {sent}");
    for _ in 0..3 {
        // Of the frames before the session was live it does not know how many there were: more than it counted.
        viewer.text(&format!(r#"{{"painted":{}}}"#, sent + 1_000)).await?;
        let more = frames_meanwhile(&mut viewer, 50).await?;
        assert!((1..=2).contains(&more.len()), "{more:?}");
        sent += more.len();
    }
    // Who does not count is not counted.
    let mut other = Watcher::connect(lab.address, &id).await?;
    assert!(frames_meanwhile(&mut other, 50).await?.len() > 10);
    lab.stop().await
}
