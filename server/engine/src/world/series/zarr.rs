//! A series as a Zarr v3 store: a folder with the arrays `step` and `psi`, uncompressed, written beside its place and
//! renamed when it is whole.

use std::fs;
use std::io;
use std::sync::Arc;

use atheria_shared::world::Precision;
use zarrs::array::{
    Array, ArrayBuilder, ArrayBytes, ArrayMetadataOptions, CodecOptions, DataType, FillValue, data_type,
};
use zarrs::filesystem::FilesystemStore;
use zarrs::group::GroupBuilder;
use zarrs::metadata::ChunkKeySeparator;

use super::super::WorldError;
use super::super::field::Field;
use super::Plan;
use crate::durable::TemporaryFolder;
use crate::real::Real;

/// The folder, and the array that states are written into.
pub(super) struct ZarrSeries {
    folder: TemporaryFolder,
    store: Arc<FilesystemStore>,
    psi: Array<FilesystemStore>,
    steps: Vec<i64>,
}

impl ZarrSeries {
    pub(super) fn begin(plan: &Plan) -> Result<Self, WorldError> {
        check_free(plan)?;
        let folder = TemporaryFolder::beside(&plan.path).map_err(|source| plan.write_error(source))?;
        let store = Arc::new(FilesystemStore::new(folder.path()).map_err(failed(plan))?);
        let group = GroupBuilder::new()
            .build(Arc::clone(&store), "/")
            .map_err(failed(plan))?;
        group.store_metadata().map_err(failed(plan))?;
        let (kind, bytes) = match plan.precision {
            Precision::Float32 => (data_type::complex64(), 8),
            Precision::Float64 => (data_type::complex128(), 16),
        };
        let [chunk, whole] = [1, plan.states].map(|states| plan.shape(states).to_vec());
        let names = ["step", "y", "x", "channel"];
        let psi = array(plan, &store, "/psi", [whole, chunk], kind, bytes, &names)?;
        Ok(Self {
            folder,
            store,
            psi,
            steps: Vec::new(),
        })
    }

    pub(super) fn push<F: Real>(
        &mut self,
        plan: &Plan,
        step: i64,
        field: &Field<F>,
    ) -> Result<(), WorldError> {
        let numbers = field.psi.iter().map(|number| number.double());
        // The machine's own order here: the codec turns it into the store's.
        let bytes: Vec<u8> = match plan.precision {
            Precision::Float32 => numbers.flat_map(|number| (number as f32).to_ne_bytes()).collect(),
            Precision::Float64 => numbers.flat_map(f64::to_ne_bytes).collect(),
        };
        store_chunk(plan, &self.psi, &[self.steps.len() as u64, 0, 0, 0], bytes)?;
        self.steps.push(step);
        Ok(())
    }

    pub(super) fn finish(mut self, plan: &Plan) -> Result<(), WorldError> {
        let count = self.steps.len() as u64;
        self.psi
            .set_shape(plan.shape(count).to_vec())
            .map_err(failed(plan))?;
        store_description(plan, &self.psi)?;
        let chunk = vec![count.max(1)];
        let step = array(
            plan,
            &self.store,
            "/step",
            [vec![count], chunk],
            data_type::int64(),
            8,
            &["step"],
        )?;
        if count > 0 {
            let bytes = self.steps.iter().flat_map(|step| step.to_ne_bytes()).collect();
            store_chunk(plan, &step, &[0], bytes)?;
        }
        store_description(plan, &step)?;
        check_free(plan)?;
        self.folder.finish().map_err(|source| plan.write_error(source))
    }
}

/// An array of zeros, described as `[shape, shape of a chunk]`.
fn array(
    plan: &Plan,
    store: &Arc<FilesystemStore>,
    path: &str,
    [shape, chunk]: [Vec<u64>; 2],
    kind: DataType,
    element_bytes: usize,
    names: &[&str],
) -> Result<Array<FilesystemStore>, WorldError> {
    ArrayBuilder::new(shape, chunk, kind, FillValue::new(vec![0; element_bytes]))
        .chunk_key_encoding_default_separator(ChunkKeySeparator::Dot)
        .dimension_names(Some(names.iter().copied()))
        .build(Arc::clone(store), path)
        .map_err(failed(plan))
}

/// A chunk, also where it is all zeros: whoever looks at the folder finds every state.
fn store_chunk(
    plan: &Plan,
    array: &Array<FilesystemStore>,
    place: &[u64],
    bytes: Vec<u8>,
) -> Result<(), WorldError> {
    let options = CodecOptions::default().with_store_empty_chunks(true);
    array
        .store_chunk_opt(place, ArrayBytes::new_flen(bytes), &options)
        .map_err(failed(plan))
}

/// The array's `zarr.json`, without the library's name in it.
fn store_description(plan: &Plan, array: &Array<FilesystemStore>) -> Result<(), WorldError> {
    let options = ArrayMetadataOptions::default().with_include_zarrs_metadata(false);
    array.store_metadata_opt(&options).map_err(failed(plan))
}

fn failed<E: std::error::Error + Send + Sync + 'static>(plan: &Plan) -> impl Fn(E) -> WorldError {
    let path = plan.path.clone();
    move |source| WorldError::SeriesZarr {
        path: path.clone(),
        source: Box::new(source),
    }
}

/// That nothing has the name: a folder is not written over.
fn check_free(plan: &Plan) -> Result<(), WorldError> {
    match fs::symlink_metadata(&plan.path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(plan.write_error(source)),
        Ok(_) => Err(WorldError::SeriesName {
            path: plan.path.clone(),
            reason: "it is there already; move it away, or choose another name",
        }),
    }
}
