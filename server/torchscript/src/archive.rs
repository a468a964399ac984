//! The container of an export: a zip with stored entries under one folder. The same law and manifest give the same
//! bytes, so an archive on disk can be compared with what would be written.

use std::io::{Cursor, Write};

use atheria_law::Law;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::ArchiveError;
use crate::manifest::{Manifest, PLACE};
use crate::pickle::EMPTY_TUPLE;
use crate::script::Script;

/// The folder that all entries lie in.
const FOLDER: &str = "model";

/// A law's archive, its manifest in it: the whole file, not written anywhere.
pub fn write(law: &Law, manifest: &Manifest) -> Result<Vec<u8>, ArchiveError> {
    let json = serde_json::to_vec_pretty(manifest).map_err(|source| ArchiveError::Manifest { source })?;
    let script = Script::of(law, manifest.boundary);
    let pack = || -> zip::result::ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut entry = |place: &str, bytes: &[u8]| {
            zip.start_file(format!("{FOLDER}/{place}"), stored())?;
            zip.write_all(bytes)?;
            Ok::<_, zip::result::ZipError>(())
        };
        entry("data.pkl", &script.objects)?;
        entry("byteorder", b"little")?;
        for (place, weight) in law.weights().iter().enumerate() {
            entry(&format!("data/{place}"), &weight.bytes)?;
        }
        entry("code/__torch__.py", script.source.as_bytes())?;
        entry("constants.pkl", &EMPTY_TUPLE)?;
        entry("version", b"3\n")?;
        entry(PLACE, &json)?;
        Ok(zip.finish()?.into_inner())
    };
    pack().map_err(|source| ArchiveError::Container { source })
}

/// An archive of libtorch's own with a manifest added to it.
pub fn add_manifest(archive: &[u8], manifest: &Manifest) -> Result<Vec<u8>, ArchiveError> {
    let json = serde_json::to_vec_pretty(manifest).map_err(|source| ArchiveError::Manifest { source })?;
    let pack = || -> zip::result::ZipResult<Vec<u8>> {
        let mut old = zip::ZipArchive::new(Cursor::new(archive))?;
        let folder = old
            .file_names()
            .next()
            .and_then(|name| name.split('/').next())
            .unwrap_or(FOLDER)
            .to_owned();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for place in 0..old.len() {
            zip.raw_copy_file(old.by_index_raw(place)?)?;
        }
        zip.start_file(format!("{folder}/{PLACE}"), stored())?;
        zip.write_all(&json)?;
        Ok(zip.finish()?.into_inner())
    };
    pack().map_err(|source| ArchiveError::Container { source })
}

/// Uncompressed, with a date that never changes.
fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
}
