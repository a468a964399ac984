use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

fn fixture(name: &str) -> PathBuf {
    fixtures().join("checkpoints").join(name)
}

fn digest(bytes: &[u8]) -> String {
    container::hexadecimal(&Sha256::digest(bytes))
}

/// A file of these bytes, in a folder of its own.
fn file_of(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("given.pth");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn refusal(name: &str) -> String {
    Checkpoint::read(&fixture(name)).expect_err(name).to_string()
}

#[test]
fn every_form_has_the_bytes_that_python_wrote() {
    let sums: BTreeMap<String, Value> =
        serde_json::from_str(&std::fs::read_to_string(fixture("sums.json")).unwrap()).unwrap();
    assert!(sums.len() >= 13, "{}", sums.len());
    for (file, expected) in &sums {
        let path = fixture(file);
        let read = Checkpoint::read(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(read.sha256, digest(&std::fs::read(&path).unwrap()), "{file}");
        let tensors = expected["tensors"].as_object().unwrap();
        assert_eq!(
            read.tensors.keys().collect::<Vec<_>>(),
            tensors.keys().collect::<Vec<_>>(),
            "{file}"
        );
        for (name, facts) in tensors {
            let tensor = &read.tensors[name];
            let shape: Vec<usize> = serde_json::from_value(facts["shape"].clone()).unwrap();
            assert_eq!(tensor.shape, shape, "{file} {name}");
            assert_eq!(tensor.dtype.as_str(), facts["dtype"], "{file} {name}");
            assert_eq!(
                tensor.elements(),
                shape.iter().product::<usize>(),
                "{file} {name}"
            );
            assert_eq!(digest(&tensor.bytes), facts["sha256"], "{file} {name}");
        }
        assert_eq!(
            read.training.episode,
            expected.get("episode").and_then(Value::as_i64),
            "{file}"
        );
        assert_eq!(
            read.training.loss,
            expected.get("loss").and_then(Value::as_f64),
            "{file}"
        );
        let metrics: BTreeMap<String, f64> = expected
            .get("metrics")
            .map(|value| serde_json::from_value(value.clone()).unwrap())
            .unwrap_or_default();
        assert_eq!(read.training.metrics, metrics, "{file}");
    }
}

#[test]
fn the_golden_checkpoints_are_read() {
    let mut count = 0;
    for folder in std::fs::read_dir(fixtures().join("golden")).unwrap() {
        let path = folder.unwrap().path().join("checkpoint_ep59.pth");
        if !path.is_file() {
            continue;
        }
        let read = Checkpoint::read(&path).unwrap();
        assert_eq!(read.training.episode, Some(59), "{}", path.display());
        assert!(read.training.loss.is_some());
        assert!(read.tensors.len() >= 6);
        let weights = read.tensors.values().filter(|tensor| tensor.dtype == Dtype::F32);
        for tensor in weights {
            for element in tensor.bytes.chunks_exact(4) {
                assert!(f32::from_le_bytes(element.try_into().unwrap()).is_finite());
            }
        }
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn what_cannot_be_taken_over_whole_is_refused_with_its_reason() {
    for (file, reason) in [
        ("truncated.pth", "is damaged or was cut off"),
        ("collision.pth", "hold \"net.0.bias\" twice"),
        ("nested.pth", "hold what is no tensor: net"),
        ("not_a_tensor.pth", "hold what is no tensor: scale"),
        ("complex.pth", "ComplexFloatStorage"),
        ("no_weights.pth", "only episode, loss"),
        ("empty_state.pth", "an empty state dict"),
        ("state_snapshot.pth", "ComplexFloatStorage"),
        ("huge_views.pth", "take 4294967296 bytes"),
        ("twice.pth", "an empty state dict"),
        ("sums.json", "is no checkpoint"),
    ] {
        let found = refusal(file);
        let expected = if file == "sums.json" {
            "cannot be read"
        } else {
            reason
        };
        assert!(found.contains(expected), "{file}: {found}");
        assert!(!found.contains('\n'), "{file}: {found}");
    }
    assert!(matches!(
        Checkpoint::read(&fixture("none.pth")),
        Err(CheckpointError::Missing { .. })
    ));
    let (_folder, empty) = file_of(b"");
    assert!(
        Checkpoint::read(&empty)
            .unwrap_err()
            .to_string()
            .contains("an empty file")
    );
    assert!(
        Checkpoint::read(&fixtures())
            .unwrap_err()
            .to_string()
            .contains("not a file")
    );
}

#[test]
fn a_pickle_that_would_run_a_command_is_refused_and_does_not_run_it() {
    let trace = Path::new("/tmp/atheria-pickle-was-executed");
    for file in ["executes.pth", "executes_inside.pth", "executes_pickle.pth"] {
        refusal(file);
        assert!(!trace.exists(), "{file}");
    }
}

#[test]
fn a_tar_archive_is_refused_before_it_is_unpacked() {
    let mut tar = vec![0; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    let (_folder, path) = file_of(&tar);
    assert!(
        Checkpoint::read(&path)
            .unwrap_err()
            .to_string()
            .contains("a tar archive")
    );
}

#[test]
fn the_size_limit_holds() {
    use atheria_shared::limits::CHECKPOINT_BYTES;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.pth");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(CHECKPOINT_BYTES + 1).unwrap();
    assert!(matches!(
        Checkpoint::read(&path),
        Err(CheckpointError::TooLarge { .. })
    ));
}

/// What the file says when it says anything: its tensors, or that it is refused.
fn numbers(bytes: &[u8]) -> Option<TensorMap> {
    let (_folder, path) = file_of(bytes);
    Checkpoint::read(&path).ok().map(|read| read.tensors)
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for file in ["v4.pth", "legacy.pth", "views.pth"] {
        let bytes = std::fs::read(fixture(file)).unwrap();
        for length in (0..bytes.len()).step_by(97) {
            assert_eq!(numbers(&bytes[..length]), None, "{file} cut to {length} bytes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_zip_with_one_byte_changed_never_has_other_numbers(at: prop::sample::Index, bits in 1..=255_u8, views: bool) {
        let mut bytes = std::fs::read(fixture(if views { "views.pth" } else { "v4.pth" })).unwrap();
        let good = numbers(&bytes);
        prop_assert!(good.is_some());
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        let read = numbers(&bytes);
        prop_assert!(read.is_none() || read == good, "byte {} changed by {:#x}", at, bits);
    }

    #[test]
    fn no_damage_panics(at: prop::sample::Index, bytes in prop::collection::vec(any::<u8>(), 1..64), which in 0..3_usize) {
        let file = ["v4.pth", "legacy.pth", "executes_pickle.pth"][which];
        let mut content = std::fs::read(fixture(file)).unwrap();
        let at = at.index(content.len());
        for (old, new) in content[at..].iter_mut().zip(bytes) {
            *old = new;
        }
        let _ = numbers(&content);
    }
}
