//! The files of a checkpoint folder: which are checkpoints, which are the law of others, and what is passed over, and why.
//!
//! A folder may hold thousands: each file is asked once for its size and age, and only those whose name leaves it open are
//! looked into.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs::{DirEntry, FileType, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use atheria_shared::experiment::{CheckpointInfo, ExportFile};
use atheria_shared::limits::{CHECKPOINTS, PASSED_OVER};
use atheria_shared::name::{NameError, checkpoint_ending};
use atheria_shared::remark::PassedOver;
use atheria_shared::sniff::Kind;
use atheria_shared::{CheckpointFile, Remark};

use super::latest::{Said, Time};
use super::whole::{Look, look};
use super::{CatalogError, Root};

/// What a folder is called that a machine keeps for itself.
const OF_THE_MACHINE: [&str; 4] = ["@eaDir", "__MACOSX", "lost+found", "$RECYCLE.BIN"];
/// What a file ends in that lies beside checkpoints and is meant for none.
const BESIDE: [&str; 34] = [
    "avi", "cfg", "csv", "db", "err", "gif", "html", "ini", "ipynb", "jpeg", "jpg", "json", "jsonl", "lock",
    "log", "md", "mp4", "out", "pdf", "pid", "png", "py", "sh", "sqlite", "stale", "svg", "toml", "tsv",
    "txt", "webm", "webp", "xml", "yaml", "yml",
];
/// What a file ends in that is still being written.
const UNFINISHED: [&str; 8] = [
    "crdownload",
    "download",
    "filepart",
    "incomplete",
    "part",
    "partial",
    "temp",
    "tmp",
];

/// A file that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) info: CheckpointInfo,
    pub(super) time: Time,
}

/// A file that cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) file: String,
    pub(super) reason: PassedOver,
    /// Of one that has the name of a checkpoint, and might have been the latest.
    pub(super) time: Option<Time>,
}

/// What a checkpoint folder holds.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The latest first.
    pub(super) checkpoints: Vec<Candidate>,
    /// TorchScript of others, the newest first.
    pub(super) torchscripts: Vec<Candidate>,
    /// In the order of their names.
    pub(super) passed: Vec<Passed>,
}

impl Files {
    /// Those of a folder in the root.
    /// `with_exports`: also those that have the name of a checkpoint's export may be the TorchScript of others.
    pub(super) fn read(root: &Root, folder: &Path, with_exports: bool) -> Result<Self, CatalogError> {
        Self::read_up_to(root, folder, with_exports, CHECKPOINTS)
    }

    fn read_up_to(
        root: &Root,
        folder: &Path,
        with_exports: bool,
        limit: usize,
    ) -> Result<Self, CatalogError> {
        let unreadable = |source| CatalogError::Read {
            path: folder.to_owned(),
            source,
        };
        let mut scan = Scan {
            root,
            folder,
            exports: HashMap::new(),
            files: Self::default(),
        };
        let mut named = Vec::new();
        for entry in folder.read_dir().map_err(unreadable)? {
            named.extend(scan.by_name(&entry.map_err(unreadable)?));
        }
        if named.len() > limit {
            named.sort_by(|a, b| b.said.by_name(&a.said).then_with(|| a.file.cmp(&b.file)));
        }
        let beyond = named.split_off(named.len().min(limit));
        let stems: HashSet<String> = named.iter().map(|named| named.file.stem().into_owned()).collect();
        for named in named {
            // An export is no checkpoint of its own where its checkpoint is there.
            let is_export = export_stem(named.file.as_str()).is_some_and(|stem| stems.contains(stem));
            if !is_export {
                scan.by_what_it_is(named);
            } else if with_exports {
                scan.torchscript_of_others(&named.file);
            }
        }
        let mut files = scan.files;
        if let Some(first) = beyond.first() {
            files.passed.push(Passed {
                file: first.file.to_string(),
                reason: PassedOver::TooMany {
                    more: beyond.len() - 1,
                },
                time: None,
            });
        }
        files.order();
        Ok(files)
    }

    fn order(&mut self) {
        self.torchscripts.sort_by(|a, b| {
            (b.time.modified_ns.cmp(&a.time.modified_ns)).then_with(|| a.info.file.cmp(&b.info.file))
        });
        self.checkpoints
            .sort_by(|a, b| b.time.cmp(&a.time).then_with(|| b.info.file.cmp(&a.info.file)));
        self.passed.sort_by(|a, b| a.file.cmp(&b.file));
    }

    /// The remarks of what was passed over: so many by name, the rest counted.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        let beyond = self.passed.len().saturating_sub(PASSED_OVER);
        self.passed
            .iter()
            .take(PASSED_OVER + 1)
            .enumerate()
            .map(|(place, passed)| Remark::PassedOver {
                file: passed.file.clone(),
                reason: if place < PASSED_OVER {
                    passed.reason.clone()
                } else {
                    PassedOver::TooMany { more: beyond - 1 }
                },
            })
            .collect()
    }
}

/// A file by its name alone.
struct Named {
    file: CheckpointFile,
    kind: FileType,
    said: Said,
}

struct Scan<'a> {
    root: &'a Root,
    folder: &'a Path,
    /// Files that have the name of an export, by name.
    exports: HashMap<String, PathBuf>,
    files: Files,
}

impl Scan<'_> {
    fn pass_over(&mut self, file: &str, reason: PassedOver, time: Option<Time>) {
        let file = file.to_owned();
        self.files.passed.push(Passed { file, reason, time });
    }

    /// What can be said of an entry by its name: it is a candidate, or passed over, or nothing to speak of.
    fn by_name(&mut self, entry: &DirEntry) -> Option<Named> {
        let name = entry.file_name();
        if is_of_the_machine(&name) {
            return None;
        }
        let kind = entry.file_type().ok()?;
        let Some(text) = name.to_str() else {
            let shown = name.to_string_lossy().into_owned();
            let wrong = NameError::NotText { shown: shown.clone() };
            self.not_named(entry, &shown, wrong);
            return None;
        };
        if export_stem(text).is_some() {
            self.exports.insert(text.to_owned(), entry.path());
        }
        match CheckpointFile::new(text) {
            Ok(file) if kind.is_dir() => {
                // A folder of shards, or of another program's.
                if file.ending().is_some() {
                    self.pass_over(text, PassedOver::NotAFile, None);
                }
                None
            }
            Ok(file) => Some(Named {
                said: Said::of(file.ending().map_or(text, |ending| {
                    text.get(..text.len() - ending.len()).unwrap_or(text)
                })),
                file,
                kind,
            }),
            Err(NameError::NotACheckpoint { .. }) => {
                if !kind.is_dir()
                    && let Some(reason) = reason_of_an_ending(text)
                {
                    self.pass_over(text, reason, None);
                }
                None
            }
            Err(error) => {
                self.not_named(entry, text, error);
                None
            }
        }
    }

    /// A name that cannot be used here; it matters if it ends as a checkpoint's.
    fn not_named(&mut self, entry: &DirEntry, text: &str, wrong: NameError) {
        let about = entry.metadata().ok().filter(|about| !about.is_dir());
        let (Some(about), Some(_)) = (about, checkpoint_ending(text)) else {
            return;
        };
        let time = Time {
            said: Said::of(text),
            modified_ns: modified_ns(&about),
        };
        let shown: String = text.chars().take(64).flat_map(char::escape_debug).collect();
        self.pass_over(&shown, PassedOver::Name { wrong }, Some(time));
    }

    /// What a file with the name of a checkpoint is.
    fn by_what_it_is(&mut self, named: Named) {
        let Named { file, kind, said } = named;
        let path = self.folder.join(file.as_str());
        let at = |about: &Metadata| Time {
            said: said.clone(),
            modified_ns: modified_ns(about),
        };
        let Ok(mut about) = path.symlink_metadata() else {
            // Gone since its name was read.
            return;
        };
        if kind.is_symlink() {
            let there = self.root.inside(&path).and_then(|real| {
                real.metadata().map_err(|source| CatalogError::Read {
                    path: real.clone(),
                    source,
                })
            });
            about = match there {
                Ok(there) => there,
                Err(error) => {
                    let reason = match error {
                        CatalogError::Outside { .. } => PassedOver::LinkOutside,
                        _ => PassedOver::LinkBroken,
                    };
                    // A bare name may be that of anything, unless it counts something.
                    let meant = file.ending().is_some() || said.number().is_some();
                    let time = meant.then(|| at(&about));
                    return self.pass_over(file.as_str(), reason, time);
                }
            };
        }
        if !about.is_file() {
            if file.ending().is_some() {
                self.pass_over(file.as_str(), PassedOver::NotAFile, None);
            }
            return;
        }
        let info = |this: &Self, export: bool| this.about(&file, &about, &said, export);
        if file.is_pt() || file.ending().is_none() {
            match look(&path) {
                Some(Look::Export) => return,
                Some(Look::TorchScript) if file.is_pt() => {
                    let reason = PassedOver::Kind {
                        kind: Kind::TorchScript,
                    };
                    let (info, time) = (info(self, false), at(&about));
                    self.files.torchscripts.push(Candidate { info, time });
                    return self.pass_over(file.as_str(), reason, None);
                }
                // A name without an ending is that of anything.
                Some(Look::Checkpoint | Look::CutOff) => {}
                _ if file.ending().is_none() => return,
                _ => {}
            }
            if is_a_state(file.as_str()) {
                return self.pass_over(file.as_str(), PassedOver::State, None);
            }
        }
        let info = info(self, true);
        let time = at(&about);
        self.files.checkpoints.push(Candidate { info, time });
    }

    /// A file with the name of an export, if it is the law of others all the same.
    fn torchscript_of_others(&mut self, file: &CheckpointFile) {
        let path = self.folder.join(file.as_str());
        let real = self.root.inside(&path).ok();
        let about = real
            .and_then(|real| real.metadata().ok())
            .filter(Metadata::is_file);
        if let Some(about) = about
            && look(&path) == Some(Look::TorchScript)
        {
            let said = Said::of(file.as_str());
            let info = self.about(file, &about, &said, false);
            let modified_ns = modified_ns(&about);
            let time = Time { said, modified_ns };
            self.files.torchscripts.push(Candidate { info, time });
        }
    }

    fn about(
        &self,
        file: &CheckpointFile,
        about: &Metadata,
        said: &Said,
        may_have_export: bool,
    ) -> CheckpointInfo {
        let export = format!("model_{}.pt", file.stem());
        let there = self.exports.get(&export).filter(|_| may_have_export);
        let there = there
            .and_then(|path| path.metadata().ok())
            .filter(Metadata::is_file);
        CheckpointInfo {
            file: file.clone(),
            episode: said.number(),
            bytes: about.len(),
            modified_s: u64::try_from(modified_ns(about) / 1_000_000_000).unwrap_or(u64::MAX),
            export: there.map(|about| ExportFile {
                file: export,
                bytes: about.len(),
            }),
        }
    }
}

/// Whether a name is one that nobody gave: hidden files, and what disks keep for themselves.
pub(super) fn is_of_the_machine(name: &OsString) -> bool {
    name.as_encoded_bytes().starts_with(b".") || OF_THE_MACHINE.iter().any(|there| name == there)
}

/// What a file with the name of an export is the export of, by its stem: `model_STEM.pt`.
fn export_stem(name: &str) -> Option<&str> {
    name.strip_prefix("model_")?.strip_suffix(".pt")
}

/// A trainer's `snapshot_*.pt` holds psi.
fn is_a_state(name: &str) -> bool {
    name.starts_with("snapshot_") && name.strip_suffix(".pt").is_some()
}

/// Why a file with such a name is no checkpoint; none: nobody would take it for one.
fn reason_of_an_ending(name: &str) -> Option<PassedOver> {
    let (before, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let is_one_of = |endings: &[&str]| endings.contains(&ending.as_str());
    if is_one_of(&UNFINISHED) {
        let unfinished = CheckpointFile::new(before).is_ok_and(|file| file.ending().is_some());
        return unfinished.then_some(PassedOver::CutOff);
    }
    let quiet = is_one_of(&BESIDE) || name.contains("tfevents");
    (!quiet).then_some(PassedOver::Ending)
}

fn modified_ns(about: &Metadata) -> u128 {
    let modified = about.modified().ok();
    modified
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |age| age.as_nanos())
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};
    use std::io::Write;
    use std::time::{Duration, SystemTime};

    use super::super::whole::tests::{archive, checkpoint};
    use super::*;

    fn root(files: &[(&str, Vec<u8>)]) -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("experiments")).unwrap();
        for (minute, (name, bytes)) in files.iter().enumerate() {
            let mut file = File::create(dir.path().join(name)).unwrap();
            file.write_all(bytes).unwrap();
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + 60 * minute as u64);
            file.set_times(FileTimes::new().set_modified(time)).unwrap();
        }
        let root = Root::open(dir.path(), false).unwrap();
        (dir, root)
    }

    fn names(all: &[Candidate]) -> Vec<&str> {
        all.iter().map(|one| one.info.file.as_str()).collect()
    }

    #[test]
    fn torchscript_of_others_is_told_from_exports_states_and_checkpoints() {
        let script = archive(&["m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"]);
        let ours = archive(&["m/data.pkl", "m/constants.pkl", "m/extra/atheria.json"]);
        let (_dir, root) = root(&[
            ("model_jit_2.pt", script.clone()),
            ("model_a.pt", script.clone()),
            ("model_checkpoint_ep1.pt", script.clone()),
            ("model_checkpoint_ep0.pt", ours),
            ("snapshot_ep3.pt", checkpoint()),
            ("checkpoint_ep1.pth", script),
            ("noise.pt", b"x".to_vec()),
            ("weights.pt", checkpoint()),
        ]);
        let files = Files::read(&root, root.folder(), true).unwrap();
        assert_eq!(
            names(&files.torchscripts),
            ["model_checkpoint_ep1.pt", "model_a.pt", "model_jit_2.pt"]
        );
        assert_eq!(
            names(&files.checkpoints),
            ["checkpoint_ep1.pth", "weights.pt", "noise.pt"]
        );
        let usual = Files::read(&root, root.folder(), false).unwrap();
        assert_eq!(names(&usual.torchscripts), ["model_a.pt", "model_jit_2.pt"]);
    }

    #[test]
    fn names_that_are_no_text_are_told() {
        use std::os::unix::ffi::OsStrExt;
        let (dir, root) = root(&[("checkpoint_ep1.pth", checkpoint())]);
        let name = std::ffi::OsStr::from_bytes(b"checkpoint_ep2\xff.pth");
        std::fs::write(dir.path().join(name), checkpoint()).unwrap();
        let files = Files::read(&root, root.folder(), false).unwrap();
        assert_eq!(names(&files.checkpoints), ["checkpoint_ep1.pth"]);
        let [passed] = &files.passed[..] else {
            panic!("{:?}", files.passed);
        };
        assert!(passed.time.is_some() && passed.file.contains("checkpoint_ep2"));
    }

    #[test]
    fn beyond_the_limit_the_lower_numbers_are_counted() {
        let (dir, root) = root(&[]);
        for n in 0..13 {
            File::create(dir.path().join(format!("checkpoint_ep{n}.pth"))).unwrap();
        }
        let files = Files::read_up_to(&root, root.folder(), false, 10).unwrap();
        assert_eq!(files.checkpoints.len(), 10);
        let first = files.checkpoints.first().map(|one| one.info.episode);
        assert_eq!(first, Some(Some(12)));
        let passed = Passed {
            file: "checkpoint_ep2.pth".into(),
            reason: PassedOver::TooMany { more: 2 },
            time: None,
        };
        assert_eq!(files.passed, [passed]);
    }
}
