//! Other float types as float32, on the user's word: exact from the narrower ones, rounded to the nearest (ties to even) from float64.

use atheria_checkpoint::{Dtype, RawTensor};
use atheria_shared::unfit::Misfit;

/// Casts a tensor.
///
/// # Errors
/// Which value float32 does not reach.
pub(super) fn to_float32(name: &str, tensor: RawTensor) -> Result<RawTensor, Misfit> {
    let bytes = match tensor.dtype {
        Dtype::F16 => widen(&tensor.bytes, of_float16),
        Dtype::Bf16 => widen(&tensor.bytes, |bits| f32::from_bits(u32::from(bits) << 16)),
        Dtype::F64 => narrow(name, &tensor.bytes)?,
        _ => return Ok(tensor),
    };
    Ok(RawTensor {
        dtype: Dtype::F32,
        bytes,
        ..tensor
    })
}

fn widen(bytes: &[u8], value: fn(u16) -> f32) -> Vec<u8> {
    let elements = bytes.as_chunks::<2>().0.iter();
    elements
        .flat_map(|&bits| value(u16::from_le_bytes(bits)).to_le_bytes())
        .collect()
}

fn narrow(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Misfit> {
    let elements = bytes.as_chunks::<8>().0;
    let mut cast = Vec::with_capacity(elements.len() * 4);
    for (element, &bits) in elements.iter().enumerate() {
        let value = f64::from_le_bytes(bits);
        let near = value as f32;
        if near.is_infinite() && value.is_finite() {
            return Err(Misfit::TooLarge {
                key: name.to_owned(),
                value: value.into(),
                element,
            });
        }
        cast.extend(near.to_le_bytes());
    }
    Ok(cast)
}

/// IEEE 754 binary16: one bit of sign, five of exponent (bias 15), ten of fraction.
fn of_float16(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> 10) & 0x1f;
    let fraction = u32::from(bits) & 0x3ff;
    let magnitude = match exponent {
        // Zero and the subnormal numbers: fraction times 2^-24.
        0 => (fraction as f32 * 2f32.powi(-24)).to_bits(),
        // Infinity and NaN.
        31 => 0x7f80_0000 | fraction << 13,
        _ => (exponent + 127 - 15) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use tch::{Kind, Tensor};

    use super::*;

    fn tensor(dtype: Dtype, bytes: Vec<u8>) -> RawTensor {
        RawTensor {
            dtype,
            shape: vec![bytes.len() / dtype.bytes()],
            bytes,
        }
    }

    fn by_libtorch(tensor: &RawTensor, kind: Kind) -> Vec<u8> {
        let size = [tensor.shape[0] as i64];
        let cast = Tensor::from_data_size(&tensor.bytes, &size, kind).to_kind(Kind::Float);
        let mut bytes = vec![0; tensor.shape[0] * 4];
        cast.copy_data_u8(&mut bytes, tensor.shape[0]);
        bytes
    }

    #[test]
    fn every_16_bit_float_is_what_libtorch_makes_of_it() {
        for (dtype, kind) in [(Dtype::F16, Kind::Half), (Dtype::Bf16, Kind::BFloat16)] {
            let all = tensor(dtype, (0..=u16::MAX).flat_map(u16::to_le_bytes).collect());
            let expected = by_libtorch(&all, kind);
            let cast = to_float32("w", all).unwrap();
            let floats = |bytes: &[u8]| -> Vec<f32> {
                let floats = bytes.as_chunks::<4>().0.iter();
                floats.map(|&bits| f32::from_le_bytes(bits)).collect()
            };
            for (found, wanted) in floats(&cast.bytes).into_iter().zip(floats(&expected)) {
                assert!(found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan());
            }
        }
    }

    #[test]
    fn float64_is_rounded_to_the_nearest_and_ties_to_even() {
        let tie = 1.0 + f64::from(f32::EPSILON) / 2.0;
        let values = [
            0.1,
            -0.0,
            tie,
            tie + f64::EPSILON,
            1.0 + 1.5 * f64::from(f32::EPSILON),
            1e-45,
            f64::from(f32::MAX),
            f64::INFINITY,
        ];
        let bytes = values.into_iter().flat_map(f64::to_le_bytes).collect();
        let all = tensor(Dtype::F64, bytes);
        let expected = by_libtorch(&all, Kind::Double);
        assert_eq!(to_float32("w", all).unwrap().bytes, expected);
    }

    #[test]
    fn what_float32_does_not_reach_is_refused() {
        let bytes: Vec<u8> = [1.0, -1e39].into_iter().flat_map(f64::to_le_bytes).collect();
        let refusal = to_float32("net.0.weight", tensor(Dtype::F64, bytes)).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "net.0.weight holds -1e39, which float32 does not reach (element 1)"
        );
    }
}
