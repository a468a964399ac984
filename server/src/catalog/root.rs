//! The folder of experiments, and the promise that nothing outside it is opened.
//!
//! Every path that is handed out was canonicalized and lies below the canonical root: a symbolic link may point
//! elsewhere inside the root, and out of it only where the user said so.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use atheria_shared::{ExperimentName, Remark};
use unicode_normalization::UnicodeNormalization;

use super::CatalogError;

/// The folder that holds `experiments/` and `training_checkpoints/`.
#[derive(Debug, Clone)]
pub struct Root {
    folder: PathBuf,
    /// Another folder in `given` with experiments in it.
    other: Option<PathBuf>,
    follows_links: bool,
}

impl Root {
    /// Finds it: `given` itself, or the `output/` inside. Of two, the first in which there is an experiment.
    pub fn open(given: &Path, follows_links: bool) -> Result<Self, CatalogError> {
        let unreadable = |source| CatalogError::Root {
            path: given.to_owned(),
            source,
        };
        let given_folder = given.canonicalize().map_err(unreadable)?;
        given_folder.read_dir().map_err(unreadable)?;
        let mut there: Vec<PathBuf> = ["", "output"]
            .map(|inside| given_folder.join(inside))
            .into_iter()
            .filter(|candidate| candidate.join("experiments").is_dir())
            .collect();
        if let [first, second] = &there[..]
            && !holds_folders(&first.join("experiments"))
            && holds_folders(&second.join("experiments"))
        {
            there.remove(0);
        }
        let other = there
            .get(1)
            .filter(|other| holds_folders(&other.join("experiments")));
        let other = other.cloned();
        let Some(candidate) = there.into_iter().next() else {
            return Err(CatalogError::NoExperiments {
                path: given.to_owned(),
                checkpoints: ["", "output"]
                    .map(|inside| given_folder.join(inside).join("training_checkpoints"))
                    .iter()
                    .any(|folder| folder.is_dir()),
            });
        };
        let folder = candidate.canonicalize().map_err(unreadable)?;
        if !follows_links && !folder.starts_with(&given_folder) {
            return Err(CatalogError::Outside { path: candidate });
        }
        Ok(Self {
            folder,
            other,
            follows_links,
        })
    }

    /// The canonical folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// That another folder could have been meant.
    pub(super) fn remark(&self) -> Option<Remark> {
        self.other.as_ref().map(|other| Remark::OtherRoot {
            listed: self.folder.clone(),
            other: other.clone(),
        })
    }

    /// `experiments/`, inside the root.
    pub fn experiments(&self) -> Result<PathBuf, CatalogError> {
        self.inside(&self.folder.join("experiments"))
    }

    /// A name as its folder under `experiments/` spells it; as it is where there is no such folder.
    pub(super) fn spelled(&self, name: &ExperimentName) -> ExperimentName {
        self.find("experiments", name)
            .and_then(|path| ExperimentName::new(path.file_name()?.to_str()?).ok())
            .unwrap_or_else(|| name.clone())
    }

    /// `experiments/NAME/`, which has to be there.
    pub fn experiment(&self, name: &ExperimentName) -> Result<PathBuf, CatalogError> {
        self.folder_of("experiments", name)?
            .ok_or_else(|| CatalogError::Missing {
                name: name.to_string(),
            })
    }

    /// `training_checkpoints/NAME/`, which may be missing.
    pub fn checkpoints(&self, name: &ExperimentName) -> Result<Option<PathBuf>, CatalogError> {
        self.folder_of("training_checkpoints", name)
    }

    fn folder_of(&self, within: &str, name: &ExperimentName) -> Result<Option<PathBuf>, CatalogError> {
        let Some(path) = self.find(within, name) else {
            return Ok(None);
        };
        match path.metadata() {
            Ok(about) if about.is_dir() => self.inside(&path).map(Some),
            Ok(_) => Ok(None),
            Err(source) if path.is_symlink() => Err(CatalogError::Link { path, source }),
            Err(source) => Err(CatalogError::Read { path, source }),
        }
    }

    /// The entry of that name: of that very spelling, or else of one that is the same in NFC.
    fn find(&self, within: &str, name: &ExperimentName) -> Option<PathBuf> {
        let within = self.folder.join(within);
        let exact = within.join(name.as_str());
        if exact.symlink_metadata().is_ok() {
            return Some(exact);
        }
        if name.as_str().is_ascii() {
            return None;
        }
        let wanted = nfc(name.as_str());
        let mut same: Vec<PathBuf> = within
            .read_dir()
            .ok()?
            .filter_map(Result::ok)
            .filter(|entry| {
                entry
                    .file_name()
                    .to_str()
                    .is_some_and(|there| nfc(there) == wanted)
            })
            .map(|entry| entry.path())
            .collect();
        same.sort();
        same.into_iter().next()
    }

    /// The path without symbolic links, when it lies in the root, or links out of it are followed.
    pub fn inside(&self, path: &Path) -> Result<PathBuf, CatalogError> {
        let real = path.canonicalize().map_err(|source| CatalogError::Read {
            path: path.to_owned(),
            source,
        })?;
        if self.follows_links || real.starts_with(&self.folder) {
            Ok(real)
        } else {
            Err(CatalogError::Outside {
                path: path.to_owned(),
            })
        }
    }

    /// The bytes of a regular file in the root, `limit` of them at most.
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, CatalogError> {
        let real = self.inside(path)?;
        let unreadable = |source| CatalogError::Read {
            path: path.to_owned(),
            source,
        };
        let about = real.metadata().map_err(unreadable)?;
        if !about.is_file() {
            return Err(unreadable(std::io::Error::other("it is no regular file")));
        }
        let too_large = |bytes| CatalogError::TooLarge {
            path: path.to_owned(),
            bytes,
            limit,
        };
        if about.len() > limit {
            return Err(too_large(about.len()));
        }
        let mut bytes = Vec::with_capacity(about.len() as usize);
        // One more than the limit: the file may have grown since.
        File::open(&real)
            .map_err(unreadable)?
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() as u64 > limit {
            return Err(too_large(bytes.len() as u64));
        }
        Ok(bytes)
    }
}

/// The one spelling of a name: `ó` may be one character, or an `o` and its accent.
pub(super) fn nfc(name: &str) -> String {
    name.nfc().collect()
}

/// Whether there is a folder in it, or a link to one, that somebody made.
fn holds_folders(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|entries| {
        entries
            .filter_map(Result::ok)
            .any(|entry| !super::files::is_of_the_machine(&entry.file_name()) && entry.path().is_dir())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for folder in [
            "out/output/experiments/a",
            "out/output/training_checkpoints/a",
            "elsewhere",
        ] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        std::fs::write(dir.path().join("elsewhere/secret"), "secret").unwrap();
        dir
    }

    #[test]
    fn both_layouts_are_found() {
        let dir = tree();
        for given in ["out", "out/output"] {
            assert!(Root::open(&dir.path().join(given), false).is_ok(), "{given}");
        }
        let wrong = Root::open(&dir.path().join("elsewhere"), false).unwrap_err();
        assert!(matches!(wrong, CatalogError::NoExperiments { .. }));
        let missing = Root::open(&dir.path().join("nowhere"), false).unwrap_err();
        assert!(matches!(missing, CatalogError::Root { .. }));
    }

    #[test]
    fn a_link_out_of_the_root_is_refused() {
        let dir = tree();
        let root = Root::open(&dir.path().join("out"), false).unwrap();
        let a = root.folder().join("experiments/a");
        std::os::unix::fs::symlink(dir.path().join("elsewhere/secret"), a.join("config.json")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), a.with_file_name("b")).unwrap();
        let read = root.read(&a.join("config.json"), 100).unwrap_err();
        assert!(matches!(read, CatalogError::Outside { .. }));
        let b = ExperimentName::new("b").unwrap();
        assert!(matches!(root.experiment(&b), Err(CatalogError::Outside { .. })));
    }

    #[test]
    fn a_link_out_of_the_root_is_followed_where_that_was_said() {
        let dir = tree();
        let root = Root::open(&dir.path().join("out"), true).unwrap();
        let a = root.folder().join("experiments/a");
        std::os::unix::fs::symlink(dir.path().join("elsewhere/secret"), a.join("config.json")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), a.with_file_name("b")).unwrap();
        assert_eq!(root.read(&a.join("config.json"), 100).unwrap(), b"secret");
        assert!(root.experiment(&ExperimentName::new("b").unwrap()).is_ok());
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told() {
        let dir = tree();
        let root = Root::open(&dir.path().join("out"), false).unwrap();
        let link = root.folder().join("experiments/b");
        let b = ExperimentName::new("b").unwrap();
        for to in ["gone", "b"] {
            std::os::unix::fs::symlink(link.with_file_name(to), &link).unwrap();
            assert!(matches!(root.experiment(&b), Err(CatalogError::Link { .. })));
            std::fs::remove_file(&link).unwrap();
        }
        std::os::unix::fs::symlink("a", &link).unwrap();
        assert!(root.experiment(&b).unwrap().ends_with("a"));
    }

    #[test]
    fn a_folder_is_found_by_either_spelling() {
        let (composed, apart) = ("coraz\u{f3}n", "corazo\u{301}n");
        let name = |text: &str| ExperimentName::new(text).unwrap();
        for there in [composed, apart] {
            let dir = tree();
            let root = Root::open(&dir.path().join("out"), false).unwrap();
            std::fs::create_dir(root.folder().join("experiments").join(there)).unwrap();
            std::fs::create_dir(root.folder().join("training_checkpoints").join(composed)).unwrap();
            for asked in [composed, apart] {
                assert!(root.experiment(&name(asked)).unwrap().ends_with(there));
                assert_eq!(root.spelled(&name(asked)), name(there));
                assert!(root.checkpoints(&name(asked)).unwrap().is_some());
            }
        }
        // Two folders are two, each by its own spelling.
        let dir = tree();
        let root = Root::open(&dir.path().join("out"), false).unwrap();
        for there in [composed, apart] {
            std::fs::create_dir(root.folder().join("experiments").join(there)).unwrap();
        }
        for asked in [composed, apart] {
            assert!(root.experiment(&name(asked)).unwrap().ends_with(asked));
        }
    }

    #[test]
    fn of_two_folders_the_one_with_experiments_is_taken() {
        let dir = tree();
        let out = dir.path().join("out");
        std::fs::create_dir(out.join("experiments")).unwrap();
        let root = Root::open(&out, false).unwrap();
        assert!(root.folder().ends_with("output") && root.remark().is_none());
        std::fs::create_dir(out.join("experiments/b")).unwrap();
        let root = Root::open(&out, false).unwrap();
        assert!(root.folder().ends_with("out"));
        let other = root.folder().join("output");
        assert!(matches!(root.remark(), Some(Remark::OtherRoot { other: told, .. }) if told == other));
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let dir = tree();
        let root = Root::open(&dir.path().join("out"), false).unwrap();
        let file = root.folder().join("experiments/a/config.json");
        for (bytes, fits) in [(9, true), (10, true), (11, false)] {
            std::fs::write(&file, vec![b'x'; bytes]).unwrap();
            assert_eq!(root.read(&file, 10).is_ok(), fits, "{bytes}");
        }
        assert!(root.read(file.parent().unwrap(), 10).is_err());
    }
}
