//! What an error of the catalog is to a page: its reason with figures and names, and no prose.

use std::path::Path;

use atheria_shared::Cause;
use atheria_shared::cause::{Needed, Range};

use super::CatalogError;
use super::presentation::PresentationFault;

impl CatalogError {
    /// The reason with its figures and names.
    #[expect(clippy::too_many_lines, reason = "one entry for each error")]
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Self::Root { path, source } => Cause::Root {
                folder: shown(path),
                why: source.into(),
            },
            Self::NoExperiments { path, checkpoints } => Cause::NoExperiments {
                folder: shown(path),
                checkpoints: *checkpoints,
            },
            Self::Name { folder, source } => Cause::Name {
                name: folder.clone(),
                wrong: source.clone(),
            },
            Self::Missing { name } => Cause::NoExperiment { name: name.clone() },
            Self::Outside { path } => Cause::LeadsOutside { path: shown(path) },
            Self::Link { path, .. } => Cause::LeadsNowhere { path: shown(path) },
            Self::EmptyFolder { folder } => Cause::EmptyFolder {
                folder: in_root(folder),
            },
            Self::NoConfig { folder } => Cause::NoFile {
                file: "config.json".to_owned(),
                folder: in_root(folder),
            },
            Self::NoArchitecture { path } => Cause::NoKey {
                file: file(path),
                key: "MODEL_ARCHITECTURE".to_owned(),
            },
            Self::Disagree { path, one, other } => Cause::Disagree {
                file: file(path),
                one: one.clone(),
                other: other.clone(),
            },
            Self::Architecture {
                architecture,
                torchscript,
                trusted,
                ..
            } => Cause::UnknownArchitecture {
                named: architecture.clone(),
                torchscript: torchscript.clone(),
                trusted: *trusted,
            },
            Self::NoCheckpoint { path, passed } => Cause::NoCheckpoint {
                folder: in_root(path),
                passed: passed.clone(),
            },
            Self::LatestUnusable {
                file, reason, before, ..
            } => Cause::LatestUnusable {
                file: file.clone(),
                reason: (**reason).clone(),
                before: before.clone(),
            },
            Self::CheckpointMissing {
                choice,
                there,
                reason,
                ..
            } => Cause::NoSuchCheckpoint {
                asked: choice.clone(),
                there: there.clone(),
                reason: reason.as_deref().cloned(),
            },
            Self::TooLarge { path, bytes, limit } => Cause::FileTooLarge {
                file: file(path),
                bytes: *bytes,
                limit_bytes: *limit,
            },
            Self::Encoding { path, source } => Cause::NotText {
                file: file(path),
                wrong: source.clone(),
            },
            Self::Json { path, source } => Cause::NotJson {
                file: file(path),
                wrong: source.clone(),
            },
            Self::Presentation { path, fault, .. } => match fault {
                PresentationFault::Json(wrong) => Cause::NotJson {
                    file: file(path),
                    wrong: wrong.clone(),
                },
                PresentationFault::Value { key, value, needed } => Cause::Value {
                    file: file(path),
                    key: key.clone(),
                    value: value.clone(),
                    needed: needed.clone(),
                },
            },
            Self::Params { path, value, .. } => Cause::Value {
                file: file(path),
                key: "MODEL_PARAMS".to_owned(),
                value: value.clone(),
                needed: Needed::Like {
                    example: r#"{"d_state": 8, "hidden_channels": 32}"#.to_owned(),
                },
            },
            Self::Number {
                path,
                key,
                value,
                whole,
                low,
                high,
            } => Cause::Value {
                file: file(path),
                key: key.clone(),
                value: value.clone(),
                needed: Needed::Number {
                    whole: *whole,
                    range: Range::of((*low).into(), (*high).into()),
                },
            },
            Self::Read { path, source } => Cause::Unreadable {
                path: shown(path),
                why: source.into(),
            },
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A folder of an experiment as it lies in the root: `experiments/flower`.
fn in_root(folder: &Path) -> String {
    let above = folder.parent().and_then(Path::file_name);
    match (above, folder.file_name()) {
        (Some(above), Some(name)) => shown(&Path::new(above).join(name)),
        _ => shown(folder),
    }
}

/// A file's name alone.
fn file(path: &Path) -> String {
    shown(path.file_name().map_or(path, Path::new))
}
