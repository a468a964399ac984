//! What tests are told by their environment, so that the same programs run on another machine: which device stands for a
//! device, and where the fixtures lie. Only here are the variables read.

mod laws;

use std::path::{Path, PathBuf};

use tch::Device;

pub(crate) use laws::{GOLDEN_SIZE, golden, golden_tensors, job, weights};

/// Names the device: `cpu`, which is what stands for one where nothing is said, or `cuda`.
const DEVICE: &str = "ATHERIA_TEST_DEVICE";
/// Names the folder of the fixtures, where it is not the repository's.
const FIXTURES: &str = "ATHERIA_FIXTURES";

/// The device that tests of devices compute on. A device that was asked for and is not there is no reason to compute on
/// another: the test fails.
pub(crate) fn device() -> Device {
    match std::env::var(DEVICE).as_deref() {
        Err(_) | Ok("cpu") => Device::Cpu,
        Ok("cuda") => {
            assert!(
                tch::Cuda::is_available(),
                "{DEVICE} is cuda, and libtorch finds none"
            );
            Device::Cuda(0)
        }
        Ok(other) => panic!("{DEVICE} is '{other}'; it can be cpu or cuda"),
    }
}

/// A file or folder of the fixtures.
pub(crate) fn fixtures(path: impl AsRef<Path>) -> PathBuf {
    let here = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    std::env::var_os(FIXTURES)
        .map_or_else(here, PathBuf::from)
        .join(path)
}

#[test]
fn the_device_that_was_asked_for_is_there() {
    assert!(fixtures("golden").is_dir());
    let device = device();
    println!("tests of devices compute on {device:?}");
    let sum = tch::Tensor::ones([64, 64], (tch::Kind::Float, device)).sum(tch::Kind::Float);
    assert_eq!(sum.device(), device);
    assert!((sum.double_value(&[]) - 4096.0).abs() < 1e-9);
}
