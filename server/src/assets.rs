//! Where the files that come with the program are: the demo experiments, the built page, the engine.
//!
//! What the user names wins. Otherwise the nearest ancestor of this executable, then of the current folder, that has
//! what is looked for: so it works from a clone, from `target/`, and from an unpacked archive.

use std::path::{Path, PathBuf};

/// The demo, below the folder that is looked for.
const DEMO: &str = "server/demo/output";
/// The built page.
const PAGE: &str = "dist";
/// The page's source, with the settings of `trunk`.
const TRUNK: &str = "Trunk.toml";

/// The folder of the demo experiments.
pub fn demo() -> Option<PathBuf> {
    nearest(|folder| folder.join(DEMO).is_dir()).map(|folder| folder.join(DEMO))
}

/// The folder of the built page: where it is or, without a build, would be.
pub fn page() -> PathBuf {
    let built = |folder: &Path| folder.join(PAGE).join("index.html").is_file();
    let repository = |folder: &Path| folder.join(DEMO).is_dir();
    nearest(built)
        .or_else(|| nearest(repository))
        .unwrap_or_default()
        .join(PAGE)
}

/// The folder that `trunk serve` is started in.
pub fn page_source() -> Option<PathBuf> {
    nearest(|folder| folder.join(TRUNK).is_file() || folder.join("frontend").join(TRUNK).is_file()).map(
        |folder| {
            if folder.join(TRUNK).is_file() {
                folder
            } else {
                folder.join("frontend")
            }
        },
    )
}

/// The engine: beside this executable.
pub fn engine() -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|exe| {
        let exe = exe.canonicalize().unwrap_or(exe);
        exe.parent().map(|folder| folder.join("ath-engine"))
    });
    beside.unwrap_or_else(|| "ath-engine".into())
}

fn nearest(fits: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let exe = std::env::current_exe().and_then(|exe| exe.canonicalize()).ok();
    let current = std::env::current_dir().ok();
    [exe, current]
        .iter()
        .flatten()
        .flat_map(|start| start.ancestors())
        .find(|folder| fits(folder))
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_of_this_repository_is_found() {
        // Tests run in the package's folder, whose ancestor is the repository.
        assert!(demo().unwrap().join("experiments").is_dir());
        assert!(page().ends_with(PAGE));
    }
}
