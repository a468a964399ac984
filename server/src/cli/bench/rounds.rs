//! Round after round, each case and its peer in turns; then what is judged once.

use std::path::PathBuf;

use atheria_shared::{ApiError, ErrorCode};
use tokio_util::sync::CancellationToken;

use super::super::args::{BenchArgs, RootArgs};
use super::super::headless::absolute;
use super::super::output::Output;
use super::case::{CASES, COUNTED, Case, Judged, Matter, Rival};
use super::measure::Bench;
use super::peer::{self, Job, Machine, Peer, PeerError, PeerLaw, Time};
use super::report::report;
use super::runs::Run;
use super::words;

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
        device: args.device,
        trained: args.root.catalog(),
        seeded: args.laws.map(|laws| {
            let root = Some(laws);
            RootArgs { root, ..args.root }.catalog()
        }),
        folder: folder.path(),
    };
    let peer = match &args.peer {
        Some(program) => Some(Peer {
            program: program_path(program)?,
            device: args.device,
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
    let done = report(args.rounds, args.device, machines?, &runs);
    output.result(&done, &words::words(&done))?;
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

fn interrupted() -> ApiError {
    ApiError::new(ErrorCode::EngineDied, "interrupted; nothing was reported")
}
