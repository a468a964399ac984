//! Where an export and what is kept with it may lie: beside the checkpoint, and where that folder cannot be written, in the cache.
//!
//! The job names a folder in the cache that is that of its checkpoints' folder alone; it is private to this user. What is found
//! there is believed no more than what lies beside a checkpoint.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use atheria_shared::engine::LawJob;

/// Something of this process's own: whose it is, this process is.
const OWN: &str = "/proc/self";

/// The places of one file, the best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    home: PathBuf,
    elsewhere: Option<PathBuf>,
}

/// A file that no place takes.
#[derive(Debug)]
pub(crate) struct Unwritable {
    /// The place that was tried last.
    pub(crate) path: PathBuf,
    /// Why it takes nothing.
    pub(crate) source: io::Error,
}

impl Places {
    /// Of the file of that name that belongs to a job's checkpoint.
    pub fn of(job: &LawJob, name: &str) -> Self {
        Self {
            home: job.checkpoint_dir.join(name),
            elsewhere: job.cache_dir.as_ref().map(|cache| cache.join(name)),
        }
    }

    /// Beside the checkpoint.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// All of them. One in a folder that is not private to this user is none.
    pub fn all(&self) -> impl Iterator<Item = &Path> {
        let elsewhere = self.elsewhere.as_deref();
        let ours = elsewhere.filter(|path| path.parent().is_some_and(is_ours));
        std::iter::once(self.home()).chain(ours)
    }

    /// Whether a place is not beside the checkpoint: then its folder.
    pub(crate) fn elsewhere(&self, path: &Path) -> Option<&Path> {
        let elsewhere = self.elsewhere.as_deref().filter(|place| *place == path)?;
        elsewhere.parent()
    }

    /// Writes the file in the first place that takes it, and says which.
    pub(crate) fn write(&self, mut write: impl FnMut(&Path) -> io::Result<()>) -> Result<&Path, Unwritable> {
        let refused = |path: &Path, source| Unwritable {
            path: path.to_owned(),
            source,
        };
        let at_home = match write(&self.home) {
            Ok(()) => return Ok(&self.home),
            Err(source) => refused(&self.home, source),
        };
        let Some(path) = &self.elsewhere else {
            return Err(at_home);
        };
        let folder = path.parent().unwrap_or(path);
        make_private(folder)
            .and_then(|()| write(path))
            .map_err(|source| refused(path, source))?;
        Ok(path)
    }
}

/// Makes a folder that only this user can look into; one that is there has to be this user's own.
fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if is_ours(folder) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "the folder in the cache is another user's, or a link",
    ))
}

/// Whether it is a folder, no link to one, and of this process's user.
fn is_ours(folder: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(folder) else {
        return false;
    };
    let stranger = fs::metadata(OWN).is_ok_and(|own| own.uid() != found.uid());
    found.is_dir() && !stranger
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(home: &Path, cache: &Path) -> Places {
        Places {
            home: home.join("model_a.pt"),
            elsewhere: Some(cache.join("model_a.pt")),
        }
    }

    #[test]
    fn the_first_place_that_takes_it_has_it() {
        let root = tempfile::tempdir().unwrap();
        let (home, cache) = (root.path().join("home"), root.path().join("cache"));
        let places = places(&home, &cache);
        let put = |path: &Path| fs::write(path, "x");
        // There is no such folder as yet.
        let kept = places.write(put).unwrap();
        assert!(kept.starts_with(&cache));
        assert_eq!(places.elsewhere(kept), kept.parent());
        let mode = fs::metadata(kept.parent().unwrap()).unwrap().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert_eq!(places.all().count(), 2);
        fs::create_dir(&home).unwrap();
        assert_eq!(places.write(put).unwrap(), places.home());
        assert_eq!(places.elsewhere(places.home()), None);
    }

    #[test]
    fn a_link_in_the_cache_is_no_place() {
        let root = tempfile::tempdir().unwrap();
        let (home, cache) = (root.path().join("home"), root.path().join("cache"));
        let places = places(&home, &cache);
        let outside = root.path().join("outside");
        fs::create_dir_all(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, &cache).unwrap();
        let refused = places.write(|path| fs::write(path, "x")).unwrap_err();
        assert_eq!(refused.source.kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
        assert_eq!(places.all().count(), 1);
    }

    #[test]
    fn a_cache_that_is_a_file_takes_nothing() {
        let root = tempfile::tempdir().unwrap();
        let cache = root.path().join("cache");
        fs::write(&cache, "x").unwrap();
        let places = places(&root.path().join("home"), &cache);
        assert!(places.write(|path| fs::write(path, "x")).is_err());
    }
}
