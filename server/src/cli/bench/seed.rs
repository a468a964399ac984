//! The seed that the demo's growing laws were trained to grow from (`plant_seed` in `server/demo/train/world.py`).

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Cells a side.
const SIDE: usize = 2;

/// Writes it as a state: `psi` complex64 `[2, 2, d]`, `psi_0` = 0 and the other channels alike, the norm 1.
pub(super) fn write(path: &Path, channels: u16) -> io::Result<()> {
    let mut zip = ZipWriter::new(File::create(path)?);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("psi.npy", stored)?;
    zip.write_all(&npy(channels))?;
    zip.finish()?.flush()
}

/// The array, in the format 1.0 of `.npy`.
fn npy(channels: u16) -> Vec<u8> {
    let shape = format!("({SIDE}, {SIDE}, {channels})");
    let header = format!("{{'descr': '<c8', 'fortran_order': False, 'shape': {shape}, }}");
    // Magic, version, length and header end at a multiple of 64, with a line break.
    let padded = (10 + header.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((padded as u16).to_le_bytes());
    bytes.extend(format!("{header:<width$}\n", width = padded - 1).bytes());
    let alike = f32::from(channels.saturating_sub(1)).sqrt().recip();
    for _ in 0..SIDE * SIDE {
        for channel in 0..channels {
            let real = if channel == 0 { 0.0 } else { alike };
            bytes.extend(real.to_le_bytes());
            bytes.extend(0.0_f32.to_le_bytes());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_an_array_of_unit_cells() {
        let bytes = npy(5);
        assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
        let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        assert_eq!((10 + header) % 64, 0);
        assert_eq!(bytes[9 + header], b'\n');
        let numbers: Vec<f32> = bytes[10 + header..]
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect();
        assert_eq!(numbers.len(), SIDE * SIDE * 5 * 2);
        for cell in numbers.chunks_exact(10) {
            assert_eq!(cell, [0.0, 0.0, 0.5, 0.0, 0.5, 0.0, 0.5, 0.0, 0.5, 0.0]);
        }
    }

    #[test]
    fn a_seed_is_a_file_that_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed.npz");
        write(&path, 6).unwrap();
        let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
        let mut bytes = Vec::new();
        io::copy(&mut archive.by_name("psi.npy").unwrap(), &mut bytes).unwrap();
        assert_eq!(bytes, npy(6));
    }
}
