//! `atheria.json` inside an export: what it was made of, and how it was checked.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use atheria_shared::law::LawParams;
use atheria_shared::session::ExportMethod;
use atheria_shared::{Architecture, Boundary};
use serde::{Deserialize, Serialize};

/// The version of the archive's layout and of this manifest. One that differs is made again.
pub const FORMAT_VERSION: u32 = 1;
/// Its place in the archive, after the root folder.
pub(crate) const PLACE: &str = "extra/atheria.json";
/// A manifest is a few hundred bytes.
const MANIFEST_BYTES: u64 = 1 << 16;

/// What an export says of itself. In Python:
/// `torch.jit.load(f, _extra_files={"atheria.json": ""})`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT_VERSION`]
    pub format_version: u32,
    /// The experiment it was made for.
    pub experiment: String,
    /// Its law.
    pub architecture: Architecture,
    /// Its law's size.
    pub parameters: LawParams,
    /// `GAMMA_DECAY`, which `forward` does not apply.
    pub gamma: f64,
    /// What `forward` sees beyond an edge.
    pub boundary: Boundary,
    /// Whether `forward` takes and gives (h, c).
    pub memory: bool,
    /// The checkpoint's file name.
    pub checkpoint: String,
    /// SHA-256 of that file, hexadecimal.
    pub checkpoint_sha256: String,
    /// The version of the libtorch that it was checked with.
    pub torch_version: String,
    /// Script or trace.
    pub method: ExportMethod,
    /// How it was checked.
    pub verified: Option<Verified>,
}

/// How an export was checked before it was put in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verified {
    /// On which device.
    pub device: String,
    /// Seeded inputs on each grid.
    pub inputs: u32,
    /// The grids, `[H, W]`.
    pub grids: Vec<[i64; 2]>,
    /// Largest absolute difference between its answer and that of the law's dense reading.
    pub max_abs_error: f64,
}

impl Manifest {
    /// The manifest of an archive; none when there is no file, no archive or no manifest in it. Nothing is executed,
    /// and what it says is not to be believed yet: the archive's bytes are compared with what [`write()`](crate::write) gives for it.
    pub fn read(path: &Path) -> Option<Self> {
        // A pipe would be waited for.
        if !path.is_file() {
            return None;
        }
        let mut archive = zip::ZipArchive::new(File::open(path).ok()?).ok()?;
        let place = archive
            .file_names()
            .find(|name| name.ends_with(&format!("/{PLACE}")))?
            .to_owned();
        let mut text = String::new();
        archive
            .by_name(&place)
            .ok()?
            .take(MANIFEST_BYTES)
            .read_to_string(&mut text)
            .ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Whether it was made of the same things: then only its check can differ.
    pub fn same_origin(&self, other: &Self) -> bool {
        Self {
            verified: None,
            ..self.clone()
        } == Self {
            verified: None,
            ..other.clone()
        }
    }
}
