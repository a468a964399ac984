//! Weights that are given in parts, and weights of other float types.

use super::*;
use atheria_shared::remark::Folding;

/// The bits of `torch._weight_norm(v, g, 0)` in PyTorch 2.11 for [`normed`]'s g and v.
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

/// g and v of `net.0.weight`, whose norms are whole numbers: then every processor's sum is exact.
fn normed(gain: &str, direction: &str) -> TensorMap {
    let mut tensors = weights(1);
    tensors.remove("net.0.weight");
    tensors.insert(gain.to_owned(), floats(&[4, 1, 1, 1], [1.0, 0.3, -2.5, 7.0]));
    let v = [
        1.0, 1.0, 1.0, 1.0, 3.0, 0.0, 4.0, 0.0, -2.0, 4.0, 4.0, 8.0, 1.0, -5.0, 7.0, 5.0,
    ];
    tensors.insert(direction.to_owned(), floats(&[4, 4, 1, 1], v));
    tensors
}

#[test]
fn a_weight_norm_is_what_pytorch_makes_of_it() {
    for (gain, direction) in [
        (
            "net.0.parametrizations.weight.original0",
            "net.0.parametrizations.weight.original1",
        ),
        ("net.0.weight_g", "net.0.weight_v"),
        (
            "module.net.0.parametrizations.weight.original0",
            "module.net.0.parametrizations.weight.original1",
        ),
    ] {
        let tensors = renamed(normed("net.0.weight_g", "net.0.weight_v"), |name| {
            let prefix = if gain.starts_with("module.") {
                "module."
            } else {
                ""
            };
            match name {
                "net.0.weight_g" => gain.to_owned(),
                "net.0.weight_v" => direction.to_owned(),
                name => format!("{prefix}{name}"),
            }
        });
        let (tensors, remarks) = opens(&Held::of("", tensors));
        let bits: Vec<_> = tensors["net.0.weight"]
            .bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&bits| u32::from_le_bytes(bits))
            .collect();
        assert_eq!(bits, NORMED, "{gain}");
        assert_eq!(tensors["net.2.weight"], weights(1)["net.2.weight"]);
        assert_eq!(
            remarks.last(),
            Some(&Remark::Folded {
                how: Folding::WeightNorm,
                names: vec!["net.0.weight".to_owned()],
            })
        );
    }
}

#[test]
fn a_weight_norm_of_another_dimension_is_told_by_its_shape() {
    let mut all = normed("net.0.weight_g", "net.0.weight_v");
    all.insert("net.0.weight_g".to_owned(), floats(&[], [2.0]));
    let (tensors, _) = opens(&Held::of("", all));
    // |v| over all: 4 + 25 + 100 + 100 = 229.
    let first = f32::from_le_bytes(*tensors["net.0.weight"].bytes.first_chunk().unwrap());
    assert!((first - 2.0 / 229f32.sqrt()).abs() < 1e-7, "{first}");
    let mut columns = normed("net.0.weight_g", "net.0.weight_v");
    columns.insert("net.0.weight_g".to_owned(), floats(&[1, 4, 1, 1], [1.0; 4]));
    let (tensors, _) = opens(&Held::of("", columns));
    // The first column: 1, 3, -2, 1.
    let first = f32::from_le_bytes(*tensors["net.0.weight"].bytes.first_chunk().unwrap());
    assert!((first - 1.0 / 15f32.sqrt()).abs() < 1e-7, "{first}");
    for wrong in [&[4][..], &[4, 4, 1, 1], &[2, 1, 1, 1], &[1, 1, 1, 1, 1]] {
        let mut tensors = normed("net.0.weight_g", "net.0.weight_v");
        let gain = floats(wrong, vec![1.0; wrong.iter().product()]);
        tensors.insert("net.0.weight_g".to_owned(), gain);
        let error = refused(&Held::of("", tensors));
        assert!(error.to_string().contains("net.0.weight_g"), "{error}");
    }
}

#[test]
fn half_of_a_weight_norm_is_not_one() {
    let mut tensors = normed("net.0.weight_g", "net.0.weight_v");
    tensors.remove("net.0.weight_g");
    let error = refused(&Held::of("", tensors));
    assert!(
        error.to_string().contains("only net.0.weight_v is there"),
        "{error}"
    );
    let mut tensors = normed("net.0.weight_g", "net.0.weight_v");
    tensors.extend(weights(1));
    let error = refused(&Held::of("", tensors));
    assert!(error.to_string().contains("can both be net.0.weight"), "{error}");
}

#[test]
fn pruned_weights_are_multiplied_with_their_mask() {
    let own = weights(1)["net.2.bias"].clone();
    let mut tensors = weights(1);
    tensors.remove("net.2.bias");
    tensors.insert("net.2.bias_orig".to_owned(), own.clone());
    tensors.insert("net.2.bias_mask".to_owned(), floats(&[4], [1.0, 0.0, 1.0, 0.0]));
    let mut as_bool = tensors.clone();
    let mask = RawTensor {
        dtype: Dtype::Bool,
        shape: vec![4],
        bytes: vec![1, 0, 1, 0],
    };
    as_bool.insert("net.2.bias_mask".to_owned(), mask);
    for tensors in [tensors, as_bool] {
        let (tensors, remarks) = opens(&Held::of("", tensors));
        let left = &tensors["net.2.bias"].bytes;
        assert_eq!(left[..4], own.bytes[..4]);
        assert_eq!(left[8..12], own.bytes[8..12]);
        // Also of a negative number: PyTorch's -0.0.
        assert!(left[4..8] == 0f32.to_le_bytes() || left[4..8] == (-0f32).to_le_bytes());
        assert_eq!(left[7] & 0x80, own.bytes[7] & 0x80);
        assert_eq!(
            remarks,
            [Remark::Folded {
                how: Folding::Pruned,
                names: vec!["net.2.bias".to_owned()],
            }]
        );
    }
}

#[test]
fn a_spectral_norm_and_other_parametrizations_are_named_with_the_way_out() {
    let own = weights(1)["net.0.weight"].clone();
    let vector = floats(&[4], [0.5; 4]);
    let with = |parts: &[&str]| {
        let mut tensors = weights(1);
        tensors.remove("net.0.weight");
        tensors.insert(parts[0].to_owned(), own.clone());
        for part in &parts[1..] {
            tensors.insert((*part).to_owned(), vector.clone());
        }
        refused(&Held::of("", tensors)).to_string()
    };
    for parts in [
        ["net.0.weight_orig", "net.0.weight_u", "net.0.weight_v"],
        [
            "net.0.parametrizations.weight.original",
            "net.0.parametrizations.weight.0._u",
            "net.0.parametrizations.weight.0._v",
        ],
    ] {
        let said = with(&parts);
        assert!(
            said.contains("net.0.weight is spectral-normed") && said.contains("remove_parametrizations"),
            "{said}"
        );
    }
    let said = with(&["net.0.parametrizations.weight.original"]);
    assert!(said.contains("net.0.weight is parametrized"), "{said}");
}

#[test]
fn another_float_type_is_cast_on_the_users_word() {
    for (dtype, name) in [
        (Dtype::F64, "float64"),
        (Dtype::Bf16, "bfloat16"),
        (Dtype::F16, "float16"),
    ] {
        let file = Held::of("", as_type(weights(1), dtype));
        let error = refused(&file);
        assert_eq!(
            error.to_string(),
            format!(
                "the weights are {name}, and the law needs float32; save law.float().state_dict(), or open with --cast"
            )
        );
        assert!(
            matches!(error, LawError::Dtype { tensors, .. } if tensors.len() == 6 && tensors[0].ends_with(name))
        );
        let wanted = Wanted { cast: true, ..WANTED };
        let (tensors, remarks) = found(&wanted, &file).unwrap();
        let cast = Remark::Cast {
            from: name.to_owned(),
            tensors: 6,
        };
        assert!(remarks.contains(&cast), "{remarks:?}");
        if dtype == Dtype::F64 {
            assert_eq!(tensors, weights(1));
        }
    }
}

#[test]
fn what_fits_as_it_is_goes_before_what_would_have_to_be_cast() {
    let file = Held::of("half", as_type(weights(1), Dtype::Bf16)).and("full", weights(2));
    assert_eq!(opens(&file).0, weights(2));
    let wanted = Wanted { cast: true, ..WANTED };
    let error = found(&wanted, &file).unwrap_err();
    assert!(matches!(error, LawError::Ambiguous { .. }), "{error}");
}

#[test]
fn parts_of_another_type_are_cast_before_they_are_multiplied() {
    let tensors = normed("net.0.weight_g", "net.0.weight_v");
    let exact = opens(&Held::of("", tensors.clone())).0;
    let wanted = Wanted { cast: true, ..WANTED };
    let cast = found(&wanted, &Held::of("", as_type(tensors, Dtype::F64)))
        .unwrap()
        .0;
    assert_eq!(cast, exact);
}

#[test]
fn a_number_that_float32_does_not_reach_is_refused() {
    let mut tensors = as_type(weights(1), Dtype::F64);
    tensors.get_mut("net.0.bias").unwrap().bytes[8..16].copy_from_slice(&1e300f64.to_le_bytes());
    let wanted = Wanted { cast: true, ..WANTED };
    let error = found(&wanted, &Held::of("", tensors)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("net.0.bias holds 1e300, which float32 does not reach (element 1)"),
        "{error}"
    );
}
