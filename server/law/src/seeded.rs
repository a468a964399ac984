//! Weights of a law that was never trained: for trying things out, where there is no checkpoint.

use atheria_checkpoint::{Dtype, RawTensor, TensorMap};
use atheria_shared::Architecture;
use atheria_shared::law::LawParams;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

use crate::{Law, ParamRole};

/// Random tensors by a law's own names, for [`Law::build`](crate::Law::build): as training begins, but that thresholds are around 0, so
/// that neurons do fire. The same for a seed on every machine.
pub fn seeded_tensors(architecture: Architecture, params: LawParams, seed: u64) -> TensorMap {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut tensor = |role: ParamRole, name: &str, shape: &[usize]| {
        let elements: usize = shape.iter().product();
        let (dtype, bytes) = match role {
            ParamRole::IntegerBuffer => (Dtype::I64, vec![0; 8 * elements]),
            ParamRole::Buffer if name.ends_with("factor") => (Dtype::F32, 1f32.to_le_bytes().to_vec()),
            _ => {
                // Kernels by their fan-in, a norm's scale about 1, all else about 0: as training begins.
                let inputs: usize = shape.iter().skip(1).product();
                let (mean, spread) = match shape.len() {
                    4 => (0.0, (inputs as f32).sqrt().recip()),
                    1 if name.ends_with("weight") => (1.0, 0.1),
                    _ => (0.0, 0.1),
                };
                let value = |_| {
                    let value: f32 = StandardNormal.sample(&mut random);
                    (mean + spread * value).to_le_bytes()
                };
                (Dtype::F32, (0..elements).flat_map(value).collect())
            }
        };
        RawTensor {
            dtype,
            shape: shape.to_vec(),
            bytes,
        }
    };
    Law::draw(architecture, params)
        .params()
        .iter()
        .map(|spec| (spec.name.clone(), tensor(spec.role, &spec.name, &spec.shape)))
        .collect()
}
