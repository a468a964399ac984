//! What a check found, with its figures and names: English by [`Display`](std::fmt::Display), the page's language on the page.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::character::SeedFate;
use crate::number::Number;
use crate::remark::Remark;
use crate::view::Quantity;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// An error ended the check; the report has it.
    Broken,
    /// The law is a TorchScript: there are no layers to be exported or compared.
    Foreign,
    /// There is no law to make the check with: the check of the export says why.
    NoLaw,
    /// The experiment cannot be opened: the check of the export says why.
    Unopened,
    /// There is no engine to make the check with.
    NoEngine,
    /// The engine did not make the check.
    LeftOut,
    /// The engine ended in an earlier check.
    EngineEnded,
    /// A product or a convolution of known numbers came out wrong.
    WrongArithmetic {
        /// By how much.
        off_by: Number,
    },
    /// CUDA was asked for, and there is none.
    NoCuda,
    /// The CPU computes what plain loops do.
    CpuComputes {
        /// Whether CUDA was looked for, and not found.
        looked_for_cuda: bool,
    },
    /// CUDA computes what plain loops do.
    CudaComputes {
        /// Whether a step of the law was compared too, and is the CPU's.
        stepped: bool,
    },
    /// A step on CUDA is not the CPU's.
    CudaDiffers {
        /// How far they are apart.
        apart: Number,
        /// How far they may be.
        allowed: Number,
    },
    /// The export computes something else than the law.
    ExportDiffers {
        /// The export.
        file: String,
        /// How far they are apart.
        apart: Number,
        /// How far they may be.
        allowed: Number,
    },
    /// The checkpoint fits, and its export is current and verified.
    ExportCurrent {
        /// The checkpoint.
        checkpoint: String,
        /// The export.
        file: String,
    },
    /// The checkpoint fits; its export was made now, and verified.
    ExportMade {
        /// The checkpoint.
        checkpoint: String,
        /// The export.
        file: String,
        /// Why it was made again; empty: there was none.
        because: Vec<Remark>,
    },
    /// Matter was put into a world that has none.
    Forgotten,
    /// Cells were read back as others.
    CellsDiffer {
        /// How many.
        differ: u64,
        /// Of how many.
        compared: u64,
    },
    /// The background was read back as another.
    BackgroundDiffers {
        /// In how many cells.
        differ: u64,
        /// Of how many.
        compared: u64,
    },
    /// Matter was read back as other matter.
    MatterDiffers {
        /// Cells of it that were written.
        written: u64,
        /// That were read back.
        read: u64,
        /// That are there, counted one by one.
        there: u64,
    },
    /// A world came back as it was written.
    ReadBack {
        /// Its step.
        step: u64,
        /// Cells that were compared.
        compared: u64,
        /// Those of them that are matter.
        matter: u64,
    },
    /// A world that was saved, killed and restored is the same.
    Restored {
        /// Steps later.
        steps: u64,
    },
    /// A world that was saved, killed and restored is another one.
    RestoredOther {
        /// Steps later.
        steps: u64,
    },
    /// Sparse steps are dense ones.
    SparseIsDense {
        /// How many.
        steps: u32,
        /// How far a step is off.
        step: Number,
        /// How far all of them are.
        all: Number,
        /// What was changed to compare them.
        instead: Option<Instead>,
    },
    /// A sparse step is not the dense one.
    SparseStepOff {
        /// How far it is off.
        apart: Number,
        /// How far it may be.
        allowed: Number,
        /// What was changed to compare them.
        instead: Option<Instead>,
    },
    /// Sparse steps lead elsewhere than dense ones.
    SparseParts {
        /// How many.
        steps: u32,
        /// How far they are apart.
        apart: Number,
        /// How far they may be.
        allowed: Number,
        /// What was changed to compare them.
        instead: Option<Instead>,
    },
    /// The world is empty from the beginning.
    NothingPut,
    /// Matter vanishes in one step, and not by the law.
    Ghost {
        /// Cells that the law itself leaves.
        left: u64,
    },
    /// After one step another number of cells is matter than the law has.
    Miscounted {
        /// Cells of matter.
        cells: u64,
        /// The least that the law has.
        least: u64,
        /// The most.
        most: u64,
    },
    /// The law itself dissolves the matter.
    Dissolved {
        /// By which step.
        step: u64,
        /// What is known of the law.
        known: Option<Known>,
    },
    /// Matter is where the law has it.
    Kept {
        /// Cells of it at the beginning.
        start: u64,
        /// Cells of it at the end.
        last: u64,
        /// After how many steps.
        steps: u64,
        /// What is known of the law.
        known: Option<Known>,
    },
    /// No view could be made.
    NoView,
    /// A view shows something else than its cells.
    WrongView {
        /// Which.
        view: Quantity,
        /// At which step.
        step: u64,
        /// What is wrong with it.
        wrong: ViewFault,
    },
    /// Every view shows its cells.
    Shown {
        /// Those that are constant.
        constant: Vec<ConstantView>,
    },
}

crate::tagged::read_by_tag! {
    Finding by "finding":
    Broken,
    Foreign,
    NoLaw,
    Unopened,
    NoEngine,
    LeftOut,
    EngineEnded,
    WrongArithmetic { off_by },
    NoCuda,
    CpuComputes { looked_for_cuda },
    CudaComputes { stepped },
    CudaDiffers { apart, allowed },
    ExportDiffers { file, apart, allowed },
    ExportCurrent { checkpoint, file },
    ExportMade { checkpoint, file, because },
    Forgotten,
    CellsDiffer { differ, compared },
    BackgroundDiffers { differ, compared },
    MatterDiffers { written, read, there },
    ReadBack { step, compared, matter },
    Restored { steps },
    RestoredOther { steps },
    SparseIsDense { steps, step, all, instead },
    SparseStepOff { apart, allowed, instead },
    SparseParts { steps, apart, allowed, instead },
    NothingPut,
    Ghost { left },
    Miscounted { cells, least, most },
    Dissolved { step, known },
    Kept { start, last, steps, known },
    NoView,
    WrongView { view, step, wrong },
    Shown { constant },
}

/// What was changed of a world so that it has a dense answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    /// It was made a torus: an unbounded world has no dense answer.
    Torus,
    /// Its vacuum was made one: a given one is not computed.
    Vacuum,
}

/// What is known of a law, for whoever wonders where matter went.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// What becomes of a seed of 16 cells; none: that has not been measured yet.
    #[serde(flatten)]
    pub seed: Option<SeedFate>,
    /// For how many steps it was watched.
    pub watched_steps: u32,
    /// By how much a difference grows in a step, of a law that is chaotic.
    pub chaos: Option<Number>,
}

/// What is wrong with a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewFault {
    /// It is constant, and its cells are not.
    Constant,
    /// It does not show its cells.
    NotItsCells,
    /// It shows no matter, and there is some.
    NoMatter,
}

/// A view that has one level alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConstantView {
    /// Which.
    pub view: Quantity,
    /// At which step.
    pub step: u64,
    /// Why.
    pub why: Constancy,
}

/// Why the cells themselves are constant in a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constancy {
    /// No step was made before.
    NoStep,
    /// Nothing moves.
    NothingMoves,
    /// There is no matter.
    NoMatter,
    /// Every cell deviates alike.
    AllAlike,
    /// A cell of one channel has modulus 1 by construction.
    OneChannel,
    /// Psi is its background everywhere.
    Background,
    /// Every cell is alike in it.
    Alike,
}

impl Constancy {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NoStep,
        Self::NothingMoves,
        Self::NoMatter,
        Self::AllAlike,
        Self::OneChannel,
        Self::Background,
        Self::Alike,
    ];
}

impl fmt::Display for Finding {
    #[expect(clippy::too_many_lines, reason = "one entry for each finding")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken => f.write_str("The check could not be made."),
            Self::Foreign => f.write_str(
                "It cannot be made: the law is a TorchScript, whose code is run as it is: there are no layers to be exported or compared.",
            ),
            Self::NoLaw => f.write_str("There is no law to make it with: see the check of the export."),
            Self::Unopened => f.write_str("The experiment cannot be opened."),
            Self::NoEngine => f.write_str("There is no engine to make it with."),
            Self::LeftOut => f.write_str("The engine did not make it."),
            Self::EngineEnded => f.write_str("The engine ended in an earlier check."),
            Self::WrongArithmetic { off_by } => write!(
                f,
                "libtorch's arithmetic is wrong: a product or a convolution of known numbers is off by {off_by:.1e}."
            ),
            Self::NoCuda => f.write_str("CUDA was asked for, and libtorch finds none."),
            Self::CpuComputes {
                looked_for_cuda: false,
            } => f.write_str("The CPU computes what plain loops do. CUDA is not used here."),
            Self::CpuComputes {
                looked_for_cuda: true,
            } => f.write_str(
                "The CPU computes what plain loops do. There is no CUDA device here to be compared with it.",
            ),
            Self::CudaComputes { stepped: false } => {
                f.write_str("CUDA computes what plain loops do. There was no law to make a step with.")
            }
            Self::CudaComputes { stepped: true } => {
                f.write_str("CUDA computes what plain loops do, and its step is the CPU's.")
            }
            Self::CudaDiffers { apart, allowed } => write!(
                f,
                "A step on CUDA is {apart:.1e} from the CPU's; {allowed:.0e} is allowed."
            ),
            Self::ExportDiffers { file, apart, allowed } => write!(
                f,
                "The export {file} differs from the law by {apart:.1e}; {allowed:.0e} is allowed."
            ),
            Self::ExportCurrent { checkpoint, file } => write!(
                f,
                "{checkpoint} can be read and fits its law, and its export {file} is current and verified."
            ),
            Self::ExportMade {
                checkpoint,
                file,
                because,
            } => {
                write!(f, "{checkpoint} can be read and fits its law. ")?;
                if because.is_empty() {
                    return write!(f, "It had no export: {file} was made now, and verified.");
                }
                let reasons: Vec<_> = because.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "Its export {file} was made again, and verified: {}.",
                    reasons.join("; ")
                )
            }
            Self::Forgotten => {
                f.write_str("Matter was put into the world, and the world has none: nothing was remembered.")
            }
            Self::CellsDiffer { differ, compared } => write!(
                f,
                "{differ} of {compared} cells were read back as other than they were written."
            ),
            Self::BackgroundDiffers { differ, compared } => write!(
                f,
                "The background was read back as another in {differ} of {compared} cells."
            ),
            Self::MatterDiffers { written, read, there } => write!(
                f,
                "{written} cells of matter were written, {read} were read back, and {there} are there."
            ),
            Self::ReadBack {
                step,
                compared,
                matter,
            } => write!(
                f,
                "A world of step {step} was written and read back: all {compared} cells are the same to the last bit, and {matter} of them are matter."
            ),
            Self::Restored { steps } => write!(
                f,
                "A world that was saved, killed and restored is the same to the bit {steps} steps later."
            ),
            Self::RestoredOther { steps } => write!(
                f,
                "A world that was saved, killed and restored is another one {steps} steps later."
            ),
            Self::SparseIsDense {
                steps,
                step,
                all,
                instead,
            } => write!(
                f,
                "{steps} steps made sparsely are those made densely in float64, to {step:.1e} a step and {all:.1e} at the end{}.",
                changed(*instead)
            ),
            Self::SparseStepOff {
                apart,
                allowed,
                instead,
            } => write!(
                f,
                "A step made sparsely is {apart:.1e} from the same step made densely; {allowed:.1e} is allowed{}.",
                changed(*instead)
            ),
            Self::SparseParts {
                steps,
                apart,
                allowed,
                instead,
            } => write!(
                f,
                "After {steps} steps the sparse world is {apart:.1e} from the dense one; {allowed:.1e} is allowed{}.",
                changed(*instead)
            ),
            Self::NothingPut => {
                f.write_str("No matter was put into this world: it is empty from the beginning.")
            }
            Self::Ghost { left } => write!(
                f,
                "A ghost: matter vanishes in one step, and the law itself leaves {left} cells of it."
            ),
            Self::Miscounted { cells, least, most } => write!(
                f,
                "After one step {cells} cells are matter, and the law itself has {least} to {most}."
            ),
            Self::Dissolved { step, known } => write!(
                f,
                "The law dissolves this matter by step {step}: an empty picture after that is the law's doing.{}",
                character(known.as_ref())
            ),
            Self::Kept {
                start,
                last,
                steps,
                known,
            } => write!(
                f,
                "Matter is where the law has it: {start} cells at the beginning, {last} after {steps} steps.{}",
                character(known.as_ref())
            ),
            Self::NoView => f.write_str("No view could be made."),
            Self::WrongView { view, step, wrong } => {
                write!(f, "The view {} at step {step} {wrong}.", name(*view))
            }
            Self::Shown { constant } if constant.is_empty() => {
                f.write_str("Every view shows its cells, and none is constant.")
            }
            Self::Shown { constant } => {
                let told: Vec<_> = constant.iter().map(ToString::to_string).collect();
                write!(f, "Every view shows its cells. Constant are: {}.", told.join(", "))
            }
        }
    }
}

impl fmt::Display for ViewFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Constant => "is constant, and its cells are not",
            Self::NotItsCells => "does not show its cells",
            Self::NoMatter => "shows no matter, and there is some",
        })
    }
}

impl fmt::Display for ConstantView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at step {} ({})", name(self.view), self.step, self.why)
    }
}

impl fmt::Display for Constancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoStep => "no step was made before",
            Self::NothingMoves => "nothing moves",
            Self::NoMatter => "there is no matter",
            Self::AllAlike => "every cell deviates alike",
            Self::OneChannel => "a cell of one channel has modulus 1 by construction",
            Self::Background => "psi is its background everywhere",
            Self::Alike => "every cell is alike in it",
        })
    }
}

fn name(view: Quantity) -> &'static str {
    match view {
        Quantity::Deviation => "deviation",
        Quantity::Phase => "phase",
        Quantity::Channel => "channel",
        Quantity::Rgb => "rgb",
        Quantity::Change => "change",
    }
}

fn changed(instead: Option<Instead>) -> &'static str {
    match instead {
        None => "",
        Some(Instead::Torus) => " (on a torus: an unbounded world has no dense answer)",
        Some(Instead::Vacuum) => " (with the vacuum one: a given one is not computed)",
    }
}

/// What is known of the law, as a sentence with a space before it.
fn character(known: Option<&Known>) -> String {
    let Some(known) = known else {
        return String::new();
    };
    let fate = match known.seed {
        None => "what becomes of a seed has not been measured yet".to_owned(),
        Some(SeedFate::Dissolves { by_step }) => format!("it dissolves a seed of 16 cells by step {by_step}"),
        Some(SeedFate::Keeps) => {
            format!("it keeps a seed of 16 cells for {} steps", known.watched_steps)
        }
        Some(SeedFate::Grows { cells_per_step }) => {
            format!("it lets a seed of 16 cells grow by {cells_per_step:.2} cells a step")
        }
    };
    let chaos = known.chaos.map_or_else(String::new, |growth| {
        format!(", and is chaotic: a difference grows by {growth:.2} a step")
    });
    format!(" Its character: {fate}{chaos}.")
}
