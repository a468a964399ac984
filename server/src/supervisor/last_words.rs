//! What an engine writes to its standard error: to the log, line by line, and the last lines kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

/// Lines that are kept.
const LINES: usize = 20;
/// Longest line; what is longer is cut.
const LINE_BYTES: usize = 2_000;

/// The last lines, shared between the task that reads them and whoever explains a death.
#[derive(Debug, Clone, Default)]
pub(super) struct LastWords(Arc<Mutex<VecDeque<String>>>);

impl LastWords {
    /// The lines so far.
    pub(super) fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect()
    }

    fn push(&self, line: &[u8]) {
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        if text.is_empty() {
            return;
        }
        tracing::info!(target: "engine", "{text}");
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LINES {
            lines.pop_front();
        }
        lines.push_back(text);
    }

    /// Reads until the end; holds one line at most, however long it is.
    pub(super) async fn listen(self, mut stderr: impl AsyncRead + Unpin) {
        let mut chunk = [0; 4_096];
        let mut line = Vec::new();
        while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
            for &byte in chunk.iter().take(count) {
                if byte == b'\n' {
                    self.push(&line);
                    line.clear();
                } else if line.len() < LINE_BYTES {
                    line.push(byte);
                }
            }
        }
        self.push(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_lines_are_kept_and_cut() {
        let words = LastWords::default();
        let mut text = (0..30).fold(String::new(), |text, n| text + &format!("line {n}\n\n"));
        text.push_str(&"x".repeat(LINE_BYTES + 5));
        words.clone().listen(text.as_bytes()).await;
        let lines = words.lines();
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines.first().map(String::as_str), Some("line 11"));
        assert_eq!(lines.last().map(String::len), Some(LINE_BYTES));
    }
}
