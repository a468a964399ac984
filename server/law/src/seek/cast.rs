//! Other float types as float32, on the user's word: exact from the narrower ones, rounded to the nearest (ties to even) from float64.

use atheria_checkpoint::{Dtype, RawTensor};
use atheria_shared::unfit::Misfit;

/// A tensor of float64, float16 or bfloat16 as float32; one of another type as it is. `name` is what a refusal calls it.
///
/// # Errors
/// Which value float32 does not reach.
pub fn to_float32(name: &str, tensor: RawTensor) -> Result<RawTensor, Misfit> {
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
    use super::*;

    fn tensor(dtype: Dtype, bytes: Vec<u8>) -> RawTensor {
        RawTensor {
            dtype,
            shape: vec![bytes.len() / dtype.bytes()],
            bytes,
        }
    }

    fn cast(dtype: Dtype, bytes: Vec<u8>) -> Vec<f32> {
        let cast = to_float32("w", tensor(dtype, bytes)).unwrap();
        assert_eq!(cast.dtype, Dtype::F32);
        atheria_checkpoint::floats(&cast.bytes).collect()
    }

    /// All of them are held against libtorch's where it is linked: in the engine.
    #[test]
    fn the_ends_of_each_type_are_what_they_are_by_definition() {
        let of = |bits: &[u16]| bits.iter().flat_map(|bits| bits.to_le_bytes()).collect();
        let half = cast(
            Dtype::F16,
            of(&[0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x03ff, 0xfc00]),
        );
        let (smallest, infinite) = (2f32.powi(-24), f32::NEG_INFINITY);
        let expected = [
            1.0,
            -2.0,
            65504.0,
            2f32.powi(-14),
            smallest,
            1023.0 * smallest,
            infinite,
        ];
        assert_eq!(half, expected);
        assert!(cast(Dtype::F16, of(&[0x7e00]))[0].is_nan());
        assert_eq!(cast(Dtype::F16, of(&[0x8000]))[0].to_bits(), (-0f32).to_bits());
        assert_eq!(cast(Dtype::Bf16, of(&[0x3f80, 0xff80])), [1.0, infinite]);
        let doubles = [1.0 + f64::from(f32::EPSILON) / 2.0, f64::from(f32::MAX)];
        let bytes = doubles.into_iter().flat_map(f64::to_le_bytes).collect();
        assert_eq!(cast(Dtype::F64, bytes), [1.0, f32::MAX]);
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
