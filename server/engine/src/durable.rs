//! Files that are there whole or not at all: written under a temporary name in the same folder, synced, renamed, and the
//! folder synced. After a power cut there is the old file or the new one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A file on its way to its place; it is removed when it is dropped before it gets there.
pub(crate) struct Temporary {
    path: PathBuf,
    place: PathBuf,
}

impl Temporary {
    /// Names a temporary file beside `place`; nothing is written yet.
    pub(crate) fn beside(place: &Path) -> io::Result<Self> {
        let name = place
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no file name"))?
            .to_string_lossy();
        let path = place.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        Ok(Self {
            path,
            place: place.to_owned(),
        })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts `file`, which was written at [`Self::path`], in its place, durably.
    pub(crate) fn finish(self, file: File) -> io::Result<()> {
        file.sync_all()?;
        drop(file);
        fs::rename(&self.path, &self.place)?;
        let folder = match self.place.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
