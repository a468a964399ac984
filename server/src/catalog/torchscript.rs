//! TorchScript of others among the files beside checkpoints: the laws of architectures that the engine has no layers for.
//!
//! A `.pt` can be that, an export of ours, or a state that a trainer saved. What tells them apart is which entries the
//! archive has: their names are read, nothing more.

use std::fs::File;
use std::path::Path;

use atheria_shared::CheckpointFile;
use atheria_shared::experiment::CheckpointInfo;
use zip::ZipArchive;

use super::checkpoints::{about, files};
use super::{CatalogError, Root};

/// What only a TorchScript has, after the root folder.
const OF_A_TORCHSCRIPT: &str = "/constants.pkl";
/// What only an export of ours has.
const OF_OURS: &str = "/extra/atheria.json";

/// The TorchScript of others in a folder, the newest first.
pub(super) fn list(root: &Root, folder: &Path) -> Result<Vec<CheckpointInfo>, CatalogError> {
    let mut found: Vec<CheckpointInfo> = files(folder)?
        .into_iter()
        .filter(CheckpointFile::is_torchscript)
        .filter_map(|file| about(root, folder, file))
        .filter(|info| is_foreign(&folder.join(info.file.as_str())))
        .collect();
    found.sort_by(|a, b| b.modified_s.cmp(&a.modified_s).then_with(|| a.file.cmp(&b.file)));
    Ok(found)
}

fn is_foreign(path: &Path) -> bool {
    let Some(archive) = File::open(path).ok().and_then(|file| ZipArchive::new(file).ok()) else {
        return false;
    };
    let has = |entry: &str| archive.file_names().any(|name| name.ends_with(entry));
    has(OF_A_TORCHSCRIPT) && !has(OF_OURS)
}

#[cfg(test)]
mod tests {
    use std::fs::FileTimes;
    use std::io::Write;
    use std::time::{Duration, SystemTime};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(path: &Path, entries: &[&str]) {
        let mut zip = ZipWriter::new(File::create(path).unwrap());
        for entry in entries {
            zip.start_file(*entry, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"x").unwrap();
        }
        zip.finish().unwrap();
    }

    #[test]
    fn exports_of_ours_states_and_other_files_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("experiments")).unwrap();
        let script = ["m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"];
        let files: [(&str, &[&str]); 5] = [
            ("model_jit_2.pt", &script),
            ("model_a.pt", &script),
            (
                "model_checkpoint_ep1.pt",
                &["m/data.pkl", "m/constants.pkl", "m/extra/atheria.json"],
            ),
            ("snapshot_ep3.pt", &["snapshot/data.pkl", "snapshot/data/0"]),
            ("checkpoint_ep1.pth", &script),
        ];
        for (minute, (name, entries)) in files.into_iter().enumerate() {
            let path = dir.path().join(name);
            archive(&path, entries);
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + 60 * minute as u64);
            let file = File::options().write(true).open(path).unwrap();
            file.set_times(FileTimes::new().set_modified(time)).unwrap();
        }
        std::fs::write(dir.path().join("noise.pt"), "x").unwrap();
        let root = Root::open(dir.path()).unwrap();
        let found = list(&root, root.folder()).unwrap();
        let names: Vec<&str> = found.iter().map(|info| info.file.as_str()).collect();
        assert_eq!(names, ["model_a.pt", "model_jit_2.pt"]);
    }
}
