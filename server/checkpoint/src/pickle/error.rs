//! Why a pickle could not be walked to its end.

/// A pickle that is none, or is more than is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    /// The bytes end within it.
    #[error("its pickle ends too early")]
    Ends,
    /// A byte that is no instruction of protocols 0 to 5.
    #[error("its pickle has the byte {byte:#04x} at {at}, which is no instruction")]
    Instruction {
        /// The byte.
        byte: u8,
        /// Where.
        at: usize,
    },
    /// An instruction takes more from the stack than lies there, or something of another kind.
    #[error("its pickle is damaged at byte {at}: {what}")]
    Stack {
        /// Where.
        at: usize,
        /// What the instruction found.
        what: &'static str,
    },
    /// Number or text that cannot be read as such.
    #[error("its pickle has a {what} at byte {at} that is none")]
    Literal {
        /// What it should be.
        what: &'static str,
        /// Where.
        at: usize,
    },
    /// More values than are read.
    #[error(
        "its pickle holds more than {} values",
        atheria_shared::limits::CHECKPOINT_VALUES
    )]
    TooMany,
}

impl PickleError {
    /// The byte that it is about, from the pickle's first.
    pub(crate) fn byte(&self) -> Option<usize> {
        match self {
            Self::Instruction { at, .. } | Self::Stack { at, .. } | Self::Literal { at, .. } => Some(*at),
            Self::Ends | Self::TooMany => None,
        }
    }
}
