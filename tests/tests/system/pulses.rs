//! Pulses: a viewer of a world that rests hears that it is there, and how its engine does.

use std::time::Duration;

use anyhow::Result;
use atheria_shared::pulse::Pulse;
use atheria_shared::session::Event;
use atheria_shared::world::WorldCommand;
use atheria_tests::{Lab, Seen, Watcher};

use super::{lab, options};

async fn pulse(viewer: &mut Watcher, fits: impl Fn(&Pulse) -> bool) -> Result<Pulse> {
    viewer
        .until(|seen| match seen {
            Seen::Event(Event::Pulse(pulse)) if fits(pulse) => Some(*pulse),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_world_that_rests_is_told_from_one_that_is_gone() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    viewer.command(&WorldCommand::Pause).await?;
    viewer.status(|status| !status.playing).await?;
    for _ in 0..3 {
        let pulse = pulse(&mut viewer, |_| true).await?;
        assert!(
            pulse.engine_silent_ms.is_some_and(|silent| silent < 1_000),
            "{pulse:?}"
        );
        assert_eq!((pulse.busy_ms, pulse.viewers), (0, 1));
    }
    let _second = Watcher::connect(lab.address, &id).await?;
    pulse(&mut viewer, |pulse| pulse.viewers == 2).await?;
    lab.stop().await
}

#[tokio::test]
async fn an_engine_that_says_nothing_is_silent_and_one_that_works_is_busy() -> Result<()> {
    let mut options = options(&["live-silent", "live-hang"]);
    // Long enough to be told before the engine is given up.
    options.deadlines.heartbeat = Duration::from_secs(20);
    options.deadlines.busy = Duration::from_secs(20);
    let lab = Lab::start(options).await?;
    let mut viewer = lab.watch("live-silent").await?;
    pulse(&mut viewer, |pulse| pulse.engine_silent_ms > Some(1_200)).await?;

    let mut viewer = lab.watch("live-hang").await?;
    let busy = pulse(&mut viewer, |pulse| pulse.busy_ms > 1_200).await?;
    assert!(
        busy.engine_silent_ms.is_some_and(|silent| silent < 1_000),
        "{busy:?}"
    );
    lab.stop().await
}

#[tokio::test]
async fn where_there_is_no_engine_none_is_silent() -> Result<()> {
    let lab = lab(&["fail-export"]).await?;
    let mut viewer = lab.watch("fail-export").await?;
    pulse(&mut viewer, |pulse| pulse.engine_silent_ms.is_none()).await?;
    lab.stop().await
}
