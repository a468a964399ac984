//! Names from a file: keys, classes, types.

/// Characters of a name that are told.
const CHARS: usize = 120;

/// A name as it is told: of a length, and on one line.
pub(crate) fn shown(name: &str) -> String {
    name.chars()
        .take(CHARS)
        .map(|c| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}
