//! Paths are bytes: a root and files whose names are no UTF-8.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use anyhow::{Context, Result};
use atheria_tests::experiments;

use super::ENGINE;
use super::command_line::ATH;

#[test]
fn a_root_and_files_that_are_no_text_are_read_and_written() -> Result<()> {
    let folder = experiments(["fine"])?;
    let root = folder.path().join(OsStr::from_bytes(b"r\xff"));
    std::fs::create_dir(&root)?;
    for within in ["experiments", "training_checkpoints"] {
        std::fs::rename(folder.path().join(within), root.join(within))?;
    }
    let file = |end: &[u8]| root.join(OsStr::from_bytes(&[b"\xff", end].concat()));
    let (out, series) = (file(b".npz"), file(b"s.npz"));
    let run = |arguments: &[&OsStr]| {
        Command::new(ATH)
            .args(["run", "--experiment", "fine", "--steps", "2", "--json", "--root"])
            .arg(&root)
            .args(arguments)
            .env("ATHERIA_ENGINE", ENGINE)
            .output()
    };
    let [out_of, series_of, every, one, init] =
        ["--out", "--series", "--every", "1", "--init"].map(OsStr::new);
    let done = run(&[out_of, out.as_os_str(), series_of, series.as_os_str(), every, one])?;
    assert!(done.status.success(), "{done:?}");
    assert!(out.is_file() && series.is_file());
    let told: serde_json::Value = serde_json::from_slice(&done.stdout)?;
    let shown = told["out"].as_str().context("no out")?;
    assert!(shown.ends_with("r\u{fffd}/\u{fffd}.npz"), "{shown}");
    // Matter is given as a word or a path: one that is no text is refused, and at once.
    let refused = run(&[out_of, out.as_os_str(), init, out.as_os_str()])?;
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    Ok(())
}
