//! A checkpoint, opened: its structure read, its numbers not yet.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use atheria_shared::Remark;
use atheria_shared::sniff::Kind;

use crate::archive::Archive;
use crate::container::{self, Seal};
use crate::layout::SavedTensor;
use crate::places::{self, Found, Places};
use crate::source::{Source, Storages, TensorError};
use crate::stream::Stream;
use crate::told::Told;
use crate::{CheckpointError, RawTensor, TensorDict, TensorSource, Training, pickle, safetensors};

/// A checkpoint: what there is in it. Its numbers are read one tensor at a time, as a [`TensorSource`].
#[derive(Debug)]
pub struct Checkpoint {
    /// Its dictionaries of tensors, those nearest to the file's beginning first; at least one.
    pub dicts: Vec<TensorDict>,
    /// What training noted beside them.
    pub training: Training,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// What to know of it: what was left out, that it has no checksums.
    pub remarks: Vec<Remark>,
    saved: HashMap<String, BTreeMap<String, Arc<SavedTensor>>>,
    source: Source,
    seal: Seal,
}

impl Checkpoint {
    /// Reads what there is in a file, but for the numbers: a zip archive as PyTorch writes it, the stream that it wrote before 1.6, or a
    /// safetensors file. The file is read once, for its hash and its checksums. Fails on one that is larger than
    /// [`CHECKPOINT_BYTES`](atheria_shared::limits::CHECKPOINT_BYTES), and on one without a tensor in a dictionary.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let seal = Seal::of(path)?;
        let (file, kind) = container::open(path)?;
        let mut source = Source::new(path, file);
        let mut remarks = Vec::new();
        let (places, training, sha256) = match kind {
            Kind::Safetensors => of_safetensors(&source, &seal)?,
            Kind::Pickle => {
                remarks.push(Remark::NoChecksums);
                of_stream(&mut source, &seal)?
            }
            _ => of_archive(&mut source, &seal)?,
        };
        seal.check()?;
        if places.found.is_empty() {
            return Err(CheckpointError::NoWeights {
                path: path.to_owned(),
                found: places.seen.first,
                more: places.seen.more,
            });
        }
        source.forget_unused_pickle(&places.found);
        let Told { first: what, more } = places.left_out;
        if !what.is_empty() {
            remarks.push(Remark::LeftOut { what, more });
        }
        let (dicts, saved) = places
            .found
            .into_iter()
            .map(|Found { dict, saved }| (dict.clone(), (dict.key, saved)))
            .unzip();
        Ok(Self {
            dicts,
            training,
            sha256,
            remarks,
            saved,
            source,
            seal,
        })
    }
}

impl TensorSource for Checkpoint {
    fn check_unchanged(&self) -> Result<(), CheckpointError> {
        self.seal.check()
    }

    fn dicts(&self) -> &[TensorDict] {
        &self.dicts
    }

    fn read(&self, dict: &TensorDict, name: &str) -> Result<RawTensor, CheckpointError> {
        match self.saved.get(&dict.key).and_then(|saved| saved.get(name)) {
            Some(tensor) => self.source.read(tensor, name),
            None => Err(CheckpointError::ReadTensor {
                path: self.source.path.clone(),
                tensor: name.to_owned(),
                source: TensorError::Missing,
            }),
        }
    }
}

type Read = (Places, Training, String);

fn of_safetensors(source: &Source, seal: &Seal) -> Result<Read, CheckpointError> {
    let path = &source.path;
    let saved =
        safetensors::open(&source.file, seal.bytes).map_err(|source| CheckpointError::Safetensors {
            path: path.clone(),
            source,
        })?;
    let sha256 = container::hash(path, &source.file, None)?;
    Ok((Places::of_names(&saved), Training::default(), sha256))
}

fn of_stream(source: &mut Source, seal: &Seal) -> Result<Read, CheckpointError> {
    let sha256 = container::hash(&source.path, &source.file, None)?;
    let Stream { pickle, storages } = Stream::open(&source.path, &source.file, seal.bytes)?;
    source.storages = Storages::Spans(storages);
    source.pickle = Arc::clone(pickle.data());
    Ok((places::find(&pickle), Training::of(&pickle, source), sha256))
}

fn of_archive(source: &mut Source, seal: &Seal) -> Result<Read, CheckpointError> {
    let path = source.path.clone();
    let refused = |source| CheckpointError::Archive {
        path: path.clone(),
        source,
    };
    let archive = Archive::open(&source.file, seal.bytes).map_err(refused)?;
    if archive.kind != Kind::ZipCheckpoint {
        return Err(CheckpointError::Container {
            path,
            found: archive.kind,
        });
    }
    let sha256 = container::hash(&path, &source.file, Some(&archive))?;
    source.big_endian = archive.big_endian(&source.file).map_err(refused)?;
    source.pickle = archive.pickle(&source.file).map_err(refused)?.into();
    source.storages = Storages::Archive(archive);
    let parsed = pickle::parse(Arc::clone(&source.pickle), 0).map_err(|source| CheckpointError::Pickle {
        path: path.clone(),
        source,
    })?;
    let pickle = parsed.pickle;
    Ok((places::find(&pickle), Training::of(&pickle, source), sha256))
}
