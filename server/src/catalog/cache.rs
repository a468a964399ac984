//! Where exports are written that cannot be written beside their checkpoint.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use atheria_shared::text::hexadecimal;
use sha2::{Digest, Sha256};

/// Bytes of the digest in a folder's name: enough that no two folders of checkpoints share one.
const BYTES: usize = 16;

/// The folder of a user's caches, as the XDG base directory specification has it, and ours in it. None without a home.
pub(super) fn of_the_user(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let caches = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(caches.join("atheria/exports"))
}

/// The folder in a cache that belongs to a folder of checkpoints, by its whole path.
pub(super) fn of_a_folder(cache: &Path, checkpoints: &Path) -> PathBuf {
    let digest = Sha256::digest(checkpoints.as_os_str().as_bytes());
    cache.join(hexadecimal(digest.get(..BYTES).unwrap_or(&digest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_cache_is_where_the_specification_has_it() {
        let with = |xdg: Option<&'static str>, home: Option<&'static str>| {
            of_the_user(|name| if name == "HOME" { home } else { xdg }.map(OsString::from))
        };
        assert_eq!(with(Some("/c"), Some("/h")), Some("/c/atheria/exports".into()));
        assert_eq!(with(None, Some("/h")), Some("/h/.cache/atheria/exports".into()));
        // A relative path is none, says the specification.
        assert_eq!(
            with(Some("c"), Some("/h")),
            Some("/h/.cache/atheria/exports".into())
        );
        assert_eq!(with(Some(""), None), None);
    }

    #[test]
    fn each_folder_of_checkpoints_has_one_of_its_own() {
        let cache = Path::new("/c");
        let [a, b] = ["/r/a", "/r/b"].map(|folder| of_a_folder(cache, Path::new(folder)));
        assert_ne!(a, b);
        assert_eq!(a, of_a_folder(cache, Path::new("/r/a")));
        assert!(a.starts_with(cache) && a.file_name().is_some_and(|name| name.len() == 2 * BYTES));
    }
}
