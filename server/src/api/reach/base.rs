//! The path that everything lies under, where a server shares its name with others.

use std::fmt;
use std::str::FromStr;

use super::ReachError;

/// Nothing, or `/lab`: begins with a slash and does not end in one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BasePath(String);

/// Where a path is, seen from a base.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::api) enum Place<'a> {
    /// Below it: the rest, which begins with a slash.
    Below(&'a str),
    /// It is the base itself, whose page is one slash further.
    Itself,
    /// Elsewhere.
    Outside,
}

impl BasePath {
    /// Where a path is.
    pub(in crate::api) fn place<'a>(&self, path: &'a str) -> Place<'a> {
        match path.strip_prefix(self.0.as_str()) {
            Some(rest) if rest.starts_with('/') => Place::Below(rest),
            Some("") => Place::Itself,
            Some(_) | None => Place::Outside,
        }
    }

    /// Its last part: by `lab/`, whoever is at `/lab` finds the page, whatever lies before it in the browser's address.
    pub(in crate::api) fn last(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl FromStr for BasePath {
    type Err = ReachError;

    fn from_str(text: &str) -> Result<Self, ReachError> {
        let path = text.strip_suffix('/').unwrap_or(text);
        let is_part = |part: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
            !part.is_empty() && part.bytes().all(plain) && part.bytes().any(|b| b != b'.')
        };
        let fits = match path.strip_prefix('/') {
            Some(parts) => parts.split('/').all(is_part),
            None => path.is_empty() && !text.is_empty(),
        };
        if fits {
            Ok(Self(path.to_owned()))
        } else {
            Err(ReachError::Base {
                text: text.to_owned(),
            })
        }
    }
}

impl fmt::Display for BasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_a_plain_path() {
        for (text, path) in [
            ("/", ""),
            ("/lab", "/lab"),
            ("/lab/", "/lab"),
            ("/a/b.c", "/a/b.c"),
        ] {
            assert_eq!(
                text.parse::<BasePath>().map(|base| base.to_string()).as_deref(),
                Ok(path)
            );
        }
        for text in [
            "", "lab", "//", "/lab//", "/a//b", "/..", "/a/./b", "/a b", "/a?b", "/%2e", "/señal",
        ] {
            assert!(text.parse::<BasePath>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_path_is_below_a_base_by_whole_parts() {
        let base: BasePath = "/lab".parse().unwrap();
        assert_eq!(base.place("/lab/api/health"), Place::Below("/api/health"));
        assert_eq!(base.place("/lab/"), Place::Below("/"));
        assert_eq!(base.place("/lab"), Place::Itself);
        for outside in ["/", "/labs", "/label/", "/api/health", "//lab/"] {
            assert_eq!(base.place(outside), Place::Outside, "{outside}");
        }
        assert_eq!(base.last(), "lab");
        assert_eq!(BasePath::default().place("/x"), Place::Below("/x"));
    }
}
