//! Round after round, each case and its peer in turns; then what is judged once.

use std::path::PathBuf;

use atheria_shared::world::WorldNumbers;
use atheria_shared::{ApiError, Boundary, ErrorCode};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::super::args::{BenchArgs, RootArgs};
use super::super::headless::absolute;
use super::super::output::Output;
use super::case::{CASES, COUNTED, Case, Judged, Matter, Rival};
use super::measure::{Bench, Measured};
use super::peer::{self, ErrorAfter, Job, Machine, PartAt, Peer, PeerError, PeerLaw, Time};
use super::spread::Spread;
use super::table::{self, Row};
use super::words;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Benched {
    pub(super) rounds: u32,
    /// Threads that a world is stepped with.
    pub(super) threads: Option<u32>,
    /// The machine, as the peer finds it.
    pub(super) machine: Option<Machine>,
    pub(super) cases: Vec<CaseReport>,
    /// Against what is to be reached.
    pub(super) table: Vec<Row>,
}

/// A case, and what came of it.
#[derive(Debug, Serialize)]
pub(super) struct CaseReport {
    pub(super) case: &'static str,
    pub(super) law: &'static str,
    pub(super) side_cells: u32,
    pub(super) boundary: Boundary,
    /// Steps before the clock started, and steps that it ran for.
    pub(super) steps: [u64; 2],
    #[serde(flatten)]
    pub(super) measured: Option<MeasuredReport>,
    pub(super) rivals: Vec<RivalReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<ErrorAfter>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) matter: Vec<PartAt>,
    /// Why something is missing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
}

/// The median of the rounds, and the world after the last of them.
#[derive(Debug, Serialize)]
pub(super) struct MeasuredReport {
    pub(super) ms_per_step: Spread,
    pub(super) gflops: Spread,
    pub(super) opening_seconds: f64,
    pub(super) peak_resident_bytes: Option<u64>,
    pub(super) numbers: WorldNumbers,
}

/// A peer beside it.
#[derive(Debug, Serialize)]
pub(super) struct RivalReport {
    pub(super) compiled: bool,
    /// Carried to our world by cells, where it was measured in a smaller one.
    pub(super) ms_per_step: Option<Spread>,
    pub(super) extrapolated: bool,
    /// Its time over ours, of the same round.
    pub(super) ratio: Option<Spread>,
    /// How it was measured in the last round.
    pub(super) time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
}

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
    pub(super) times: Vec<Time>,
    pub(super) problem: Option<String>,
}

impl Run {
    fn new(case: &'static Case) -> Self {
        let rivals = case.rivals.iter().map(|rival| RivalRun {
            rival,
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

/// Measures; whether there was nothing that could not be.
pub(in super::super) async fn bench(
    args: BenchArgs,
    output: Output,
    end: CancellationToken,
) -> Result<bool, ApiError> {
    let folder = tempfile::tempdir().map_err(|error| {
        let message = format!("a temporary folder cannot be made: {error}");
        ApiError::new(ErrorCode::StateUnwritable, message)
    })?;
    let launcher = args.engine.launcher();
    let bench = Bench {
        launcher: &launcher,
        output,
        end: end.clone(),
        trained: args.root.catalog(),
        seeded: args.laws.map(|laws| RootArgs { root: Some(laws) }.catalog()),
        folder: folder.path(),
    };
    let peer = match &args.peer {
        Some(program) => Some(Peer {
            program: program_path(program)?,
            folder: folder.path().to_owned(),
        }),
        None => None,
    };
    let chosen = |case: &&Case| args.cases.is_empty() || args.cases.iter().any(|name| name == case.name);
    let mut runs: Vec<Run> = CASES.iter().filter(chosen).map(Run::new).collect();
    let measure = async {
        let mut machines = Vec::new();
        for round in 1..=args.rounds {
            output.note(&format!("round {round} of {}", args.rounds));
            one_round(&bench, peer.as_ref(), &mut runs, &mut machines).await;
        }
        judge(&bench, peer.as_ref(), &mut runs).await;
        machines
    };
    let machines = tokio::select! {
        machines = measure => Ok(machines),
        () = end.cancelled() => Err(interrupted()),
    };
    launcher.shut_down().await;
    let done = report(args.rounds, machines?, &runs);
    output.result(&done, &words::words(&done));
    Ok(runs.iter().all(|run| run.problem.is_none()))
}

/// A path stays one; a bare name is looked for where programs are.
fn program_path(program: &std::path::Path) -> Result<PathBuf, ApiError> {
    if program.components().count() == 1 {
        return Ok(program.to_owned());
    }
    absolute(program)
}

async fn one_round(bench: &Bench<'_>, peer: Option<&Peer>, runs: &mut [Run], machines: &mut Vec<Machine>) {
    if let Some(peer) = peer
        && let Ok(machine) = peer.ask(&Job::Machine).await
    {
        machines.push(machine);
    }
    // What was asked in this round already: cases share a rival.
    let mut answered: Vec<(Job, Result<Time, String>)> = Vec::new();
    let due = |run: &&mut Run| run.problem.is_none() && (!run.case.once || run.measured.is_empty());
    for run in runs.iter_mut().filter(due) {
        bench.output.note(run.case.name);
        match bench.time(run.case).await {
            Ok(measured) => run.measured.push(measured),
            Err(error) => {
                run.problem = Some(error.message);
                continue;
            }
        }
        let Some(peer) = peer else { continue };
        for rival in run.rivals.iter_mut().filter(|rival| rival.problem.is_none()) {
            let answer = match time_job(bench, run.case, rival.rival) {
                Err(problem) => Err(problem),
                Ok(job) => {
                    if let Some((_, answer)) = answered.iter().find(|(asked, _)| *asked == job) {
                        answer.clone()
                    } else {
                        let answer = peer.ask(&job).await.map_err(|error: PeerError| error.to_string());
                        answered.push((job, answer.clone()));
                        answer
                    }
                }
            };
            match answer {
                Ok(time) => rival.times.push(time),
                Err(problem) => rival.problem = Some(problem),
            }
        }
    }
}

fn time_job(bench: &Bench<'_>, case: &Case, rival: &Rival) -> Result<Job, String> {
    let plan = bench.plan(case).map_err(|error| error.message)?;
    let start = match case.matter {
        Matter::Seeds(_) => Some(
            bench
                .seed(plan.law.params.d_state)
                .map_err(|error| error.to_string())?,
        ),
        Matter::Blob | Matter::Noise => None,
    };
    Ok(Job::Time {
        law: PeerLaw::from(&plan.law),
        side_cells: rival.side_cells,
        boundaries: rival.boundaries.to_vec(),
        steps: rival.steps,
        compiled: rival.compiled,
        start,
    })
}

/// What a peer has to say of states on the way.
async fn judge(bench: &Bench<'_>, peer: Option<&Peer>, runs: &mut [Run]) {
    let Some(peer) = peer else { return };
    for run in runs.iter_mut().filter(|run| run.problem.is_none()) {
        let Some(judged) = run.case.judged else { continue };
        if let Err(problem) = judge_one(bench, peer, run, judged).await {
            run.problem = Some(problem);
        }
    }
}

async fn judge_one(bench: &Bench<'_>, peer: &Peer, run: &mut Run, judged: Judged) -> Result<(), String> {
    let plan = bench.plan(run.case).map_err(|error| error.message)?;
    let states = bench.states(run.case, judged.at_steps()).await;
    let states = states.map_err(|error| error.message)?;
    let law = PeerLaw::from(&plan.law);
    let said = |error: PeerError| error.to_string();
    match judged {
        Judged::Accuracy => {
            let boundary = run.case.boundary;
            let job = Job::Accuracy {
                law,
                boundary,
                states: states.clone(),
            };
            run.errors = peer.ask::<peer::Accuracy>(&job).await.map_err(said)?.errors;
        }
        Judged::Matter => {
            let job = Job::Matter {
                law,
                above: COUNTED,
                states: states.clone(),
            };
            run.matter = peer.ask::<peer::Matter>(&job).await.map_err(said)?.parts;
        }
    }
    for state in states {
        // They are large; the folder goes away in the end, whatever happens here.
        let _ = std::fs::remove_file(state.path);
    }
    Ok(())
}

fn report(rounds: u32, mut machines: Vec<Machine>, runs: &[Run]) -> Benched {
    let rate = Spread::of(machines.iter().map(|machine| machine.matrix_gflops));
    let machine = machines.pop().map(|machine| Machine {
        matrix_gflops: rate.map_or(machine.matrix_gflops, |rate| rate.median),
        ..machine
    });
    let threads = runs
        .iter()
        .find_map(|run| run.measured.last())
        .map(|measured| measured.threads);
    Benched {
        rounds,
        threads,
        machine,
        cases: runs.iter().map(case_report).collect(),
        table: table::rows(runs),
    }
}

fn case_report(run: &Run) -> CaseReport {
    let case = run.case;
    let measured = run.measured.last().and_then(|last| {
        Some(MeasuredReport {
            ms_per_step: Spread::of(run.ms())?,
            gflops: Spread::of(run.measured.iter().map(|measured| measured.gflops))?,
            opening_seconds: last.opening_seconds,
            peak_resident_bytes: last.peak_resident_bytes,
            numbers: last.numbers.clone(),
        })
    });
    let rivals = run.rivals.iter().map(|rival| RivalReport {
        compiled: rival.rival.compiled,
        ms_per_step: Spread::of(rival.ms(case)),
        extrapolated: rival.is_extrapolated(case),
        ratio: rival.ratio(run),
        time: rival.times.last().cloned(),
        problem: rival.problem.clone(),
    });
    CaseReport {
        case: case.name,
        law: case.law.name(),
        side_cells: case.side_cells,
        boundary: case.boundary,
        steps: case.steps,
        measured,
        rivals: rivals.collect(),
        errors: run.errors.clone(),
        matter: run.matter.clone(),
        problem: run.problem.clone(),
    }
}

fn interrupted() -> ApiError {
    ApiError::new(ErrorCode::EngineDied, "interrupted; nothing was reported")
}
