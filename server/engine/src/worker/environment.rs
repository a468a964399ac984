//! What the process finds around it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;

/// What switches TF32 off in cuBLAS and cuDNN: with it a convolution is off by 1e-3, and libtorch's own switch cannot be
/// reached from here.
const TF32: (&str, &str) = ("NVIDIA_TF32_OVERRIDE", "0");
/// There where an NVIDIA driver is.
pub(super) const DRIVER: &str = "/proc/driver/nvidia";

/// Where there may be CUDA and TF32 is not decided yet, begins the same process again with TF32 off: the libraries read
/// it when they are loaded. Comes back where there is nothing to do.
pub fn without_tf32() {
    let (name, value) = TF32;
    if std::env::var_os(name).is_some() || !Path::new(DRIVER).exists() {
        return;
    }
    #[cfg(unix)]
    if let Ok(program) = std::env::current_exe() {
        use std::os::unix::process::CommandExt;
        let error = Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(name, value)
            .exec();
        eprintln!("ath-engine: TF32 cannot be switched off: {error}");
    }
}

/// Physical cores that this process may use: threads that share one slow each other down.
pub(super) fn physical_cores() -> i32 {
    let logical = available_parallelism().map_or(1, usize::from);
    let cores = (0..1024)
        .map_while(|cpu| {
            fs::read_to_string(format!(
                "/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list"
            ))
            .ok()
        })
        .collect::<BTreeSet<_>>()
        .len();
    let cores = if cores == 0 { logical } else { cores.min(logical) };
    i32::try_from(cores).unwrap_or(1).max(1)
}
