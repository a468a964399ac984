use std::sync::Arc;

use zarrs::array::Array;
use zarrs::filesystem::FilesystemStore;

use super::*;
use crate::world::npy::Header;

const CHANNELS: u16 = 2;

fn grid() -> GridShape {
    GridShape::new(3, 5).unwrap()
}

/// Every number says where and when it is.
fn state(step: u64) -> Field<f64> {
    let psi = (0..60).map(|at| f64::from(at) / 3.0 + step as f64).collect();
    Field::of_psi(grid(), CHANNELS, psi)
}

fn series(path: &Path, precision: Precision, states: u64, pushed: u64) -> Result<(), WorldError> {
    let mut series = Series::begin(path, grid(), CHANNELS, precision, states)?;
    for step in 0..pushed {
        if step % 2 == 0 {
            series.push(10 * step, &state(10 * step))?;
        } else {
            series.push(10 * step, &state(10 * step).to_precision::<f32>())?;
        }
    }
    assert_eq!(series.written(), pushed);
    assert!(!path.exists(), "nothing is there before it is finished");
    series.finish()
}

/// An array of a `.npz`: its header and its bytes.
fn array(path: &Path, name: &str) -> (Header, Vec<u8>) {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut entry = zip.by_name(&format!("{name}.npy")).unwrap();
    let header = Header::read(&mut entry).unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
    (header, bytes)
}

fn check(psi: &[u8], steps: &[u8], precision: Precision, states: u64) {
    let steps: Vec<i64> = steps
        .as_chunks()
        .0
        .iter()
        .map(|&step| i64::from_le_bytes(step))
        .collect();
    assert_eq!(
        steps,
        (0..states as i64).map(|step| 10 * step).collect::<Vec<_>>()
    );
    let numbers: Vec<f64> = match precision {
        Precision::Float32 => psi
            .as_chunks()
            .0
            .iter()
            .map(|&part| f32::from_le_bytes(part).into())
            .collect(),
        Precision::Float64 => psi
            .as_chunks()
            .0
            .iter()
            .map(|&part| f64::from_le_bytes(part))
            .collect(),
    };
    let needed: Vec<f64> = (0..states).flat_map(|step| state(10 * step).psi).collect();
    assert_eq!(numbers.len(), needed.len());
    for (index, (found, needed)) in numbers.iter().zip(needed).enumerate() {
        let exact = precision == Precision::Float64 && index / 60 % 2 == 0;
        assert!(
            (found - needed).abs() <= if exact { 0.0 } else { 1e-5 },
            "{index}: {found} {needed}"
        );
    }
}

#[test]
fn an_npz_has_its_steps_and_its_states() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.npz");
    for (precision, descr) in [(Precision::Float32, "<c8"), (Precision::Float64, "<c16")] {
        for pushed in [7, 3, 0] {
            series(&path, precision, 7, pushed).unwrap();
            let (header, psi) = array(&path, "psi");
            assert_eq!(header, Header::of(descr, &[pushed as usize, 3, 5, 2]));
            let (header, steps) = array(&path, "step");
            assert_eq!(header, Header::of("<i8", &[pushed as usize]));
            check(&psi, &steps, precision, pushed);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
            std::fs::remove_file(&path).unwrap();
        }
    }
}

#[test]
fn a_zarr_has_its_steps_and_its_states() {
    let folder = tempfile::tempdir().unwrap();
    for (precision, name) in [
        (Precision::Float32, "complex64"),
        (Precision::Float64, "complex128"),
    ] {
        for pushed in [7, 3, 0] {
            let path = folder.path().join(format!("{name}-{pushed}.zarr"));
            series(&path, precision, 7, pushed).unwrap();
            let store = Arc::new(FilesystemStore::new(&path).unwrap());
            let psi = Array::open(Arc::clone(&store), "/psi").unwrap();
            assert_eq!(psi.shape(), [pushed, 3, 5, 2]);
            let described = std::fs::read_to_string(path.join("psi/zarr.json")).unwrap();
            assert!(
                described.contains(&format!("\"data_type\": \"{name}\"")),
                "{described}"
            );
            let step = Array::open(store, "/step").unwrap();
            let read = |array: &Array<FilesystemStore>| {
                let bytes: zarrs::array::ArrayBytes =
                    array.retrieve_array_subset(&array.subset_all()).unwrap();
                bytes.into_fixed().unwrap().into_owned()
            };
            check(&read(&psi), &read(&step), precision, pushed);
            // A chunk is a state, byte by byte.
            for state in 0..pushed {
                let chunk = std::fs::read(path.join(format!("psi/c.{state}.0.0.0"))).unwrap();
                let size = chunk.len();
                assert_eq!(chunk, read(&psi)[state as usize * size..][..size]);
            }
            let again = Series::begin(&path, grid(), CHANNELS, precision, 7).map(drop);
            let again = again.unwrap_err().to_string();
            assert!(again.contains("it is there already"), "{again}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 6);
    let json = std::fs::read_to_string(folder.path().join("complex64-7.zarr/psi/zarr.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json,
        serde_json::from_str::<serde_json::Value>(DESCRIPTION).unwrap()
    );
}

/// As the Zarr v3 specification has it.
const DESCRIPTION: &str = r#"{
    "zarr_format": 3,
    "node_type": "array",
    "shape": [7, 3, 5, 2],
    "data_type": "complex64",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 3, 5, 2]}},
    "chunk_key_encoding": {"name": "default", "configuration": {"separator": "."}},
    "fill_value": [0.0, 0.0],
    "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
    "dimension_names": ["step", "y", "x", "channel"]
}"#;

#[test]
fn what_is_not_finished_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["series.npz", "series.zarr"] {
        let path = folder.path().join(name);
        std::fs::write(folder.path().join("kept"), b"").unwrap();
        let mut series = Series::begin(&path, grid(), CHANNELS, Precision::Float32, 3).unwrap();
        series.push(0, &state(0)).unwrap();
        drop(series);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{name}");
    }
}

#[test]
fn what_does_not_suit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let begin = |name: &str, grid, states| {
        Series::begin(&folder.path().join(name), grid, 2, Precision::Float64, states)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    let large = GridShape::new(4096, 4096).unwrap();
    for (name, grid, states, reason) in [
        ("a.npz", grid(), 0, "a series of 0 states: 1 to 1000000"),
        ("a.npz", grid(), 1_000_001, "a series of 1000001 states"),
        ("a.npy", grid(), 1, "its name must end in .npz or .zarr"),
        ("none/a.npz", grid(), 1, "cannot be written"),
        ("none/a.zarr", grid(), 1, "cannot be written"),
        (
            "a.npz",
            large,
            9,
            "takes 4831838208 bytes; 4294967296 are allowed",
        ),
        (
            "a.zarr",
            GridShape::new(4096, 4097).unwrap(),
            1,
            "too large to keep every cell",
        ),
    ] {
        let found = begin(name, grid, states).unwrap_err();
        assert!(found.contains(reason), "{name}: {found}");
    }
    assert!(begin("a.zarr", large, 9).is_ok());
    for name in ["b.npz", "b.zarr"] {
        let mut series = Series::begin(&folder.path().join(name), grid(), 2, Precision::Float32, 1).unwrap();
        let other = Field::<f32>::zeros(GridShape::new(5, 3).unwrap(), 2);
        assert!(
            series
                .push(3, &other)
                .unwrap_err()
                .to_string()
                .ends_with("has 3x5 cells of 2 channels; a state of step 3 is 5x3 cells of 2 channels")
        );
        series.push(0, &state(0)).unwrap();
        let more = series.push(1, &state(1)).unwrap_err().to_string();
        assert!(
            more.ends_with("has its 1 states; a state of step 1 is one more"),
            "{more}"
        );
        series.finish().unwrap();
    }
}
