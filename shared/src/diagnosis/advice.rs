//! What to do about a finding: English by [`Display`](std::fmt::Display), the page's language on the page.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What to do about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Try the CPU; if it computes wrongly too, libtorch is damaged.
    TryCpuThenReinstall,
    /// Use the CPU, or install a libtorch with CUDA.
    CpuOrInstallCuda,
    /// Use the CPU; TF32 has to be off.
    CpuOrNoTf32,
    /// Try the CPU; if it fails there too, the log says more.
    TryCpu,
    /// Go on with the CPU.
    GoOnWithCpu,
    /// Make the export again.
    ExportAgain,
    /// Make the export again, then by the other way.
    ExportOtherwise,
    /// Save elsewhere, and report it.
    SaveElsewhere,
    /// Do not trust restored worlds, and report it.
    DistrustRestored,
    /// Compute densely, and report it.
    ComputeDensely,
    /// Choose another starting matter.
    OtherMatter,
    /// Look at earlier steps, put more in, or take another checkpoint.
    LookEarlier,
    /// Look at another view, or at an earlier step.
    OtherView,
    /// Choose another grid or starting matter.
    OtherWorld,
    /// Correct the starting matter or the grid in `atheria.json`.
    CorrectWorld,
    /// Inspect the law: its probe says what can be said of it.
    Inspect,
    /// Take another checkpoint, or save this one again.
    OtherCheckpoint,
    /// Compare `config.json` with what was trained.
    CompareConfig,
    /// Correct `config.json` or `atheria.json`.
    CorrectConfig,
    /// Train on, or take an earlier checkpoint.
    TrainOn,
    /// Make room on the disk, or make the folder writable.
    MakeRoom,
    /// See that the temporary folder can be written.
    TemporaryFolder,
    /// Build server and engine together.
    Build,
    /// See whether the machine is busy.
    BusyMachine,
    /// Look for the engine's words in the log.
    ReadLog,
    /// Diagnose again, and report it if it comes back.
    Again,
    /// It is a fault of Atheria: report it.
    Report,
}

impl Advice {
    /// All of them.
    pub const ALL: [Self; 27] = [
        Self::TryCpuThenReinstall,
        Self::CpuOrInstallCuda,
        Self::CpuOrNoTf32,
        Self::TryCpu,
        Self::GoOnWithCpu,
        Self::ExportAgain,
        Self::ExportOtherwise,
        Self::SaveElsewhere,
        Self::DistrustRestored,
        Self::ComputeDensely,
        Self::OtherMatter,
        Self::LookEarlier,
        Self::OtherView,
        Self::OtherWorld,
        Self::CorrectWorld,
        Self::Inspect,
        Self::OtherCheckpoint,
        Self::CompareConfig,
        Self::CorrectConfig,
        Self::TrainOn,
        Self::MakeRoom,
        Self::TemporaryFolder,
        Self::Build,
        Self::BusyMachine,
        Self::ReadLog,
        Self::Again,
        Self::Report,
    ];
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TryCpuThenReinstall => {
                "Diagnose again with the device cpu; if it fails there too, install libtorch anew."
            }
            Self::CpuOrInstallCuda => {
                "Choose the device cpu or auto, or install a libtorch with CUDA and a driver for it."
            }
            Self::CpuOrNoTf32 => "Choose the device cpu. TF32 must be off: set NVIDIA_TF32_OVERRIDE=0.",
            Self::TryCpu => "Diagnose again with the device cpu; if it fails there too, see the engine's log.",
            Self::GoOnWithCpu => "Go on with the CPU (--device cpu).",
            Self::ExportAgain => "Export again with --force; if that fails, see the engine's log.",
            Self::ExportOtherwise => {
                "Export again with --force; if that fails, choose the other method, script or trace."
            }
            Self::SaveElsewhere => {
                "This is a fault of Atheria or of the disk: save elsewhere, and report it with the engine's log."
            }
            Self::DistrustRestored => {
                "Do not trust worlds of this experiment across a recovery, and report this with its figures."
            }
            Self::ComputeDensely => {
                "Run this experiment with --execution dense, and report this with the engine's log."
            }
            Self::OtherMatter => "Choose another starting matter, for example blob:16.",
            Self::LookEarlier => "Look at earlier steps, put more matter in, or choose another checkpoint.",
            Self::OtherView => "Look at a view that is not constant, or at an earlier step.",
            Self::OtherWorld => "Choose another grid or starting matter, and diagnose again.",
            Self::CorrectWorld => {
                "Correct the starting matter or the grid in the experiment's atheria.json."
            }
            Self::Inspect => "Inspect the law: its probe says what can be said of it.",
            Self::OtherCheckpoint => "Take another checkpoint, or save this one again with torch.save.",
            Self::CompareConfig => {
                "Compare MODEL_ARCHITECTURE and MODEL_PARAMS in config.json with what was trained."
            }
            Self::CorrectConfig => "Correct the experiment's config.json or atheria.json.",
            Self::TrainOn => {
                "The law makes values that are not finite: train on, or choose an earlier checkpoint."
            }
            Self::MakeRoom => "Make room on the disk, or make the folder writable.",
            Self::TemporaryFolder => "See that the temporary folder (TMPDIR) can be written and has room.",
            Self::Build => {
                "Build server and engine together with `make build`, or give the engine with --engine."
            }
            Self::BusyMachine => "See whether the machine is busy or out of memory, then diagnose again.",
            Self::ReadLog => {
                "Look for the engine's own words in the log (ATHERIA_LOG=info); try --device cpu where CUDA is used."
            }
            Self::Again => "Diagnose again; if it comes back, report it with the log.",
            Self::Report => "This is a fault of Atheria: report it with the engine's log.",
        })
    }
}
