//! Weights that were given in parts, multiplied out as PyTorch does it.
//!
//! A weight norm is computed by libtorch's own kernel, so that its bits are those of the trained law on this machine. The kernel sums
//! |v|² in an order that the processor's vector width decides: on another processor the last bits may differ, in PyTorch as well.

use atheria_checkpoint::{Dtype, RawTensor};
use tch::{Kind, TchError, Tensor};

/// The dimension of `shape` that a weight norm's g is indexed by, as PyTorch counts it; -1: it is one number for all. None: no such g.
pub(super) fn axis(gain: &[usize], shape: &[usize]) -> Option<i64> {
    if gain.is_empty() {
        return Some(-1);
    }
    if gain.len() != shape.len() {
        return None;
    }
    let axis = (0..shape.len()).find(|axis| {
        let mut extents = gain.iter().zip(shape).enumerate();
        extents.all(|(place, (gain, extent))| *gain == if place == *axis { *extent } else { 1 })
    })?;
    i64::try_from(axis).ok()
}

/// g v / |v|, the norm over all dimensions but g's. Both are float32.
pub(super) fn normed(gain: &RawTensor, direction: RawTensor) -> Result<RawTensor, TchError> {
    let Some(axis) = axis(&gain.shape, &direction.shape) else {
        return Err(TchError::Shape(format!(
            "g of {:?} for v of {:?}",
            gain.shape, direction.shape
        )));
    };
    let weight =
        Tensor::f_internal_weight_norm(&tensor(&direction)?, &tensor(gain)?, axis)?.f_contiguous()?;
    let mut bytes = direction.bytes;
    let elements = bytes.len() / Dtype::F32.bytes();
    weight.f_copy_data_u8(&mut bytes, elements)?;
    Ok(RawTensor { bytes, ..direction })
}

/// The product with a mask of float32 or bool, element by element: exact where the mask is 0 and 1.
pub(super) fn pruned(original: RawTensor, mask: &RawTensor) -> RawTensor {
    let mut bytes = original.bytes;
    let (elements, _) = bytes.as_chunks_mut::<4>();
    let factors: Vec<f32> = if mask.dtype == Dtype::Bool {
        mask.bytes
            .iter()
            .map(|&kept| f32::from(u8::from(kept != 0)))
            .collect()
    } else {
        let factors = mask.bytes.as_chunks::<4>().0.iter();
        factors.map(|&bits| f32::from_le_bytes(bits)).collect()
    };
    for (element, factor) in elements.iter_mut().zip(factors) {
        *element = (f32::from_le_bytes(*element) * factor).to_le_bytes();
    }
    RawTensor { bytes, ..original }
}

fn tensor(raw: &RawTensor) -> Result<Tensor, TchError> {
    let shape: Option<Vec<_>> = raw
        .shape
        .iter()
        .map(|&extent| i64::try_from(extent).ok())
        .collect();
    let shape = shape.ok_or_else(|| TchError::Shape(format!("{:?}", raw.shape)))?;
    Tensor::f_from_data_size(&raw.bytes, &shape, Kind::Float)
}
