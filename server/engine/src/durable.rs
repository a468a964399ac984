//! Files that are there whole or not at all: written under a temporary name in the same folder, synced, renamed, and the
//! folder synced. After a power cut there is the old file or the new one.
//!
//! A temporary name is one that nobody can guess, and what has it is made anew: never one that somebody laid there, and
//! no link is followed. It carries the mark that this process was given, so that whoever kills this process knows what
//! was left. A process that ends in order leaves nothing: see [`remove_all`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use atheria_shared::temporary::{MARK_VARIABLE, Mark};
use rustix::fs::FallocateFlags;
use rustix::io::Errno;

/// Whether a process that ends may still make temporary files, and those that are there.
static THERE: Mutex<Option<Vec<PathBuf>>> = Mutex::new(Some(Vec::new()));

/// The mark of this process.
static MARK: LazyLock<Option<Mark>> = LazyLock::new(|| {
    let given = std::env::var(MARK_VARIABLE).ok();
    given
        .and_then(|mark| Mark::parse(&mark))
        .or_else(|| random().ok().map(Mark::of))
});

/// Removes every temporary file and folder of this process, and has it make none any more: for its end, at which what owns
/// them is not dropped.
pub(crate) fn remove_all() {
    for path in there().take().into_iter().flatten() {
        remove(&path);
    }
}

/// A file on its way to its place; it is removed when it is dropped before it gets there.
pub(crate) struct Temporary {
    name: Name,
    file: File,
    place: PathBuf,
}

impl Temporary {
    /// Makes an empty file beside `place`.
    pub(crate) fn beside(place: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        let (name, file) = Name::beside(place, |path| options.open(path))?;
        Ok(Self {
            name,
            file,
            place: place.to_owned(),
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.name.0
    }

    /// The file, emptied, to be written from its beginning.
    pub(crate) fn file(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.set_len(0)?;
        file.rewind()?;
        Ok(file)
    }

    /// Has the disk keep so many bytes free for it, where the file system can do that.
    pub(crate) fn reserve(&self, bytes: u64) -> io::Result<()> {
        if bytes == 0 {
            return Ok(());
        }
        match rustix::fs::fallocate(&self.file, FallocateFlags::KEEP_SIZE, 0, bytes) {
            Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Puts what was written in its place, durably.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.file.sync_all()?;
        self.name.rename_to(&self.place)
    }
}

/// A folder on its way to its place; it is removed when it is dropped before it gets there.
pub(crate) struct TemporaryFolder {
    name: Name,
    place: PathBuf,
}

impl TemporaryFolder {
    /// Makes an empty folder beside `place`.
    pub(crate) fn beside(place: &Path) -> io::Result<Self> {
        let (name, ()) = Name::beside(place, |path| fs::create_dir(path))?;
        Ok(Self {
            name,
            place: place.to_owned(),
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.name.0
    }

    /// Puts it in its place, where nothing may be.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.name.rename_to(&self.place)
    }
}

/// The temporary name of something that is there; it is removed with its name.
struct Name(PathBuf);

impl Name {
    /// Makes something beside `place` that was not there.
    fn beside<T>(place: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(Self, T)> {
        let other = |reason: &'static str| io::Error::new(io::ErrorKind::InvalidInput, reason);
        if place.file_name().is_none() {
            return Err(other("no file name"));
        }
        let mark = MARK
            .as_ref()
            .ok_or_else(|| other("there is no randomness for a name"))?;
        let path = place.with_file_name(mark.name(random()?));
        // Noted before anybody can end the process, and made before anybody can look.
        let mut there = there();
        let noted = there.as_mut().ok_or_else(|| other("the process is ending"))?;
        let made = make(&path)?;
        noted.push(path.clone());
        Ok((Self(path), made))
    }

    fn rename_to(self, place: &Path) -> io::Result<()> {
        fs::rename(&self.0, place)?;
        let folder = match place.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        if let Some(there) = there().as_mut() {
            there.retain(|path| *path != self.0);
        }
        remove(&self.0);
    }
}

fn there() -> MutexGuard<'static, Option<Vec<PathBuf>>> {
    THERE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes a file, or a folder with what it has; a link is not followed. What is gone is gone.
fn remove(path: &Path) {
    if fs::remove_file(path).is_err() {
        let _ = fs::remove_dir_all(path);
    }
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("x".repeat(250));
        let temporary = Temporary::beside(&place).unwrap();
        let [name] = <[String; 1]>::try_from(names(folder.path())).unwrap();
        assert!(MARK.as_ref().unwrap().is_in(&name), "{name}");
        temporary.file().unwrap().write_all(b"one, and more").unwrap();
        temporary.file().unwrap().write_all(b"two").unwrap();
        temporary.finish().unwrap();
        assert_eq!(
            names(folder.path()),
            [place.file_name().unwrap().to_str().unwrap()]
        );
        assert_eq!(fs::read(&place).unwrap(), b"two");

        let [first, second] = [0, 1].map(|_| Temporary::beside(&place).unwrap());
        assert_ne!(first.path(), second.path());
        drop((first, second));
        let whole = TemporaryFolder::beside(&folder.path().join("store")).unwrap();
        fs::write(whole.path().join("part"), b"part").unwrap();
        drop(whole);
        assert_eq!(names(folder.path()).len(), 1);
    }

    #[test]
    fn what_is_there_already_is_never_written_into() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        let target = folder.path().join("target");
        fs::write(&target, b"mine").unwrap();
        let linked = Name::beside(&place, |path| {
            std::os::unix::fs::symlink(&target, path)?;
            OpenOptions::new().write(true).create_new(true).open(path)
        });
        assert_eq!(linked.map(drop).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&target).unwrap(), b"mine");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_found_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for place in [
            folder.path().join("none/file"),
            PathBuf::from("/proc/file"),
            PathBuf::from("/"),
        ] {
            assert!(Temporary::beside(&place).is_err(), "{}", place.display());
        }
    }
}
