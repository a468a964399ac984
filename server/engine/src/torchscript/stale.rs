//! What lies in an export's place and is to make room for it: kept as `.stale`, and a file of the user's own for good.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use atheria_torchscript::Manifest;

/// Names that are tried: `.stale`, `.stale.1`, ...
const NAMES: u32 = 1_000;

/// Moves what lies there, if anything, out of the way. An export of ours that was kept before is replaced; anything else is not.
pub(super) fn keep(path: &Path) -> io::Result<()> {
    if !is_there(path) {
        return Ok(());
    }
    let free = (0..NAMES)
        .map(|turn| name(path, turn))
        .find(|place| !is_there(place) || is_ours(place));
    match free {
        Some(place) => fs::rename(path, place),
        None => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "too many files were put aside here as .stale already; remove some of them",
        )),
    }
}

fn name(path: &Path, turn: u32) -> PathBuf {
    match turn {
        0 => path.with_extension("pt.stale"),
        turn => path.with_extension(format!("pt.stale.{turn}")),
    }
}

/// Whether there is anything, a link that leads nowhere too.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether it says that it is an export of ours: then it can be made again.
fn is_ours(path: &Path) -> bool {
    Manifest::read(path).is_some()
}
