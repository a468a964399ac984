//! What was measured, against what is to be reached.

use atheria_shared::world::{DeviceChoice, WorldNumbers};
use serde::Serialize;

use super::case::Way;
use super::peer::ErrorAfter;
use super::runs::Run;
use super::spread::Spread;

/// On which side of a target a figure is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    AtLeast,
    AtMost,
}

/// What is to be reached, and what is aimed for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Target {
    pub(super) side: Side,
    pub(super) bound: Option<f64>,
    pub(super) aim: Option<f64>,
}

impl Target {
    const fn at_least(bound: f64, aim: f64) -> Self {
        Self {
            side: Side::AtLeast,
            bound: Some(bound),
            aim: Some(aim),
        }
    }

    const fn at_most(bound: f64, aim: Option<f64>) -> Self {
        Self {
            side: Side::AtMost,
            bound: Some(bound),
            aim,
        }
    }

    /// Whether a figure is on the right side of a mark.
    fn holds(self, figure: f64, mark: f64) -> bool {
        match self.side {
            Side::AtLeast => figure >= mark,
            Side::AtMost => figure <= mark,
        }
    }
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Row {
    pub(super) what: String,
    /// A ratio; none: it was not measured.
    pub(super) reached: Option<Spread>,
    pub(super) target: Target,
    /// Whether the median reaches what is to be reached.
    pub(super) met: Option<bool>,
    /// Whether it reaches what is aimed for.
    pub(super) aimed: Option<bool>,
    /// A part of it was carried from a smaller world by cells.
    pub(super) extrapolated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

impl Row {
    fn new(what: impl Into<String>, reached: Option<Spread>, target: Target) -> Self {
        let holds = |mark: Option<f64>| Some(target.holds(reached?.median, mark?));
        Self {
            what: what.into(),
            reached,
            target,
            met: holds(target.bound),
            aimed: holds(target.aim),
            extrapolated: false,
            note: None,
        }
    }

    fn noting(self, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..self
        }
    }
}

/// Cases against the peer that steps every cell, on a CPU: the case, how the peer steps, what it is, the target.
const AGAINST_PEER: [(&str, Way, &str, Target); 9] = [
    (
        "colony-torus-2048",
        Way::Eager,
        "one Colony, torus 2048, against dense PyTorch",
        Target::at_least(120.0, 250.0),
    ),
    (
        "colony-torus-4096",
        Way::Eager,
        "one Colony, torus 4096, against dense PyTorch",
        Target::at_least(350.0, 800.0),
    ),
    (
        "colony-walls-2048",
        Way::Eager,
        "one Colony, walls 2048, against dense PyTorch",
        Target::at_least(90.0, 200.0),
    ),
    (
        "colony-walls-4096",
        Way::Eager,
        "one Colony, walls 4096, against dense PyTorch",
        Target::at_least(320.0, 650.0),
    ),
    (
        "flower-1percent-2048",
        Way::Eager,
        "Flower, 1 % matter, 2048, against dense PyTorch",
        Target::at_least(60.0, 120.0),
    ),
    (
        "dense-unet32-256",
        Way::Eager,
        "dense UNET d=8 h=32, 256, against eager PyTorch",
        Target::at_least(1.0, 1.2),
    ),
    (
        "dense-unet32-1024",
        Way::Eager,
        "dense UNET d=8 h=32, 1024, against eager PyTorch",
        Target::at_least(1.5, 1.7),
    ),
    (
        "dense-mlp-256",
        Way::Eager,
        "dense MLP d=8 h=32, 256, against eager PyTorch",
        Target::at_least(3.0, 5.0),
    ),
    (
        "dense-mlp-256",
        Way::Compiled,
        "dense MLP d=8 h=32, 256, against torch.compile",
        Target::at_least(2.0, 3.0),
    ),
];

/// The same on a GPU, where the peer's fastest way counts: the case, what it is, what is aimed for.
const AGAINST_FASTEST: [(&str, &str, Option<f64>); 8] = [
    ("colony-torus-2048", "one Colony, torus 2048", Some(40.0)),
    ("colony-torus-4096", "one Colony, torus 4096", Some(150.0)),
    ("colony-walls-2048", "one Colony, walls 2048", Some(40.0)),
    ("colony-walls-4096", "one Colony, walls 4096", Some(150.0)),
    ("flower-1percent-2048", "Flower, 1 % matter, 2048", None),
    ("dense-unet32-256", "dense UNET d=8 h=32, 256", Some(1.0)),
    ("dense-unet32-1024", "dense UNET d=8 h=32, 1024", Some(1.0)),
    ("dense-mlp-256", "dense MLP d=8 h=32, 256", Some(1.0)),
];

/// The same matter in a large world and in a small one.
const LARGE_AND_SMALL: [(&str, &str, &str); 2] = [
    (
        "one Flower, torus, 16384 over 512",
        "flower-torus-16384",
        "flower-torus-512",
    ),
    (
        "one Flower, walls, 16384 over 512",
        "flower-walls-16384",
        "flower-walls-512",
    ),
];

/// A cost must not follow the world.
const SAME_COST: Target = Target::at_most(1.2, Some(1.05));

/// The lines for what was measured on a device.
pub(super) fn rows(runs: &[Run], device: DeviceChoice) -> Vec<Row> {
    let mut rows = if device == DeviceChoice::Cuda {
        against_fastest(runs)
    } else {
        against_peer(runs)
    };
    for (what, large, small) in LARGE_AND_SMALL {
        let (Some(large), Some(small)) = (find(runs, large), find(runs, small)) else {
            continue;
        };
        let time = Spread::of_ratios(&large.ms(), &small.ms());
        rows.push(Row::new(format!("{what}: time"), time, SAME_COST));
        let bytes = |run: &Run| run.numbers().map(|numbers| numbers.memory_bytes as f64);
        let memory = bytes(large).zip(bytes(small)).map(|(large, small)| large / small);
        rows.push(Row::new(format!("{what}: memory"), Spread::of(memory), SAME_COST));
    }
    rows.extend(per_tile(runs));
    rows.extend(scattered(runs));
    rows.extend(runs.iter().flat_map(accuracy));
    rows.extend(auto(runs));
    rows
}

fn against_peer(runs: &[Run]) -> Vec<Row> {
    let row = |(name, way, what, target): &(&str, Way, &str, Target)| {
        let run = find(runs, name)?;
        let rival = run.rivals.iter().find(|rival| rival.way == *way)?;
        let mut row = Row::new(*what, rival.ratio(run), *target);
        row.extrapolated = rival.is_extrapolated(run.case);
        row.note = rival.problem.clone().or_else(|| run.problem.clone());
        Some(row)
    };
    AGAINST_PEER.iter().filter_map(row).collect()
}

/// Against the peer's fastest way; the others are named beside it.
fn against_fastest(runs: &[Run]) -> Vec<Row> {
    let row = |(name, what, aim): &(&str, &str, Option<f64>)| {
        let run = find(runs, name)?;
        let target = Target {
            side: Side::AtLeast,
            bound: None,
            aim: *aim,
        };
        let fastest = run.fastest();
        let reached = fastest.and_then(|rival| rival.ratio(run));
        let how = fastest.map_or("not measured", |rival| rival.way.name());
        let mut row = Row::new(
            format!("{what}, against the fastest PyTorch ({how})"),
            reached,
            target,
        );
        row.extrapolated = fastest.is_some_and(|rival| rival.is_extrapolated(run.case));
        let told = run.rivals.iter().map(|rival| {
            let name = rival.way.name();
            match (Spread::of(rival.ms(run.case)), &rival.problem) {
                (Some(ms), _) => format!("{name} {:.3} ms", ms.median),
                (None, Some(problem)) => format!("{name}: {problem}"),
                (None, None) => format!("{name}: not measured"),
            }
        });
        let told = run.problem.iter().cloned().chain(told);
        Some(row.noting(told.collect::<Vec<_>>().join("; ")))
    };
    AGAINST_FASTEST.iter().filter_map(row).collect()
}

fn find<'a>(runs: &'a [Run], name: &str) -> Option<&'a Run> {
    runs.iter().find(|run| run.case.name == name)
}

/// A law that normalises has more active tiles in a larger world: its time is compared tile by tile.
fn per_tile(runs: &[Run]) -> Option<Row> {
    let (large, small) = (find(runs, "colony-torus-16384")?, find(runs, "colony-torus-512")?);
    let of = |run: &Run| {
        let measured = run.measured.iter();
        measured
            .map(|round| round.ms_per_step / round.numbers.active_tiles.max(1) as f64)
            .collect::<Vec<f64>>()
    };
    let tiles = |run: &Run| run.numbers().map_or(0, |numbers| numbers.active_tiles);
    let reached = Spread::of_ratios(&of(large), &of(small));
    let row = Row::new(
        "one Colony, torus, 16384 over 512: time per active tile",
        reached,
        SAME_COST,
    );
    Some(row.noting(format!("{} and {} active tiles", tiles(large), tiles(small))))
}

/// A thousand flowers: that it works, its pace, and its memory over the bytes of psi in its tiles.
fn scattered(runs: &[Run]) -> Option<Row> {
    let run = find(runs, "flowers-65536")?;
    let tiles_bytes = |numbers: &WorldNumbers| {
        let cells = numbers.matter_tiles as f64 * f64::from(numbers.tile_cells).powi(2);
        // Six complex channels of 8 bytes.
        cells * 48.0
    };
    let memory = run
        .numbers()
        .map(|numbers| numbers.memory_bytes as f64 / tiles_bytes(numbers));
    let target = Target {
        side: Side::AtMost,
        bound: None,
        aim: Some(4.0),
    };
    let row = Row::new(
        "1,000 Flowers, torus 65536: memory over that of its tiles' psi",
        Spread::of(memory),
        target,
    );
    let pace = Spread::of(run.ms()).map(|ms| 1e3 / ms.median);
    let note = match (&run.problem, pace) {
        (Some(problem), _) => problem.clone(),
        (None, Some(pace)) => format!("it works: {pace:.1} steps a second"),
        (None, None) => "not measured".to_owned(),
    };
    Some(row.noting(note))
}

/// Errors against dense float64, ours over the peer's.
fn accuracy(run: &Run) -> Vec<Row> {
    let row = |error: &ErrorAfter| {
        let steps = if error.steps == 1 {
            "1 step".to_owned()
        } else {
            format!("{} steps", error.steps)
        };
        let what = format!(
            "{}: error after {steps}, over that of float32 PyTorch",
            run.case.name
        );
        let reached = Spread::of([error.ours / error.peer]);
        Row::new(what, reached, Target::at_most(1.0, None))
            .noting(format!("{:.1e} and {:.1e}", error.ours, error.peer))
    };
    run.errors.iter().map(row).collect()
}

/// `auto` beside the better of the two that it chooses from.
fn auto(runs: &[Run]) -> Option<Row> {
    let auto = find(runs, "full-auto")?;
    let (dense, sparse) = (find(runs, "full-dense")?.ms(), find(runs, "full-sparse")?.ms());
    let median = |ms: &[f64]| Spread::of(ms.iter().copied()).map_or(f64::INFINITY, |ms| ms.median);
    let (better, name) = if median(&dense) <= median(&sparse) {
        (dense, "dense")
    } else {
        (sparse, "sparse")
    };
    let reached = Spread::of_ratios(&auto.ms(), &better);
    let full = auto
        .numbers()
        .and_then(|numbers| numbers.matter_fraction)
        .unwrap_or(0.0);
    let row = Row::new(
        "a world full of matter: auto over the better of dense and sparse",
        reached,
        Target::at_most(1.05, None),
    );
    Some(row.noting(format!(
        "{name} is the better; {:.0} % of the cells are matter",
        100.0 * full
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::bench::case::CASES;
    use crate::cli::bench::measure::Measured;
    use crate::cli::bench::peer::Time;

    fn time(ms_per_step: f64) -> Time {
        Time {
            ms_per_step,
            side_cells: 256,
            boundary: atheria_shared::Boundary::Walls,
            tried: Vec::new(),
        }
    }

    fn measured(ms_per_step: f64) -> Measured {
        Measured {
            ms_per_step,
            gflops: 1.0,
            numbers: WorldNumbers::default(),
            opening_seconds: 1.0,
            peak_resident_bytes: None,
            threads: 1,
        }
    }

    #[test]
    fn every_line_is_of_a_case_and_its_rival() {
        let find = |name: &str| CASES.iter().find(|case| case.name == name).unwrap();
        for (name, way, ..) in AGAINST_PEER {
            assert!(
                find(name).rivals.iter().any(|rival| rival.ways.contains(&way)),
                "{name}"
            );
        }
        let rivals = || CASES.iter().flat_map(|case| case.rivals);
        let ways: usize = rivals().map(|rival| rival.ways.len()).sum();
        assert_eq!(ways, AGAINST_PEER.len());
        assert_eq!(rivals().count(), AGAINST_FASTEST.len());
        for (name, ..) in AGAINST_FASTEST {
            assert_eq!(find(name).rivals.len(), 1, "{name}");
        }
        for name in LARGE_AND_SMALL
            .iter()
            .flat_map(|(_, large, small)| [large, small])
        {
            assert!(CASES.iter().any(|case| case.name == *name), "{name}");
        }
    }

    #[test]
    fn on_a_gpu_the_fastest_way_counts() {
        let case = CASES.iter().find(|case| case.name == "dense-mlp-256").unwrap();
        let mut run = Run::new(case, DeviceChoice::Cuda);
        let ways: Vec<Way> = run.rivals.iter().map(|rival| rival.way).collect();
        assert_eq!(ways, Way::ALL);
        let row = |run: Run| against_fastest(&[run]).pop().unwrap();
        for (rival, ms) in run.rivals.iter_mut().zip([[2.0, 2.2], [0.5, 4.0], [1.0, 1.2]]) {
            rival.times = ms.map(time).to_vec();
        }
        run.rivals[2].problem = Some("stopped".into());
        run.measured = [0.5, 0.5].map(measured).to_vec();
        let fastest = row(run);
        // By its median: that of the compiled law is 2.25.
        assert!(fastest.what.ends_with("(CUDA graph)"), "{}", fastest.what);
        assert_eq!(fastest.reached.map(|ratio| ratio.median), Some(2.2));
        assert_eq!((fastest.met, fastest.aimed), (None, Some(true)));
        let note = fastest.note.unwrap();
        assert_eq!(
            note,
            "eager 2.100 ms; torch.compile 2.250 ms; CUDA graph 1.100 ms"
        );

        let mut run = Run::new(case, DeviceChoice::Cuda);
        run.rivals[1].problem = Some("no compiler".into());
        let none = row(run);
        assert_eq!((none.reached, none.aimed), (None, None));
        let note = none.note.unwrap();
        assert!(
            note.contains("torch.compile: no compiler; CUDA graph: not measured"),
            "{note}"
        );
    }

    #[test]
    fn a_target_has_a_right_side() {
        let reached = |figure, target| {
            let row = Row::new("x", Spread::of([figure]), target);
            (row.met, row.aimed)
        };
        let fast = Target::at_least(2.0, 3.0);
        assert_eq!(reached(1.9, fast), (Some(false), Some(false)));
        assert_eq!(reached(2.0, fast), (Some(true), Some(false)));
        assert_eq!(reached(3.5, fast), (Some(true), Some(true)));
        assert_eq!(reached(1.1, SAME_COST), (Some(true), Some(false)));
        assert_eq!(reached(1.3, Target::at_most(1.0, None)), (Some(false), None));
        assert_eq!(Row::new("x", None, fast).met, None);
    }
}
