//! A law: a graph together with weights that fit it.

use std::sync::Arc;

use atheria_checkpoint::{TensorMap, TensorSource};
use atheria_shared::Architecture;
use atheria_shared::law::LawParams;
use atheria_shared::remark::Remark;

use crate::builder::Builder;
use crate::error::LawError;
use crate::graph::{Graph, ParamRole};
use crate::seek::{Wanted, seek};
use crate::weights::{Weight, fit};
use crate::{deep_qca, mlp, snn_unet, unet, unet_convlstm, unet_rmsnorm};

/// A law that can be run and exported.
#[derive(Debug, Clone)]
pub struct Law {
    architecture: Architecture,
    params: LawParams,
    graph: Graph,
    /// Shared by all copies: who measures, steps and exports a law has one each, and the numbers are there once.
    weights: Arc<[Weight]>,
}

impl Law {
    /// Draws the architecture's graph, seeks its weights in a file, and reads them; and says what should be known of where they come from.
    ///
    /// # Errors
    /// [`LawError`] says why there are none, or that the place is to be chosen.
    pub fn seek(wanted: &Wanted<'_>, source: &dyn TensorSource) -> Result<(Self, Vec<Remark>), LawError> {
        let graph = Self::draw(wanted.architecture, wanted.params);
        let (weights, remarks) = seek(wanted, &graph, source)?;
        let law = Self {
            architecture: wanted.architecture,
            params: wanted.params,
            graph,
            weights: weights.into(),
        };
        Ok((law, remarks))
    }

    /// Draws the architecture's graph and holds tensors that have its own names against it.
    ///
    /// # Errors
    /// [`LawError::Mismatch`] lists every key that is missing or unknown, and every wrong shape, dtype or value.
    pub fn build(
        architecture: Architecture,
        params: LawParams,
        tensors: &TensorMap,
    ) -> Result<Self, LawError> {
        let graph = Self::draw(architecture, params);
        let weights = fit(architecture, &graph, tensors)?;
        Ok(Self {
            architecture,
            params,
            graph,
            weights: weights.into(),
        })
    }

    /// The graph of an architecture at a size: which tensors it needs, before there are any.
    pub fn draw(architecture: Architecture, params: LawParams) -> Graph {
        let (d, hidden) = (usize::from(params.d_state), usize::from(params.hidden_channels));
        match architecture {
            Architecture::Mlp => mlp::graph(d, hidden),
            Architecture::DeepQca => deep_qca::graph(d, hidden),
            Architecture::Unet | Architecture::UnetUnitary => unet::graph(d, hidden, Builder::group_norm),
            Architecture::UnetUnitaryRmsNorm => unet_rmsnorm::graph(d, hidden),
            Architecture::UnetConvLstm => unet_convlstm::graph(d, hidden),
            Architecture::SnnUnet => snn_unet::graph(d, hidden),
        }
    }

    /// Its architecture.
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Its size.
    pub fn params(&self) -> LawParams {
        self.params
    }

    /// Its layers.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Its weights, in the order of [`Graph::params`].
    pub fn weights(&self) -> &[Weight] {
        &self.weights
    }

    /// Complex channels of a cell, d.
    pub fn channels(&self) -> u16 {
        self.params.d_state
    }

    /// Total stride p, in cells.
    pub fn period(&self) -> u32 {
        self.graph.period()
    }

    /// Channels of h and of c, each `[1, channels, H/4, W/4]`; none for a law without memory.
    pub fn memory_channels(&self) -> Option<usize> {
        self.graph.memory().map(|memory| memory.channels)
    }

    /// Whether its answer multiplies the state before it is added.
    pub fn multiplies(&self) -> bool {
        self.architecture == Architecture::UnetUnitary
    }

    /// Numbers that were trained.
    pub fn parameter_count(&self) -> u64 {
        self.weights
            .iter()
            .filter(|weight| weight.spec.role == ParamRole::Parameter)
            .map(|weight| weight.elements() as u64)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use atheria_checkpoint::{Dtype, RawTensor};

    use super::*;

    const SMALL: LawParams = LawParams {
        d_state: 2,
        hidden_channels: 8,
    };

    fn tensors(architecture: Architecture) -> TensorMap {
        let tensor = |role, shape: &[usize]| {
            let elements: usize = shape.iter().product();
            match role {
                ParamRole::IntegerBuffer => RawTensor {
                    dtype: Dtype::I64,
                    shape: shape.to_vec(),
                    bytes: vec![0; 8 * elements],
                },
                _ => RawTensor {
                    dtype: Dtype::F32,
                    shape: shape.to_vec(),
                    bytes: std::iter::repeat_n(1f32.to_le_bytes(), elements)
                        .flatten()
                        .collect(),
                },
            }
        };
        Law::draw(architecture, SMALL)
            .params()
            .iter()
            .map(|spec| (spec.name.clone(), tensor(spec.role, &spec.shape)))
            .collect()
    }

    fn problems(tensors: &TensorMap) -> Vec<String> {
        match Law::build(Architecture::Mlp, SMALL, tensors).unwrap_err() {
            LawError::Mismatch { problems, .. } => problems.iter().map(ToString::to_string).collect(),
            error => panic!("{error}"),
        }
    }

    #[test]
    fn every_architecture_takes_the_tensors_it_names() {
        for architecture in Architecture::ALL {
            let law = Law::build(architecture, SMALL, &tensors(architecture)).unwrap();
            assert_eq!(law.weights().len(), law.graph().params().len());
        }
    }

    #[test]
    fn every_layer_reads_earlier_ones() {
        for architecture in Architecture::ALL {
            for (place, op) in Law::draw(architecture, SMALL).ops().iter().enumerate() {
                assert!(
                    op.inputs().iter().all(|value| value.index() < place),
                    "{architecture} {place} {op:?}"
                );
            }
        }
    }

    #[test]
    fn all_that_does_not_fit_is_listed() {
        let mut tensors = tensors(Architecture::Mlp);
        tensors.remove("net.0.bias");
        tensors.get_mut("net.2.bias").unwrap().shape = vec![4, 2];
        tensors.get_mut("net.4.bias").unwrap().bytes[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        let mut other = tensors["net.0.weight"].clone();
        other.dtype = Dtype::F16;
        tensors.insert("net.2.weight".into(), other);
        tensors.insert("net.9.weight".into(), tensors["net.0.weight"].clone());
        let problems = problems(&tensors);
        let expected = [
            "the key net.0.bias is missing",
            "net.2.weight has the shape [8, 4, 1, 1], and the law needs [8, 8, 1, 1]",
            "net.2.bias has the shape [4, 2], and the law needs [8]",
            "net.4.bias holds a value that is not finite (element 0)",
            "the key net.9.weight is not one of this law",
        ];
        assert_eq!(problems, expected);
    }

    #[test]
    fn half_precision_is_refused_not_cast() {
        let mut tensors = tensors(Architecture::Mlp);
        tensors.get_mut("net.0.bias").unwrap().dtype = Dtype::F16;
        let problems = problems(&tensors);
        assert_eq!(problems, ["net.0.bias is float16, and the law needs float32"]);
    }

    #[test]
    fn graded_spikes_are_refused() {
        let mut tensors = tensors(Architecture::SnnUnet);
        tensors.get_mut("lif1.graded_spikes_factor").unwrap().bytes = 2f32.to_le_bytes().to_vec();
        assert!(Law::build(Architecture::SnnUnet, SMALL, &tensors).is_err());
    }
}
