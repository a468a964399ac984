//! A weight that was given as a length g and a direction v, multiplied out: w = g v / |v|.
//!
//! [`WeightNorm`] is whoever computes it. PyTorch's own kernel sums |v|² in an order that the processor's vector width
//! decides: who links libtorch gives that kernel, so that the bits are those of the trained law on this machine.
//! [`PlainNorm`] sums in float64 and needs nothing; its last bits may differ, as PyTorch's do from one processor to another.

use std::fmt::Debug;

use atheria_checkpoint::{RawTensor, floats};

/// The dimensions of v that a norm is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormOver {
    /// All of them: g is one number.
    All,
    /// All but this one, outermost 0: g has a number for each place along it.
    AllBut(usize),
}

/// A weight norm that could not be multiplied out.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct NormError {
    /// One line, in the words of whoever computes it.
    pub reason: String,
}

/// Computes weight norms.
pub trait WeightNorm: Debug {
    /// g v / |v|, contiguous and of v's shape. Both are float32.
    ///
    /// # Errors
    /// Why it cannot be had, in words of its own.
    fn multiply(
        &self,
        gain: &RawTensor,
        direction: RawTensor,
        over: NormOver,
    ) -> Result<RawTensor, NormError>;
}

/// Weight norms in plain Rust: |v|² is summed in float64, the rest is float32, in PyTorch's order: v (g / |v|).
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainNorm;

impl WeightNorm for PlainNorm {
    fn multiply(
        &self,
        gain: &RawTensor,
        direction: RawTensor,
        over: NormOver,
    ) -> Result<RawTensor, NormError> {
        let shape = &direction.shape;
        // How many norms there are, and after how many elements the next one's begin.
        let (norms, stride) = match over {
            NormOver::All => (1, usize::MAX),
            NormOver::AllBut(axis) => {
                let inner = shape.iter().skip(axis + 1);
                let stride = inner.fold(1, |product: usize, extent| product.saturating_mul(*extent));
                (shape.get(axis).map_or(1, |extent| *extent).max(1), stride.max(1))
            }
        };
        if gain.bytes.len() / 4 != norms {
            return Err(NormError {
                reason: format!("g of {:?} for v of {shape:?}", gain.shape),
            });
        }
        let norm_of = |place: usize| place / stride % norms;
        let mut squares = vec![0.0; norms];
        for (place, value) in floats(&direction.bytes).enumerate() {
            squares[norm_of(place)] += f64::from(value).powi(2);
        }
        let factors: Vec<f32> = floats(&gain.bytes)
            .zip(squares)
            .map(|(gain, square)| gain / square.sqrt() as f32)
            .collect();
        let mut bytes = direction.bytes;
        for (place, element) in bytes.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *element = (f32::from_le_bytes(*element) * factors[norm_of(place)]).to_le_bytes();
        }
        Ok(RawTensor { bytes, ..direction })
    }
}

#[cfg(test)]
mod tests {
    use atheria_checkpoint::Dtype;

    use super::*;

    fn tensor(shape: &[usize], values: &[f32]) -> RawTensor {
        RawTensor {
            dtype: Dtype::F32,
            shape: shape.to_vec(),
            bytes: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }

    #[test]
    fn each_direction_gets_its_length() {
        let direction = || tensor(&[2, 2], &[3.0, 4.0, 5.0, 12.0]);
        let multiply = |gain, over| PlainNorm.multiply(&gain, direction(), over).unwrap();
        // By hand: the rows are 5 and 13 long.
        let rows = multiply(tensor(&[2, 1], &[5.0, -26.0]), NormOver::AllBut(0));
        assert_eq!(rows.bytes, tensor(&[2, 2], &[3.0, 4.0, -10.0, -24.0]).bytes);
        let columns = multiply(
            tensor(&[1, 2], &[34f32.sqrt(), 160f32.sqrt()]),
            NormOver::AllBut(1),
        );
        assert_eq!(columns, direction());
        let whole = multiply(tensor(&[], &[194f32.sqrt()]), NormOver::All);
        assert_eq!(whole, direction());
    }

    #[test]
    fn a_gain_of_another_size_is_told() {
        let direction = tensor(&[2, 2], &[1.0; 4]);
        let error = PlainNorm
            .multiply(&tensor(&[3, 1], &[1.0; 3]), direction, NormOver::AllBut(0))
            .unwrap_err();
        assert_eq!(error.to_string(), "g of [3, 1] for v of [2, 2]");
    }
}
