//! The arguments of every command. Doc comments here are what `--help` prints.
#![expect(
    clippy::doc_markdown,
    reason = "help is read in a terminal, where backticks are noise"
)]

use std::net::IpAddr;
use std::path::PathBuf;

use atheria_shared::session::ExportMethod;
use atheria_shared::world::{DeviceChoice, ExecutionChoice, Placement, Precision, StartingMatter, Vacuum};
use atheria_shared::{Boundary, CheckpointChoice, ExperimentName, GridShape};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Parser, Subcommand};

use super::bench;
use crate::api::{BasePath, HostName, Network, Reach};
use crate::assets;
use crate::catalog::Catalog;
use crate::supervisor::{Deadlines, Launcher};

/// A web lab for learned cellular automata: open a law trained in Python and watch it live.
#[derive(Debug, Parser)]
#[command(name = "ath", version, arg_required_else_help = true)]
pub(super) struct Args {
    /// One JSON document on standard output instead of words, errors too.
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve the page and the experiments.
    Serve(ServeArgs),
    /// Serve, and rebuild the page whenever its source changes (needs trunk).
    Dev(DevArgs),
    /// List the experiments, with what is wrong with each.
    Experiments(RootArgs),
    /// Export a checkpoint to TorchScript, verified, beside the checkpoint.
    Export(ExportArgs),
    /// Step a world without a page and write its state, or states on the way.
    Run(Box<RunArgs>),
    /// Measure what a law is like: how far it reaches, whether it is chaotic, what becomes of a seed.
    Inspect(InspectArgs),
    /// Check that worlds are what they seem: written, restored, computed sparsely; and why matter or a view is gone.
    Diagnose(DiagnoseArgs),
    /// Measure how fast worlds are stepped, beside a program that steps them whole.
    Bench(BenchArgs),
}

impl Command {
    /// Whether it stays until it is ended.
    pub(super) fn is_server(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Dev(_))
    }
}

#[derive(Debug, Default, clap::Args)]
pub(super) struct RootArgs {
    /// The folder that holds experiments/ and training_checkpoints/, or output/ with them [default: the demo].
    #[arg(long, value_name = "DIR", env = "ATHERIA_ROOT")]
    pub(super) root: Option<PathBuf>,
    /// Follow symbolic links that lead out of that folder, of experiments, checkpoints and their files.
    #[arg(long)]
    pub(super) follow_links: bool,
    /// Where exports are written that cannot be written beside their checkpoint [default: atheria/exports in the user's cache
    /// folder].
    #[arg(long, value_name = "DIR", env = "ATHERIA_EXPORTS")]
    pub(super) cache: Option<PathBuf>,
}

impl RootArgs {
    /// The experiments of that folder.
    pub(super) fn catalog(&self) -> Catalog {
        // The engine need not share our folder. A path that cannot be made absolute is refused where it is used.
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        self.found()
            .following_links(self.follow_links)
            .caching_in(self.cache.as_ref().map(absolute))
    }

    fn found(&self) -> Catalog {
        match (&self.root, assets::demo()) {
            (Some(root), demo) => {
                let real = root.canonicalize().ok();
                let same = real.is_some() && demo.is_some_and(|demo| demo.canonicalize().ok() == real);
                Catalog::new(root.clone(), same)
            }
            (None, Some(demo)) => Catalog::new(demo, true),
            (None, None) => Catalog::new("server/demo/output".into(), true),
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct TrustArgs {
    /// Where the engine has no layers for an architecture, run the newest TorchScript (.pt) beside its checkpoints: this
    /// executes code from that file.
    #[arg(long)]
    pub(super) trust_torchscript: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct EngineArgs {
    /// The engine's program [default: ath-engine beside this one].
    #[arg(long, value_name = "FILE", env = "ATHERIA_ENGINE")]
    pub(super) engine: Option<PathBuf>,
}

impl EngineArgs {
    /// How engines are started.
    pub(super) fn launcher(&self) -> Launcher {
        let program = self.engine.clone().unwrap_or_else(assets::engine);
        Launcher::new(program, Deadlines::default())
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub(super) root: RootArgs,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
    #[command(flatten)]
    pub(super) trust: TrustArgs,
    /// The address to listen on; one that other machines can reach needs --token.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub(super) bind: IpAddr,
    /// The port; 0 takes any that is free.
    #[arg(long, default_value_t = 8080)]
    pub(super) port: u16,
    /// The folder of the built page [default: the nearest dist/].
    #[arg(long, value_name = "DIR", env = "ATHERIA_WEB")]
    pub(super) web: Option<PathBuf>,
    /// A secret that whoever asks for data has to send (Authorization: Bearer, or ?token=).
    #[arg(long, env = "ATHERIA_TOKEN", hide_env_values = true)]
    pub(super) token: Option<String>,
    #[command(flatten)]
    pub(super) reach: ReachArgs,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct ReachArgs {
    /// A name by which browsers may call the server, beside its address and loopback names; may be given more than once.
    #[arg(long = "allow-host", value_name = "NAME")]
    pub(super) names: Vec<HostName>,
    /// The path that page, data and WebSocket lie under, when a proxy has others beside it: /lab.
    #[arg(
        long = "base-path",
        value_name = "PATH",
        default_value = "/",
        hide_default_value = true
    )]
    pub(super) base: BasePath,
    /// A proxy whose X-Forwarded-Host, -Proto, -Port, -For and -Prefix are believed; may be given more than once.
    #[arg(long = "trust-proxy", value_name = "ADDR|CIDR")]
    pub(super) proxies: Vec<Network>,
}

impl ReachArgs {
    /// Where the server is found.
    pub(super) fn reach(self) -> Reach {
        Reach {
            names: self.names,
            base: self.base,
            proxies: self.proxies,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct DevArgs {
    #[command(flatten)]
    pub(super) serve: ServeArgs,
    /// The trunk program.
    #[arg(long, value_name = "FILE", default_value = "trunk", env = "TRUNK")]
    pub(super) trunk: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct LawArgs {
    /// The experiment: the name of its folder.
    #[arg(long, value_name = "NAME")]
    pub(super) experiment: ExperimentName,
    #[command(flatten)]
    pub(super) root: RootArgs,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
    /// latest, best, last, or a file's name.
    #[arg(long, value_name = "CHECKPOINT", default_value_t)]
    pub(super) checkpoint: CheckpointChoice,
    /// Which of the file's dictionaries of tensors holds the weights, by its place in the file (for example ema.shadow)
    /// [default: the one that fits].
    #[arg(long, value_name = "KEY")]
    pub(super) weights: Option<String>,
    /// Cast weights of another float type (float64, float16, bfloat16) to float32.
    #[arg(long)]
    pub(super) cast: bool,
    /// How the export is made: auto (script, then trace), script or trace.
    #[arg(long, default_value = "auto")]
    pub(super) method: ExportMethod,
    /// Make the export again even if it is current.
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    pub(super) law: LawArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct InspectArgs {
    #[command(flatten)]
    pub(super) law: LawArgs,
    #[command(flatten)]
    pub(super) trust: TrustArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct DiagnoseArgs {
    /// The experiment: the name of its folder [default: all of them, one after the other].
    #[arg(long, value_name = "NAME")]
    pub(super) experiment: Option<ExperimentName>,
    #[command(flatten)]
    pub(super) root: RootArgs,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct BenchArgs {
    #[command(flatten)]
    pub(super) root: RootArgs,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
    /// A folder with the laws of the dense cases, which no demo is as large as (tests/bench/laws.py DIR makes it).
    #[arg(long, value_name = "DIR")]
    pub(super) laws: Option<PathBuf>,
    /// A program to be measured against, in turns: PROGRAM CASE.json prints a line of JSON (tests/bench/peer).
    #[arg(long, value_name = "PROGRAM")]
    pub(super) peer: Option<PathBuf>,
    /// How often everything is measured; medians are shown.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) rounds: u32,
    /// When this is over no more is measured, and what was is shown [default: when all cases are measured].
    #[arg(long, value_name = "SECONDS")]
    pub(super) within: Option<u32>,
    /// Where worlds are computed, and the peer's: cpu or cuda.
    #[arg(long, default_value_t = DeviceChoice::Cpu, value_parser = PossibleValuesParser::new(["cpu", "cuda"]).try_map(|name| name.parse::<DeviceChoice>()))]
    pub(super) device: DeviceChoice,
    /// Only this case; may be given more than once.
    #[arg(long = "case", value_name = "NAME", value_parser = PossibleValuesParser::new(bench::case_names()))]
    pub(super) cases: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) law: LawArgs,
    #[command(flatten)]
    pub(super) trust: TrustArgs,
    /// How many steps to make.
    #[arg(long)]
    pub(super) steps: u64,
    #[command(flatten)]
    pub(super) world: WorldArgs,
    /// What is done to the world on the way: a JSON file as /api/sessions/ID/events answers it.
    #[arg(long, value_name = "FILE")]
    pub(super) events: Option<PathBuf>,
    /// Where the last state is written: a .npz with psi, and h and c where the law has memory.
    #[arg(long, value_name = "FILE.npz", required_unless_present = "series")]
    pub(super) out: Option<PathBuf>,
    /// Where states are written on the way, with --every: a .npz with step and psi, or a .zarr folder with the same.
    #[arg(long, value_name = "FILE.npz|FOLDER.zarr", requires = "every")]
    pub(super) series: Option<PathBuf>,
    /// Steps between two states of --series; the first is that of step 0.
    #[arg(long, value_name = "STEPS", requires = "series")]
    pub(super) every: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub(super) struct WorldArgs {
    /// The world's size in cells, HEIGHTxWIDTH [default: that of the --init file, then of the experiment].
    #[arg(long, value_name = "HxW")]
    pub(super) grid: Option<GridShape>,
    /// walls, torus or unbounded [default: as the law was trained].
    #[arg(long)]
    pub(super) boundary: Option<Boundary>,
    /// What lies in it: blob:SIZE, blobs:COUNT:SIZE, complex_noise, random, zeros, or a FILE.npz, .npy, .pt or .png
    /// [default: blob:16].
    #[arg(long, value_name = "MATTER")]
    pub(super) init: Option<StartingMatter>,
    /// Where a file smaller than the grid lies: centre, Y,X, tile or scatter:COUNT.
    #[arg(long, default_value_t, allow_hyphen_values = true)]
    pub(super) place: Placement,
    /// What is around it: one, or harmonic[:AMPLITUDE[:WAVES[:SEED]]].
    #[arg(long, default_value_t)]
    pub(super) vacuum: Vacuum,
    /// The seed of whatever is random.
    #[arg(long, default_value_t = 0)]
    pub(super) seed: u64,
    /// Decay [default: the experiment's].
    #[arg(long)]
    pub(super) gamma: Option<f64>,
    /// auto, cpu or cuda.
    #[arg(long, default_value_t)]
    pub(super) device: DeviceChoice,
    /// Which cells are computed: auto, dense (all) or sparse (where matter can be felt).
    #[arg(long, default_value_t)]
    pub(super) execution: ExecutionChoice,
    /// What counts as matter: a cell that differs from the background by more; above 0, up to 1 [default: the
    /// experiment's, then 1e-6].
    #[arg(long)]
    pub(super) eps: Option<f64>,
    /// The world's numbers: float32, or float64, which auto computes on the CPU.
    #[arg(long, value_name = "float32|float64", default_value_t)]
    pub(super) dtype: Precision,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_benchmark_knows_its_cases() {
        let bench = |extra: &[&str]| Args::try_parse_from([&["ath", "bench"], extra].concat());
        let chosen = bench(&[
            "--case",
            "dense-mlp-256",
            "--case",
            "full-auto",
            "--rounds",
            "1",
            "--json",
        ]);
        let Ok(Command::Bench(args)) = chosen.map(|args| args.command) else {
            panic!("no benchmark");
        };
        assert_eq!(
            (args.cases, args.rounds),
            (vec!["dense-mlp-256".to_owned(), "full-auto".to_owned()], 1)
        );
        for bad in [["--case", "colony"], ["--rounds", "0"], ["--rounds", "many"]] {
            assert!(bench(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_server_is_told_where_it_is_found() {
        let serve = |extra: &[&str]| Args::try_parse_from([&["ath", "serve"], extra].concat());
        let given = serve(&[
            "--allow-host",
            "lab.example",
            "--allow-host",
            "10.0.0.7",
            "--base-path",
            "/lab/",
            "--trust-proxy",
            "127.0.0.1",
            "--trust-proxy",
            "10.0.0.0/8",
        ]);
        let Ok(Command::Serve(args)) = given.map(|args| args.command) else {
            panic!("no server");
        };
        let reach = args.reach.reach();
        assert_eq!((reach.names.len(), reach.proxies.len()), (2, 2));
        assert_eq!(reach.base.to_string(), "/lab");
        for bad in [
            ["--allow-host", "http://lab.example"],
            ["--base-path", "lab"],
            ["--trust-proxy", "proxy"],
        ] {
            assert!(serve(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn wrong_values_are_refused() {
        let run = |extra: &[&str]| {
            let mut line = vec![
                "ath",
                "run",
                "--experiment",
                "a",
                "--steps",
                "4",
                "--out",
                "x.npz",
            ];
            line.extend(extra);
            Args::try_parse_from(line)
        };
        assert!(run(&[]).is_ok());
        assert!(
            run(&[
                "--grid",
                "32x48",
                "--boundary",
                "torus",
                "--init",
                "blob:3",
                "--json"
            ])
            .is_ok()
        );
        assert!(run(&["--place", "-3,4", "--series", "x.zarr", "--every", "2"]).is_ok());
        for bad in [
            ["--grid", "0x4"],
            ["--boundary", "open"],
            ["--init", "soup"],
            ["--device", "tpu"],
            ["--checkpoint", "../x.pth"],
            ["--experiment", "../x"],
            ["--place", "3"],
            ["--vacuum", "harmonic:2"],
            ["--execution", "fast"],
            ["--dtype", "float16"],
            ["--every", "4"],
            ["--series", "x.npz"],
        ] {
            assert!(run(&bad).is_err(), "{bad:?}");
        }
    }
}
