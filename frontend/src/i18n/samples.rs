//! A sample of every kind of cause and finding, with the figures and names that its text has to show. The lists are read as
//! matches too: a new kind does not compile until it has a sample here.

use atheria_shared::beside::{Beside, Thing};
use atheria_shared::cause::{
    Counted, CudaTrouble, EncodingFault, Ending, Expected, IoFault, JsonFault, ModuleFault, Needed,
    NotFinitePlace, Quantity, Range, StateFault, VacuumFault, Wait,
};
use atheria_shared::character::SeedFate;
use atheria_shared::cuda::CudaVersion;
use atheria_shared::diagnosis::{Constancy, ConstantView, Finding, Instead, Known, ViewFault};
use atheria_shared::geometry::GridError;
use atheria_shared::law::LawParams;
use atheria_shared::name::NameError;
use atheria_shared::remark::{ExportStale, PassedOver, Remark};
use atheria_shared::session::Stage;
use atheria_shared::sniff::Kind;
use atheria_shared::tensor::TensorKind;
use atheria_shared::unfit::{Misfit, OtherSize, Unfit};
use atheria_shared::view;
use atheria_shared::{Architecture, Cause, Cell, GridShape};

macro_rules! samples {
    ($name:ident: $type:ty; $($kind:pat => [$($sample:expr => [$($figure:expr),* $(,)?]),+ $(,)?],)+) => {
        /// Samples, and what the text of each has to show.
        pub(super) fn $name() -> Vec<($type, Vec<&'static str>)> {
            /// What has no sample does not compile.
            #[expect(dead_code, reason = "the compiler is its only reader")]
            fn all_kinds(one: &$type) {
                match one {
                    $($kind => {})+
                }
            }
            let mut all = Vec::new();
            $($(
                let sample: $type = $sample;
                assert!(matches!(sample, $kind), "{sample:?} stands beside another kind");
                all.push((sample, vec![$($figure),*]));
            )+)+
            all
        }
    };
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

fn grid(height: u32, width: u32) -> GridShape {
    GridShape::new(height, width).unwrap()
}

fn beside(place: &str, what: Thing) -> Beside {
    Beside {
        place: text(place),
        what,
    }
}

fn no_weights(found: Vec<Beside>, more: usize) -> Cause {
    Cause::NoWeights {
        file: text("ep9.pth"),
        found,
        more,
    }
}

fn numbers(dtype: &str) -> TensorKind {
    TensorKind::Numbers { dtype: text(dtype) }
}

fn state(wrong: StateFault) -> Cause {
    Cause::State {
        file: text("start.npz"),
        wrong,
    }
}

fn unfit(with: Unfit) -> Cause {
    Cause::Unfit {
        architecture: Architecture::Mlp,
        place: None,
        with,
    }
}

fn damaged(part: Option<&str>, byte: Option<u64>) -> Cause {
    Cause::Damaged {
        file: text("ep9.pth"),
        part: part.map(str::to_owned),
        byte,
    }
}

fn json(wrong: JsonFault) -> Cause {
    Cause::NotJson {
        file: text("config.json"),
        wrong,
    }
}

fn encoding(wrong: EncodingFault) -> Cause {
    Cause::NotText {
        file: text("config.json"),
        wrong,
    }
}

fn named(wrong: NameError) -> Cause {
    Cause::Name {
        name: text("fl/wer"),
        wrong,
    }
}

fn io(why: IoFault) -> Cause {
    Cause::Unreadable {
        path: text("/data/a.npz"),
        why,
    }
}

fn slow(wait: Wait) -> Cause {
    Cause::EngineSlow {
        wait,
        seconds: 17.0.into(),
    }
}

fn cuda(why: CudaTrouble) -> Cause {
    Cause::Cuda { why }
}

fn died(end: Ending) -> Cause {
    Cause::EngineDied {
        end,
        stage: Some(Stage::WarmUp),
    }
}

fn value(needed: Needed) -> Cause {
    Cause::Value {
        file: text("config.json"),
        key: text("MODEL_PARAMS.d_state"),
        value: text("65"),
        needed,
    }
}

samples! {
    causes: Cause;
    Cause::NoExperiment { .. } => [Cause::NoExperiment { name: text("lost") } => ["lost"]],
    Cause::Name { .. } => [
        named(NameError::Empty) => ["fl/wer"],
        named(NameError::TooLong { bytes: 260, limit: 255 }) => ["fl/wer", "260", "255"],
        named(NameError::Start { name: text("-f"), found: '-' }) => ["fl/wer", "'-'"],
        named(NameError::Character { name: text("fl/wer"), found: '/' }) => ["fl/wer", "'/'"],
        named(NameError::NotText { shown: text("f") }) => ["fl/wer", "UTF-8"],
        named(NameError::NotACheckpoint { name: text("f") }) => ["fl/wer", ".pth"],
    ],
    Cause::Root { .. } => [
        Cause::Root { folder: text("/data"), why: IoFault::NotThere } => ["/data", "--root"],
    ],
    Cause::NoExperiments { .. } => [
        Cause::NoExperiments { folder: text("/data"), checkpoints: false } => ["/data", "experiments/"],
        Cause::NoExperiments { folder: text("/data"), checkpoints: true } => ["/data", "config.json"],
    ],
    Cause::EmptyFolder { .. } => [
        Cause::EmptyFolder { folder: text("/data/empty") } => ["/data/empty", "config.json"],
    ],
    Cause::NoFile { .. } => [
        Cause::NoFile { file: text("config.json"), folder: text("/data/e") } => ["config.json", "/data/e"],
    ],
    Cause::Unreadable { .. } => [
        io(IoFault::NotThere) => ["/data/a.npz"],
        io(IoFault::Denied) => ["/data/a.npz", "ath serve"],
        io(IoFault::NoRoom) => ["/data/a.npz"],
        io(IoFault::OtherKind) => ["/data/a.npz"],
        io(IoFault::Other { words: text("input/output error") }) => ["/data/a.npz"],
    ],
    Cause::Unwritable { .. } => [
        Cause::Unwritable { path: text("/data/a.pt"), why: IoFault::NoRoom } => ["/data/a.pt"],
    ],
    Cause::LeadsOutside { .. } => [
        Cause::LeadsOutside { path: text("/data/link") } => ["/data/link", "--follow-links"],
    ],
    Cause::LeadsNowhere { .. } => [Cause::LeadsNowhere { path: text("/data/link") } => ["/data/link"]],
    Cause::NotAFile { .. } => [Cause::NotAFile { path: text("/data/pipe") } => ["/data/pipe"]],
    Cause::FileTooLarge { .. } => [
        Cause::FileTooLarge { file: text("big.npz"), bytes: 99, limit_bytes: 77 } => ["big.npz", "99", "77"],
    ],
    Cause::WeightsTooLarge { .. } => [
        Cause::WeightsTooLarge { bytes: 99, limit_bytes: 77 } => ["99", "77"],
    ],
    Cause::NotText { .. } => [
        encoding(EncodingFault::Empty) => ["config.json"],
        encoding(EncodingFault::Zeros) => ["config.json"],
        encoding(EncodingFault::Utf16) => ["config.json", "UTF-16", "UTF-8"],
        encoding(EncodingFault::Utf32) => ["config.json", "UTF-32", "UTF-8"],
        encoding(EncodingFault::NotUtf8 { line: 7 }) => ["config.json", "7", "Latin-1"],
    ],
    Cause::NotJson { .. } => [
        json(JsonFault::Syntax { line: 3, column: 14, expected: Expected::Colon }) => ["config.json", "3", "14"],
        json(JsonFault::End { expected: Expected::Key }) => ["config.json"],
        json(JsonFault::Depth) => ["config.json", "100"],
        json(JsonFault::Keys) => ["config.json", "10"],
        json(JsonFault::NotAnObject) => ["config.json", "{...}"],
    ],
    Cause::NoKey { .. } => [
        Cause::NoKey { file: text("config.json"), key: text("MODEL_ARCHITECTURE") } => ["config.json", "MODEL_ARCHITECTURE"],
    ],
    Cause::Value { .. } => [
        value(Needed::Number { whole: true, range: Range::of(1.0, 64.0) }) => ["config.json", "MODEL_PARAMS.d_state", "65", "1", "64"],
        value(Needed::Number { whole: false, range: Range::above_zero(1.0) }) => ["0", "1"],
        value(Needed::Text) => ["65"],
        value(Needed::Like { example: text("[128, 192]") }) => ["[128, 192]"],
    ],
    Cause::Disagree { .. } => [
        Cause::Disagree { file: text("config.json"), one: text("A = 1"), other: text("a = 2") } => ["config.json", "A = 1", "a = 2"],
    ],
    Cause::UnknownArchitecture { .. } => [
        Cause::UnknownArchitecture { named: text("TRANSFORMER"), torchscript: None, trusted: false } => ["TRANSFORMER", "UNET"],
        Cause::UnknownArchitecture { named: text("TRANSFORMER"), torchscript: None, trusted: true } => ["TRANSFORMER", "TorchScript"],
        Cause::UnknownArchitecture { named: text("TRANSFORMER"), torchscript: Some(text("law.pt")), trusted: false }
            => ["TRANSFORMER", "law.pt", "--trust-torchscript"],
    ],
    Cause::NoCheckpoint { .. } => [
        Cause::NoCheckpoint { folder: text("/data/e"), passed: Vec::new() } => ["/data/e", ".pth"],
        Cause::NoCheckpoint {
            folder: text("/data/e"),
            passed: vec![Remark::PassedOver { file: text("notes.zip"), reason: PassedOver::Ending }],
        } => ["/data/e", "1"],
    ],
    Cause::NoSuchCheckpoint { .. } => [
        Cause::NoSuchCheckpoint { asked: text("best"), there: texts(["ep1.pth", "ep2.pth"]), reason: None }
            => ["best", "ep1.pth", "ep2.pth"],
        Cause::NoSuchCheckpoint { asked: text("ep3.pth"), there: texts(["ep1.pth"]), reason: Some(PassedOver::CutOff) }
            => ["ep3.pth", "ep1.pth"],
    ],
    Cause::LatestUnusable { .. } => [
        Cause::LatestUnusable { file: text("ep9.pth"), reason: PassedOver::CutOff, before: Some(text("ep8.pth")) }
            => ["ep9.pth", "ep8.pth"],
        Cause::LatestUnusable { file: text("ep9.pth"), reason: PassedOver::TooLarge { bytes: 99, limit_bytes: 77 }, before: None }
            => ["ep9.pth", "99", "77"],
    ],
    Cause::NotACheckpoint { .. } => [
        Cause::NotACheckpoint { file: text("ep9.pth"), kind: Kind::Gzip } => ["ep9.pth", "gzip", "gunzip"],
    ],
    Cause::Changed { .. } => [Cause::Changed { file: text("ep9.pth") } => ["ep9.pth"]],
    Cause::Damaged { .. } => [
        damaged(Some("archive/data/7"), None) => ["ep9.pth", "archive/data/7"],
        damaged(None, Some(77)) => ["ep9.pth", "77"],
        damaged(None, None) => ["ep9.pth"],
    ],
    Cause::NoWeights { .. } => [
        no_weights(vec![beside("optimizer", Thing::Dictionary)], 12) => ["ep9.pth", "optimizer", "12"],
        no_weights(vec![beside("", Thing::EmptyDictionary)], 0) => ["ep9.pth"],
        no_weights(Vec::new(), 0) => ["ep9.pth"],
    ],
    Cause::Unfit { .. } => [
        unfit(Unfit::Keys {
            problems: vec![
                Misfit::Missing { key: text("net.0.bias") },
                Misfit::Unknown { key: text("net.9.bias") },
                Misfit::Shape { key: text("net.2.bias"), found: vec![4, 2], needed: vec![8] },
                Misfit::More { more: 12 },
            ],
        }) => ["MLP", "net.0.bias", "net.9.bias", "net.2.bias", "[4, 2]", "[8]", "12"],
        unfit(Unfit::Values { problems: vec![Misfit::NotFinite { key: text("net.0.bias"), element: 5 }] })
            => ["net.0.bias", "5"],
        Cause::Unfit { architecture: Architecture::Unet, place: Some(text("ema.shadow")), with: Unfit::Nothing }
            => ["UNET", "ema.shadow"],
        unfit(Unfit::Doubled { name: text("a"), first: text("m.a"), second: text("n.a") }) => ["m.a", "n.a"],
        unfit(Unfit::PrefixOfSome { prefix: text("module."), with: 2, of: 6, other: String::new() })
            => ["module.", "2", "6"],
        unfit(Unfit::PrefixOfSome { prefix: text("module."), with: 2, of: 6, other: text("net.") })
            => ["module.", "net."],
        unfit(Unfit::Meta { tensors: 6 }) => ["6"],
        unfit(Unfit::Element { kind: numbers("qint8"), names: texts(["net.2.weight"]) }) => ["qint8", "net.2.weight"],
        unfit(Unfit::Element { kind: TensorKind::Sparse, names: texts(["net.2.weight"]) }) => ["net.2.weight"],
        unfit(Unfit::Size {
            found: vec![
                OtherSize { key: text("d_state"), weights: 4, law: 8, defaulted: false },
                OtherSize { key: text("hidden_channels"), weights: 16, law: 32, defaulted: true },
            ],
        }) => ["d_state", "4", "8", "hidden_channels", "16", "32"],
        unfit(Unfit::Architecture {
            architectures: vec![Architecture::Unet, Architecture::UnetUnitary],
            params: LawParams { d_state: 3, hidden_channels: 5 },
        }) => ["UNET", "UNET_UNITARY", "3", "5", "MODEL_ARCHITECTURE"],
        unfit(Unfit::Spectral { names: texts(["net.0.weight"]) }) => ["net.0.weight"],
        unfit(Unfit::Parametrized { names: texts(["net.0.weight"]) }) => ["net.0.weight"],
        unfit(Unfit::Optimizer) => ["state_dict()"],
    ],
    Cause::NoSuchWeights { .. } => [
        Cause::NoSuchWeights { asked: text("emma"), fitting: texts(["ema"]), there: texts(["ema", "opt"]) } => ["emma", "ema"],
        Cause::NoSuchWeights { asked: text("emma"), fitting: Vec::new(), there: texts(["opt"]) } => ["emma", "opt"],
        Cause::NoSuchWeights { asked: text("emma"), fitting: Vec::new(), there: Vec::new() } => ["emma"],
    ],
    Cause::OtherType { .. } => [Cause::OtherType { types: text("float16") } => ["float16", "float32"]],
    Cause::Differs { .. } => [
        Cause::Differs { export: true, apart: 2e-2.into(), allowed: 1e-3.into() } => ["e-2", "e-3"],
        Cause::Differs { export: false, apart: f64::NAN.into(), allowed: 1e-4.into() } => ["NaN", "e-4", "CUDA"],
    ],
    Cause::CannotTrace { .. } => [
        Cause::CannotTrace { architecture: Architecture::UnetConvLstm, memory: true } => ["UNET_CONVLSTM", "script"],
        Cause::CannotTrace { architecture: Architecture::Unet, memory: false } => ["UNET", "script"],
    ],
    Cause::NotTorchScript { .. } => [Cause::NotTorchScript { file: text("law.pt") } => ["law.pt"]],
    Cause::NotALaw { .. } => [
        Cause::NotALaw { apart: None } => ["forward(x)"],
        Cause::NotALaw { apart: Some(3e-2.into()) } => ["e-2"],
    ],
    Cause::Grid { .. } => [
        Cause::Grid { wrong: GridError::Syntax { text: text("big") } } => ["big"],
        Cause::Grid { wrong: GridError::Side { height: 0, width: 7 } } => ["0 × 7"],
        Cause::Grid { wrong: GridError::Cells { height: 200, width: 300 } } => ["200 × 300"],
        Cause::Grid { wrong: GridError::Period { height: 66, width: 64, period: 4 } } => ["66 × 64", "4", "68 × 64"],
    ],
    Cause::Blob { .. } => [
        Cause::Blob { side_cells: 65, grid: grid(64, 96) } => ["65", "64 × 96"],
    ],
    Cause::Blobs { .. } => [
        Cause::Blobs { count: 12, side_cells: 65, limit_cells: 777 } => ["12", "65", "777"],
    ],
    Cause::State { .. } => [
        state(StateFault::Larger { size: grid(64, 96), grid: grid(32, 48) }) => ["start.npz", "64 × 96", "32 × 48"],
        state(StateFault::Outside { at: Cell { y: 7, x: 9 }, size: grid(64, 96), grid: grid(32, 48) })
            => ["start.npz", "7", "9", "64 × 96", "32 × 48"],
        state(StateFault::Far { at: Cell { y: 7, x: 9 }, limit: 777 }) => ["7", "9", "777"],
        state(StateFault::OffPeriod { at: Cell { y: 7, x: 9 }, period: 4 }) => ["7", "9", "4"],
        state(StateFault::Kind { kind: None }) => [".npz"],
        state(StateFault::Kind { kind: Some(Kind::Hdf5) }) => ["HDF5"],
        state(StateFault::Array { array: text("psi") }) => ["psi"],
        state(StateFault::Snapshot) => ["start.npz"],
        state(StateFault::Picture) => ["start.npz", "PNG"],
        state(StateFault::PictureChannels) => ["start.npz"],
        state(StateFault::Memory) => ["start.npz"],
        state(StateFault::Inexact { array: text("psi") }) => ["psi", "float32"],
        state(StateFault::NotFinite { array: text("psi"), element: 55 }) => ["psi", "55"],
        state(StateFault::Seed { limit_cells: 77 }) => ["start.npz", "77 × 77"],
        state(StateFault::Step { found: 3, needed: 8 }) => ["3", "8"],
    ],
    Cause::SeedChannel { .. } => [Cause::SeedChannel { channel: 7, channels: 5 } => ["7", "4"]],
    Cause::NotSparse => [Cause::NotSparse => []],
    Cause::Endless => [Cause::Endless => []],
    Cause::Vacuum { .. } => [
        Cause::Vacuum { wrong: VacuumFault::Norm } => [],
        Cause::Vacuum { wrong: VacuumFault::Unbounded } => [],
        Cause::Vacuum { wrong: VacuumFault::TooLarge } => ["048", "576"],
        Cause::Vacuum { wrong: VacuumFault::Dense } => [],
    ],
    Cause::Module { .. } => [
        Cause::Module { wrong: ModuleFault::Precision } => ["float32"],
        Cause::Module { wrong: ModuleFault::Device } => ["CPU"],
        Cause::Module { wrong: ModuleFault::NoWindows } => ["TorchScript"],
        Cause::Module { wrong: ModuleFault::LastTile } => ["16"],
        Cause::Module { wrong: ModuleFault::Torus } => ["TorchScript"],
    ],
    Cause::OutOfRange { .. } => [
        Cause::OutOfRange { what: Quantity::Radius, value: 513.0.into(), range: Range::of(0.0, 512.0) } => ["513", "0", "512"],
        Cause::OutOfRange { what: Quantity::Eps, value: 0.0.into(), range: Range::above_zero(1.0) } => ["0", "1"],
        Cause::OutOfRange { what: Quantity::Gamma, value: f64::NAN.into(), range: Range::of(0.0, 1.0) } => ["NaN", "γ"],
    ],
    Cause::TooMany { .. } => [
        Cause::TooMany { what: Counted::Sessions, found: None, limit: 8 } => ["8"],
        Cause::TooMany { what: Counted::Tiles, found: Some(777), limit: 8 } => ["777", "8"],
    ],
    Cause::NotFinite { .. } => [
        Cause::NotFinite { step: Some(31), place: Some(NotFinitePlace::Cell { at: Cell { y: 7, x: 9 } }) } => ["31", "7", "9"],
        Cause::NotFinite { step: Some(31), place: Some(NotFinitePlace::Memory { at: Cell { y: 7, x: 9 } }) } => ["31", "7", "9"],
        Cause::NotFinite { step: Some(31), place: Some(NotFinitePlace::Background) } => ["31"],
        Cause::NotFinite { step: None, place: None } => [],
    ],
    Cause::Restored { .. } => [Cause::Restored { step: 31 } => ["31"]],
    Cause::Running => [Cause::Running => []],
    Cause::EngineNotStarted { .. } => [
        Cause::EngineNotStarted { program: text("/bin/ath-engine"), why: IoFault::Denied } => ["/bin/ath-engine", "make build"],
    ],
    Cause::EngineVersion { .. } => [Cause::EngineVersion { found: 3, expected: 4 } => ["3", "4"]],
    Cause::EngineSlow { .. } => [
        slow(Wait::Hello) => ["17"],
        slow(Wait::Heartbeat) => ["17"],
        slow(Wait::Stage { stage: Stage::Export }) => ["17", "TorchScript"],
        slow(Wait::NextStage) => ["17"],
        slow(Wait::Check) => ["17"],
        slow(Wait::Step) => ["17"],
    ],
    Cause::EngineDied { .. } => [
        died(Ending::Signal { signal: 9 }) => ["SIGKILL"],
        died(Ending::Signal { signal: 11 }) => ["SIGSEGV"],
        died(Ending::Signal { signal: 33 }) => ["33"],
        died(Ending::Status { status: 3 }) => ["3"],
        Cause::EngineDied { end: Ending::Unknown, stage: None } => [],
    ],
    Cause::EngineNonsense { .. } => [Cause::EngineNonsense { stage: Some(Stage::Export) } => ["TorchScript"]],
    Cause::Cuda { .. } => [
        cuda(CudaTrouble::Missing) => ["CUDA"],
        cuda(CudaTrouble::NotInLibtorch) => ["CUDA"],
        cuda(CudaTrouble::TooOld { driver: CudaVersion(11_040), runtime: CudaVersion(13_000) }) => ["11.4", "13.0"],
        cuda(CudaTrouble::Refused { words: text("no kernel image") }) => ["nvidia-smi"],
        cuda(CudaTrouble::Hung { seconds: 20.0.into() }) => ["20"],
        cuda(CudaTrouble::Aborted { end: Ending::Signal { signal: 6 } }) => ["SIGABRT"],
        cuda(CudaTrouble::Unknown { words: text("no pipe") }) => ["CUDA"],
        cuda(CudaTrouble::TorchScript) => ["TorchScript", "CPU"],
    ],
    Cause::Diagnosing { .. } => [Cause::Diagnosing { name: text("flower") } => ["flower"]],
    Cause::NotDiagnosed { .. } => [Cause::NotDiagnosed { name: text("flower") } => ["flower"]],
    Cause::DiagnosisEnded => [Cause::DiagnosisEnded => []],
    Cause::NotUnderstood { .. } => [
        Cause::NotUnderstood { asked: text("api/health"), status: Some(418) } => ["api/health", "418"],
        Cause::NotUnderstood { asked: text("api/health"), status: None } => ["api/health"],
    ],
}

samples! {
    findings: Finding;
    Finding::Broken => [Finding::Broken => []],
    Finding::Foreign => [Finding::Foreign => ["TorchScript"]],
    Finding::NoLaw => [Finding::NoLaw => []],
    Finding::Unopened => [Finding::Unopened => []],
    Finding::NoEngine => [Finding::NoEngine => []],
    Finding::LeftOut => [Finding::LeftOut => []],
    Finding::EngineEnded => [Finding::EngineEnded => []],
    Finding::WrongArithmetic { .. } => [Finding::WrongArithmetic { off_by: 2e-2.into() } => ["e-2", "libtorch"]],
    Finding::NoCuda => [Finding::NoCuda => ["CUDA"]],
    Finding::CpuComputes { .. } => [
        Finding::CpuComputes { looked_for_cuda: false } => ["CPU", "CUDA"],
        Finding::CpuComputes { looked_for_cuda: true } => ["CPU", "CUDA"],
    ],
    Finding::CudaComputes { .. } => [
        Finding::CudaComputes { stepped: false } => ["CUDA"],
        Finding::CudaComputes { stepped: true } => ["CUDA", "CPU"],
    ],
    Finding::CudaDiffers { .. } => [
        Finding::CudaDiffers { apart: f64::NAN.into(), allowed: 1e-4.into() } => ["NaN", "e-4"],
    ],
    Finding::ExportDiffers { .. } => [
        Finding::ExportDiffers { file: text("m.pt"), apart: 2e-2.into(), allowed: 1e-3.into() } => ["m.pt", "e-2", "e-3"],
    ],
    Finding::ExportCurrent { .. } => [
        Finding::ExportCurrent { checkpoint: text("a.pth"), file: text("m.pt") } => ["a.pth", "m.pt"],
    ],
    Finding::ExportMade { .. } => [
        Finding::ExportMade { checkpoint: text("a.pth"), file: text("m.pt"), because: Vec::new() } => ["a.pth", "m.pt"],
        Finding::ExportMade {
            checkpoint: text("a.pth"),
            file: text("m.pt"),
            because: vec![Remark::ExportMadeAgain { because: ExportStale::OtherBytes }],
        } => ["a.pth", "m.pt", "bytes"],
    ],
    Finding::Forgotten => [Finding::Forgotten => []],
    Finding::CellsDiffer { .. } => [Finding::CellsDiffer { differ: 3, compared: 77 } => ["3", "77"]],
    Finding::BackgroundDiffers { .. } => [Finding::BackgroundDiffers { differ: 3, compared: 77 } => ["3", "77"]],
    Finding::MatterDiffers { .. } => [Finding::MatterDiffers { written: 5, read: 6, there: 7 } => ["5", "6", "7"]],
    Finding::ReadBack { .. } => [Finding::ReadBack { step: 2, compared: 777, matter: 81 } => ["2", "777", "81"]],
    Finding::Restored { .. } => [Finding::Restored { steps: 8 } => ["8"]],
    Finding::RestoredOther { .. } => [Finding::RestoredOther { steps: 8 } => ["8"]],
    Finding::SparseIsDense { .. } => [
        Finding::SparseIsDense { steps: 8, step: 1e-6.into(), all: 3e-5.into(), instead: None } => ["8", "e-6", "e-5"],
        Finding::SparseIsDense { steps: 8, step: 1e-6.into(), all: 3e-5.into(), instead: Some(Instead::Torus) } => ["tor"],
    ],
    Finding::SparseStepOff { .. } => [
        Finding::SparseStepOff { apart: 2e-4.into(), allowed: 1e-5.into(), instead: Some(Instead::Vacuum) } => ["e-4", "e-5", "one"],
    ],
    Finding::SparseParts { .. } => [
        Finding::SparseParts { steps: 8, apart: 2e-3.into(), allowed: 1e-4.into(), instead: None } => ["8", "e-3", "e-4"],
    ],
    Finding::NothingPut => [Finding::NothingPut => []],
    Finding::Ghost { .. } => [Finding::Ghost { left: 390 } => ["390"]],
    Finding::Miscounted { .. } => [Finding::Miscounted { cells: 300, least: 390, most: 410 } => ["300", "390", "410"]],
    Finding::Dissolved { .. } => [
        Finding::Dissolved { step: 31, known: None } => ["31"],
        Finding::Dissolved { step: 31, known: Some(known(Some(SeedFate::Dissolves { by_step: 29 }))) } => ["31", "29", "16"],
    ],
    Finding::Kept { .. } => [
        Finding::Kept { start: 256, last: 300, steps: 128, known: Some(known(None)) } => ["256", "300", "128"],
        Finding::Kept { start: 256, last: 300, steps: 128, known: Some(known(Some(SeedFate::Keeps))) } => ["256", "300", "96"],
        Finding::Kept { start: 256, last: 300, steps: 128, known: Some(known(Some(SeedFate::Grows { cells_per_step: 3.0 }))) } => ["3"],
    ],
    Finding::NoView => [Finding::NoView => []],
    Finding::WrongView { .. } => [
        Finding::WrongView { view: view::Quantity::Phase, step: 8, wrong: ViewFault::Constant } => ["8"],
        Finding::WrongView { view: view::Quantity::Phase, step: 8, wrong: ViewFault::NotItsCells } => ["8"],
        Finding::WrongView { view: view::Quantity::Phase, step: 8, wrong: ViewFault::NoMatter } => ["8"],
    ],
    Finding::Shown { .. } => [
        Finding::Shown { constant: Vec::new() } => [],
        Finding::Shown {
            constant: Constancy::ALL
                .map(|why| ConstantView { view: view::Quantity::Change, step: 8, why })
                .to_vec(),
        } => ["8"],
    ],
}

samples! {
    things: Thing;
    Thing::None => [Thing::None => ["None"]],
    Thing::Number => [Thing::Number => []],
    Thing::Text => [Thing::Text => []],
    Thing::Bytes => [Thing::Bytes => ["bytes"]],
    Thing::List => [Thing::List => []],
    Thing::Tuple => [Thing::Tuple => []],
    Thing::Set => [Thing::Set => []],
    Thing::Dictionary => [Thing::Dictionary => []],
    Thing::EmptyDictionary => [Thing::EmptyDictionary => []],
    Thing::Object { .. } => [Thing::Object { class: text("torch.optim.adam.Adam") } => ["torch.optim.adam.Adam"]],
    Thing::Storage => [Thing::Storage => []],
    Thing::Numpy => [Thing::Numpy => ["numpy"]],
    Thing::Tensor { .. } => [Thing::Tensor { of: numbers("complex64") } => ["complex64"]],
    Thing::Tensors { .. } => [
        Thing::Tensors { count: 1 } => [],
        Thing::Tensors { count: 77 } => ["77"],
    ],
    Thing::MoreModules => [Thing::MoreModules => []],
    Thing::MoreTensors => [Thing::MoreTensors => []],
}

samples! {
    tensors: TensorKind;
    TensorKind::Numbers { .. } => [numbers("float8_e4m3fn") => ["float8_e4m3fn"]],
    TensorKind::Meta => [TensorKind::Meta => []],
    TensorKind::Sparse => [TensorKind::Sparse => []],
    TensorKind::Nested => [TensorKind::Nested => []],
    TensorKind::Quantised => [TensorKind::Quantised => []],
    TensorKind::Array { .. } => [
        TensorKind::Array { code: Some(text("O8")) } => ["numpy", "O8"],
        TensorKind::Array { code: None } => ["numpy"],
    ],
    TensorKind::Subclass { .. } => [TensorKind::Subclass { class: text("__main__.Tagged") } => ["__main__.Tagged"]],
    TensorKind::Stateful => [TensorKind::Stateful => []],
    TensorKind::Rebuilt { .. } => [TensorKind::Rebuilt { by: text("tensor_v2") } => ["torch._utils._rebuild_tensor_v2"]],
    TensorKind::Marked { .. } => [
        TensorKind::Marked { dtype: text("float16"), mark: Some(text("permute")) } => ["float16", "permute"],
        TensorKind::Marked { dtype: text("float16"), mark: None } => ["float16"],
    ],
    TensorKind::NegatedBool => [TensorKind::NegatedBool => ["bool"]],
    TensorKind::Countless { .. } => [TensorKind::Countless { dtype: text("float16") } => ["float16"]],
}

fn known(seed: Option<SeedFate>) -> Known {
    Known {
        seed,
        watched_steps: 96,
        chaos: Some(2.0.into()),
    }
}
