//! Weight norms by libtorch's own kernel, so that their bits are those of the trained law on this machine.

use atheria_checkpoint::{Dtype, RawTensor};
use atheria_law::{NormError, NormOver, WeightNorm};
use tch::{Kind, TchError, Tensor};

use crate::run::first_line;

/// `torch._weight_norm`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByLibtorch;

impl WeightNorm for ByLibtorch {
    fn multiply(
        &self,
        gain: &RawTensor,
        direction: RawTensor,
        over: NormOver,
    ) -> Result<RawTensor, NormError> {
        multiply(gain, direction, over).map_err(|error| NormError {
            reason: first_line(&error),
        })
    }
}

fn multiply(gain: &RawTensor, direction: RawTensor, over: NormOver) -> Result<RawTensor, TchError> {
    // As PyTorch counts dimensions; -1 is none of them.
    let axis = match over {
        NormOver::All => -1,
        NormOver::AllBut(axis) => {
            i64::try_from(axis).map_err(|_| TchError::Shape(format!("a dimension {axis}")))?
        }
    };
    let weight =
        Tensor::f_internal_weight_norm(&tensor(&direction)?, &tensor(gain)?, axis)?.f_contiguous()?;
    let mut bytes = direction.bytes;
    let elements = bytes.len() / Dtype::F32.bytes();
    weight.f_copy_data_u8(&mut bytes, elements)?;
    Ok(RawTensor { bytes, ..direction })
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

#[cfg(test)]
mod tests {
    use atheria_law::PlainNorm;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};

    use super::*;

    /// The bits of `torch._weight_norm(v, g, 0)` in PyTorch 2.11 for [`parts`].
    const NORMED: [u32; 16] = [
        0x3f00_0000,
        0x3f00_0000,
        0x3f00_0000,
        0x3f00_0000,
        0x3e38_51ec,
        0x0000_0000,
        0x3e75_c290,
        0x0000_0000,
        0x3f00_0000,
        0xbf80_0000,
        0xbf80_0000,
        0xc000_0000,
        0x3f33_3333,
        0xc060_0000,
        0x409c_cccd,
        0x4060_0000,
    ];

    fn floats(shape: &[usize], values: impl IntoIterator<Item = f32>) -> RawTensor {
        let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
        assert_eq!(bytes.len(), 4 * shape.iter().product::<usize>());
        RawTensor {
            dtype: Dtype::F32,
            shape: shape.to_vec(),
            bytes,
        }
    }

    /// g and v, whose norms are whole numbers: then every processor's sum is exact.
    fn parts() -> (RawTensor, RawTensor) {
        let v = [
            1.0, 1.0, 1.0, 1.0, 3.0, 0.0, 4.0, 0.0, -2.0, 4.0, 4.0, 8.0, 1.0, -5.0, 7.0, 5.0,
        ];
        (
            floats(&[4, 1, 1, 1], [1.0, 0.3, -2.5, 7.0]),
            floats(&[4, 4, 1, 1], v),
        )
    }

    fn numbers(tensor: &RawTensor) -> Vec<f32> {
        atheria_checkpoint::floats(&tensor.bytes).collect()
    }

    #[test]
    fn a_weight_norm_is_what_pytorch_makes_of_it() {
        let (gain, direction) = parts();
        let weight = ByLibtorch
            .multiply(&gain, direction, NormOver::AllBut(0))
            .unwrap();
        assert_eq!(weight.shape, [4, 4, 1, 1]);
        let bits: Vec<_> = numbers(&weight).into_iter().map(f32::to_bits).collect();
        assert_eq!(bits, NORMED);
    }

    #[test]
    fn a_weight_norm_of_another_dimension_is_told_by_its_place() {
        let first = |gain, over| {
            let (_, direction) = parts();
            numbers(&ByLibtorch.multiply(&gain, direction, over).unwrap())[0]
        };
        // |v| over all: 4 + 25 + 100 + 100 = 229.
        let whole = first(floats(&[], [2.0]), NormOver::All);
        assert!((whole - 2.0 / 229f32.sqrt()).abs() < 1e-7, "{whole}");
        // The first column: 1, 3, -2, 1.
        let column = first(floats(&[1, 4, 1, 1], [1.0; 4]), NormOver::AllBut(1));
        assert!((column - 1.0 / 15f32.sqrt()).abs() < 1e-7, "{column}");
    }

    #[test]
    fn the_plain_reading_differs_by_no_more_than_rounding() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut seeded = |shape: &[usize]| {
            let values: Vec<f32> = (0..shape.iter().product::<usize>())
                .map(|_| StandardNormal.sample(&mut random))
                .collect();
            floats(shape, values)
        };
        for (gain, over) in [
            (vec![], NormOver::All),
            (vec![6, 1, 1, 1], NormOver::AllBut(0)),
            (vec![1, 20, 1, 1], NormOver::AllBut(1)),
            (vec![1, 1, 1, 3], NormOver::AllBut(3)),
        ] {
            let (gain, direction) = (seeded(&gain), seeded(&[6, 20, 3, 3]));
            let plain = PlainNorm.multiply(&gain, direction.clone(), over).unwrap();
            let torch = ByLibtorch.multiply(&gain, direction, over).unwrap();
            for (plain, torch) in numbers(&plain).into_iter().zip(numbers(&torch)) {
                assert!(
                    (plain - torch).abs() <= 1e-6 * torch.abs(),
                    "{plain} {torch} {over:?}"
                );
            }
        }
    }
}
