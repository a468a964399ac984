//! Bytes and lists as a line tells them.

use std::fmt::Write as _;

/// Names that a line lists before it only counts the rest.
pub const LISTED: usize = 8;

/// Names separated by commas: [`LISTED`] of them, then how many more there are. Empty for none.
pub fn listed(names: &[String]) -> String {
    listed_of(names.iter().cloned(), 0)
}

/// The same of what has a length and is only told as far as it is listed, with `more` beyond it.
pub(crate) fn listed_of(names: impl ExactSizeIterator<Item = String>, more: usize) -> String {
    let more = more.saturating_add(names.len().saturating_sub(LISTED));
    let mut text = names.take(LISTED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        // A String takes everything.
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Two digits a byte, in lower case.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A String takes everything.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_those_that_are_listed_are_counted() {
        let names = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(listed(&[]), "");
        assert_eq!(listed(&names(LISTED)), "0, 1, 2, 3, 4, 5, 6, 7");
        assert_eq!(listed(&names(LISTED + 2)), "0, 1, 2, 3, 4, 5, 6, 7 and 2 more");
        assert_eq!(listed_of(names(1).into_iter(), 3), "0 and 3 more");
    }

    #[test]
    fn a_byte_has_two_digits() {
        assert_eq!(hexadecimal(&[0, 0x0f, 0xff]), "000fff");
    }
}
