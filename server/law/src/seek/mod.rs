//! A law's weights, sought in a file by their fit: by names, shapes and types, before any number is read.
//!
//! `dictionary → naming → group → candidate → choice → numbers`: [`naming`] reads a file's names as those of the law, whatever wrappers
//! put before or between them; [`group`] holds names of one prefix together; [`candidate`] holds shapes and types against the graph;
//! [`choice`] takes the one that fits, or asks; [`nearest`] says why none does; [`numbers`] reads what was chosen, and nothing else.
//!
//! Invariant: a law's tensor has one name in a file and one meaning. Two that could be it are a refusal, never a guess.

mod candidate;
mod cast;
mod choice;
mod fold;
mod group;
mod naming;
mod nearest;
mod numbers;
mod place;
mod size;
#[cfg(test)]
mod tests;

use crate::error::LawError;
use crate::graph::Graph;
use crate::weight_norm::WeightNorm;
use crate::weights::Weight;

use atheria_checkpoint::TensorSource;
use atheria_shared::Architecture;
use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::remark::Remark;
pub use cast::to_float32;

/// What is looked for in a checkpoint.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The law's architecture.
    pub architecture: Architecture,
    /// Its size.
    pub params: LawParams,
    /// The sizes that are defaults, since `config.json` does not say them: `d_state`, `hidden_channels`.
    pub defaulted: &'a [String],
    /// The place in the file; none: the one that fits.
    pub weights: Option<&'a str>,
    /// Whether other float types may be cast to float32.
    pub cast: bool,
    /// Who multiplies out weights that were given as a length and a direction.
    pub norm: &'a dyn WeightNorm,
}

impl<'a> Wanted<'a> {
    /// What a job asks for; none where it is of somebody else's TorchScript.
    pub fn of(job: &'a LawJob, norm: &'a dyn WeightNorm) -> Option<Self> {
        Some(Self {
            architecture: job.architecture?,
            params: job.params,
            defaulted: &job.params_defaulted,
            weights: job.weights.as_deref(),
            cast: job.cast,
            norm,
        })
    }
}

/// The graph's weights, in the graph's order, and what should be known of where they come from.
pub(crate) fn seek(
    wanted: &Wanted<'_>,
    graph: &Graph,
    source: &dyn TensorSource,
) -> Result<(Vec<Weight>, Vec<Remark>), LawError> {
    let choice = choice::choose(wanted, graph, source.dicts())?;
    let read = numbers::read(wanted, graph, source, &choice)?;
    source.check_unchanged()?;
    Ok(read)
}
