//! A law as a program on tiles: the graph's layers as fewer passes, each over all tiles that it concerns.
//!
//! A *sheet* is what a pass makes: for each tile its cells, channels in blocks of sixteen. A norm needs sums over the whole
//! world before it can be applied, so it is not applied where it stands but where its result is read, together with the ELU
//! after it: that is a sheet's *finish*, and each [`Source`] names one.

use super::kernel::Kernel;
use super::lanes::Number;
use super::raised::Raised;
use super::windows::Windows;

/// A sheet, by its place in [`Program::sheets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SheetId(pub(super) usize);

/// What a law reads and leaves besides passes' results.
pub(crate) const PSI: SheetId = SheetId(0);
/// The memory h of the step before, where the law has one.
pub(crate) const MEMORY_H: SheetId = SheetId(1);
/// The memory c of the step before.
pub(crate) const MEMORY_C: SheetId = SheetId(2);

/// The shape of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// How often the grid was halved.
    pub(crate) level: u32,
    /// Channels.
    pub(crate) channels: usize,
    /// 3x3 convolutions before it on the longest way: it concerns the tiles that matter can have reached by then.
    pub(crate) stage: usize,
    /// The storage that it takes in the arena; none for what the world keeps.
    pub(crate) buffer: Option<usize>,
}

/// What is done to a sheet's numbers when they are read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Finish {
    /// Nothing.
    Plain,
    /// ELU.
    Elu,
    /// The norm of the pass that made it, then maybe ELU.
    Norm {
        /// Whether an ELU follows.
        elu: bool,
    },
    /// 1 above a threshold, 0 elsewhere.
    Spike {
        /// The threshold.
        threshold: f64,
    },
}

/// A sheet as a pass reads it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Source {
    /// The sheet.
    pub(crate) sheet: SheetId,
    /// What is done to it first.
    pub(crate) finish: Finish,
}

/// A norm over the world of what a pass makes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Norm {
    /// Groups of channels that are normalised together; none: RMS norm, by channel.
    pub(crate) groups: Option<usize>,
    /// Scale, by channel.
    pub(crate) weight: Vec<f64>,
    /// Shift, by channel; zeros for RMS norm.
    pub(crate) bias: Vec<f64>,
}

/// An operation by element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Elementwise {
    /// The channels from `first` on.
    Channels {
        /// The first of them.
        first: usize,
    },
    /// 1 / (1 + exp(-x))
    Sigmoid,
    /// tanh(x)
    Tanh,
    /// a * b
    Mul,
    /// a + b
    Add,
}

/// Where the result of a convolution goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Outcome {
    /// Into a sheet.
    Sheet(SheetId),
    /// It is the law's answer, after this finish: the step is ended with it.
    Step(Finish),
}

/// Work on every tile that it concerns.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a program has some twenty of them")]
pub(crate) enum Pass<F> {
    /// A convolution, then maybe others of one cell each, without leaving the tile.
    Conv {
        /// What it reads of its own level, channels of the one after those of the other.
        sources: Vec<Source>,
        /// What it reads of the level above.
        raised: Option<(Source, Box<Raised<F>>)>,
        /// The kernel.
        kernel: Kernel<F>,
        /// Whether what is beyond a wall is weighted anew instead of being zero: see [`super::lower`].
        resizes: bool,
        /// The 1x1 convolutions after it, each after a finish of what came before.
        tail: Vec<(Finish, Kernel<F>)>,
        /// Where to.
        to: Outcome,
        /// The norm of the result.
        norm: Option<Norm>,
    },
    /// The largest of each 2x2.
    Pool {
        /// What it reads.
        source: Source,
        /// What it makes.
        to: SheetId,
    },
    /// By element.
    Map {
        /// What is done.
        op: Elementwise,
        /// One or two sheets.
        sources: Vec<Source>,
        /// What it makes.
        to: SheetId,
    },
    /// All of a law that is known by its answers alone, the step's end included.
    Windows(Windows),
}

impl<F: Number> Pass<F> {
    /// What it reads.
    pub(super) fn sources(&self) -> Vec<Source> {
        let above = match self {
            Self::Conv {
                raised: Some((source, _)),
                ..
            } => Some(*source),
            _ => None,
        };
        self.of_its_level().into_iter().chain(above).collect()
    }

    /// What it reads of its own level; a pool, of the one below.
    pub(super) fn of_its_level(&self) -> Vec<Source> {
        match self {
            Self::Conv { sources, .. } | Self::Map { sources, .. } => sources.clone(),
            Self::Pool { source, .. } => vec![*source],
            Self::Windows(_) => vec![Source {
                sheet: PSI,
                finish: Finish::Plain,
            }],
        }
    }

    /// The sheet that it makes; none when it ends the step.
    pub(super) fn makes(&self) -> Option<SheetId> {
        match self {
            Self::Conv {
                to: Outcome::Sheet(to),
                ..
            }
            | Self::Pool { to, .. }
            | Self::Map { to, .. } => Some(*to),
            Self::Conv { .. } | Self::Windows(_) => None,
        }
    }

    /// Whether it sees a tile's neighbours.
    pub(super) fn looks_around(&self) -> bool {
        match self {
            Self::Conv { kernel, .. } => kernel.side() == 3,
            Self::Windows(windows) => windows.reach_cells > 0,
            Self::Pool { .. } | Self::Map { .. } => false,
        }
    }

    /// Multiplications and additions for a cell of level 0, each counted.
    pub(crate) fn flops_per_cell(&self, level: u32) -> f64 {
        let cells = f64::from(4_u32.pow(level)).recip();
        let kernels = match self {
            Self::Conv {
                kernel, tail, raised, ..
            } => {
                let tail: usize = tail.iter().map(|(_, kernel)| kernel.products()).sum();
                // Each of four kernels makes a quarter of the cells.
                let raised = raised.iter().flat_map(|(_, raised)| &raised.kernels);
                let raised: usize = raised.map(Kernel::products).sum();
                kernel.products() + tail + raised / 4
            }
            // What a law in windows costs is not known.
            Self::Pool { .. } | Self::Map { .. } | Self::Windows(_) => 0,
        };
        2.0 * kernels as f64 * cells
    }
}

/// By sheet the pass that is the last to read it; none: nobody does, or it is the memory, which is needed to the end.
pub(super) fn last_reads<F: Number>(
    sheets: usize,
    passes: &[Pass<F>],
    memory: Option<[SheetId; 2]>,
) -> Vec<Option<usize>> {
    let mut last = vec![None; sheets];
    for (place, pass) in passes.iter().enumerate() {
        for source in pass.sources() {
            last[source.sheet.0] = Some(place);
        }
    }
    for sheet in memory.into_iter().flatten() {
        last[sheet.0] = None;
    }
    last
}

/// A law, ready to be run on tiles.
#[derive(Debug)]
pub(crate) struct Program<F> {
    /// Shapes of all that is read and made.
    pub(crate) sheets: Vec<Sheet>,
    /// The passes, in order.
    pub(crate) passes: Vec<Pass<F>>,
    /// What a pass is called in an error: the graph's layers that it stands for.
    pub(crate) names: Vec<String>,
    /// The sheets of the memory after the step.
    pub(crate) memory: Option<[SheetId; 2]>,
    /// 3x3 convolutions on the longest way.
    pub(crate) stages: usize,
    /// Buffers of the arena.
    pub(crate) buffers: usize,
    /// Total stride.
    pub(crate) period: usize,
    /// Whether the law's answer multiplies the state.
    pub(crate) multiplies: bool,
}

impl<F: Number> Program<F> {
    /// The program of a law of `numbers` (2d) that is asked for in windows.
    pub(crate) fn of_windows(windows: Windows, numbers: usize, period: u32) -> Self {
        let kept = |level, channels| Sheet {
            level,
            channels,
            stage: 0,
            buffer: None,
        };
        Self {
            sheets: vec![kept(0, numbers), kept(2, 0), kept(2, 0)],
            stages: usize::from(windows.reach_cells > 0),
            passes: vec![Pass::Windows(windows)],
            names: vec!["the TorchScript".to_owned()],
            memory: None,
            buffers: 0,
            period: period as usize,
            multiplies: false,
        }
    }

    /// The shape of a sheet.
    pub(crate) fn sheet(&self, id: SheetId) -> &Sheet {
        &self.sheets[id.0]
    }

    /// The stage whose tiles have the memory after the step.
    pub(super) fn memory_stage(&self) -> Option<usize> {
        let stages = self.memory?.map(|sheet| self.sheet(sheet).stage);
        Some(stages[0].min(stages[1]))
    }

    /// Whether a norm looks at the whole world.
    pub(crate) fn normalises(&self) -> bool {
        self.passes
            .iter()
            .any(|pass| matches!(pass, Pass::Conv { norm: Some(_), .. }))
    }

    /// The level that a pass works at.
    pub(crate) fn level_of(&self, pass: &Pass<F>) -> u32 {
        pass.of_its_level()
            .first()
            .map_or(0, |source| self.sheet(source.sheet).level)
    }

    /// The stage whose tiles a pass works on.
    pub(super) fn stage_of(&self, pass: &Pass<F>) -> usize {
        match pass.makes() {
            Some(sheet) => self.sheet(sheet).stage,
            None => self.stages,
        }
    }
}
