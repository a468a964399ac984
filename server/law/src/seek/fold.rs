//! Weights that were given in parts: of which shapes the parts have to be, and a mask multiplied out.

use atheria_checkpoint::{Dtype, RawTensor, floats};

use crate::weight_norm::NormOver;

/// What a weight norm of `shape` is taken over when its g is of this shape. None: there is no such g.
pub(super) fn over(gain: &[usize], shape: &[usize]) -> Option<NormOver> {
    if gain.is_empty() {
        return Some(NormOver::All);
    }
    if gain.len() != shape.len() {
        return None;
    }
    let axis = (0..shape.len()).find(|axis| {
        let mut extents = gain.iter().zip(shape).enumerate();
        extents.all(|(place, (gain, extent))| *gain == if place == *axis { *extent } else { 1 })
    })?;
    Some(NormOver::AllBut(axis))
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
        floats(&mask.bytes).collect()
    };
    for (element, factor) in elements.iter_mut().zip(factors) {
        *element = (f32::from_le_bytes(*element) * factor).to_le_bytes();
    }
    RawTensor { bytes, ..original }
}
