//! The folder of experiments, and the promise that nothing outside it is opened.
//!
//! Every path that is handed out was canonicalized and lies below the canonical root: a symbolic link may point
//! elsewhere inside the root, never out of it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use atheria_shared::ExperimentName;

use super::CatalogError;

/// The folder that holds `experiments/` and `training_checkpoints/`.
#[derive(Debug, Clone)]
pub struct Root {
    folder: PathBuf,
}

impl Root {
    /// Finds it: `given` itself, or the `output/` inside.
    pub fn open(given: &Path) -> Result<Self, CatalogError> {
        let unreadable = |source| CatalogError::Root {
            path: given.to_owned(),
            source,
        };
        let given_folder = given.canonicalize().map_err(unreadable)?;
        given_folder.read_dir().map_err(unreadable)?;
        for inside in ["", "output"] {
            let candidate = given_folder.join(inside);
            if candidate.join("experiments").is_dir() {
                let folder = candidate.canonicalize().map_err(unreadable)?;
                if !folder.starts_with(&given_folder) {
                    return Err(CatalogError::Outside { path: candidate });
                }
                return Ok(Self { folder });
            }
        }
        Err(CatalogError::NoExperiments {
            path: given.to_owned(),
        })
    }

    /// The canonical folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `experiments/`, inside the root.
    pub fn experiments(&self) -> Result<PathBuf, CatalogError> {
        self.inside(&self.folder.join("experiments"))
    }

    /// `experiments/NAME/`, which has to be there.
    pub fn experiment(&self, name: &ExperimentName) -> Result<PathBuf, CatalogError> {
        let path = self.folder.join("experiments").join(name.as_str());
        if !path.is_dir() {
            return Err(CatalogError::Missing {
                name: name.to_string(),
            });
        }
        self.inside(&path)
    }

    /// `training_checkpoints/NAME/`, which may be missing.
    pub fn checkpoints(&self, name: &ExperimentName) -> Result<Option<PathBuf>, CatalogError> {
        let path = self.folder.join("training_checkpoints").join(name.as_str());
        if path.is_dir() {
            self.inside(&path).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The path without symbolic links, when it lies in the root.
    pub fn inside(&self, path: &Path) -> Result<PathBuf, CatalogError> {
        let real = path.canonicalize().map_err(|source| CatalogError::Read {
            path: path.to_owned(),
            source,
        })?;
        if real.starts_with(&self.folder) {
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
            assert!(Root::open(&dir.path().join(given)).is_ok(), "{given}");
        }
        let wrong = Root::open(&dir.path().join("elsewhere")).unwrap_err();
        assert!(matches!(wrong, CatalogError::NoExperiments { .. }));
        let missing = Root::open(&dir.path().join("nowhere")).unwrap_err();
        assert!(matches!(missing, CatalogError::Root { .. }));
    }

    #[test]
    fn a_link_out_of_the_root_is_refused() {
        let dir = tree();
        let root = Root::open(&dir.path().join("out")).unwrap();
        let a = root.folder().join("experiments/a");
        std::os::unix::fs::symlink(dir.path().join("elsewhere/secret"), a.join("config.json")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), a.with_file_name("b")).unwrap();
        let read = root.read(&a.join("config.json"), 100).unwrap_err();
        assert!(matches!(read, CatalogError::Outside { .. }));
        let b = ExperimentName::new("b").unwrap();
        assert!(matches!(root.experiment(&b), Err(CatalogError::Outside { .. })));
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let dir = tree();
        let root = Root::open(&dir.path().join("out")).unwrap();
        let file = root.folder().join("experiments/a/config.json");
        for (bytes, fits) in [(9, true), (10, true), (11, false)] {
            std::fs::write(&file, vec![b'x'; bytes]).unwrap();
            assert_eq!(root.read(&file, 10).is_ok(), fits, "{bytes}");
        }
        assert!(root.read(file.parent().unwrap(), 10).is_err());
    }
}
