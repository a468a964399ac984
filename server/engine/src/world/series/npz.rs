//! A series as a `.npz`, streamed: psi as it comes, the steps at the end.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};

use atheria_shared::world::Precision;
use zip::{ZipArchive, ZipWriter};

use super::super::field::Field;
use super::super::npy::{CHUNK_BYTES, Header, complex_descr, write_numbers};
use super::super::state_file::{begin_array, integers};
use super::Plan;
use crate::durable::Temporary;
use crate::real::Real;

/// The file, open at the end of the last state.
pub(super) struct NpzSeries {
    // Dropped in this order: the archive closes itself before its file is removed.
    zip: ZipWriter<BufWriter<File>>,
    temporary: Temporary,
    steps: Vec<i64>,
}

impl NpzSeries {
    pub(super) fn begin(plan: &Plan) -> io::Result<Self> {
        let temporary = Temporary::beside(&plan.path)?;
        let zip = begin(&temporary, plan, plan.states)?;
        // A disk without room for all of it is found before the first step.
        temporary.reserve(plan.state_bytes().saturating_mul(plan.states))?;
        Ok(Self {
            zip,
            temporary,
            steps: Vec::new(),
        })
    }

    pub(super) fn push<F: Real>(&mut self, plan: &Plan, step: i64, field: &Field<F>) -> io::Result<()> {
        match plan.precision {
            Precision::Float32 if F::BYTES == 8 => {
                write_numbers(&mut self.zip, &field.to_precision::<f32>().psi)?;
            }
            Precision::Float64 if F::BYTES == 4 => {
                write_numbers(&mut self.zip, &field.to_precision::<f64>().psi)?;
            }
            _ => write_numbers(&mut self.zip, &field.psi)?,
        }
        self.steps.push(step);
        Ok(())
    }

    pub(super) fn finish(self, plan: &Plan) -> io::Result<()> {
        let Self {
            mut zip,
            mut temporary,
            steps,
        } = self;
        if (steps.len() as u64) < plan.states {
            (zip, temporary) = shorten(zip, temporary, plan, steps.len() as u64)?;
        }
        integers(&mut zip, "step", &[steps.len()], steps.iter().copied())?;
        close(zip)?;
        temporary.finish()
    }
}

fn begin(temporary: &Temporary, plan: &Plan, states: u64) -> io::Result<ZipWriter<BufWriter<File>>> {
    let file = temporary.file()?;
    let mut zip = ZipWriter::new(BufWriter::with_capacity(CHUNK_BYTES, file));
    let descr = match plan.precision {
        Precision::Float32 => complex_descr::<f32>(),
        Precision::Float64 => complex_descr::<f64>(),
    };
    let header = Header {
        descr: descr.to_owned(),
        shape: plan.shape(states).to_vec(),
        fortran: false,
    };
    begin_array(&mut zip, "psi", &header)?;
    Ok(zip)
}

/// Writes the archive's directory, and all that waits to be written.
fn close(zip: ZipWriter<BufWriter<File>>) -> io::Result<()> {
    let file = zip.finish()?.into_inner();
    file.map(drop).map_err(io::IntoInnerError::into_error)
}

/// A new file for a series with fewer states than the first one's header says: its states are copied.
fn shorten(
    zip: ZipWriter<BufWriter<File>>,
    temporary: Temporary,
    plan: &Plan,
    states: u64,
) -> io::Result<(ZipWriter<BufWriter<File>>, Temporary)> {
    close(zip)?;
    // An open file can be read after its name is gone, which the new one takes.
    let file = File::open(temporary.path())?;
    drop(temporary);
    let temporary = Temporary::beside(&plan.path)?;
    let mut copy = begin(&temporary, plan, states)?;
    let mut archive = ZipArchive::new(BufReader::with_capacity(CHUNK_BYTES, file))?;
    let mut entry = archive.by_name("psi.npy")?;
    Header::read(&mut entry)?;
    let bytes = plan.state_bytes() * states;
    if io::copy(&mut entry.take(bytes), &mut copy)? != bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((copy, temporary))
}
