//! Weights that are sought in files of every kind that people have.

mod causes;
mod names;
mod parts;
mod places;
mod properties;

use atheria_checkpoint::{Dtype, RawTensor, TensorMap};
use atheria_shared::Architecture;
use atheria_shared::beside::{Beside, Thing};
use atheria_shared::law::LawParams;
use atheria_shared::remark::Remark;

use super::Wanted;
use crate::testing::Held;
use crate::{Law, LawError, PlainNorm, seeded_tensors};

/// The law of most tests: an MLP of d = 2 and hidden 4.
const SIZE: LawParams = LawParams {
    d_state: 2,
    hidden_channels: 4,
};

const WANTED: Wanted<'_> = Wanted {
    architecture: Architecture::Mlp,
    params: SIZE,
    defaulted: &[],
    weights: None,
    cast: false,
    norm: &PlainNorm,
};

/// Its weights; another seed, others.
fn weights(seed: u64) -> TensorMap {
    seeded_tensors(Architecture::Mlp, SIZE, seed)
}

/// What is no tensor, under a name.
fn beside(name: &str, what: Thing) -> Beside {
    Beside {
        place: name.to_owned(),
        what,
    }
}

/// The same tensors by other names.
fn renamed(tensors: TensorMap, name: impl Fn(&str) -> String) -> TensorMap {
    tensors
        .into_iter()
        .map(|(own, tensor)| (name(&own), tensor))
        .collect()
}

fn prefixed(prefix: &str, tensors: TensorMap) -> TensorMap {
    renamed(tensors, |name| format!("{prefix}{name}"))
}

/// What was found: tensors by the law's own names, and the remarks.
fn found(wanted: &Wanted<'_>, file: &Held) -> Result<(TensorMap, Vec<Remark>), LawError> {
    let (law, remarks) = Law::seek(wanted, file)?;
    let tensors = law.weights().iter().map(|weight| {
        let tensor = RawTensor {
            dtype: if weight.bytes.len() == weight.elements() * 8 {
                Dtype::I64
            } else {
                Dtype::F32
            },
            shape: weight.spec.shape.clone(),
            bytes: weight.bytes.clone(),
        };
        (weight.spec.name.clone(), tensor)
    });
    Ok((tensors.collect(), remarks))
}

fn opens(file: &Held) -> (TensorMap, Vec<Remark>) {
    found(&WANTED, file).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(file: &Held) -> LawError {
    found(&WANTED, file).err().unwrap()
}

/// A tensor of float32.
fn floats(shape: &[usize], values: impl IntoIterator<Item = f32>) -> RawTensor {
    let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
    assert_eq!(bytes.len(), 4 * shape.iter().product::<usize>());
    RawTensor {
        dtype: Dtype::F32,
        shape: shape.to_vec(),
        bytes,
    }
}

/// Every tensor as another type, its numbers as they are there.
fn as_type(tensors: TensorMap, dtype: Dtype) -> TensorMap {
    let of = |tensor: RawTensor| {
        let values = atheria_checkpoint::floats(&tensor.bytes);
        let bytes = match dtype {
            Dtype::F64 => values.flat_map(|value| f64::from(value).to_le_bytes()).collect(),
            // The upper half of a float32 is a bfloat16, cut off.
            Dtype::Bf16 => values
                .flat_map(|value| ((value.to_bits() >> 16) as u16).to_le_bytes())
                .collect(),
            _ => vec![0; tensor.elements() * dtype.bytes()],
        };
        RawTensor {
            dtype,
            bytes,
            ..tensor
        }
    };
    tensors
        .into_iter()
        .map(|(name, tensor)| (name, of(tensor)))
        .collect()
}
