//! Every form that a checkpoint comes in, against what `torch.load` gives of it; what is told of the rest; what is refused.

mod damage;
mod hostile;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use atheria_shared::Remark;
use atheria_shared::beside::Beside;
use atheria_shared::tensor::TensorKind;
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
    atheria_shared::text::hexadecimal(&Sha256::digest(bytes))
}

/// A file of these bytes, in a folder of its own.
fn file_of(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("given.pth");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn opened(name: &str) -> Checkpoint {
    Checkpoint::read(&fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn refusal(path: &Path) -> String {
    let error = Checkpoint::read(path).expect_err(&path.display().to_string());
    let text = error.to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

fn at<'a>(read: &'a Checkpoint, key: &str) -> &'a TensorDict {
    let keys: Vec<_> = read.dicts.iter().map(|dict| &dict.key).collect();
    read.dicts
        .iter()
        .find(|dict| dict.key == key)
        .unwrap_or_else(|| panic!("{key:?} is not among {keys:?}"))
}

/// All numbers that can be read, by place and name.
fn numbers_of(read: &Checkpoint) -> Result<BTreeMap<(String, String), RawTensor>, CheckpointError> {
    let mut numbers = BTreeMap::new();
    for dict in &read.dicts {
        for (name, info) in &dict.tensors {
            if matches!(info.element, Element::Number(_)) {
                numbers.insert((dict.key.clone(), name.clone()), read.read(dict, name)?);
            }
        }
    }
    Ok(numbers)
}

/// Elements of a type that is not read.
fn numbers(dtype: &str) -> Element {
    let dtype = dtype.to_owned();
    Element::Other(TensorKind::Numbers { dtype })
}

fn lines(what: &[Beside]) -> Vec<String> {
    what.iter().map(ToString::to_string).collect()
}

fn left_out(read: &Checkpoint) -> Vec<String> {
    read.remarks
        .iter()
        .find_map(|remark| match remark {
            Remark::LeftOut { what, .. } => Some(lines(what)),
            _ => None,
        })
        .unwrap_or_default()
}

#[test]
fn every_form_has_the_bytes_that_torch_load_gives() {
    let sums: BTreeMap<String, Value> =
        serde_json::from_str(&std::fs::read_to_string(fixture("sums.json")).unwrap()).unwrap();
    assert!(sums.len() >= 46, "{}", sums.len());
    for (file, expected) in &sums {
        let path = fixture(file);
        let read = opened(file);
        assert_eq!(read.sha256, digest(&std::fs::read(&path).unwrap()), "{file}");
        let dict = at(&read, expected["key"].as_str().unwrap());
        let tensors = expected["tensors"].as_object().unwrap();
        assert_eq!(
            dict.tensors.keys().collect::<Vec<_>>(),
            tensors
                .keys()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>(),
            "{file}"
        );
        for (name, facts) in tensors {
            let tensor = read.read(dict, name).unwrap_or_else(|error| panic!("{error}"));
            let shape: Vec<usize> = serde_json::from_value(facts["shape"].clone()).unwrap();
            let info = &dict.tensors[name];
            assert_eq!(info.element, Element::Number(tensor.dtype), "{file} {name}");
            assert_eq!((&info.shape, &tensor.shape), (&shape, &shape), "{file} {name}");
            assert_eq!(tensor.dtype.as_str(), facts["dtype"], "{file} {name}");
            assert_eq!(
                tensor.elements(),
                shape.iter().product::<usize>(),
                "{file} {name}"
            );
            assert_eq!(digest(&tensor.bytes), facts["sha256"], "{file} {name}");
        }
        read.check_unchanged().unwrap();
        if expected.get("episode").is_some() || expected.get("loss").is_some() {
            let metrics: BTreeMap<String, f64> = expected
                .get("metrics")
                .map(|value| serde_json::from_value(value.clone()).unwrap())
                .unwrap_or_default();
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
            assert_eq!(read.training.metrics, metrics, "{file}");
        }
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
        assert_eq!(read.remarks, [], "{}", path.display());
        let dict = at(&read, "model_state_dict");
        assert!(dict.tensors.len() >= 6);
        for (name, info) in &dict.tensors {
            let tensor = read.read(dict, name).unwrap();
            if info.element == Element::Number(Dtype::F32) {
                for element in tensor.bytes.chunks_exact(4) {
                    assert!(f32::from_le_bytes(element.try_into().unwrap()).is_finite());
                }
            }
        }
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn a_value_beside_the_weights_refuses_nothing_and_is_told() {
    for file in ["beside.pth", "beside5.pth", "beside_legacy.pth"] {
        let left_out = left_out(&opened(file));
        for expected in [
            "optimizer (torch.optim.adam.Adam)",
            "pool (__main__.Pool)",
            "notes (__main__.Notes)",
            "defaultdict (collections.defaultdict)",
            "deque (collections.deque)",
            "counter (collections.Counter)",
            "complex (complex64 tensor)",
            "quantised (qint8 tensor)",
            "sparse (sparse tensor)",
            "csr (sparse tensor)",
            "tagged (a __main__.Tagged, which is more than a tensor)",
            "device (torch.device)",
            "words (a numpy array of O8)",
            "complex number (builtins.complex)",
            "(a, 1) (a number)",
            "0.5 (a number)",
            "None (a number)",
            "True (a number)",
            "bytes (a number)",
            "frozenset (a number)",
        ] {
            assert!(
                left_out.iter().any(|what| what == expected),
                "{file}: {expected} is not in {left_out:#?}"
            );
        }
        // What is plain data is nothing to tell of.
        for plain in ["set", "bytes (bytes", "size", "long", "array", "7"] {
            assert!(
                !left_out.iter().any(|what| what.starts_with(&format!("{plain} "))),
                "{file}: {plain} in {left_out:#?}"
            );
        }
    }
    let zipped = left_out(&opened("beside.pth"));
    for expected in [
        "float8 (float8_e4m3fn tensor)",
        "meta (meta tensor)",
        "nested (nested tensor)",
    ] {
        assert!(
            zipped.iter().any(|what| what == expected),
            "{expected}: {zipped:#?}"
        );
    }
}

#[test]
fn every_dictionary_of_tensors_is_told_with_its_place() {
    let keys = |file: &str| -> Vec<String> { opened(file).dicts.into_iter().map(|dict| dict.key).collect() };
    assert_eq!(keys("ema.pth"), ["model_state_dict", "ema.shadow"]);
    assert_eq!(keys("twice.pth"), ["best", "model_state_dict"]);
    assert_eq!(keys("whole_model_inside.pth"), ["model", "model_state_dict"]);
    assert_eq!(keys("list.pth"), ["0"]);
    assert_eq!(keys("law.safetensors"), [""]);
    assert_eq!(keys("beside.pth").first().map(String::as_str), Some(""));
}

#[test]
fn what_lies_in_a_state_dict_beside_its_tensors_is_told() {
    let read = opened("not_a_tensor.pth");
    assert_eq!(lines(&at(&read, "model_state_dict").others), ["scale (a number)"]);
    let read = opened("nested.pth");
    assert_eq!(
        lines(&at(&read, "model_state_dict").others),
        ["net (a dictionary)"]
    );
    assert_eq!(at(&read, "model_state_dict.net").tensors.len(), 1);
    // Two names that one prefix tells apart are two names here.
    let read = opened("collision.pth");
    assert!(
        at(&read, "model_state_dict")
            .tensors
            .contains_key("_orig_mod.net.0.bias")
    );
    assert_eq!(at(&read, "model_state_dict").tensors.len(), 7);
    // An attribute of the dictionary is none of its entries.
    let read = opened("attributes.pth");
    assert_eq!(at(&read, "model_state_dict").others, []);
    // One that cannot be read has its name and shape, and no numbers.
    let read = opened("complex.pth");
    let dict = at(&read, "model_state_dict");
    assert_eq!(dict.tensors["net.0.weight"].element, numbers("complex64"));
    let error = read.read(dict, "net.0.weight").unwrap_err().to_string();
    assert!(error.contains("complex64, which is not read"), "{error}");
    let read = opened("meta.pth");
    let dict = at(&read, "model_state_dict");
    assert!(
        dict.tensors
            .values()
            .all(|info| info.element == Element::Other(TensorKind::Meta))
    );
    assert_eq!(dict.tensors["net.0.weight"].shape, [4, 4, 1, 1]);
    let error = read.read(dict, "net.0.weight").unwrap_err().to_string();
    assert!(error.contains("no numbers"), "{error}");
    let error = read.read(dict, "none").unwrap_err().to_string();
    assert!(error.contains("none of this name"), "{error}");
}

#[test]
fn a_whole_model_says_its_class() {
    for (file, key, class) in [
        ("whole_model.pth", "", "__main__.Model"),
        ("whole_model_legacy.pth", "", "__main__.Model"),
        (
            "whole_model_inside.pth",
            "model",
            "torch.nn.parallel.data_parallel.DataParallel",
        ),
    ] {
        let read = opened(file);
        let dict = at(&read, key);
        assert_eq!(dict.whole_model.as_deref(), Some(class), "{file}");
        assert!(
            !dict.tensors.keys().any(|name| name.contains("passing")),
            "{file}"
        );
    }
    assert_eq!(at(&opened("v4.pth"), "model_state_dict").whole_model, None);
}

#[test]
fn a_stream_is_told_to_have_no_checksums() {
    assert_eq!(opened("legacy.pth").remarks, [Remark::NoChecksums]);
    assert_eq!(opened("v4.pth").remarks, []);
}

#[test]
fn a_view_is_as_large_as_it_says_before_it_is_read() {
    let read = opened("huge_views.pth");
    let dict = at(&read, "model_state_dict");
    assert_eq!(dict.tensors["net.0.weight"].shape, [1 << 20, 1 << 10]);
    let error = read.read(dict, "net.0.weight").unwrap_err().to_string();
    assert!(error.contains("take 4294967296 bytes"), "{error}");
}

#[test]
fn what_holds_no_weights_is_refused_with_what_it_holds() {
    for (file, reason) in [
        ("no_weights.pth", "only episode (a number), loss (a number)"),
        ("empty_state.pth", "only model_state_dict (an empty dictionary)"),
        ("state_snapshot.pth", "only complex64 tensor"),
        (
            "truncated.pth",
            "is damaged, was cut off or is still being written",
        ),
        (
            "sums.json",
            "it is a JSON document; give the file that torch.save wrote",
        ),
    ] {
        let found = refusal(&fixture(file));
        assert!(found.contains(reason), "{file}: {found}");
    }
    assert!(matches!(
        Checkpoint::read(&fixture("none.pth")),
        Err(CheckpointError::Missing { .. })
    ));
    assert!(refusal(&fixtures()).contains("is no file"));
}

#[test]
fn what_is_no_checkpoint_is_named_with_what_to_do() {
    let mut tar = vec![b'x'; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    for (bytes, expected) in [
        (b"".as_slice(), "an empty file; as on a full disk"),
        (&tar, "a tar archive; unpack it"),
        (&[0; 4000], "nothing but zeros; as after a power cut"),
        (b"\x1f\x8b\x08\x00\x00", "a gzip file; unpack it with gunzip"),
        (
            b"<!DOCTYPE html><html><body>Sign in",
            "an HTML page; the download failed",
        ),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"\x93NUMPY\x01\x00v\x00", "an .npy array of numpy"),
        (b"some notes of mine", "a text"),
    ] {
        let (_folder, path) = file_of(bytes);
        let found = refusal(&path);
        assert!(found.contains(expected), "{expected}: {found}");
    }
    for (entries, expected) in [
        (["psi.npy", "memory.npy"].as_slice(), "an .npz of numpy arrays"),
        (
            &["law/data.pkl", "law/constants.pkl", "law/code/a.py"],
            "a TorchScript",
        ),
        (
            &["folder/checkpoint_ep1.pth"],
            "a zip archive that torch.save did not write",
        ),
    ] {
        let entries: Vec<_> = entries.iter().map(|&name| (name, b"x".as_slice())).collect();
        let (_folder, path) = file_of(&hostile::zip_of(&entries));
        let found = refusal(&path);
        assert!(found.contains(expected), "{expected}: {found}");
    }
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

#[test]
fn a_file_that_is_written_after_it_was_opened_is_told() {
    let (_folder, path) = file_of(&std::fs::read(fixture("v4.pth")).unwrap());
    let read = Checkpoint::read(&path).unwrap();
    read.check_unchanged().unwrap();
    let mut bytes = std::fs::read(fixture("v4.pth")).unwrap();
    bytes.push(0);
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(
        read.check_unchanged(),
        Err(CheckpointError::Changed { .. })
    ));
}
