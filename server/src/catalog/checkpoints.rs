//! The checkpoints of an experiment, and which one a word means.
//!
//! `latest` is the highest N of `checkpoint_ep{N}.pth`; without such a file, the newest `checkpoint_*.pth`, then the
//! newest of all. `best` is `best_model.pth`, `last` is `last_checkpoint.pth`.

use std::path::Path;
use std::time::UNIX_EPOCH;

use atheria_shared::experiment::{CheckpointInfo, ExportFile};
use atheria_shared::{CheckpointChoice, CheckpointFile};

use super::{CatalogError, Root};

/// Checkpoints of one folder, `latest` first, then by falling episode, then by age. Files whose name cannot be one of
/// ours, and links that leave the root, are passed over.
pub fn list(root: &Root, folder: &Path) -> Result<Vec<CheckpointInfo>, CatalogError> {
    let mut found: Vec<CheckpointInfo> = files(folder)?
        .into_iter()
        .filter(|file| !file.is_torchscript())
        .filter_map(|file| about(root, folder, file))
        .collect();
    found.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.file.cmp(&b.file)));
    Ok(found)
}

/// The files of a folder whose name is one of ours.
pub(super) fn files(folder: &Path) -> Result<Vec<CheckpointFile>, CatalogError> {
    let unreadable = |source| CatalogError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        found.extend(name.to_str().and_then(|name| CheckpointFile::new(name).ok()));
    }
    Ok(found)
}

/// The checkpoint that a word or a name means, among those of [`list`].
pub fn choose<'a>(there: &'a [CheckpointInfo], choice: &CheckpointChoice) -> Option<&'a CheckpointInfo> {
    let named = |name: &str| there.iter().find(|info| info.file.as_str() == name);
    match choice {
        CheckpointChoice::Latest => there.first(),
        CheckpointChoice::Best => named("best_model.pth"),
        CheckpointChoice::Last => named("last_checkpoint.pth"),
        CheckpointChoice::File(file) => named(file.as_str()),
    }
}

/// Higher is later: a numbered checkpoint by its number, then any `checkpoint_*` by its age, then the others.
fn rank(info: &CheckpointInfo) -> (Option<u64>, bool, u64) {
    let numbered_by_name = info.file.as_str().starts_with("checkpoint_");
    (info.episode, numbered_by_name, info.modified_s)
}

/// What the catalog says of a file; none for one that is no file, or that lies outside of the root.
pub(super) fn about(root: &Root, folder: &Path, file: CheckpointFile) -> Option<CheckpointInfo> {
    let about = root.inside(&folder.join(file.as_str())).ok()?.metadata().ok()?;
    if !about.is_file() {
        return None;
    }
    let export = format!("model_{}.pt", file.stem());
    let export_bytes = folder
        .join(&export)
        .metadata()
        .ok()
        .filter(|about| about.is_file() && !file.is_torchscript());
    let modified = about
        .modified()
        .ok()
        .and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    Some(CheckpointInfo {
        episode: episode(&file),
        bytes: about.len(),
        modified_s: modified.map_or(0, |age| age.as_secs()),
        export: export_bytes.map(|about| ExportFile {
            file: export,
            bytes: about.len(),
        }),
        file,
    })
}

fn episode(file: &CheckpointFile) -> Option<u64> {
    file.stem().strip_prefix("checkpoint_ep")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};
    use std::time::{Duration, SystemTime};

    use super::*;

    /// A root whose checkpoint folder holds these files, each a minute newer than the one before.
    fn folder(files: &[&str]) -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("experiments")).unwrap();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for (minute, name) in files.iter().enumerate() {
            let file = File::create(dir.path().join(name)).unwrap();
            let time = start + Duration::from_secs(60 * minute as u64);
            file.set_times(FileTimes::new().set_modified(time)).unwrap();
        }
        let root = Root::open(dir.path()).unwrap();
        (dir, root)
    }

    fn order(files: &[&str]) -> Vec<String> {
        let (_dir, root) = folder(files);
        let listed = list(&root, root.folder()).unwrap();
        listed.into_iter().map(|info| info.file.into()).collect()
    }

    #[test]
    fn the_highest_number_is_the_latest() {
        assert_eq!(
            order(&[
                "checkpoint_ep100.pth",
                "checkpoint_ep9.pth",
                "best_model.pth",
                "notes.txt"
            ]),
            ["checkpoint_ep100.pth", "checkpoint_ep9.pth", "best_model.pth"]
        );
    }

    #[test]
    fn without_numbers_the_newest_checkpoint_is_the_latest() {
        assert_eq!(
            order(&["checkpoint_b.pth", "checkpoint_a.pth", "last_checkpoint.pth"]),
            ["checkpoint_a.pth", "checkpoint_b.pth", "last_checkpoint.pth"]
        );
        assert_eq!(
            order(&["old.pth", "best_model.pth"]),
            ["best_model.pth", "old.pth"]
        );
    }

    #[test]
    fn words_mean_files() {
        let (_dir, root) = folder(&["checkpoint_ep1.pth", "best_model.pth"]);
        let there = list(&root, root.folder()).unwrap();
        let chosen = |choice: &str| {
            let info = choose(&there, &choice.parse().unwrap())?;
            Some(info.file.to_string())
        };
        assert_eq!(chosen("latest").as_deref(), Some("checkpoint_ep1.pth"));
        assert_eq!(chosen("best").as_deref(), Some("best_model.pth"));
        assert_eq!(chosen("last"), None);
        assert_eq!(chosen("best_model.pth").as_deref(), Some("best_model.pth"));
        assert_eq!(chosen("other.pth"), None);
    }

    #[test]
    fn an_export_is_found_beside_its_checkpoint() {
        let (_dir, root) = folder(&["checkpoint_ep1.pth", "model_checkpoint_ep1.pt", "best_model.pth"]);
        let there = list(&root, root.folder()).unwrap();
        let exports: Vec<bool> = there.iter().map(|info| info.export.is_some()).collect();
        assert_eq!(exports, [true, false]);
    }

    #[test]
    fn a_link_out_of_the_root_is_passed_over() {
        let (dir, root) = folder(&["checkpoint_ep1.pth"]);
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("checkpoint_ep2.pth")).unwrap();
        assert_eq!(list(&root, root.folder()).unwrap().len(), 1);
    }
}
