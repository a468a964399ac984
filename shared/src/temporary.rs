//! The names of files on their way to their places: how an engine names them, and how `ath` knows those that an engine
//! left behind when it was killed.
//!
//! Each engine process has a mark of its own, which nobody can guess: no two engines have the same, not even on two machines
//! that share a disk. So what carries it is nobody else's.

/// The variable in an engine's environment that has its [`Mark`].
pub const MARK_VARIABLE: &str = "ATHERIA_TEMPORARIES";

/// What the names of an engine's temporary files and folders have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark(String);

impl Mark {
    /// Of random bytes.
    pub fn of(random: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_le_bytes(random)))
    }

    /// As it stands in the environment.
    pub fn parse(text: &str) -> Option<Self> {
        let is_mark = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_mark.then(|| Self(text.to_owned()))
    }

    /// As it goes into the environment.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A temporary name.
    pub fn name(&self, random: [u8; 8]) -> String {
        format!(".ath-{}-{:016x}.tmp", self.0, u64::from_le_bytes(random))
    }

    /// Whether a file's name is one of [`Mark::name`]'s.
    pub fn is_in(&self, name: &str) -> bool {
        name.strip_prefix(".ath-")
            .and_then(|rest| rest.strip_prefix(self.0.as_str()))
            .and_then(|rest| rest.strip_prefix('-')?.strip_suffix(".tmp"))
            .is_some_and(|random| random.len() == 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_by_its_mark_only() {
        let [own, other] = [Mark::of([7; 16]), Mark::of([8; 16])];
        let name = own.name([1; 8]);
        assert!(own.is_in(&name) && !other.is_in(&name), "{name}");
        for near in [
            "",
            ".ath-.tmp",
            &name[1..],
            &name.replace(".tmp", ""),
            &format!("{name}.tmp"),
        ] {
            assert!(!own.is_in(near), "{near}");
        }
        assert_eq!(Mark::parse(own.as_str()), Some(own));
        for bad in ["", "7", "../../../../../../../../../etc/pa", &"A".repeat(32)] {
            assert_eq!(Mark::parse(bad), None, "{bad}");
        }
    }
}
