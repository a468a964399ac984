//! A golden experiment, laid out as the training system lays it out, in a folder of its own.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use npyz::WriterBuilder;
use npyz::npz::{NpzArchive, NpzWriter};
use num_complex::Complex32;
use tempfile::TempDir;

use crate::programs::{ath, fixtures};

/// psi, `[H, W, d]`.
pub(crate) struct State {
    shape: Vec<u64>,
    cells: Vec<Complex32>,
}

impl State {
    fn from_archive(archive: &mut NpzArchive<BufReader<File>>, key: &str) -> Self {
        let array = archive
            .by_name(key)
            .unwrap()
            .unwrap_or_else(|| panic!("no {key}"));
        let shape = array.shape().to_vec();
        Self {
            shape,
            cells: array.into_vec().unwrap(),
        }
    }

    pub(crate) fn read(path: &Path) -> Self {
        Self::from_archive(&mut NpzArchive::open(path).unwrap(), "psi")
    }

    pub(crate) fn write(&self, path: &Path) {
        let mut archive = NpzWriter::create(path).unwrap();
        let mut array = archive
            .array("psi", npyz::zip::write::FileOptions::default())
            .unwrap()
            .default_dtype()
            .shape(&self.shape)
            .begin_nd()
            .unwrap();
        array.extend(self.cells.iter().copied()).unwrap();
        array.finish().unwrap();
    }

    fn grid(&self) -> String {
        format!("{}x{}", self.shape[0], self.shape[1])
    }
}

/// max |a - b|; infinite when the shapes differ or a value is not finite.
pub(crate) fn largest_difference(a: &State, b: &State) -> f32 {
    if a.shape != b.shape {
        return f32::INFINITY;
    }
    let difference = |(a, b): (&Complex32, &Complex32)| {
        let distance = (a - b).norm();
        if distance.is_finite() {
            distance
        } else {
            f32::INFINITY
        }
    };
    a.cells.iter().zip(&b.cells).map(difference).fold(0.0, f32::max)
}

/// An experiment of `tests/fixtures/golden`, copied so that its export can be written beside it.
pub(crate) struct Golden {
    name: &'static str,
    root: TempDir,
}

impl Golden {
    /// All of them.
    pub(crate) const ALL: [&'static str; 8] = [
        "DEEP_QCA-d4-h8-g32",
        "MLP-d4-h8-g32",
        "SNN_UNET-d4-h8-g32",
        "SNN_UNET-d4-h8-g32-spiking",
        "UNET-d4-h8-g32",
        "UNET_CONVLSTM-d4-h8-g32",
        "UNET_UNITARY-d4-h8-g32",
        "UNET_UNITARY_RMSNORM-d4-h8-g32",
    ];

    pub(crate) fn open(name: &str) -> Self {
        let name = Self::ALL.into_iter().find(|known| *known == name).unwrap();
        let root = tempfile::tempdir().unwrap();
        let from = fixtures("golden").join(name);
        for (folder, file) in [
            ("experiments", "config.json"),
            ("training_checkpoints", "checkpoint_ep59.pth"),
        ] {
            let folder = root.path().join("output").join(folder).join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::copy(from.join(file), folder.join(file)).unwrap();
        }
        Self { name, root }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.root.path().to_owned()
    }

    pub(crate) fn root_arguments(&self) -> [OsString; 2] {
        ["--root".into(), self.root().into()]
    }

    /// A state of its `golden.npz`.
    pub(crate) fn state(&self, key: &str) -> State {
        let path = fixtures("golden").join(self.name).join("golden.npz");
        State::from_archive(&mut NpzArchive::open(path).unwrap(), key)
    }

    /// What `ath run` makes of a state.
    pub(crate) fn run(&self, from: &State, steps: u32, execution: &str) -> State {
        let (start, end) = (self.root().join("start.npz"), self.root().join("end.npz"));
        from.write(&start);
        self.run_file(&start, steps, execution, &end);
        State::read(&end)
    }

    /// `ath run` from one file to another.
    pub(crate) fn run_file(&self, from: &Path, steps: u32, execution: &str, to: &Path) {
        let grid = State::read(from).grid();
        let steps = steps.to_string();
        let arguments: [OsString; 18] = [
            "run".into(),
            "--json".into(),
            "--experiment".into(),
            self.name.into(),
            "--steps".into(),
            steps.into(),
            "--grid".into(),
            grid.into(),
            "--boundary".into(),
            "walls".into(),
            "--init".into(),
            from.into(),
            "--device".into(),
            "cpu".into(),
            "--execution".into(),
            execution.into(),
            "--out".into(),
            to.into(),
        ];
        ath(arguments.into_iter().chain(self.root_arguments()));
    }
}
