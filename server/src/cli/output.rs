//! What a command says, and where.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use atheria_shared::session::{StageReport, StageState};
use atheria_shared::{ApiError, ErrorCode};
use serde::Serialize;

/// In words or as JSON.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    json: bool,
    stages: bool,
}

impl Output {
    /// `json`: one document on standard output.
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            stages: !json && std::io::stderr().is_terminal(),
        }
    }

    /// The result of a command: the document, or the words. One that does not get where it should is a failure; a reader that
    /// has gone away is none.
    pub(super) fn result(self, document: &impl Serialize, words: &str) -> Result<(), ApiError> {
        let text = if self.json {
            serde_json::to_string_pretty(document).unwrap_or_else(|error| format!("{{\"error\": {error:?}}}"))
        } else {
            words.trim_end().to_owned()
        };
        printed(print(&mut std::io::stdout().lock(), &text))
    }

    /// What a server says of itself when it begins. One that cannot say it serves nevertheless, and tells its log.
    pub(super) fn announce(self, document: &impl Serialize, words: &str) {
        if let Err(error) = self.result(document, words) {
            tracing::warn!(%error, "the server's address could not be told");
        }
    }

    /// A stage, for whoever looks on.
    pub(super) fn stage(self, report: &StageReport) {
        let name = crate::supervisor::stage_name(report.stage);
        match &report.state {
            StageState::Started => {}
            StageState::Done {
                seconds,
                error,
                cached,
            } => {
                let error = error
                    .map(|error| format!(", error {error:.1e}"))
                    .unwrap_or_default();
                let cached = if *cached { ", nothing to do" } else { "" };
                self.note(&format!("{name}: {seconds:.2} s{error}{cached}"));
            }
            StageState::Failed { seconds, .. } => self.note(&format!("{name}: failed after {seconds:.2} s")),
        }
    }

    /// Something for whoever looks on.
    pub(super) fn note(self, line: &str) {
        if self.stages {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    /// The error that a command ends with, and its exit status.
    pub(super) fn error(self, error: &ApiError) -> ExitCode {
        if self.json {
            // Where this cannot be written either, standard error and the exit status say it.
            let _ = self.result(&serde_json::json!({ "error": error }), "");
        }
        // With --json too: a person may be looking at a script's log.
        let _ = std::io::stderr().write_all(error_text(error).as_bytes());
        ExitCode::from(error.code.exit_status())
    }
}

fn print(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{text}")?;
    out.flush()
}

/// Whether what was written to standard output is where it should be.
pub(super) fn printed(written: io::Result<()>) -> Result<(), ApiError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(ApiError::new(
            ErrorCode::Internal,
            format!("the result could not be written to standard output: {error}"),
        )),
        _ => Ok(()),
    }
}

/// One line, then the details, indented.
fn error_text(error: &ApiError) -> String {
    let mut text = format!("error: {}\n", error.message.replace('\n', " "));
    for line in error.details.iter().flat_map(|detail| detail.lines()) {
        text.push_str("    ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, and keeps them until it is flushed.
    struct Full {
        room: usize,
        kind: io::ErrorKind,
    }

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.room = self.room.saturating_sub(bytes.len());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.room == 0 {
                Err(self.kind.into())
            } else {
                Ok(())
            }
        }
    }

    #[test]
    fn a_result_that_is_lost_is_a_failure_and_a_reader_that_is_gone_is_none() {
        let told = |room, kind| printed(print(&mut Full { room, kind }, "result"));
        assert!(told(100, io::ErrorKind::StorageFull).is_ok());
        assert!(told(3, io::ErrorKind::BrokenPipe).is_ok());
        let error = told(3, io::ErrorKind::StorageFull).unwrap_err();
        assert_eq!(error.code.exit_status(), 4);
        assert!(error.message.contains("standard output"), "{error}");
    }

    #[test]
    fn an_error_is_one_line_and_indented_details() {
        let error = ApiError::new(ErrorCode::EngineDied, "the engine\ndied")
            .with_details(vec!["terminate\ncalled".into(), "core dumped".into()]);
        assert_eq!(
            error_text(&error),
            "error: the engine died\n    terminate\n    called\n    core dumped\n"
        );
    }
}
