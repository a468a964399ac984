//! The engine process. `ath` starts it and talks to it over its standard input and output; see [`ath_engine::worker`].

use std::io::{IsTerminal, stdin, stdout};
use std::process::ExitCode;

use ath_engine::{torchscript, worker};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("trace") => match torchscript::trace_process() {
            Ok(()) => ExitCode::SUCCESS,
            Err(reason) => {
                eprintln!("{reason}");
                ExitCode::from(4)
            }
        },
        Some("probe-cuda") => worker::probe_cuda(),
        Some(unknown) => {
            eprintln!("ath-engine: {unknown:?} is nothing that it does. Use ath.");
            ExitCode::from(2)
        }
        None if stdin().is_terminal() || stdout().is_terminal() => {
            println!(
                "ath-engine {}, Atheria's engine (libtorch {}). It computes worlds for ath, which starts it by itself \
                 and talks to it over a pipe; there is nothing to do here by hand. Use ath.",
                env!("CARGO_PKG_VERSION"),
                torchscript::TORCH_VERSION,
            );
            ExitCode::SUCCESS
        }
        None => {
            worker::without_tf32();
            worker::run()
        }
    }
}
