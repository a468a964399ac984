//! Damaged files: other numbers are never given where there are checksums, and nothing ever panics.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{file_of, fixture, numbers_of};
use crate::{Checkpoint, RawTensor, TensorSource, pickle};

/// What the file says when it says anything: its tensors, or that it is refused.
fn numbers(bytes: &[u8]) -> Option<BTreeMap<(String, String), RawTensor>> {
    let (_folder, path) = file_of(bytes);
    let read = Checkpoint::read(&path).ok()?;
    let numbers = numbers_of(&read).ok()?;
    read.check_unchanged().unwrap();
    Some(numbers)
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for file in [
        "v4.pth",
        "legacy.pth",
        "views.pth",
        "law.safetensors",
        "whole_model.pth",
        "numpy4.pkl",
    ] {
        let bytes = std::fs::read(fixture(file)).unwrap();
        assert!(numbers(&bytes).is_some(), "{file}");
        for length in (0..bytes.len()).step_by(97) {
            assert_eq!(numbers(&bytes[..length]), None, "{file} cut to {length} bytes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_zip_with_one_byte_changed_never_has_other_numbers(at: prop::sample::Index, bits in 1..=255_u8, which in 0..4_usize) {
        let file = ["views.pth", "v4.pth", "neg.pth", "deflated.pth"][which];
        let mut bytes = std::fs::read(fixture(file)).unwrap();
        let good = numbers(&bytes);
        prop_assert!(good.is_some());
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        let read = numbers(&bytes);
        prop_assert!(read.is_none() || read == good, "{} byte {} changed by {:#x}", file, at, bits);
    }

    #[test]
    fn no_damage_panics(at: prop::sample::Index, bytes in prop::collection::vec(any::<u8>(), 1..64), which in 0..8_usize) {
        let file = [
            "v4.pth", "legacy.pth", "executes_pickle.pth", "law.safetensors", "numpy2.pkl", "numpy5.pkl",
            "whole_model_legacy.pth", "beside_legacy.pth",
        ][which];
        let mut content = std::fs::read(fixture(file)).unwrap();
        let at = at.index(content.len());
        for (old, new) in content[at..].iter_mut().zip(bytes) {
            *old = new;
        }
        let _ = numbers(&content);
    }

    /// Instructions in any order, most of them with something to work on.
    #[test]
    fn any_pickle_is_walked_or_refused(
        program in prop::collection::vec(
            prop_oneof![
                4 => prop::sample::select(&b"(.0123NR)]}abdelostu\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94Q"[..]).prop_map(|byte| vec![byte]),
                2 => any::<u8>().prop_map(|n| vec![b'K', n]),
                2 => (0..4_u8).prop_map(|n| vec![b'q', n]),
                2 => (0..4_u8).prop_map(|n| vec![b'h', n]),
                1 => "[a-z_]{0,8}".prop_map(|text| [&[0x8c, text.len() as u8], text.as_bytes()].concat()),
                1 => prop::sample::select(vec![
                    "collections\nOrderedDict", "torch._utils\n_rebuild_tensor_v2", "torch\nFloatStorage", "os\nsystem",
                    "numpy._core.multiarray\n_reconstruct", "numpy\nndarray", "numpy\ndtype", "builtins\nset",
                    "copyreg\n_reconstructor", "torch._tensor\n_rebuild_from_type_v2", "collections\ndeque",
                ]).prop_map(|name| format!("c{name}\n").into_bytes()),
                1 => prop::collection::vec(any::<u8>(), 0..6),
            ],
            0..80,
        )
    ) {
        let mut bytes = program.concat();
        bytes.push(b'.');
        if let Ok(parsed) = pickle::parse(bytes.into(), 0) {
            let _ = super::places::find(&parsed.pickle);
        }
    }

    #[test]
    fn any_header_of_a_safetensors_file_is_read_or_refused(
        entries in prop::collection::vec(("[a-c]", 0..4_u64, 0..4_u64, 0..40_u64, 0..40_u64), 0..4),
        body in 0..80_usize,
    ) {
        let entries: Vec<_> = entries
            .iter()
            .map(|(name, a, b, start, end)| format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{a},{b}],\"data_offsets\":[{start},{end}]}}"))
            .collect();
        let header = format!("{{{}}}", entries.join(","));
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.resize(bytes.len() + body, 1);
        if let Some(numbers) = numbers(&bytes) {
            let total: usize = numbers.values().map(|tensor| tensor.bytes.len()).sum();
            prop_assert_eq!(total, body);
        }
    }
}
