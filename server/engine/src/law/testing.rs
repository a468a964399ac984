//! Laws for tests: the golden ones, and a checkpoint's tensors without a checkpoint.

use std::cell::RefCell;
use std::path::Path;

use atheria_checkpoint::{
    CheckpointError, Dtype, Element, RawTensor, TensorDict, TensorInfo, TensorMap, TensorSource,
};
use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::session::ExportMethod;
use atheria_shared::{Architecture, Boundary};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

use super::{Law, ParamRole};
use crate::testing::{fixtures, weights};

/// The size of the golden laws.
pub(crate) const GOLDEN_SIZE: LawParams = LawParams {
    d_state: 4,
    hidden_channels: 8,
};

/// What is asked for of a law of the golden size, whose checkpoint lies in that folder, by whoever leaves all else open.
pub(crate) fn job(folder: &Path, architecture: Architecture) -> LawJob {
    LawJob {
        experiment: "test".to_owned(),
        architecture: Some(architecture),
        params: GOLDEN_SIZE,
        params_defaulted: vec![],
        gamma: 0.01,
        trained_boundary: Boundary::Walls,
        checkpoint_dir: folder.to_owned(),
        checkpoint: "checkpoint_ep59.pth".parse().unwrap(),
        weights: None,
        cast: false,
        expected_sha256: None,
        cache_dir: None,
        method: ExportMethod::Auto,
        force: false,
    }
}

/// A golden law: trained, since random weights magnify rounding in every norm. `SNN_UNET` is the one whose neurons fire.
pub(crate) fn golden(architecture: Architecture) -> Law {
    Law::build(architecture, GOLDEN_SIZE, &golden_tensors(architecture)).unwrap()
}

/// Its tensors.
pub(crate) fn golden_tensors(architecture: Architecture) -> TensorMap {
    let spiking = if architecture == Architecture::SnnUnet {
        "-spiking"
    } else {
        ""
    };
    let file = format!("{architecture}-d4-h8-g32{spiking}/checkpoint_ep59.pth");
    weights(&fixtures("golden").join(file))
}

/// Random weights, thresholds around 0 so that neurons do fire.
pub(crate) fn seeded_tensors(architecture: Architecture, params: LawParams, seed: u64) -> TensorMap {
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

/// A file of dictionaries of tensors that is kept in memory, and what was read from it.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) dicts: Vec<TensorDict>,
    pub(crate) tensors: Vec<TensorMap>,
    pub(crate) read: RefCell<Vec<String>>,
}

impl Held {
    /// A file of one dictionary.
    pub(crate) fn of(key: &str, tensors: TensorMap) -> Self {
        Self::default().and(key, tensors)
    }

    /// The same with another one.
    pub(crate) fn and(mut self, key: &str, tensors: TensorMap) -> Self {
        let info = |tensor: &RawTensor| TensorInfo {
            element: Element::Number(tensor.dtype),
            shape: tensor.shape.clone(),
        };
        self.dicts.push(TensorDict {
            key: key.to_owned(),
            tensors: tensors
                .iter()
                .map(|(name, tensor)| (name.clone(), info(tensor)))
                .collect(),
            ..TensorDict::default()
        });
        self.tensors.push(tensors);
        self
    }

    /// The same file with its last dictionary changed.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut TensorDict)) -> Self {
        change(self.dicts.last_mut().unwrap());
        self
    }
}

impl TensorSource for Held {
    fn check_unchanged(&self) -> Result<(), CheckpointError> {
        Ok(())
    }

    fn dicts(&self) -> &[TensorDict] {
        &self.dicts
    }

    fn read(&self, dict: &TensorDict, name: &str) -> Result<RawTensor, CheckpointError> {
        self.read.borrow_mut().push(format!("{}/{name}", dict.key));
        let place = self.dicts.iter().position(|own| own.key == dict.key).unwrap();
        Ok(self.tensors[place][name].clone())
    }
}
