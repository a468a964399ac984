//! What the engine says of a law, and of itself.

use atheria_shared::character::{LawCharacter, SeedFate};
use atheria_shared::diagnosis::{Advice, CheckId, CheckReport, Figure, FigureName, Finding, Verdict};
use atheria_shared::engine::EngineEvent;

use crate::outbox::Pipe;
use crate::{die, hang};

/// The character of every law here.
pub(crate) fn character() -> LawCharacter {
    LawCharacter {
        period_cells: 4,
        reach_cells: 14,
        lambda: Some(1.25),
        settling_steps: Some(20),
        wall_depth_cells: None,
        seed: Some(SeedFate::Dissolves { by_step: 31 }),
        tile_cells: 32,
        measured_steps: 48,
        measured_side_cells: 96,
        missing: Vec::new(),
    }
}

/// Makes the checks; `fail-check`, `die-check` and `hang-check` spoil the third of them.
pub(crate) fn diagnose(pipe: &Pipe, experiment: &str) {
    pipe.busy(true);
    for check in CheckId::ALL
        .into_iter()
        .filter(|&check| check != CheckId::Restore)
    {
        let spoilt = check == CheckId::WriteRead;
        match experiment {
            "die-check" if spoilt => die("terminate called after throwing an instance of 'c10::Error'"),
            "hang-check" if spoilt => hang(),
            _ if spoilt && std::env::var_os("FAULT_CHECKS").is_some() => hang(),
            _ => {}
        }
        pipe.say(&EngineEvent::Checked(report(
            check,
            spoilt && experiment == "fail-check",
        )));
    }
    pipe.say(&EngineEvent::Diagnosed);
    pipe.busy(false);
}

fn report(check: CheckId, fails: bool) -> CheckReport {
    let (verdict, finding, advice) = match (check, fails) {
        (_, true) => {
            let finding = Finding::CellsDiffer {
                differ: 1,
                compared: 64,
            };
            (Verdict::Failed, finding, Some(Advice::SaveElsewhere))
        }
        (CheckId::Matter, _) => {
            let finding = Finding::Dissolved {
                step: 31,
                known: None,
            };
            (Verdict::Explained, finding, None)
        }
        _ => (
            Verdict::Passed,
            Finding::CpuComputes {
                looked_for_cuda: true,
            },
            None,
        ),
    };
    CheckReport {
        check,
        verdict,
        finding,
        error: None,
        evidence: vec![Figure::new(FigureName::ProductError, 2.5e-7)],
        advice,
        seconds: 0.25,
    }
}
