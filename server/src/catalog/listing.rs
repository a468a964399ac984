//! The catalog: every experiment of a root as the page lists it, and the files that opening one needs.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use atheria_shared::experiment::{CheckpointInfo, Experiment, ExperimentList, Presentation, Training};
use atheria_shared::limits::{CHECKPOINT_BYTES, CONFIG_BYTES, EXPERIMENTS, STATE_BYTES};
use atheria_shared::name::NameError;
use atheria_shared::{ApiError, CheckpointChoice, ExperimentName, Remark};

use super::files::{Candidate, Files, is_of_the_machine};
use super::root::nfc;
use super::{CatalogError, Config, Root, cache, checkpoints, presentation, read_config};

/// Size of a thumbnail.
const THUMBNAIL_BYTES: u64 = 4 << 20;

/// Folders of checkpoints alone that are named.
const NAMED: usize = 32;

/// A picture of an experiment.
#[derive(Debug)]
pub struct Thumbnail {
    /// Its media type.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What opening an experiment needs.
#[derive(Debug, Clone)]
pub struct Law {
    /// The experiment's name, as its folder spells it.
    pub name: ExperimentName,
    /// What its `config.json` says.
    pub config: Config,
    /// What its `atheria.json` says.
    pub presentation: Presentation,
    /// The folder of its checkpoints, or of its TorchScript.
    pub folder: PathBuf,
    /// The one that is meant.
    pub checkpoint: CheckpointInfo,
    /// What to know of all that.
    pub remarks: Vec<Remark>,
}

/// The experiments of one folder. Read anew at every question: a trainer may be writing into it. Blocking.
#[derive(Debug, Clone)]
pub struct Catalog {
    given: PathBuf,
    demo: bool,
    trusts_torchscript: bool,
    follows_links: bool,
    cache: Option<PathBuf>,
}

impl Catalog {
    /// Of the folder `given`, which need not be there yet; `demo` says that it is ours.
    pub fn new(given: PathBuf, demo: bool) -> Self {
        Self {
            given,
            demo,
            trusts_torchscript: false,
            follows_links: false,
            cache: cache::of_the_user(|variable| std::env::var_os(variable)),
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

    /// The same, where links that lead out of the folder are followed or are not.
    #[must_use]
    pub fn following_links(self, follows_links: bool) -> Self {
        Self {
            follows_links,
            ..self
        }
    }

    /// The same, with this folder for exports that cannot be written beside their checkpoint; none: that of the user's caches.
    #[must_use]
    pub fn caching_in(self, cache: Option<PathBuf>) -> Self {
        Self {
            cache: cache.or(self.cache),
            ..self
        }
    }

    /// Where the exports of a folder of checkpoints are written that cannot be written into it.
    pub fn cache_of(&self, checkpoints: &Path) -> Option<PathBuf> {
        let cache = self.cache.as_deref()?;
        Some(cache::of_a_folder(cache, checkpoints))
    }

    /// The root, when it is there.
    pub fn root(&self) -> Result<Root, CatalogError> {
        Root::open(&self.given, self.follows_links)
    }

    /// Everything there is, whatever is wrong with it.
    pub fn list(&self) -> ExperimentList {
        let there = self
            .root()
            .and_then(|root| list(&root, self.trusts_torchscript, EXPERIMENTS));
        let (experiments, remarks, problem) = match there {
            Ok((experiments, remarks)) => (experiments, remarks, None),
            Err(error) => (Vec::new(), Vec::new(), Some(error.into())),
        };
        ExperimentList {
            demo: self.demo,
            experiments,
            remarks,
            problem,
        }
    }

    /// One experiment, whatever is wrong with it.
    pub fn get(&self, name: &ExperimentName) -> Result<Experiment, CatalogError> {
        let root = self.root()?;
        let name = root.spelled(name);
        match root.experiment(&name) {
            Err(error @ CatalogError::Missing { .. }) => Err(error),
            _ => Ok(describe(&root, &name, self.trusts_torchscript)),
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

    /// What opening needs.
    pub fn law(&self, name: &ExperimentName, choice: &CheckpointChoice) -> Result<Law, CatalogError> {
        let root = self.root()?;
        let name = root.spelled(name);
        let experiment = root.experiment(&name)?;
        let config = config(&root, &experiment).1?;
        let presentation = presentation(&root, &experiment)?;
        let (folder, files) = match config.architecture {
            Some(_) => checkpoint_files(&root, &name)?,
            None => torchscripts(&root, &name, &config, self.trusts_torchscript)?,
        };
        let (checkpoint, of_the_choice) = checkpoints::choose(&files, &folder, choice)?;
        if checkpoint.bytes > CHECKPOINT_BYTES {
            return Err(CatalogError::TooLarge {
                path: folder.join(checkpoint.file.as_str()),
                bytes: checkpoint.bytes,
                limit: CHECKPOINT_BYTES,
            });
        }
        let remarks = [config.remarks.clone(), of_the_choice, files.remarks()].concat();
        Ok(Law {
            name,
            config,
            presentation,
            folder,
            checkpoint,
            remarks,
        })
    }

    /// A starting state that lies in an experiment's own folder, by its plain file name.
    pub fn state(&self, name: &ExperimentName, file: &Path) -> Result<PathBuf, CatalogError> {
        let root = self.root()?;
        let folder = root.experiment(name)?;
        // The rules of a name are those of a file name: nothing that climbs.
        let shown = file.to_string_lossy();
        checked(file.as_os_str().to_str(), &shown).map_err(|source| CatalogError::Name {
            folder: shown.to_string(),
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

/// A name that may be no text.
fn checked(text: Option<&str>, shown: &str) -> Result<ExperimentName, NameError> {
    let text = text.ok_or_else(|| NameError::NotText {
        shown: shown.to_owned(),
    })?;
    ExperimentName::new(text)
}

/// The experiments, `limit` of them at most, and what to know of the folder.
fn list(
    root: &Root,
    trusts_torchscript: bool,
    limit: usize,
) -> Result<(Vec<Experiment>, Vec<Remark>), CatalogError> {
    let mut names = folders(&root.experiments()?)?;
    let there = names.len();
    let mut remarks = Vec::from_iter(root.remark());
    remarks.extend(alone(root, &names));
    if there > limit {
        names.truncate(limit);
        remarks.push(Remark::MoreExperiments { listed: limit, there });
    }
    let mut experiments: Vec<Experiment> = names
        .iter()
        .map(|name| {
            let shown = name.to_string_lossy();
            match checked(name.to_str(), &shown) {
                Ok(name) => describe(root, &name, trusts_torchscript),
                Err(source) => unnameable(&shown, source),
            }
        })
        .collect();
    experiments.sort_by(|a, b| (a.problem.is_some(), &a.name).cmp(&(b.problem.is_some(), &b.name)));
    Ok((experiments, remarks))
}

/// The folders in a folder, and the links that may be some, by name.
fn folders(folder: &Path) -> Result<Vec<OsString>, CatalogError> {
    let unreadable = |source| CatalogError::Root {
        path: folder.to_owned(),
        source,
    };
    let mut names = Vec::new();
    for entry in folder.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let kind = entry.file_type().map_err(unreadable)?;
        // One that leads nowhere is listed too, with that as its problem.
        let may_be_a_folder = kind.is_dir()
            || (kind.is_symlink() && entry.path().metadata().map_or(true, |about| about.is_dir()));
        if may_be_a_folder && !is_of_the_machine(&name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Checkpoints that no experiment goes with.
fn alone(root: &Root, experiments: &[OsString]) -> Option<Remark> {
    let known: HashSet<String> = experiments
        .iter()
        .map(|name| nfc(&name.to_string_lossy()))
        .collect();
    let folder = root.folder().join("training_checkpoints");
    let holds_something = |name: &OsString| {
        let within = folder.join(name).read_dir();
        within.is_ok_and(|entries| {
            entries
                .filter_map(Result::ok)
                .any(|entry| !is_of_the_machine(&entry.file_name()))
        })
    };
    // A folder that cannot be read is told with each experiment.
    let names: Vec<String> = folders(&folder)
        .unwrap_or_default()
        .into_iter()
        .filter(|name| !known.contains(&nfc(&name.to_string_lossy())) && holds_something(name))
        .take(NAMED)
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    (!names.is_empty()).then_some(Remark::CheckpointsAlone { names })
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
                    experiment.remarks = config.remarks;
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
    match foreign.map_or_else(|| checkpoint_files(root, name), Ok) {
        Ok((folder, files)) => {
            experiment
                .remarks
                .extend(checkpoints::remarks_of_the_latest(&files, &folder));
            experiment.remarks.extend(files.remarks());
            experiment.checkpoints = files.checkpoints.into_iter().map(|one| one.info).collect();
        }
        Err(error) => note(error),
    }
    experiment.problem = problem;
    experiment
}

fn config(root: &Root, folder: &Path) -> (Training, Result<Config, CatalogError>) {
    let path = folder.join("config.json");
    match root.read(&path, CONFIG_BYTES) {
        Ok(bytes) => read_config(&path, &bytes),
        Err(CatalogError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            let folder = folder.to_owned();
            let error = if is_empty(&folder) {
                CatalogError::EmptyFolder { folder }
            } else {
                CatalogError::NoConfig { folder }
            };
            (Training::default(), Err(error))
        }
        Err(error) => (Training::default(), Err(error)),
    }
}

/// Whether nothing lies in a folder but what the machine keeps there for itself.
fn is_empty(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|mut entries| {
        entries.all(|entry| entry.is_ok_and(|entry| is_of_the_machine(&entry.file_name())))
    })
}

fn presentation(root: &Root, folder: &Path) -> Result<Presentation, CatalogError> {
    let path = folder.join("atheria.json");
    if path.symlink_metadata().is_err() {
        return Ok(Presentation::default());
    }
    let bytes = root.read(&path, CONFIG_BYTES)?;
    presentation::read(&path, &bytes)
}

/// The folder of checkpoints and what is in it: one checkpoint at least.
fn checkpoint_files(root: &Root, name: &ExperimentName) -> Result<(PathBuf, Files), CatalogError> {
    let expected = root.folder().join("training_checkpoints").join(name.as_str());
    let Some(folder) = root.checkpoints(name)? else {
        return Err(checkpoints::none(&Files::default(), &expected));
    };
    let files = Files::read(root, &folder, false)?;
    if files.checkpoints.is_empty() {
        return Err(checkpoints::none(&files, &folder));
    }
    Ok((folder, files))
}

/// The folder of checkpoints and the TorchScript in it, for an architecture that there are no layers for: one file at least, and
/// those files alone.
fn torchscripts(
    root: &Root,
    name: &ExperimentName,
    config: &Config,
    trusted: bool,
) -> Result<(PathBuf, Files), CatalogError> {
    let folder = root.checkpoints(name)?;
    let files = match &folder {
        Some(folder) => Files::read(root, folder, true)?,
        None => Files::default(),
    };
    let name_of = |one: Option<&Candidate>| one.map(|one| one.info.file.to_string());
    match folder {
        Some(folder) if trusted && !files.torchscripts.is_empty() => Ok((
            folder,
            Files {
                checkpoints: files.torchscripts,
                ..Files::default()
            },
        )),
        _ => Err(CatalogError::Architecture {
            architecture: config.named.clone(),
            torchscript: name_of(files.torchscripts.first()),
            trusted,
            state: name_of(files.checkpoints.iter().find(|one| one.info.file.is_pt())),
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
mod tests;
