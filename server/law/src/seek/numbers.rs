//! The numbers of weights that were chosen: read one tensor at a time, cast and multiplied out where they have to be, and nothing else read.

use std::collections::BTreeMap;

use atheria_checkpoint::{Dtype, Element, RawTensor, TensorDict, TensorInfo, TensorSource};
use atheria_shared::beside::{Beside, Thing};
use atheria_shared::limits::{CHECKPOINT_TENSOR_BYTES, LEFT_OUT};
use atheria_shared::remark::{Folding, Remark};
use atheria_shared::unfit::{Misfit, Unfit};

use crate::error::LawError;
use crate::graph::{Graph, ParamRole, ParamSpec};
use crate::weight_norm::{NormError, WeightNorm};
use crate::weights::Weight;

use super::Wanted;
use super::candidate::Candidate;
use super::choice::Choice;
use super::group::Given;
use super::place::{self, Kept};
use super::{cast, fold};

/// The weights, in the graph's order, and what should be known of them.
pub(super) fn read(
    wanted: &Wanted<'_>,
    graph: &Graph,
    source: &dyn TensorSource,
    choice: &Choice<'_>,
) -> Result<(Vec<Weight>, Vec<Remark>), LawError> {
    let chosen = &choice.chosen;
    check_size(chosen)?;
    let reader = Reader {
        dict: chosen.dict,
        source,
        norm: wanted.norm,
    };
    let mut weights = Vec::with_capacity(graph.params().len());
    let mut problems = vec![];
    for (spec, given) in graph.params().iter().zip(&chosen.given) {
        let tensor = match reader.tensor(spec, *given)? {
            Ok(tensor) => tensor,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        match Weight::fit(spec, tensor) {
            Ok(weight) => weights.push(weight),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(LawError::Mismatch {
            architecture: wanted.architecture,
            place: None,
            unfit: Box::new(Unfit::Values {
                problems: problems.clone(),
            }),
            problems,
        });
    }
    let mut remarks = origin(choice);
    remarks.extend(reader.averaged(chosen));
    remarks.extend(changes(graph, chosen));
    let trained = |weight: &&Weight| weight.spec.role == ParamRole::Parameter;
    if weights
        .iter()
        .filter(trained)
        .all(|weight| weight.floats().all(|value| value == 0.0))
    {
        remarks.push(Remark::AllZero);
    }
    Ok((weights, remarks))
}

/// Views can make more numbers than a file has: their bytes are counted before the first one is read.
fn check_size(chosen: &Candidate<'_>) -> Result<(), LawError> {
    let names = chosen.given.iter().flat_map(|given| given.names());
    let mut sizes = names
        .filter_map(|name| chosen.dict.tensors.get(name))
        .map(bytes_of);
    let bytes = sizes
        .try_fold(0_u64, |sum, size| sum.checked_add(size?))
        .unwrap_or(u64::MAX);
    if bytes > CHECKPOINT_TENSOR_BYTES {
        return Err(LawError::TooManyNumbers { bytes });
    }
    Ok(())
}

fn bytes_of(info: &TensorInfo) -> Option<u64> {
    let Element::Number(dtype) = &info.element else {
        return Some(0);
    };
    info.shape
        .iter()
        .try_fold(dtype.bytes() as u64, |bytes, &extent| {
            bytes.checked_mul(u64::try_from(extent).ok()?)
        })
}

/// Reads from the dictionary that was chosen.
struct Reader<'a> {
    dict: &'a TensorDict,
    source: &'a dyn TensorSource,
    norm: &'a dyn WeightNorm,
}

impl Reader<'_> {
    /// A tensor of the law. The inner error is of its values.
    fn tensor(&self, spec: &ParamSpec, given: Given<'_>) -> Result<Result<RawTensor, Misfit>, LawError> {
        Ok(match given {
            Given::Whole(name) => self.part(spec, name)?,
            Given::Normed { gain, direction } => {
                match (self.part(spec, gain)?, self.part(spec, direction)?) {
                    (Ok(gain), Ok(direction)) => Ok(self.normed(spec, &gain, direction)?),
                    (Err(problem), _) | (_, Err(problem)) => Err(problem),
                }
            }
            Given::Pruned { original, mask } => match (self.part(spec, original)?, self.part(spec, mask)?) {
                (Ok(original), Ok(mask)) => Ok(fold::pruned(original, &mask)),
                (Err(problem), _) | (_, Err(problem)) => Err(problem),
            },
        })
    }

    fn normed(
        &self,
        spec: &ParamSpec,
        gain: &RawTensor,
        direction: RawTensor,
    ) -> Result<RawTensor, LawError> {
        let over = fold::over(&gain.shape, &direction.shape).ok_or_else(|| NormError {
            reason: format!("g of {:?} for v of {:?}", gain.shape, direction.shape),
        });
        over.and_then(|over| self.norm.multiply(gain, direction, over))
            .map_err(|source| LawError::Fold {
                name: spec.name.clone(),
                source,
            })
    }

    fn part(&self, spec: &ParamSpec, name: &str) -> Result<Result<RawTensor, Misfit>, LawError> {
        let tensor = self.source.read(self.dict, name)?;
        Ok(match spec.role {
            // That a cast is wanted was known when these weights were chosen.
            ParamRole::Parameter | ParamRole::Buffer => cast::to_float32(name, tensor),
            ParamRole::IntegerBuffer => Ok(tensor),
        })
    }

    /// Of how many models the weights are the mean, where the file says so. It is beside the law: what it cannot be read as is no matter.
    fn averaged(&self, chosen: &Candidate<'_>) -> Option<Remark> {
        let name = chosen.strangers.averaged?;
        let info = self.dict.tensors.get(name)?;
        if info.element != Element::Number(Dtype::I64) || info.shape.iter().any(|&extent| extent != 1) {
            return None;
        }
        let tensor = self.source.read(self.dict, name).ok()?;
        let models = i64::from_le_bytes(*tensor.bytes.first_chunk()?);
        Some(Remark::Averaged {
            models: u64::try_from(models).ok()?,
        })
    }
}

/// Where the weights are from.
fn origin(choice: &Choice<'_>) -> Vec<Remark> {
    let chosen = &choice.chosen;
    let mut remarks = vec![];
    if !choice.others.is_empty() || !matches!(chosen.kept(), Kept::Usual(_)) {
        remarks.push(Remark::WeightsFrom {
            key: chosen.place.clone(),
            others: choice.others.clone(),
        });
    }
    if let Some(class) = &chosen.dict.whole_model {
        remarks.push(Remark::WholeModel { class: class.clone() });
    }
    remarks
}

/// What was done to names and numbers, and what was left out.
fn changes(graph: &Graph, chosen: &Candidate<'_>) -> Vec<Remark> {
    let mut remarks = vec![];
    let prefix = Some(chosen.prefix).filter(|prefix| !prefix.is_empty());
    let stripped: Vec<_> = prefix.into_iter().chain(chosen.within.iter().copied()).collect();
    if !stripped.is_empty() {
        remarks.push(Remark::PrefixStripped {
            prefix: stripped.join(" "),
        });
    }
    if !chosen.added.is_empty() {
        remarks.push(Remark::PrefixAdded {
            prefix: chosen.added.clone(),
        });
    }
    let folded = |how, is: fn(&Given<'_>) -> bool| {
        let given = graph.params().iter().zip(&chosen.given);
        let names: Vec<_> = given
            .filter(|(_, given)| is(given))
            .map(|(spec, _)| spec.name.clone())
            .collect();
        (!names.is_empty()).then_some(Remark::Folded { how, names })
    };
    remarks.extend(folded(Folding::WeightNorm, |given| {
        matches!(given, Given::Normed { .. })
    }));
    remarks.extend(folded(Folding::Pruned, |given| {
        matches!(given, Given::Pruned { .. })
    }));
    if !chosen.is_exact() {
        remarks.push(Remark::Cast {
            from: chosen.dtypes(),
            tensors: chosen.casts.values().map(Vec::len).sum(),
        });
    }
    remarks.extend(left_out(chosen));
    remarks
}

/// What lies beside the weights in their dictionary: tensors by the module that they are of, and what is no tensor.
fn left_out(chosen: &Candidate<'_>) -> Option<Remark> {
    let mut modules: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &chosen.strangers.beside {
        let module = name.split('.').next().unwrap_or(name);
        *modules.entry(module).or_default() += 1;
    }
    let one = |within: &str, what| Beside {
        place: place::join(&chosen.dict.key, within),
        what,
    };
    let modules = modules.into_iter();
    let modules = modules.map(|(module, count)| one(module, Thing::Tensors { count }));
    let others = chosen.dict.others.iter();
    let others = others.map(|other| one(&other.place, other.what.clone()));
    let mut what: Vec<_> = modules.chain(others).collect();
    let more = what.len().saturating_sub(LEFT_OUT);
    what.truncate(LEFT_OUT);
    (!what.is_empty()).then_some(Remark::LeftOut { what, more })
}
