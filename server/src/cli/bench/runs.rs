//! What is gathered of a case and of its rivals, round by round.

use atheria_shared::world::{DeviceChoice, WorldNumbers};

use super::case::{Case, Rival, Way};
use super::measure::Measured;
use super::peer::{ErrorAfter, PartAt, Time};
use super::spread::Spread;

/// A case while it is measured.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) case: &'static Case,
    pub(super) measured: Vec<Measured>,
    pub(super) rivals: Vec<RivalRun>,
    pub(super) errors: Vec<ErrorAfter>,
    pub(super) matter: Vec<PartAt>,
    pub(super) problem: Option<String>,
}

/// A rival while it is measured.
#[derive(Debug)]
pub(super) struct RivalRun {
    pub(super) rival: &'static Rival,
    pub(super) way: Way,
    pub(super) times: Vec<Time>,
    pub(super) problem: Option<String>,
}

impl Run {
    /// Nothing yet, on a device.
    pub(super) fn new(case: &'static Case, device: DeviceChoice) -> Self {
        let ways = |rival: &'static Rival| rival.ways_on(device).iter().map(move |way| (rival, *way));
        let rivals = case.rivals.iter().flat_map(ways).map(|(rival, way)| RivalRun {
            rival,
            way,
            times: Vec::new(),
            problem: None,
        });
        Self {
            case,
            measured: Vec::new(),
            rivals: rivals.collect(),
            errors: Vec::new(),
            matter: Vec::new(),
            problem: None,
        }
    }

    /// Milliseconds a step, by round.
    pub(super) fn ms(&self) -> Vec<f64> {
        self.measured
            .iter()
            .map(|measured| measured.ms_per_step)
            .collect()
    }

    /// The rival that is the fastest, where one was measured.
    pub(super) fn fastest(&self) -> Option<&RivalRun> {
        let measured = self.rivals.iter().filter_map(|rival| {
            let ms = Spread::of(rival.ms(self.case))?;
            Some((rival, ms.median))
        });
        measured
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(rival, _)| rival)
    }

    /// The world after the last round.
    pub(super) fn numbers(&self) -> Option<&WorldNumbers> {
        self.measured.last().map(|measured| &measured.numbers)
    }
}

impl RivalRun {
    /// Whether its time is carried to a larger world.
    pub(super) fn is_extrapolated(&self, case: &Case) -> bool {
        self.rival.side_cells != case.side_cells
    }

    /// Milliseconds a step in a world of the case's size, by round.
    pub(super) fn ms(&self, case: &Case) -> Vec<f64> {
        let sides = f64::from(case.side_cells) / f64::from(self.rival.side_cells);
        self.times
            .iter()
            .map(|time| time.ms_per_step * sides * sides)
            .collect()
    }

    /// Its time over that of a run, by round.
    pub(super) fn ratio(&self, run: &Run) -> Option<Spread> {
        Spread::of_ratios(&self.ms(run.case), &run.ms())
    }
}
