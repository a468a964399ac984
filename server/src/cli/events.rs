//! A file of tool events, read with bounds: `ath run --events`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use atheria_shared::limits::EVENTS_BYTES;
use atheria_shared::tool::{Events, ToolEvent};
use atheria_shared::{ApiError, ErrorCode};

/// Why there are no events.
#[derive(Debug, thiserror::Error)]
pub(super) enum EventsError {
    /// The file cannot be read.
    #[error("--events {file} cannot be read: {source}")]
    Read {
        file: String,
        #[source]
        source: std::io::Error,
    },
    /// It is too large.
    #[error("--events {file} has more than {EVENTS_BYTES} bytes, as many as there may be")]
    TooLarge { file: String },
    /// It is no JSON of events.
    #[error("--events {file} holds no events: {source}; it has to be as /api/sessions/ID/events answers it")]
    Json {
        file: String,
        #[source]
        source: serde_json::Error,
    },
    /// An event is not one that there can be.
    #[error("--events {file}: {source}")]
    Check {
        file: String,
        #[source]
        source: ApiError,
    },
    /// The run is over before an event.
    #[error(
        "--events {file}: event {place} is at step {step}, and the run ends at step {steps}; give --steps {step} or more, or leave it out"
    )]
    Beyond {
        file: String,
        place: usize,
        step: u64,
        steps: u64,
    },
}

impl From<EventsError> for ApiError {
    fn from(error: EventsError) -> Self {
        let code = match error {
            EventsError::Beyond { .. } => ErrorCode::BadRequest,
            _ => ErrorCode::StateInvalid,
        };
        Self::new(code, error.to_string())
    }
}

/// The events of a run of so many steps from step 0.
pub(super) fn read(path: &Path, steps: u64) -> Result<Vec<ToolEvent>, EventsError> {
    let file = || path.display().to_string();
    let bytes = bytes(path).map_err(|source| EventsError::Read { file: file(), source })?;
    if bytes.len() as u64 > EVENTS_BYTES {
        return Err(EventsError::TooLarge { file: file() });
    }
    let events: Events =
        serde_json::from_slice(&bytes).map_err(|source| EventsError::Json { file: file(), source })?;
    events
        .check()
        .map_err(|source| EventsError::Check { file: file(), source })?;
    match events.events.iter().position(|event| event.step > steps) {
        Some(place) => Err(EventsError::Beyond {
            file: file(),
            place,
            step: events.events.get(place).map_or(0, |event| event.step),
            steps,
        }),
        None => Ok(events.events),
    }
}

/// One byte more than there may be at most.
fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    file.take(EVENTS_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, steps: u64) -> Result<usize, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.json");
        std::fs::write(&path, text).unwrap();
        match read(&path, steps) {
            Ok(events) => Ok(events.len()),
            Err(error) => Err(error.to_string().replace(&*path.to_string_lossy(), "FILE")),
        }
    }

    fn at(steps: &[u64]) -> String {
        let stroke = r#"{"tool": "noise", "at": {"y": 1, "x": 2}, "radius_cells": 3}"#;
        let events: Vec<String> = steps
            .iter()
            .map(|step| format!(r#"{{"step": {step}, "stroke": {stroke}}}"#))
            .collect();
        format!(r#"{{"events": [{}]}}"#, events.join(", "))
    }

    #[test]
    fn events_are_taken_up_to_the_last_step() {
        assert_eq!(told(&at(&[0, 3, 8]), 8), Ok(3));
        let refused = [
            told(&at(&[0, 9]), 8),
            told(&at(&[4, 3]), 8),
            told(
                &at(&[0]).replace("\"radius_cells\": 3", "\"radius_cells\": 9999"),
                8,
            ),
            told("[]", 8),
            told(r#"{"events": [], "more": 1}"#, 8),
        ];
        insta::assert_debug_snapshot!(refused);
    }

    #[test]
    fn a_file_has_a_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.json");
        let text = r#"{"events": []}"#;
        std::fs::write(&path, text).unwrap();
        for (bytes, good) in [
            (EVENTS_BYTES - 1, true),
            (EVENTS_BYTES, true),
            (EVENTS_BYTES + 1, false),
        ] {
            let spaces = " ".repeat(bytes as usize - text.len());
            std::fs::write(&path, format!("{text}{spaces}")).unwrap();
            assert_eq!(read(&path, 0).is_ok(), good, "{bytes}");
        }
        assert!(matches!(read(dir.path(), 0), Err(EventsError::Read { .. })));
    }
}
