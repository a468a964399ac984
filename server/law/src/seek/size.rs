//! The size of a law that weights are of, read off the tensors whose extents are that size.

use atheria_checkpoint::TensorDict;
use atheria_shared::Architecture;
use atheria_shared::law::LawParams;

use crate::Law;
use crate::graph::Graph;

use super::candidate::candidates;
use super::group::{Given, groups};
use super::naming::Names;

/// A size at which no extent is both: a law is drawn at it, to see which tensor has which extent.
const PROBE: LawParams = LawParams {
    d_state: 101,
    hidden_channels: 103,
};

/// The size at which an architecture's names and shapes are those of a dictionary; none: there is none.
pub(super) fn fitting(architecture: Architecture, dict: &TensorDict) -> Option<LawParams> {
    let probe = Law::draw(architecture, PROBE);
    let mut all = vec![Names::of(&probe)];
    all.extend(Names::shortened(&probe));
    let params = all.iter().find_map(|names| read_off(&probe, names, dict))?;
    let graph = Law::draw(architecture, params);
    (!candidates(&graph, &all, dict).is_empty()).then_some(params)
}

fn read_off(probe: &Graph, names: &Names, dict: &TensorDict) -> Option<LawParams> {
    let groups = groups(names, dict);
    let full = groups
        .iter()
        .filter(|group| group.len() >= probe.params().len())
        .find_map(|group| group.given(probe).into_iter().collect::<Result<Vec<_>, _>>().ok())?;
    let extent = |wanted: usize| {
        probe.params().iter().zip(&full).find_map(|(spec, given)| {
            let axis = spec.shape.iter().position(|&extent| extent == wanted)?;
            let name = match given {
                Given::Whole(name)
                | Given::Normed { direction: name, .. }
                | Given::Pruned { original: name, .. } => *name,
            };
            dict.tensors.get(name)?.shape.get(axis).copied()
        })
    };
    let size = |extent: usize| u16::try_from(extent).ok().filter(|&size| size > 0);
    Some(LawParams {
        d_state: size(extent(2 * usize::from(PROBE.d_state))? / 2)?,
        hidden_channels: size(extent(usize::from(PROBE.hidden_channels))?)?,
    })
}
