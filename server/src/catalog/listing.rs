//! The catalog: every experiment of a root as the page lists it, and the files that opening one needs.

use std::io;
use std::path::{Path, PathBuf};

use atheria_shared::experiment::{CheckpointInfo, Experiment, ExperimentList, Presentation, Training};
use atheria_shared::limits::{CHECKPOINT_BYTES, CONFIG_BYTES, EXPERIMENTS, STATE_BYTES};
use atheria_shared::name::NameError;
use atheria_shared::{ApiError, CheckpointChoice, ExperimentName};

use super::{CatalogError, Config, Root, checkpoints, read_config, torchscript};

/// Size of a thumbnail.
const THUMBNAIL_BYTES: u64 = 4 << 20;

/// A picture of an experiment.
#[derive(Debug)]
pub struct Thumbnail {
    /// Its media type.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The experiments of one folder. Read anew at every question: a trainer may be writing into it. Blocking.
#[derive(Debug, Clone)]
pub struct Catalog {
    given: PathBuf,
    demo: bool,
    trusts_torchscript: bool,
}

impl Catalog {
    /// Of the folder `given`, which need not be there yet; `demo` says that it is ours.
    pub fn new(given: PathBuf, demo: bool) -> Self {
        Self {
            given,
            demo,
            trusts_torchscript: false,
        }
    }

    /// The same, where the user trusts the TorchScript in that folder or does not: it is the law of an experiment that the
    /// engine has no layers for, and to run it is to execute code from the file.
    #[must_use]
    pub fn trusting_torchscript(self, trusts_torchscript: bool) -> Self {
        Self {
            trusts_torchscript,
            ..self
        }
    }

    /// The root, when it is there.
    pub fn root(&self) -> Result<Root, CatalogError> {
        Root::open(&self.given)
    }

    /// Everything there is, whatever is wrong with it.
    pub fn list(&self) -> ExperimentList {
        let (experiments, problem) = match self.root().and_then(|root| list(&root, self.trusts_torchscript)) {
            Ok(experiments) => (experiments, None),
            Err(error) => (Vec::new(), Some(error.into())),
        };
        ExperimentList {
            demo: self.demo,
            experiments,
            remarks: Vec::new(),
            problem,
        }
    }

    /// One experiment, whatever is wrong with it.
    pub fn get(&self, name: &ExperimentName) -> Result<Experiment, CatalogError> {
        let root = self.root()?;
        match root.experiment(name) {
            Err(error @ CatalogError::Missing { .. }) => Err(error),
            _ => Ok(describe(&root, name, self.trusts_torchscript)),
        }
    }

    /// The picture of an experiment.
    pub fn thumbnail(&self, name: &ExperimentName) -> Result<Thumbnail, CatalogError> {
        let root = self.root()?;
        let folder = root.experiment(name)?;
        let (path, content_type) = thumbnail_file(&folder).ok_or_else(|| CatalogError::Read {
            path: folder.join("thumbnail.webp"),
            source: io::ErrorKind::NotFound.into(),
        })?;
        let bytes = root.read(&path, THUMBNAIL_BYTES)?;
        Ok(Thumbnail { content_type, bytes })
    }

    /// What opening needs: the law, the folder of checkpoints and the checkpoint that is meant.
    pub fn law(
        &self,
        name: &ExperimentName,
        choice: &CheckpointChoice,
    ) -> Result<(Config, Presentation, PathBuf, CheckpointInfo), CatalogError> {
        let root = self.root()?;
        let folder = root.experiment(name)?;
        let config = config(&root, &folder).1?;
        let presentation = presentation(&root, &folder)?;
        let (checkpoint_dir, there) = match config.architecture {
            Some(_) => checkpoints(&root, name)?,
            None => torchscripts(&root, name, &config, self.trusts_torchscript)?,
        };
        let chosen = checkpoints::choose(&there, choice).cloned();
        let Some(checkpoint) = chosen else {
            let names = there.into_iter().map(|info| info.file.into()).collect();
            return Err(CatalogError::checkpoint_missing(choice, checkpoint_dir, names));
        };
        if checkpoint.bytes > CHECKPOINT_BYTES {
            return Err(CatalogError::TooLarge {
                path: checkpoint_dir.join(checkpoint.file.as_str()),
                bytes: checkpoint.bytes,
                limit: CHECKPOINT_BYTES,
            });
        }
        Ok((config, presentation, checkpoint_dir, checkpoint))
    }

    /// A starting state that lies in an experiment's own folder, by its plain file name.
    pub fn state(&self, name: &ExperimentName, file: &Path) -> Result<PathBuf, CatalogError> {
        let root = self.root()?;
        let folder = root.experiment(name)?;
        // The rules of a name are those of a file name: nothing that climbs.
        let text = file.to_string_lossy();
        ExperimentName::new(&text).map_err(|source| CatalogError::Name {
            folder: text.to_string(),
            source,
        })?;
        let path = root.inside(&folder.join(file))?;
        let unreadable = |source| CatalogError::Read {
            path: path.clone(),
            source,
        };
        let about = path.metadata().map_err(unreadable)?;
        if !about.is_file() {
            return Err(unreadable(io::Error::other("it is no regular file")));
        }
        if about.len() > STATE_BYTES {
            let (bytes, limit) = (about.len(), STATE_BYTES);
            return Err(CatalogError::TooLarge { path, bytes, limit });
        }
        Ok(path)
    }
}

fn list(root: &Root, trusts_torchscript: bool) -> Result<Vec<Experiment>, CatalogError> {
    let folder = root.experiments()?;
    let unreadable = |source| CatalogError::Root {
        path: folder.clone(),
        source,
    };
    let mut experiments = Vec::new();
    for entry in folder.read_dir().map_err(unreadable)?.take(EXPERIMENTS) {
        let entry = entry.map_err(unreadable)?;
        let file_name = entry.file_name();
        let name = file_name.to_string_lossy();
        if name.starts_with('.') || !entry.path().is_dir() {
            continue;
        }
        experiments.push(match ExperimentName::new(&name) {
            Ok(name) => describe(root, &name, trusts_torchscript),
            Err(source) => unnameable(&name, source),
        });
    }
    experiments.sort_by(|a, b| (a.problem.is_some(), &a.name).cmp(&(b.problem.is_some(), &b.name)));
    Ok(experiments)
}

fn unnameable(folder: &str, source: NameError) -> Experiment {
    let problem = CatalogError::Name {
        folder: folder.to_owned(),
        source,
    };
    Experiment {
        problem: Some(problem.into()),
        ..empty(folder)
    }
}

fn empty(name: &str) -> Experiment {
    Experiment {
        name: name.to_owned(),
        architecture: None,
        params: None,
        gamma: 0.0,
        training: Training::default(),
        presentation: Presentation::default(),
        has_thumbnail: false,
        checkpoints: Vec::new(),
        remarks: Vec::new(),
        problem: None,
    }
}

/// Everything that can be said of an experiment; the first thing that is wrong becomes its problem.
fn describe(root: &Root, name: &ExperimentName, trusts_torchscript: bool) -> Experiment {
    let mut experiment = empty(name.as_str());
    let mut problem: Option<ApiError> = None;
    let mut note = |error: CatalogError| {
        problem.get_or_insert(error.into());
    };
    let mut foreign = None;
    match root.experiment(name) {
        Ok(folder) => {
            let (training, config) = config(root, &folder);
            experiment.training = training;
            match config {
                Ok(config) => {
                    if config.architecture.is_none() {
                        match torchscripts(root, name, &config, trusts_torchscript) {
                            Ok(there) => foreign = Some(there),
                            Err(error) => note(error),
                        }
                    }
                    experiment.architecture = config.architecture;
                    experiment.params = Some(config.params);
                    experiment.gamma = config.gamma;
                }
                Err(error) => note(error),
            }
            match presentation(root, &folder) {
                Ok(presentation) => experiment.presentation = presentation,
                Err(error) => note(error),
            }
            experiment.has_thumbnail = thumbnail_file(&folder).is_some();
        }
        Err(error) => note(error),
    }
    match foreign.map_or_else(|| checkpoints(root, name), Ok) {
        Ok((_, there)) => experiment.checkpoints = there,
        Err(error) => note(error),
    }
    experiment.problem = problem;
    experiment
}

fn config(root: &Root, folder: &Path) -> (Training, Result<Config, CatalogError>) {
    let path = folder.join("config.json");
    match root.read(&path, CONFIG_BYTES) {
        Ok(bytes) => read_config(&path, &bytes),
        Err(error) => (Training::default(), Err(error)),
    }
}

fn presentation(root: &Root, folder: &Path) -> Result<Presentation, CatalogError> {
    let path = folder.join("atheria.json");
    if !path.exists() {
        return Ok(Presentation::default());
    }
    let bytes = root.read(&path, CONFIG_BYTES)?;
    serde_json::from_slice(&bytes).map_err(|source| CatalogError::Json { path, source })
}

/// The folder of checkpoints and those in it: one at least.
fn checkpoints(root: &Root, name: &ExperimentName) -> Result<(PathBuf, Vec<CheckpointInfo>), CatalogError> {
    let expected = root.folder().join("training_checkpoints").join(name.as_str());
    let Some(folder) = root.checkpoints(name)? else {
        return Err(CatalogError::NoCheckpoint { path: expected });
    };
    let there = checkpoints::list(root, &folder)?;
    if there.is_empty() {
        return Err(CatalogError::NoCheckpoint { path: folder });
    }
    Ok((folder, there))
}

/// The folder of checkpoints and the TorchScript in it, for an architecture that there are no layers for: one file at least.
fn torchscripts(
    root: &Root,
    name: &ExperimentName,
    config: &Config,
    trusted: bool,
) -> Result<(PathBuf, Vec<CheckpointInfo>), CatalogError> {
    let folder = root.checkpoints(name)?;
    let there = match &folder {
        Some(folder) => torchscript::list(root, folder)?,
        None => Vec::new(),
    };
    match folder {
        Some(folder) if trusted && !there.is_empty() => Ok((folder, there)),
        _ => Err(CatalogError::Architecture {
            architecture: config.named.clone(),
            torchscript: there.into_iter().next().map(|info| info.file.into()),
            trusted,
        }),
    }
}

fn thumbnail_file(folder: &Path) -> Option<(PathBuf, &'static str)> {
    [("thumbnail.webp", "image/webp"), ("thumbnail.png", "image/png")]
        .into_iter()
        .map(|(file, content_type)| (folder.join(file), content_type))
        .find(|(path, _)| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(dir: &Path, path: &str, text: &str) {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// One good experiment and one of each kind of trouble.
    fn troubled() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let unet = r#"{"MODEL_ARCHITECTURE": "UNET"}"#;
        for name in [
            "good",
            "broken_json",
            "future",
            "no_checkpoint",
            "bad:name",
            "bad_init",
        ] {
            write(dir.path(), &format!("experiments/{name}/config.json"), unet);
            if name != "no_checkpoint" {
                write(
                    dir.path(),
                    &format!("training_checkpoints/{name}/checkpoint_ep1.pth"),
                    "x",
                );
            }
        }
        write(dir.path(), "experiments/broken_json/config.json", "{");
        write(
            dir.path(),
            "experiments/future/config.json",
            r#"{"MODEL_ARCHITECTURE": "TRANSFORMER", "TOTAL_EPISODES": 3}"#,
        );
        write(dir.path(), "experiments/no_config/notes.txt", "");
        write(dir.path(), "training_checkpoints/no_config/best_model.pth", "x");
        write(
            dir.path(),
            "experiments/bad_init/atheria.json",
            r#"{"grid": [0, 4]}"#,
        );
        write(dir.path(), "experiments/.hidden/config.json", unet);
        write(dir.path(), "experiments/README", "");
        dir
    }

    #[test]
    fn trouble_is_listed_with_its_reason() {
        let dir = troubled();
        let list = Catalog::new(dir.path().to_owned(), false).list();
        let root = dir.path().canonicalize().unwrap();
        let told: Vec<String> = list
            .experiments
            .iter()
            .map(|e| {
                let problem = e.problem.as_ref().map(|p| format!("{:?}: {}", p.code, p.message));
                let line = format!(
                    "{} {} | {}",
                    e.name,
                    e.checkpoints.len(),
                    problem.unwrap_or_default()
                );
                line.replace(&*root.to_string_lossy(), "ROOT")
            })
            .collect();
        insta::assert_json_snapshot!(told);
        assert_eq!(list.experiments.last().and_then(|e| e.training.episodes), None);
        let future = list.experiments.iter().find(|e| e.name == "future").unwrap();
        assert_eq!(future.training.episodes, Some(3));
    }

    #[test]
    fn torchscript_is_the_law_where_it_is_trusted() {
        let dir = troubled();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/foreign");
        let folder = dir.path().join("training_checkpoints/future");
        for file in ["local.pt", "state.pt"] {
            std::fs::copy(fixtures.join(file), folder.join(file)).unwrap();
        }
        let future = ExperimentName::new("future").unwrap();
        let catalog = Catalog::new(dir.path().to_owned(), false);
        let refused = catalog
            .law(&future, &CheckpointChoice::Latest)
            .unwrap_err()
            .to_string();
        let hint =
            "or run its TorchScript local.pt with --trust-torchscript, which executes code from that file";
        assert!(refused.ends_with(hint), "{refused}");
        assert_eq!(catalog.get(&future).unwrap().problem.unwrap().message, refused);

        let catalog = catalog.trusting_torchscript(true);
        let (config, .., chosen) = catalog.law(&future, &CheckpointChoice::Latest).unwrap();
        assert_eq!((config.architecture, chosen.file.as_str()), (None, "local.pt"));
        assert!(catalog.law(&future, &"local.pt".parse().unwrap()).is_ok());
        assert!(catalog.law(&future, &"state.pt".parse().unwrap()).is_err());
        assert!(
            catalog
                .law(&future, &"checkpoint_ep1.pth".parse().unwrap())
                .is_err()
        );
        let listed = catalog.get(&future).unwrap();
        assert_eq!((listed.problem, listed.checkpoints.len()), (None, 1));
        // A law that there are layers for is its checkpoint, trusted or not.
        std::fs::copy(
            fixtures.join("local.pt"),
            dir.path().join("training_checkpoints/good/z.pt"),
        )
        .unwrap();
        let good = ExperimentName::new("good").unwrap();
        let (.., chosen) = catalog.law(&good, &CheckpointChoice::Latest).unwrap();
        assert_eq!(chosen.file.as_str(), "checkpoint_ep1.pth");

        std::fs::remove_file(folder.join("local.pt")).unwrap();
        let none = catalog
            .law(&future, &CheckpointChoice::Latest)
            .unwrap_err()
            .to_string();
        assert!(
            none.ends_with("there is no TorchScript (*.pt) beside its checkpoints to be run instead"),
            "{none}"
        );
    }

    #[test]
    fn a_missing_root_is_a_problem_of_the_list() {
        let list = Catalog::new("/nowhere/at/all".into(), false).list();
        assert!(list.experiments.is_empty());
        assert_eq!(
            list.problem.map(|p| p.code),
            Some(atheria_shared::ErrorCode::RootUnreadable)
        );
    }

    #[test]
    fn a_start_file_is_a_plain_name_in_the_folder() {
        let dir = troubled();
        write(dir.path(), "experiments/good/start.npz", "x");
        write(dir.path(), "experiments/future/secret.npz", "x");
        let catalog = Catalog::new(dir.path().to_owned(), false);
        let good = ExperimentName::new("good").unwrap();
        assert!(catalog.state(&good, Path::new("start.npz")).is_ok());
        for bad in ["../future/secret.npz", "/etc/hosts.npz", "missing.npz", "..", ""] {
            assert!(catalog.state(&good, Path::new(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_missing_choice_names_those_that_are_there() {
        let dir = troubled();
        let catalog = Catalog::new(dir.path().to_owned(), false);
        let good = ExperimentName::new("good").unwrap();
        let error = catalog
            .law(&good, &CheckpointChoice::Best)
            .unwrap_err()
            .to_string();
        assert!(error.contains("checkpoint_ep1.pth"), "{error}");
    }
}
