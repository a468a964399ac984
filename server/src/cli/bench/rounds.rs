//! Round after round, each case and its peer in turns; then what is judged once.

use std::path::PathBuf;
use std::time::Duration;

use atheria_shared::limits::BENCH_WAY;
use atheria_shared::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::args::{BenchArgs, RootArgs};
use super::super::headless::absolute;
use super::super::output::Output;
use super::case::{CASES, COUNTED, Case, Judged, Matter, Rival, Way};
use super::measure::Bench;
use super::peer::{self, Job, Machine, Peer, PeerLaw, Times};
use super::report::report;
use super::runs::{RivalRun, Run};
use super::words;

/// One way of a peer's may take this part of the time that there is for everything: one that hangs leaves some to the rest.
const WAYS_WITHIN: u32 = 5;

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
    let within = args.within.map(|seconds| Duration::from_secs(seconds.into()));
    let launcher = args.engine.launcher();
    let bench = Bench {
        launcher: &launcher,
        output,
        end: end.clone(),
        device: args.device,
        until: within.map(|all| Instant::now() + all),
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
            way: within.map_or(BENCH_WAY, |all| BENCH_WAY.min(all / WAYS_WITHIN)),
        }),
        None => None,
    };
    let chosen = |case: &&Case| args.cases.is_empty() || args.cases.iter().any(|name| name == case.name);
    let mut runs: Vec<Run> = CASES
        .iter()
        .filter(chosen)
        .map(|case| Run::new(case, args.device))
        .collect();
    let measure = async {
        let (mut machines, mut rounds) = (Vec::new(), 0);
        for round in 1..=args.rounds {
            if bench.is_over() {
                break;
            }
            rounds = round;
            output.note(&format!("round {round} of {}", args.rounds));
            one_round(&bench, peer.as_ref(), &mut runs, &mut machines).await;
        }
        judge(&bench, peer.as_ref(), &mut runs).await;
        (machines, rounds)
    };
    let measured = tokio::select! {
        measured = measure => Ok(measured),
        () = end.cancelled() => Err(interrupted()),
    };
    launcher.shut_down().await;
    let (machines, rounds) = measured?;
    let done = report(rounds, args.device, machines, &runs);
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
        && let Ok(machine) = bench.in_time(ask(peer, &Job::Machine)).await
    {
        machines.push(machine);
    }
    // What was asked in this round already: cases share a rival.
    let mut answered: Vec<(Job, Result<Times, String>)> = Vec::new();
    let due = |run: &&mut Run| run.problem.is_none() && (!run.case.once || run.measured.is_empty());
    for run in runs.iter_mut().filter(due) {
        bench.output.note(run.case.name);
        let time = async { bench.time(run.case).await.map_err(|error| error.message) };
        match bench.in_time(time).await {
            Ok(measured) => run.measured.push(measured),
            Err(problem) => {
                // What there is of earlier rounds stays, whatever there was no time for now.
                if !bench.is_over() || run.measured.is_empty() {
                    run.problem = Some(problem);
                }
                continue;
            }
        }
        let Some(peer) = peer else { continue };
        for rival in run.case.rivals {
            let mut ways: Vec<&mut RivalRun> = run
                .rivals
                .iter_mut()
                .filter(|one| std::ptr::eq(one.rival, rival) && one.problem.is_none())
                .collect();
            if ways.is_empty() {
                continue;
            }
            let asked = ways.iter().map(|one| one.way).collect();
            let answer = match time_job(bench, run.case, rival, asked) {
                Err(problem) => Err(problem),
                Ok(job) => {
                    if let Some((_, answer)) = answered.iter().find(|(asked, _)| *asked == job) {
                        answer.clone()
                    } else {
                        let answer = bench.in_time(ask(peer, &job)).await;
                        answered.push((job, answer.clone()));
                        answer
                    }
                }
            };
            for one in &mut ways {
                match answer
                    .as_ref()
                    .map_err(Clone::clone)
                    .and_then(|times| times.of(one.way))
                {
                    Ok(time) => one.times.push(time),
                    Err(problem) if !bench.is_over() || one.times.is_empty() => one.problem = Some(problem),
                    Err(_) => {}
                }
            }
        }
    }
}

async fn ask<T: DeserializeOwned>(peer: &Peer, job: &Job) -> Result<T, String> {
    peer.ask(job).await.map_err(|error| error.to_string())
}

fn time_job(bench: &Bench<'_>, case: &Case, rival: &Rival, ways: Vec<Way>) -> Result<Job, String> {
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
        ways,
        start,
    })
}

/// What a peer has to say of states on the way.
async fn judge(bench: &Bench<'_>, peer: Option<&Peer>, runs: &mut [Run]) {
    let Some(peer) = peer else { return };
    for run in runs.iter_mut().filter(|run| run.problem.is_none()) {
        let Some(judged) = run.case.judged else { continue };
        if let Err(problem) = bench.in_time(judge_one(bench, peer, run, judged)).await {
            run.problem = Some(problem);
        }
    }
}

async fn judge_one(bench: &Bench<'_>, peer: &Peer, run: &mut Run, judged: Judged) -> Result<(), String> {
    let plan = bench.plan(run.case).map_err(|error| error.message)?;
    let states = bench.states(run.case, judged.at_steps()).await;
    let states = states.map_err(|error| error.message)?;
    let law = PeerLaw::from(&plan.law);
    match judged {
        Judged::Accuracy => {
            let boundary = run.case.boundary;
            let job = Job::Accuracy {
                law,
                boundary,
                states: states.clone(),
            };
            run.errors = ask::<peer::Accuracy>(peer, &job).await?.errors;
        }
        Judged::Matter => {
            let job = Job::Matter {
                law,
                above: COUNTED,
                states: states.clone(),
            };
            run.matter = ask::<peer::Matter>(peer, &job).await?.parts;
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
