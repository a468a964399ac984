//! What became of asking for CUDA: what `ath-engine probe-cuda` says as one line of JSON, since a driver that hangs or aborts is
//! to take nothing with it but the process that asked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A version as CUDA writes it: 13000 is 13.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CudaVersion(pub u32);

impl fmt::Display for CudaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 1000, self.0 % 1000 / 10)
    }
}

/// What the probe found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "cuda", rename_all = "snake_case")]
pub enum CudaProbe {
    /// The first device computes.
    Available {
        /// The device's name, where the system tells it.
        name: Option<String>,
        /// The newest CUDA that the driver speaks.
        driver: Option<CudaVersion>,
        /// The CUDA that libtorch was built for.
        runtime: Option<CudaVersion>,
    },
    /// There is no driver, or no device.
    Missing,
    /// The driver speaks an older CUDA than libtorch needs.
    TooOld {
        /// The newest CUDA that the driver speaks.
        driver: CudaVersion,
        /// The CUDA that libtorch was built for.
        runtime: CudaVersion,
    },
    /// This libtorch was built without CUDA.
    NotInLibtorch {
        /// Whether there is an NVIDIA driver that it could have used.
        driver: bool,
    },
    /// There is a driver, and it or the device refuses.
    Refused {
        /// Its own words, one line.
        reason: String,
    },
}

crate::tagged::read_by_tag! {
    CudaProbe by "cuda":
    Available { name, driver, runtime },
    Missing,
    TooOld { driver, runtime },
    NotInLibtorch { driver },
    Refused { reason },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_cuda_writes_them() {
        let said = [11_040, 12_080, 13_000, 0].map(|version| CudaVersion(version).to_string());
        assert_eq!(said, ["11.4", "12.8", "13.0", "0.0"]);
    }

    #[test]
    fn a_probe_survives_its_line() {
        let old = CudaProbe::TooOld {
            driver: CudaVersion(11_040),
            runtime: CudaVersion(13_000),
        };
        let line = serde_json::to_string(&old).unwrap();
        assert_eq!(line, r#"{"cuda":"too_old","driver":11040,"runtime":13000}"#);
        assert_eq!(serde_json::from_str::<CudaProbe>(&line).unwrap(), old);
    }
}
