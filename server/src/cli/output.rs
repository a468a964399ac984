//! What a command says, and where.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use atheria_shared::ApiError;
use atheria_shared::session::{StageReport, StageState};
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

    /// The result of a command: the document, or the words.
    pub(super) fn result(self, document: &impl Serialize, words: &str) {
        let text = if self.json {
            serde_json::to_string_pretty(document).unwrap_or_else(|error| format!("{{\"error\": {error:?}}}"))
        } else {
            words.trim_end().to_owned()
        };
        // A reader that has gone away is no failure of ours.
        let _ = writeln!(std::io::stdout(), "{text}");
        let _ = std::io::stdout().flush();
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
            self.result(&serde_json::json!({ "error": error }), "");
        }
        // With --json too: a person may be looking at a script's log.
        let _ = std::io::stderr().write_all(error_text(error).as_bytes());
        ExitCode::from(error.code.exit_status())
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
    use atheria_shared::ErrorCode;

    use super::*;

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
