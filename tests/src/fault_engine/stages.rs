//! The way to a law and a world, and what the experiment's name spoils on it.

use atheria_shared::engine::{EngineEvent, LawJob};
use atheria_shared::session::{ExportMethod, ExportReport, Stage, StageReport, StageState};
use atheria_shared::world::Device;
use atheria_shared::{ApiError, ErrorCode};

use crate::outbox::Pipe;
use crate::{die, hang};

/// What the stages lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    Export,
    Character,
    World(Device),
}

/// Goes through the stages; whether all went well.
pub(crate) fn stages(pipe: &Pipe, law: &LawJob, goal: Goal) -> bool {
    let mut list = vec![
        Stage::Find,
        Stage::ReadCheckpoint,
        Stage::Export,
        Stage::VerifyCpu,
    ];
    match goal {
        Goal::Export => {}
        Goal::Character => list.push(Stage::Character),
        Goal::World(device) => {
            if device == Device::Cuda {
                list.extend([Stage::MoveToCuda, Stage::VerifyCuda]);
            }
            list.extend([Stage::WarmUp, Stage::Ready]);
        }
    }
    for stage in list {
        pipe.say(&EngineEvent::Stage(StageReport {
            stage,
            state: StageState::Started,
        }));
        if let Err(error) = spoil(pipe, &law.experiment, stage) {
            let state = StageState::Failed {
                seconds: 0.0,
                error: error.clone(),
            };
            pipe.say(&EngineEvent::Stage(StageReport { stage, state }));
            pipe.say(&EngineEvent::Failed { error });
            return false;
        }
        let state = StageState::Done {
            seconds: 0.01,
            error: None,
            cached: false,
        };
        pipe.say(&EngineEvent::Stage(StageReport { stage, state }));
        if stage == Stage::VerifyCpu && goal != Goal::Export {
            pipe.say(&EngineEvent::Exported(export(law)));
        }
    }
    true
}

/// What the experiment's name asks for in this stage.
fn spoil(pipe: &Pipe, experiment: &str, stage: Stage) -> Result<(), ApiError> {
    let name = serde_json::to_value(stage).unwrap();
    let name = name.as_str().unwrap_or_default();
    let here = |what: &str| {
        experiment == format!("{what}-{name}")
            || (stage == Stage::MoveToCuda && experiment == format!("cuda-{what}"))
    };
    if here("hang") {
        pipe.busy(true);
        hang();
    }
    if here("die") {
        die("terminate called after throwing an instance of 'c10::Error'");
    }
    if here("fail") {
        let code = if stage.is_cuda() {
            ErrorCode::CudaFailed
        } else {
            ErrorCode::ExportFailed
        };
        return Err(ApiError::new(code, format!("{name} fails on request")));
    }
    Ok(())
}

/// An export that was made.
pub(crate) fn export(law: &LawJob) -> ExportReport {
    ExportReport {
        file: format!("model_{}.pt", law.checkpoint.stem()),
        folder: None,
        checkpoint: law.checkpoint.to_string(),
        method: ExportMethod::Script,
        made: true,
        max_abs_error: 1e-7,
        episode: Some(7),
        loss: None,
        checkpoint_sha256: String::new(),
        remarks: Vec::new(),
    }
}
