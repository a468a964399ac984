//! The stream that PyTorch wrote before 1.6: a number that marks it, a version, the machine, the values, the storages' names, a pickle
//! each; then the storages, each as a count of numbers and the numbers. It has no checksums.
//!
//! A pickle without the mark is read as one by itself: weights as numpy arrays lie within it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use atheria_shared::limits::CHECKPOINT_PICKLE_BYTES;

use crate::CheckpointError;
use crate::container::read_error;
use crate::layout::{NamedStorage, Storage};
use crate::pickle::{self, Parsed, Pickle, PickleError, Value};

/// The number that a stream begins with.
const MARK: f64 = 0x1950_a86a_20f9_469c_fc6c_u128 as f64;
/// As much is read first; four times as much whenever the pickles turn out to be longer.
const FIRST_BYTES: u64 = 1 << 20;

/// A stream's values, and where its storages lie.
#[derive(Debug)]
pub(crate) struct Stream {
    /// The values.
    pub(crate) pickle: Pickle,
    /// The bytes of each storage.
    pub(crate) storages: HashMap<String, Range<u64>>,
}

impl Stream {
    /// Reads the pickles, and finds the storages.
    pub(crate) fn open(path: &Path, file: &File, file_bytes: u64) -> Result<Self, CheckpointError> {
        let mut window = FIRST_BYTES;
        loop {
            let mut data = Vec::new();
            let mut reader = file;
            reader
                .seek(SeekFrom::Start(0))
                .and_then(|_| reader.take(window).read_to_end(&mut data))
                .map_err(|source| read_error(path, source))?;
            match Pickles::parse(&data.into()) {
                Ok(pickles) => {
                    let storages = pickles.find_storages(path, file, file_bytes)?;
                    return Ok(Self {
                        pickle: pickles.values,
                        storages,
                    });
                }
                Err(PickleError::Ends) if window < file_bytes.min(CHECKPOINT_PICKLE_BYTES) => window *= 4,
                Err(source) => {
                    return Err(CheckpointError::Pickle {
                        path: path.to_owned(),
                        source,
                    });
                }
            }
        }
    }
}

/// The pickles of a stream.
struct Pickles {
    values: Pickle,
    /// The storages' names in their order; none for a pickle by itself.
    keys: Option<Vec<String>>,
    end: u64,
}

impl Pickles {
    fn parse(data: &Arc<[u8]>) -> Result<Self, PickleError> {
        let next = |at| pickle::parse(Arc::clone(data), at);
        let first = next(0)?;
        if !matches!(first.pickle.value(first.pickle.root()), Value::BigInt(mark) if *mark == MARK) {
            return Ok(Self {
                end: first.end as u64,
                values: first.pickle,
                keys: None,
            });
        }
        let version = next(first.end)?;
        let machine = next(version.end)?;
        let values = next(machine.end)?;
        let Parsed { pickle: keys, end } = next(values.end)?;
        let names = keys.items(keys.root()).unwrap_or_default();
        let names = names.iter().map(|&key| match keys.value(key) {
            Value::Int(key) => key.to_string(),
            _ => keys.str(key).unwrap_or_default().into_owned(),
        });
        Ok(Self {
            values: values.pickle,
            keys: Some(names.collect()),
            end: end as u64,
        })
    }

    fn find_storages(
        &self,
        path: &Path,
        file: &File,
        file_bytes: u64,
    ) -> Result<HashMap<String, Range<u64>>, CheckpointError> {
        let known = self.named();
        let mut storages = HashMap::new();
        let mut at = self.end;
        for key in self.keys.iter().flatten() {
            let damaged = || CheckpointError::Storage {
                path: path.to_owned(),
                storage: key.clone(),
            };
            let named = known.get(key.as_str()).ok_or_else(damaged)?;
            let mut count = [0; 8];
            let mut reader = file;
            reader
                .seek(SeekFrom::Start(at))
                .and_then(|_| reader.read_exact(&mut count))
                .map_err(|_| damaged())?;
            let bytes = u64::from_le_bytes(count).checked_mul(named.element_bytes);
            let start = at.saturating_add(8);
            let end = bytes
                .filter(|&bytes| bytes == named.bytes)
                .and_then(|bytes| start.checked_add(bytes))
                .filter(|&end| end <= file_bytes)
                .ok_or_else(damaged)?;
            storages.insert(key.clone(), start..end);
            at = end;
        }
        Ok(storages)
    }

    /// The storages that the values name.
    fn named(&self) -> HashMap<&str, &NamedStorage> {
        self.values
            .values()
            .iter()
            .filter_map(|value| match value {
                Value::Storage(storage) => match &**storage {
                    Storage::Named(named) => Some((named.key.as_str(), named)),
                    _ => None,
                },
                _ => None,
            })
            .collect()
    }
}
