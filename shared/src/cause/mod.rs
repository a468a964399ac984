//! Why something failed, with its figures and names and no prose: a page builds what happened and what to do from it, in its
//! user's language.
//!
//! An [`ApiError`](crate::ApiError) has one wherever its code alone would not say the true reason. Names and paths are as they are
//! shown: what is no text in them was replaced.

mod engine;
mod file;
mod world;

use serde::Serialize;

pub use engine::{CudaTrouble, Ending, Wait, signal_name};
pub use file::{EncodingFault, Expected, IoFault, JsonFault, Needed, Range};
pub use world::{Counted, ModuleFault, NotFinitePlace, Quantity, StateFault, VacuumFault};

use crate::beside::Beside;
use crate::geometry::{GridError, GridShape};
use crate::law::Architecture;
use crate::name::NameError;
use crate::number::Number;
use crate::remark::{PassedOver, Remark};
use crate::session::Stage;
use crate::sniff::Kind;
use crate::unfit::Unfit;

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// No experiment of that name.
    NoExperiment {
        /// It.
        name: String,
    },
    /// A name that cannot be used.
    Name {
        /// As far as it is text.
        name: String,
        /// What is wrong with it.
        wrong: NameError,
    },
    /// The root cannot be read.
    Root {
        /// The folder.
        folder: String,
        /// Why.
        why: IoFault,
    },
    /// The root holds no experiments.
    NoExperiments {
        /// The folder.
        folder: String,
        /// Whether it holds checkpoints.
        checkpoints: bool,
    },
    /// An experiment's folder with nothing in it.
    EmptyFolder {
        /// The folder.
        folder: String,
    },
    /// A file that is needed is not in its folder.
    NoFile {
        /// The file's name.
        file: String,
        /// The folder.
        folder: String,
    },
    /// The system would not open or read something.
    Unreadable {
        /// What.
        path: String,
        /// Why.
        why: IoFault,
    },
    /// The system would not write something.
    Unwritable {
        /// What.
        path: String,
        /// Why.
        why: IoFault,
    },
    /// A path leads out of the root.
    LeadsOutside {
        /// The path.
        path: String,
    },
    /// A link leads nowhere, or in a circle.
    LeadsNowhere {
        /// The link.
        path: String,
    },
    /// A file, or what would be made of it, has more bytes than are read.
    FileTooLarge {
        /// The file.
        file: String,
        /// How many it has.
        bytes: u64,
        /// How many are read.
        limit_bytes: u64,
    },
    /// The weights of a checkpoint have more bytes than are taken: views can make them more than the file has.
    WeightsTooLarge {
        /// How many they would have.
        bytes: u64,
        /// How many are taken.
        limit_bytes: u64,
    },
    /// A file is no text.
    NotText {
        /// The file.
        file: String,
        /// What it is instead.
        wrong: EncodingFault,
    },
    /// A file is no JSON, or no JSON object.
    NotJson {
        /// The file.
        file: String,
        /// Where, and what is wrong there.
        wrong: JsonFault,
    },
    /// A JSON file lacks a key.
    NoKey {
        /// The file.
        file: String,
        /// The key.
        key: String,
    },
    /// A value in a JSON file is none that can be used.
    Value {
        /// The file.
        file: String,
        /// Its key: `MODEL_PARAMS.d_state`.
        key: String,
        /// It, as JSON, cut where it is long.
        value: String,
        /// What it has to be.
        needed: Needed,
    },
    /// A JSON file says one thing twice, and not the same.
    Disagree {
        /// The file.
        file: String,
        /// The one: `GAMMA_DECAY = 0.1`.
        one: String,
        /// The other.
        other: String,
    },
    /// An architecture that there are no layers for.
    UnknownArchitecture {
        /// As it is named.
        named: String,
        /// A TorchScript beside its checkpoints that could be run instead.
        torchscript: Option<String>,
        /// Whether it would be, if there were one.
        trusted: bool,
    },
    /// A folder without a checkpoint.
    NoCheckpoint {
        /// The folder.
        folder: String,
        /// What lies there instead.
        passed: Vec<Remark>,
    },
    /// The checkpoint that was asked for is not there.
    NoSuchCheckpoint {
        /// What was asked for.
        asked: String,
        /// Those that there are.
        there: Vec<String>,
        /// Why a file of that name is none.
        reason: Option<PassedOver>,
    },
    /// The latest checkpoint cannot be opened.
    LatestUnusable {
        /// The file.
        file: String,
        /// Why.
        reason: PassedOver,
        /// The whole one before it.
        before: Option<String>,
    },
    /// A file is something else than a checkpoint.
    NotACheckpoint {
        /// The file.
        file: String,
        /// What it is.
        kind: Kind,
    },
    /// A folder, a pipe or a device in a file's place.
    NotAFile {
        /// Where.
        path: String,
    },
    /// A file was written while it was read.
    Changed {
        /// The file.
        file: String,
    },
    /// A checkpoint is damaged, or was cut off.
    Damaged {
        /// The file.
        file: String,
        /// At which part of it: an entry, a tensor; none: that cannot be told.
        part: Option<String>,
        /// At which byte of its pickle; none: that cannot be told.
        byte: Option<u64>,
    },
    /// A checkpoint without a dictionary of tensors.
    NoWeights {
        /// The file.
        file: String,
        /// What it holds, or what it is.
        found: Vec<Beside>,
        /// How much more it holds.
        more: usize,
    },
    /// The weights are not the law's.
    Unfit {
        /// The law.
        architecture: Architecture,
        /// The place in the file that comes nearest, empty: the file itself; none: there is one alone.
        place: Option<String>,
        /// What is the matter.
        with: Unfit,
    },
    /// Nothing lies where weights were asked for.
    NoSuchWeights {
        /// The place.
        asked: String,
        /// Places of weights that fit.
        fitting: Vec<String>,
        /// All places that hold tensors.
        there: Vec<String>,
    },
    /// The weights are of another float type than the law needs.
    OtherType {
        /// Their types.
        types: String,
    },
    /// What was made does not compute what the law computes.
    Differs {
        /// Whether it is the export; else it is a step on CUDA, against one on the CPU.
        export: bool,
        /// How far they are apart.
        apart: Number,
        /// How far they may be.
        allowed: Number,
    },
    /// A law that cannot be traced.
    CannotTrace {
        /// The law.
        architecture: Architecture,
        /// Whether its memory is in the way, or else a resize.
        memory: bool,
    },
    /// A file that is no TorchScript which libtorch loads.
    NotTorchScript {
        /// The file.
        file: String,
    },
    /// A TorchScript that does not answer as a law does.
    NotALaw {
        /// How far two answers to one question are apart; none: the answers themselves are none.
        apart: Option<Number>,
    },
    /// A grid that cannot be.
    Grid {
        /// What is wrong with it.
        wrong: GridError,
    },
    /// A blob that is larger than its world.
    Blob {
        /// Its side.
        side_cells: u32,
        /// The world.
        grid: GridShape,
    },
    /// Blobs with more cells than can be kept.
    Blobs {
        /// How many blobs.
        count: u32,
        /// The side of each.
        side_cells: u32,
        /// How many cells there may be.
        limit_cells: u64,
    },
    /// Starting matter that does not suit the law or the world.
    State {
        /// The file.
        file: String,
        /// What is wrong with it.
        wrong: StateFault,
    },
    /// The experiment's seed lies in a channel that its law does not have.
    SeedChannel {
        /// The channel.
        channel: u16,
        /// How many the law has, from 0.
        channels: u16,
    },
    /// A law that sparse execution has no reading of.
    NotSparse,
    /// An unbounded world cannot be computed cell by cell.
    Endless,
    /// A harmonic vacuum cannot be used here.
    Vacuum {
        /// Why.
        wrong: VacuumFault,
    },
    /// Somebody else's TorchScript cannot be computed so.
    Module {
        /// Why.
        wrong: ModuleFault,
    },
    /// A number outside of its range.
    OutOfRange {
        /// Which.
        what: Quantity,
        /// It.
        value: Number,
        /// From where to where.
        range: Range,
    },
    /// As many as there may be, or more.
    TooMany {
        /// Of what.
        what: Counted,
        /// How many there would be; none: one more than there may be.
        found: Option<u64>,
        /// How many there may be.
        limit: u64,
    },
    /// The law made a value that is not finite.
    NotFinite {
        /// The step that was not taken; none: it was while its character was measured.
        step: Option<u64>,
        /// Where.
        place: Option<NotFinitePlace>,
    },
    /// A world that was restored cannot go back to its beginning.
    Restored {
        /// The step that it was restored at.
        step: u64,
    },
    /// A run is under way.
    Running,
    /// The engine's program cannot be started.
    EngineNotStarted {
        /// The program.
        program: String,
        /// Why.
        why: IoFault,
    },
    /// The engine's program is of another build.
    EngineVersion {
        /// Its version.
        found: u32,
        /// The server's.
        expected: u32,
    },
    /// The engine took too long.
    EngineSlow {
        /// What it was waited for.
        wait: Wait,
        /// How long.
        seconds: Number,
    },
    /// The engine's process ended.
    EngineDied {
        /// How.
        end: Ending,
        /// The stage that it was in.
        stage: Option<Stage>,
    },
    /// The engine said what cannot be, and was ended.
    EngineNonsense {
        /// The stage that it was in.
        stage: Option<Stage>,
    },
    /// CUDA cannot be used.
    Cuda {
        /// Why.
        why: CudaTrouble,
    },
    /// The experiment is being diagnosed already.
    Diagnosing {
        /// The experiment.
        name: String,
    },
    /// The experiment has not been diagnosed since the server was started.
    NotDiagnosed {
        /// The experiment.
        name: String,
    },
    /// The diagnosis was ended from outside.
    DiagnosisEnded,
    /// The server has said something that the page does not understand: it is of another version, or a proxy answers for it.
    NotUnderstood {
        /// What was asked.
        asked: String,
        /// The status of the answer; none: its content is the matter.
        status: Option<u16>,
    },
}

crate::tagged::read_by_tag! {
    Cause by "cause":
    NoExperiment { name },
    Name { name, wrong },
    Root { folder, why },
    NoExperiments { folder, checkpoints },
    EmptyFolder { folder },
    NoFile { file, folder },
    Unreadable { path, why },
    Unwritable { path, why },
    LeadsOutside { path },
    LeadsNowhere { path },
    FileTooLarge { file, bytes, limit_bytes },
    WeightsTooLarge { bytes, limit_bytes },
    NotText { file, wrong },
    NotJson { file, wrong },
    NoKey { file, key },
    Value { file, key, value, needed },
    Disagree { file, one, other },
    UnknownArchitecture { named, torchscript, trusted },
    NoCheckpoint { folder, passed },
    NoSuchCheckpoint { asked, there, reason },
    LatestUnusable { file, reason, before },
    NotACheckpoint { file, kind },
    NotAFile { path },
    Changed { file },
    Damaged { file, part, byte },
    NoWeights { file, found, more },
    Unfit { architecture, place, with },
    NoSuchWeights { asked, fitting, there },
    OtherType { types },
    Differs { export, apart, allowed },
    CannotTrace { architecture, memory },
    NotTorchScript { file },
    NotALaw { apart },
    Grid { wrong },
    Blob { side_cells, grid },
    Blobs { count, side_cells, limit_cells },
    State { file, wrong },
    SeedChannel { channel, channels },
    NotSparse,
    Endless,
    Vacuum { wrong },
    Module { wrong },
    OutOfRange { what, value, range },
    TooMany { what, found, limit },
    NotFinite { step, place },
    Restored { step },
    Running,
    EngineNotStarted { program, why },
    EngineVersion { found, expected },
    EngineSlow { wait, seconds },
    EngineDied { end, stage },
    EngineNonsense { stage },
    Cuda { why },
    Diagnosing { name },
    NotDiagnosed { name },
    DiagnosisEnded,
    NotUnderstood { asked, status },
}
