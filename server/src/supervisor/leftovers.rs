//! What an engine leaves behind when it is killed: files that were on their way to their places. They are removed once
//! the process is reaped, when nobody writes them any more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use atheria_shared::engine::{EngineRequest, LawJob};
use atheria_shared::temporary::Mark;

/// The mark of an engine's temporary files, and the folders that it was asked to write into.
#[derive(Debug)]
pub(super) struct Leftovers {
    mark: Mark,
    folders: BTreeSet<PathBuf>,
}

impl Leftovers {
    /// Of an engine that was asked for nothing yet.
    pub(super) fn new(mark: Mark) -> Self {
        Self {
            mark,
            folders: BTreeSet::new(),
        }
    }

    /// Notes where a request has the engine write.
    pub(super) fn note(&mut self, request: &EngineRequest) {
        match request {
            EngineRequest::Export { law }
            | EngineRequest::Open { law, .. }
            | EngineRequest::Inspect { law }
            | EngineRequest::Diagnose { law, .. } => self.note_law(law),
            EngineRequest::Run { series, .. } => {
                if let Some(series) = series {
                    self.note_file(&series.path);
                }
            }
            EngineRequest::Save { path } => self.note_file(path),
            EngineRequest::World(_)
            | EngineRequest::Hold { .. }
            | EngineRequest::Frame
            | EngineRequest::Stop => {}
        }
    }

    fn note_law(&mut self, law: &LawJob) {
        self.folders.insert(law.checkpoint_dir.clone());
        self.folders.extend(law.cache_dir.clone());
    }

    fn note_file(&mut self, path: &Path) {
        self.folders.extend(path.parent().map(Path::to_owned));
    }

    /// Removes what the engine left; only after it is reaped.
    pub(super) async fn remove(self) {
        let removed = tokio::task::spawn_blocking(move || {
            for folder in &self.folders {
                remove_from(folder, &self.mark);
            }
        });
        if let Err(error) = removed.await {
            tracing::error!(%error, "an engine's temporary files could not be looked for");
        }
    }
}

fn remove_from(folder: &Path, mark: &Mark) {
    // A folder that cannot be read holds nothing that an engine could have written.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !entry.file_name().to_str().is_some_and(|name| mark.is_in(name)) {
            continue;
        }
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let removed = if is_folder {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        if let Err(error) = removed {
            tracing::warn!(%error, path = %path.display(), "an engine's temporary file could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::engine::SeriesJob;

    use super::*;

    #[tokio::test]
    async fn only_what_carries_the_mark_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let [own, other] = [Mark::of([1; 16]), Mark::of([2; 16])];
        let make = |name: &str| {
            let path = folder.path().join(name);
            fs::write(&path, b"part").unwrap();
            path
        };
        let gone = make(&own.name([3; 8]));
        let stays = [make(&other.name([3; 8])), make("states.npz"), make(".ath.tmp")];
        let store = folder.path().join(own.name([4; 8]));
        fs::create_dir(&store).unwrap();
        fs::write(store.join("part"), b"part").unwrap();
        let mut leftovers = Leftovers::new(own);
        leftovers.note(&EngineRequest::Run {
            steps: 1,
            events: vec![],
            series: Some(SeriesJob {
                path: folder.path().join("states.npz"),
                every: 1,
            }),
        });
        leftovers.remove().await;
        assert!(!gone.exists() && !store.exists());
        assert!(stays.iter().all(|path| path.exists()));
    }
}
