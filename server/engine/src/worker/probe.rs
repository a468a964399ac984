//! `ath-engine probe-cuda`: asks for CUDA and says what it found as one line of JSON on standard output.
//!
//! It is a process of its own because a driver may hang in the first call, or abort: then nothing ends but this. Who started
//! it keeps the deadline. No other process asks the driver for anything before this one has had an answer.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use atheria_shared::cuda::CudaProbe;
use tch::{Device, Kind, TchError, Tensor};

use super::cudart::{self, Devices};
use super::environment::DRIVER;
use crate::run::first_line;

/// libtorch's half that speaks CUDA, among the libraries that are loaded where it is there.
const CUDA_LIBRARY: &str = "libtorch_cuda.so";
/// Numbers that the device adds up: few enough that their sum is exact.
const ONES: i64 = 1024;

/// Asks, and says the answer.
pub fn probe_cuda() -> ExitCode {
    let said = serde_json::to_string(&probe())
        .map_err(std::io::Error::other)
        .and_then(|line| writeln!(std::io::stdout(), "{line}"));
    match said {
        // Whoever asked does not wait for the libraries' own clean-up.
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ath-engine: what was found of CUDA cannot be said: {error}");
            ExitCode::from(4)
        }
    }
}

fn probe() -> CudaProbe {
    if !has_library(&fs::read_to_string("/proc/self/maps").unwrap_or_default()) {
        return CudaProbe::NotInLibtorch {
            driver: Path::new(DRIVER).exists(),
        };
    }
    let devices = cudart::devices().unwrap_or_else(|| match tch::Cuda::device_count() {
        0 => Devices::Missing,
        count => Devices::Found(u32::try_from(count).unwrap_or(1)),
    });
    match devices {
        Devices::Missing => CudaProbe::Missing,
        Devices::Refused(reason) => CudaProbe::Refused { reason },
        Devices::TooOld => too_old(),
        Devices::Found(_) => match sum_of_ones() {
            // Not for a NaN.
            Ok(sum) if (sum - ONES as f64).abs() < 0.5 => CudaProbe::Available {
                name: name(),
                driver: cudart::driver_version(),
                runtime: cudart::runtime_version(),
            },
            Ok(sum) => CudaProbe::Refused {
                reason: format!("{ONES} ones add up to {sum} on it"),
            },
            Err(error) => CudaProbe::Refused {
                reason: first_line(&error),
            },
        },
    }
}

fn too_old() -> CudaProbe {
    match (cudart::driver_version(), cudart::runtime_version()) {
        (Some(driver), Some(runtime)) => CudaProbe::TooOld { driver, runtime },
        _ => CudaProbe::Refused {
            reason: "the driver is too old for libtorch".to_owned(),
        },
    }
}

/// Whether libtorch's CUDA half is among the libraries of a process, by its `/proc/self/maps`.
fn has_library(maps: &str) -> bool {
    maps.lines().any(|line| {
        line.rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with(CUDA_LIBRARY))
    })
}

/// A device may be counted and still compute nothing: one too old for the kernels, one that another program holds alone.
fn sum_of_ones() -> Result<f64, TchError> {
    let ones = Tensor::f_ones([ONES], (Kind::Float, Device::Cuda(0)))?;
    ones.f_sum(Kind::Float)?.f_double_value(&[])
}

/// The first device's name, as its kernel module tells it.
fn name() -> Option<String> {
    let address = cudart::pci_address()?;
    let text = fs::read_to_string(Path::new(DRIVER).join("gpus").join(address).join("information")).ok()?;
    model(&text)
}

fn model(information: &str) -> Option<String> {
    let model = information.lines().find_map(|line| line.strip_prefix("Model:"))?;
    Some(model.trim().to_owned()).filter(|model| !model.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cuda_half_is_told_from_others_by_its_name() {
        let line = |path| format!("7f00-7f01 r-xp 00000000 08:01 42   {path}\n");
        assert!(has_library(&line("/opt/torch/lib/libtorch_cuda.so")));
        assert!(!has_library(&line("/opt/libtorch_cuda.so.d/libtorch_cpu.so")));
        assert!(!has_library(""));
    }

    #[test]
    fn a_device_has_the_name_that_its_module_gives() {
        let text = "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 42\n";
        assert_eq!(model(text).as_deref(), Some("NVIDIA H100 80GB HBM3"));
        assert_eq!(model("Model:   \n"), None);
    }
}
