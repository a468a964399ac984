//! Weights cast to float32, held against libtorch's own casts.

use atheria_checkpoint::{Dtype, RawTensor, floats};
use atheria_law::to_float32;
use tch::{Kind, Tensor};

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
        for (found, wanted) in floats(&cast.bytes).zip(floats(&expected)) {
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
