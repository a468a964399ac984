//! Dense steps on a device against the golden states, which the training system's own modules computed.

use std::fs::File;
use std::io::Read;

use atheria_shared::{Architecture, Boundary};
use tch::Tensor;
use zip::ZipArchive;

use super::{Dense, State};
use crate::testing::{device, fixtures, golden};

/// How far a trajectory may be from the golden one.
const TOLERANCE: f64 = 1e-5;
/// Complex channels of the golden laws.
const CHANNELS: i64 = 4;
/// The steps that there is a state of, and the last of them.
const STEPS: [u32; 3] = [1, 4, 16];

/// The golden states of a law.
struct States(ZipArchive<File>);

impl States {
    fn of(architecture: Architecture) -> Self {
        let spiking = if architecture == Architecture::SnnUnet {
            "-spiking"
        } else {
            ""
        };
        let file = format!("golden/{architecture}-d4-h8-g32{spiking}/golden.npz");
        Self(ZipArchive::new(File::open(fixtures(file)).unwrap()).unwrap())
    }

    /// One of them, float32 `[1, 2d, H, W]`; the file has complex64 `[H, W, d]`.
    fn read(&mut self, key: &str) -> Tensor {
        let mut bytes = Vec::new();
        let mut array = self.0.by_name(&format!("{key}.npy")).unwrap();
        array.read_to_end(&mut bytes).unwrap();
        assert!(bytes.starts_with(b"\x93NUMPY\x01"));
        let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        let numbers: Vec<f32> = bytes[10 + header..]
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect();
        let side = (numbers.len() as i64 / (2 * CHANNELS)).isqrt();
        Tensor::from_slice(&numbers)
            .view([side, side, CHANNELS, 2])
            .permute([3, 2, 0, 1])
            .reshape([1, 2 * CHANNELS, side, side])
    }
}

#[test]
fn a_dense_world_on_the_device_follows_its_golden_trajectories() {
    let device = device();
    for architecture in Architecture::ALL {
        let dense = Dense::new(&golden(architecture), Boundary::Walls, 0.01, device).unwrap();
        let mut states = States::of(architecture);
        for start in ["blob_g32", "blob_g48", "complex_noise_g32", "complex_noise_g48"] {
            let mut state = State {
                psi: states.read(&format!("{start}_t0")).to_device(device),
                memory: None,
            };
            let mut made = 0;
            for step in STEPS {
                for _ in made..step {
                    state = dense.step(&state).unwrap();
                }
                made = step;
                let expected = states.read(&format!("{start}_t{step}")).to_device(device);
                let error = (&state.psi - expected).abs().max().double_value(&[]);
                println!("{architecture} {start} step {step} on {device:?}: {error:.1e}");
                assert!(
                    error <= TOLERANCE,
                    "{architecture} {start} step {step}: {error:e}"
                );
            }
        }
    }
}
