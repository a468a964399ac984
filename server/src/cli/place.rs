//! Where a command writes a file, looked at before anything is computed: a place that cannot be written is told at once, and
//! not after all the steps.

use std::ffi::OsStr;
use std::fs::{self, File, FileType};
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use atheria_shared::{ApiError, ErrorCode};
use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use super::headless::absolute;

/// Links that are followed one after the other, as many as the system itself follows.
const LINKS: usize = 40;

/// Why nothing can be written there.
#[derive(Debug, thiserror::Error)]
pub(super) enum PlaceError {
    /// A name of another kind.
    #[error("{argument} {}: the file has to end in .{endings}", path.display())]
    Ending {
        argument: &'static str,
        path: PathBuf,
        endings: String,
    },
    /// A link to a name of another kind, which would be that of what is written.
    #[error("{argument} {}: it is a link to {}, which has to end in .{endings}", path.display(), target.display())]
    TargetEnding {
        argument: &'static str,
        path: PathBuf,
        target: PathBuf,
        endings: String,
    },
    /// Something that is no file.
    #[error("{argument} {}: it is {found}; what is written is made whole beside its place first, so give the name of a file", path.display())]
    NoFile {
        argument: &'static str,
        path: PathBuf,
        found: &'static str,
    },
    /// A name that is taken, of what is not written over.
    #[error("{argument} {}: it is there already; move it away, or choose another name", path.display())]
    Taken { argument: &'static str, path: PathBuf },
    /// Links that lead to no end.
    #[error("{argument} {}: its links lead round in a ring", path.display())]
    Ring { argument: &'static str, path: PathBuf },
    /// No folder to write it into.
    #[error("{argument} {}: its folder is not there; make it first", path.display())]
    NoFolder { argument: &'static str, path: PathBuf },
    /// It could not be looked at.
    #[error("{argument} {} cannot be looked at: {source}", path.display())]
    Look {
        argument: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// No file can be made there.
    #[error("{argument} {} cannot be written: {source} (is the folder writable, and the disk not full?)", path.display())]
    Write {
        argument: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// There is no room for so much.
    #[error("{argument} {} will take {bytes} bytes, and there is no room for them: {source}", path.display())]
    Room {
        argument: &'static str,
        path: PathBuf,
        bytes: u64,
        #[source]
        source: io::Error,
    },
}

impl From<PlaceError> for ApiError {
    fn from(error: PlaceError) -> Self {
        let code = match error {
            PlaceError::Look { .. } | PlaceError::Write { .. } | PlaceError::Room { .. } => {
                ErrorCode::StateUnwritable
            }
            _ => ErrorCode::BadRequest,
        };
        Self::new(code, error.to_string())
    }
}

/// A place in which a file can be made.
#[derive(Debug)]
pub(super) struct Place {
    argument: &'static str,
    /// As it was asked for, from the root of the file system.
    path: PathBuf,
    /// Where the links there lead: what is written there is what every link shows.
    target: PathBuf,
    /// A file without a name in the same folder, which holds room until it is dropped.
    room: File,
}

impl Place {
    /// That of a file which an argument names, with one of these endings.
    pub(super) fn of(argument: &'static str, path: &Path, endings: &[&str]) -> Result<Self, ApiError> {
        let place = absolute(path)?;
        Ok(Self::look(argument, path, place, endings)?)
    }

    fn look(
        argument: &'static str,
        path: &Path,
        place: PathBuf,
        endings: &[&str],
    ) -> Result<Self, PlaceError> {
        let shown = || path.to_owned();
        let ends = |path: &Path| {
            path.extension()
                .and_then(OsStr::to_str)
                .is_some_and(|ending| endings.contains(&ending))
        };
        let allowed = || endings.join(" or .");
        // What can be no file, such as /dev/stdout, is told before its name is looked at.
        if let Some(found) = fs::metadata(&place)
            .ok()
            .and_then(|facts| no_file(facts.file_type()))
        {
            return Err(PlaceError::NoFile {
                argument,
                path: shown(),
                found,
            });
        }
        if !ends(path) {
            return Err(PlaceError::Ending {
                argument,
                path: shown(),
                endings: allowed(),
            });
        }
        let target = follow(&place).map_err(|source| PlaceError::Look {
            argument,
            path: shown(),
            source,
        })?;
        let target = target.ok_or_else(|| PlaceError::Ring {
            argument,
            path: shown(),
        })?;
        // A store is told from a file by its ending.
        if endings.len() > 1 && !ends(&target) {
            return Err(PlaceError::TargetEnding {
                argument,
                path: shown(),
                target,
                endings: allowed(),
            });
        }
        match fs::metadata(&target) {
            Ok(_) if target.extension() == Some(OsStr::new("zarr")) => {
                return Err(PlaceError::Taken {
                    argument,
                    path: shown(),
                });
            }
            Ok(facts) if facts.is_dir() => {
                return Err(PlaceError::NoFile {
                    argument,
                    path: shown(),
                    found: "a folder",
                });
            }
            _ => {}
        }
        let folder = target.parent().unwrap_or(Path::new("/"));
        if !folder.is_dir() {
            return Err(PlaceError::NoFolder {
                argument,
                path: shown(),
            });
        }
        let room = tempfile::tempfile_in(folder);
        let room = room.map_err(|source| PlaceError::Write {
            argument,
            path: shown(),
            source,
        })?;
        Ok(Self {
            argument,
            path: place,
            target,
            room,
        })
    }

    /// As it was asked for, from the root of the file system.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where to write.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Has the disk keep so many bytes free for it, where the file system can do that.
    pub(super) fn reserve(&self, bytes: u64) -> Result<(), PlaceError> {
        if bytes == 0 {
            return Ok(());
        }
        match rustix::fs::fallocate(&self.room, FallocateFlags::KEEP_SIZE, 0, bytes) {
            Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => Err(PlaceError::Room {
                argument: self.argument,
                path: self.path.clone(),
                bytes,
                source: error.into(),
            }),
            _ => Ok(()),
        }
    }
}

/// What something is that is neither a file nor a folder.
fn no_file(kind: FileType) -> Option<&'static str> {
    if kind.is_fifo() {
        Some("a pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("a device")
    } else {
        None
    }
}

/// Where the links at a path lead, also where nothing is there yet; none where they never end.
fn follow(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        match fs::symlink_metadata(&at) {
            Ok(facts) if facts.is_symlink() => {
                let to = fs::read_link(&at)?;
                at = at.parent().unwrap_or(Path::new("/")).join(to);
            }
            Ok(_) => return Ok(Some(at)),
            // Whether its folder is there is asked next.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(Some(at));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    fn out(path: &Path) -> Result<Place, ApiError> {
        Place::of("--out", path, &["npz"])
    }

    #[test]
    fn links_are_followed_to_where_the_file_is_or_will_be() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("elsewhere")).unwrap();
        fs::write(at("elsewhere/there.npz"), b"before").unwrap();
        for (name, to, target) in [
            ("one.npz", "elsewhere/there.npz", "elsewhere/there.npz"),
            ("two.npz", "one.npz", "elsewhere/there.npz"),
            ("new.npz", "elsewhere/new.npz", "elsewhere/new.npz"),
            ("other.npz", "elsewhere/ab12", "elsewhere/ab12"),
        ] {
            symlink(to, at(name)).unwrap();
            let place = out(&at(name)).unwrap();
            assert_eq!(
                (place.path(), place.target()),
                (at(name).as_path(), at(target).as_path())
            );
        }
        // Nothing is left of what was tried, and nothing is changed.
        assert_eq!(fs::read_dir(at("elsewhere")).unwrap().count(), 1);
        assert_eq!(fs::read(at("two.npz")).unwrap(), b"before");
        let series = Place::of("--series", &at("other.npz"), &["npz", "zarr"])
            .unwrap_err()
            .to_string();
        assert!(series.contains("which has to end in .npz or .zarr"), "{series}");
    }

    #[test]
    fn what_cannot_be_written_is_told_before_it_is_tried() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("ring.npz", at("ring.npz")).unwrap();
        symlink("nowhere/x.npz", at("dangling.npz")).unwrap();
        symlink("/dev/null", at("null.npz")).unwrap();
        fs::create_dir(at("folder.npz")).unwrap();
        fs::create_dir(at("store.zarr")).unwrap();
        fs::write(at("file"), b"").unwrap();
        assert!(
            Command::new("mkfifo")
                .arg(at("pipe.npz"))
                .status()
                .unwrap()
                .success()
        );
        for (path, reason, status) in [
            (at("ring.npz"), "lead round in a ring", 2),
            (at("dangling.npz"), "is not there; make it first", 2),
            (at("none/x.npz"), "is not there; make it first", 2),
            (at("file/x.npz"), "is not there; make it first", 2),
            (at("null.npz"), "it is a device; ", 2),
            (PathBuf::from("/dev/null"), "it is a device; ", 2),
            (at("pipe.npz"), "it is a pipe; ", 2),
            (at("folder.npz"), "it is a folder; ", 2),
            (at("x.txt"), "has to end in .npz", 2),
            // A folder that is there, and in which nobody can make a file.
            (PathBuf::from("/proc/x.npz"), "cannot be written: ", 4),
        ] {
            let error = out(&path).unwrap_err();
            assert!(error.message.contains(reason), "{error}");
            assert_eq!(error.code.exit_status(), status, "{error}");
        }
        let taken = Place::of("--series", &at("store.zarr"), &["npz", "zarr"]).unwrap_err();
        assert!(taken.message.contains("it is there already"), "{taken}");
    }

    #[test]
    fn room_that_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let place = out(&folder.path().join("x.npz")).unwrap();
        place.reserve(0).unwrap();
        place.reserve(1 << 16).unwrap();
        // No disk has so much.
        let error = place.reserve(1 << 62).map_err(ApiError::from);
        if let Err(error) = error {
            assert!(error.message.contains("there is no room for them"), "{error}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
