//! Engines that hang, die or lie on the way to a world: explained by stage, and nothing else is touched.

use std::time::Duration;

use anyhow::Result;
use atheria_shared::session::{Event, Notice, Phase, Stage, StageState};
use atheria_shared::world::Device;
use atheria_shared::{ApiError, ErrorCode};
use atheria_tests::{Lab, Seen, Watcher, impatient};

use super::{lab, options};

/// The error that an experiment fails with.
async fn failure(lab: &Lab, experiment: &str) -> Result<ApiError> {
    let mut viewer = lab.watch(experiment).await?;
    let info = viewer
        .phase(|phase| matches!(phase, Phase::Failed { .. }))
        .await?;
    match info.phase {
        Phase::Failed { error } => Ok(error),
        phase => anyhow::bail!("{phase:?}"),
    }
}

#[tokio::test]
async fn a_stage_that_hangs_is_ended_by_its_deadline_and_named() -> Result<()> {
    let lab = lab(&["hang-export", "fine"]).await?;
    let error = failure(&lab, "hang-export").await?;
    assert_eq!(error.code, ErrorCode::EngineTimeout);
    assert_eq!(
        error.message,
        "the engine took longer than 1 s in the stage \"export\" and was ended"
    );
    // The server is as well as before.
    lab.watch("fine").await?.live().await?;
    lab.stop().await
}

#[tokio::test]
async fn a_process_that_dies_leaves_its_last_words() -> Result<()> {
    let lab = lab(&["die-read_checkpoint"]).await?;
    let mut viewer = lab.watch("die-read_checkpoint").await?;
    let info = viewer
        .phase(|phase| matches!(phase, Phase::Failed { .. }))
        .await?;
    let Phase::Failed { error } = &info.phase else {
        unreachable!()
    };
    assert_eq!(error.code, ErrorCode::EngineDied);
    assert!(
        error.message.contains("SIGABRT") && error.message.contains("read checkpoint"),
        "{error}"
    );
    assert_eq!(
        error.details,
        ["terminate called after throwing an instance of 'c10::Error'"]
    );
    let last = info.stages.last().map(|report| (report.stage, &report.state));
    assert!(
        matches!(last, Some((Stage::ReadCheckpoint, StageState::Failed { .. }))),
        "{last:?}"
    );
    lab.stop().await
}

#[tokio::test]
async fn an_engine_that_says_why_is_believed() -> Result<()> {
    let lab = lab(&["fail-export"]).await?;
    let error = failure(&lab, "fail-export").await?;
    assert_eq!(
        (error.code, error.message.as_str()),
        (ErrorCode::ExportFailed, "export fails on request")
    );
    lab.stop().await
}

#[tokio::test]
async fn a_packet_that_cannot_be_ends_the_engine_before_it_costs_memory() -> Result<()> {
    let lab = lab(&["huge"]).await?;
    let error = failure(&lab, "huge").await?;
    assert!(error.message.contains("a packet of 4294967295 bytes"), "{error}");
    lab.stop().await
}

/// Waits until a viewer is told that CUDA was fallen back from, and gives the reason.
async fn fell_back(viewer: &mut Watcher) -> Result<ApiError> {
    viewer
        .until(|seen| match seen {
            Seen::Event(Event::Notice(Notice::CudaFellBack { error })) => Some(error.clone()),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn cuda_falls_back_to_the_cpu_however_it_fails() -> Result<()> {
    let lab = lab(&["cuda-hang", "cuda-die", "cuda-fail"]).await?;
    for experiment in ["cuda-hang", "cuda-die", "cuda-fail"] {
        let mut viewer = lab.watch(experiment).await?;
        let error = fell_back(&mut viewer).await?;
        assert!(!error.message.is_empty());
        let info = viewer.live().await?;
        assert_eq!(
            info.world.map(|world| world.device),
            Some(Device::Cpu),
            "{experiment}"
        );
        let failed = info
            .stages
            .iter()
            .find(|report| report.stage == Stage::MoveToCuda);
        let in_sight = failed.is_some_and(|report| matches!(report.state, StageState::Failed { .. }));
        assert!(in_sight, "{experiment}: {failed:?}");
    }
    lab.stop().await
}

#[tokio::test]
async fn cuda_that_was_asked_for_by_name_is_an_error() -> Result<()> {
    let lab = lab(&["cuda-fail"]).await?;
    let answer = lab
        .post_session(r#"{"experiment": "cuda-fail", "device": "cuda"}"#)
        .await?;
    let info: atheria_shared::session::SessionInfo = serde_json::from_slice(&answer.body)?;
    let mut viewer = Watcher::connect(lab.address, &info.id).await?;
    viewer
        .phase(|phase| matches!(phase, Phase::Failed { error } if error.code == ErrorCode::CudaFailed))
        .await?;
    lab.stop().await
}

#[tokio::test]
async fn a_driver_that_cannot_be_used_leaves_the_cpu_and_is_told() -> Result<()> {
    for fault in [
        "hang",
        "die",
        r#"{"cuda":"too_old","driver":11040,"runtime":13000}"#,
    ] {
        let mut options = options(&["fine"]);
        options.environment.push(("FAULT_CUDA".into(), fault.into()));
        options.deadlines.cuda = Duration::from_millis(500);
        let lab = Lab::start(options).await?;
        let mut viewer = lab.watch("fine").await?;
        let told = fell_back(&mut viewer).await?;
        assert_eq!(told.code, ErrorCode::CudaFailed, "{fault}: {told}");
        // A notice that waited for its first viewer comes after the session as it is: then that was seen already.
        let live = |event: &Event| match event {
            Event::Session(info) if info.phase == Phase::Live => Some((**info).clone()),
            _ => None,
        };
        let info = match viewer.events.iter().find_map(live) {
            Some(info) => info,
            None => viewer.live().await?,
        };
        assert_eq!(info.world.map(|world| world.device), Some(Device::Cpu), "{fault}");
        let answer = lab
            .post_session(r#"{"experiment": "fine", "device": "cuda"}"#)
            .await?;
        let info: atheria_shared::session::SessionInfo = serde_json::from_slice(&answer.body)?;
        let mut viewer = Watcher::connect(lab.address, &info.id).await?;
        viewer
            .phase(|phase| matches!(phase, Phase::Failed { error } if error.code == ErrorCode::CudaFailed))
            .await?;
        lab.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_engine_that_never_comes_up_is_explained() -> Result<()> {
    for (fault, code) in [
        ("never", ErrorCode::EngineTimeout),
        ("die", ErrorCode::EngineDied),
        ("protocol", ErrorCode::EngineMissing),
        ("nonsense", ErrorCode::EngineDied),
    ] {
        let mut options = options(&["fine"]);
        options.environment.push(("FAULT_HELLO".into(), fault.into()));
        options.deadlines.start = Duration::from_millis(500);
        let lab = Lab::start(options).await?;
        let error = failure(&lab, "fine").await?;
        assert_eq!(error.code, code, "{fault}: {error}");
        lab.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_named() -> Result<()> {
    let mut options = options(&["fine"]);
    options.engine = "/nowhere/ath-engine".into();
    options.deadlines = impatient();
    let lab = Lab::start(options).await?;
    let error = failure(&lab, "fine").await?;
    assert_eq!(error.code, ErrorCode::EngineMissing);
    assert!(error.message.contains("/nowhere/ath-engine"), "{error}");
    lab.stop().await
}
