//! Packets on the engine's pipe: a length, a kind, and that many bytes.
//!
//! `[length: u32 little-endian][kind: u8][bytes]`, the length that of the bytes alone. A length is compared with the
//! limit of its kind before anything is allocated.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::limits::{FRAME_BYTES, PIPE_MESSAGE_BYTES};

/// Bytes before a packet's own.
pub const HEAD_BYTES: usize = 5;

/// What a packet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketKind {
    /// JSON.
    Message,
    /// A frame, see [`crate::frame`].
    Frame,
}

/// A packet that is none.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    /// The fifth byte is neither kind.
    #[error("a packet of the unknown kind {kind}")]
    UnknownKind {
        /// That byte.
        kind: u8,
    },
    /// Longer than its kind may be.
    #[error("a packet of {bytes} bytes, and {limit} are allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The most there may be.
        limit: usize,
    },
    /// It cannot be written as JSON: a path that is no text.
    #[error("a message cannot be put into words: {source}")]
    Encode {
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Its JSON is not what was expected.
    #[error("a message that cannot be read")]
    Message {
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl PacketKind {
    fn limit(self) -> usize {
        match self {
            Self::Message => PIPE_MESSAGE_BYTES,
            Self::Frame => FRAME_BYTES,
        }
    }
}

/// The head of a packet of so many bytes.
pub fn head(kind: PacketKind, bytes: usize) -> Result<[u8; HEAD_BYTES], PipeError> {
    let limit = kind.limit();
    let length = u32::try_from(bytes)
        .ok()
        .filter(|_| bytes <= limit)
        .ok_or(PipeError::TooLong { bytes, limit })?;
    let [a, b, c, d] = length.to_le_bytes();
    Ok([
        a,
        b,
        c,
        d,
        match kind {
            PacketKind::Message => 0,
            PacketKind::Frame => 1,
        },
    ])
}

/// What follows a head: its kind and its length in bytes.
pub fn parse_head(head: [u8; HEAD_BYTES]) -> Result<(PacketKind, usize), PipeError> {
    let [a, b, c, d, kind] = head;
    let kind = match kind {
        0 => PacketKind::Message,
        1 => PacketKind::Frame,
        kind => return Err(PipeError::UnknownKind { kind }),
    };
    let bytes = u32::from_le_bytes([a, b, c, d]) as usize;
    if bytes > kind.limit() {
        return Err(PipeError::TooLong {
            bytes,
            limit: kind.limit(),
        });
    }
    Ok((kind, bytes))
}

/// A whole message packet.
pub fn encode_message<T: Serialize>(message: &T) -> Result<Vec<u8>, PipeError> {
    let json = serde_json::to_vec(message).map_err(|source| PipeError::Encode { source })?;
    let mut packet = Vec::with_capacity(HEAD_BYTES + json.len());
    packet.extend(head(PacketKind::Message, json.len())?);
    packet.extend(json);
    Ok(packet)
}

/// The message in a packet's bytes.
pub fn decode_message<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PipeError> {
    serde_json::from_slice(bytes).map_err(|source| PipeError::Message { source })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::{EngineEvent, EngineRequest, SeriesJob};
    use crate::world::StartingMatter;

    proptest! {
        #[test]
        fn a_head_reads_what_it_writes(bytes in 0..=PIPE_MESSAGE_BYTES) {
            for kind in [PacketKind::Message, PacketKind::Frame] {
                prop_assert_eq!(parse_head(head(kind, bytes).unwrap()).unwrap(), (kind, bytes));
            }
        }

        #[test]
        fn no_head_panics_or_passes_its_limit(bytes: [u8; HEAD_BYTES]) {
            if let Ok((kind, length)) = parse_head(bytes) {
                prop_assert!(length <= kind.limit());
            }
        }
    }

    #[test]
    fn lengths_are_limited() {
        assert!(head(PacketKind::Frame, FRAME_BYTES).is_ok());
        assert!(head(PacketKind::Frame, FRAME_BYTES + 1).is_err());
        assert!(head(PacketKind::Message, PIPE_MESSAGE_BYTES + 1).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn paths_that_are_no_text_survive_the_pipe() {
        use std::os::unix::ffi::OsStringExt;
        let path = |end: &str| {
            let bytes = [b"/r\xff/", end.as_bytes()].concat();
            std::path::PathBuf::from(std::ffi::OsString::from_vec(bytes))
        };
        for request in [
            EngineRequest::Save { path: path("a.npz") },
            EngineRequest::Run {
                steps: 1,
                events: Vec::new(),
                series: Some(SeriesJob {
                    path: path("a.zarr"),
                    every: 1,
                }),
            },
        ] {
            let packet = encode_message(&request).unwrap();
            let (_, bytes) = packet.split_first_chunk::<HEAD_BYTES>().unwrap();
            assert_eq!(decode_message::<EngineRequest>(bytes).unwrap(), request);
        }
        let matter = StartingMatter::File(path("a.npz"));
        let json = serde_json::to_string(&matter).unwrap();
        assert_eq!(serde_json::from_str::<StartingMatter>(&json).unwrap(), matter);
        let other = StartingMatter::File(path("a.sh"));
        let json = serde_json::to_string(&other).unwrap();
        assert!(serde_json::from_str::<StartingMatter>(&json).is_err());
    }

    #[test]
    fn a_message_survives_the_pipe() {
        let event = EngineEvent::Progress { step: 7 };
        let packet = encode_message(&event).unwrap();
        let (head, bytes) = packet.split_first_chunk().unwrap();
        assert_eq!(parse_head(*head).unwrap(), (PacketKind::Message, bytes.len()));
        assert_eq!(decode_message::<EngineEvent>(bytes).unwrap(), event);
    }
}
