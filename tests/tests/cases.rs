//! Honest files and folders as public bug reports show them, each with its right answer: `tests/fixtures/make_cases.py` makes
//! them and says what each `case.json` means. The built programs are asked as a user asks them. Needs `make build`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use atheria_shared::text::hexadecimal;
use atheria_tests::{program, repository};
use num_complex::Complex32;
use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Engines at once.
const WORKERS: usize = 2;
/// How many cases there are at least: a test over none would pass.
const CASES: usize = 120;

/// What is right for a case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    opens: Option<bool>,
    experiment: String,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    weights: BTreeMap<String, String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    command: Option<Vec<String>>,
    #[serde(default)]
    spelled: Vec<String>,
}

/// What was answered: the exit status and everything that was said.
struct Answer {
    status: Option<i32>,
    document: Vec<u8>,
    said: String,
}

fn ath(root: &Path, arguments: &[&str]) -> Result<Answer> {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(program("ath")?)
        .args(["--json"])
        .args(arguments)
        .env("ATHERIA_ENGINE", program("ath-engine")?)
        .env("XDG_CACHE_HOME", root.join("cache"))
        .env_remove("ATHERIA_ROOT")
        .output()?;
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr)
    );
    Ok(Answer {
        status: status.code(),
        document: stdout,
        said,
    })
}

fn expect(text: &str, patterns: &[String], found: bool) -> Result<()> {
    for pattern in patterns {
        ensure!(
            Regex::new(pattern)?.is_match(text) == found,
            "{} {pattern:?}: {text}",
            if found { "does not say" } else { "says" }
        );
    }
    Ok(())
}

/// Every tensor of the case is in the export, bit for bit: an entry of its archive each.
fn same_bits(export: &Path, weights: &BTreeMap<String, String>) -> Result<()> {
    let mut archive = zip::ZipArchive::new(File::open(export)?)?;
    let mut there = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        if entry.name().contains("/data/") {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            there.push(hexadecimal(&Sha256::digest(&bytes)));
        }
    }
    ensure!(
        there.len() == weights.len(),
        "{} tensors for {}",
        there.len(),
        weights.len()
    );
    for (name, sum) in weights {
        ensure!(there.contains(sum), "{name} has other bits");
    }
    Ok(())
}

fn psi(reader: impl Read) -> Result<(Vec<u64>, Vec<Complex32>)> {
    let array = npyz::NpyFile::new(reader)?;
    Ok((array.shape().to_vec(), array.into_vec()?))
}

fn state(root: &Path, case: &Case, file: &str) -> Result<()> {
    let out = root.join("out.npz");
    let (folder, file) = (root.to_string_lossy(), root.join(file));
    let arguments = [
        "run",
        "--experiment",
        &case.experiment,
        "--root",
        &folder,
        "--steps",
        "0",
        "--init",
        &file.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
    ];
    let answer = ath(root, &arguments)?;
    ensure!(answer.status == Some(0), "{}", answer.said);
    let mut written = npyz::npz::NpzArchive::open(&out)?;
    let array = written.by_name("psi")?.context("no psi")?;
    let written = (array.shape().to_vec(), array.into_vec::<Complex32>()?);
    let expected = psi(File::open(root.join("psi.npy"))?)?;
    ensure!(written == expected, "the state has other numbers");
    Ok(())
}

fn check(root: &Path) -> Result<()> {
    let case: Case = serde_json::from_reader(File::open(root.join("case.json"))?)?;
    if let Some(file) = &case.state {
        return state(root, &case, file);
    }
    let folder = root.to_string_lossy().into_owned();
    let export = |name: &str| -> Vec<String> {
        ["export", "--experiment", name, "--root", &folder]
            .map(str::to_owned)
            .to_vec()
    };
    let asked = match &case.command {
        Some(command) => command
            .iter()
            .map(|word| word.replace("{root}", &folder))
            .collect(),
        None => export(&case.experiment),
    };
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let answer = ath(root, &asked)?;
    let done = answer.status == Some(0);
    ensure!(answer.status.is_some(), "it was ended: {}", answer.said);
    ensure!(
        case.opens.is_none_or(|opens| opens == done),
        "status {:?}: {}",
        answer.status,
        answer.said
    );
    let listed = ath(root, &["experiments", "--root", &folder])?.said;
    // A refusal has to be understood by itself.
    let said = if case.opens == Some(false) {
        answer.said.clone()
    } else {
        format!("{}{listed}", answer.said)
    };
    expect(&said, &case.says, true)?;
    expect(&answer.said, &case.not, false)?;
    if done && asked.first() == Some(&"export") {
        let document: Value = serde_json::from_slice(&answer.document)?;
        if let Some(file) = &case.file {
            ensure!(
                document["checkpoint"] == file.as_str(),
                "took {}",
                document["checkpoint"]
            );
        }
        if !case.weights.is_empty() {
            let path = document["path"].as_str().context("no path")?;
            same_bits(Path::new(path), &case.weights)?;
        }
    } else if let Some(file) = &case.file {
        ensure!(said.contains(file.as_str()), "{file} is not named: {said}");
    }
    for name in &case.spelled {
        let arguments = export(name);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let answer = ath(root, &arguments)?;
        ensure!(answer.status == Some(0), "{name}: {}", answer.said);
    }
    Ok(())
}

fn unpacked() -> Result<(TempDir, Vec<PathBuf>)> {
    let folder = tempfile::tempdir()?;
    let archive = repository().join("tests/fixtures/cases.tar.gz");
    let status = Command::new("tar")
        .args(["--extract", "--gzip", "--file"])
        .arg(archive)
        .arg("--directory")
        .arg(folder.path())
        .status()?;
    ensure!(status.success(), "tar: {status}");
    let mut roots = Vec::new();
    for entry in folder.path().read_dir()? {
        let path = entry?.path();
        if path.join("case.json").is_file() {
            roots.push(path);
        }
    }
    roots.sort();
    Ok((folder, roots))
}

#[test]
fn what_people_have_is_opened_or_refused_with_its_reason() -> Result<()> {
    let (_folder, roots) = unpacked()?;
    assert!(roots.len() >= CASES, "{}", roots.len());
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(root) = roots.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = check(root) {
                        let name = root.file_name().unwrap_or_default().to_string_lossy();
                        wrong.lock().unwrap().push(format!("{name}: {error:#}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        roots.len(),
        wrong.join("\n")
    );
    Ok(())
}
