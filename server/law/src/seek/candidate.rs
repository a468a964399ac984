//! A dictionary's names held against the law: whether their shapes and types are those that it needs.

use std::collections::{BTreeMap, HashSet};

use atheria_checkpoint::{Dtype, Element, TensorDict, TensorInfo};

use crate::graph::{Graph, ParamRole, ParamSpec};

use super::fold;
use super::group::{Given, Group, Strangers, groups};
use super::naming::Names;
use super::place::{self, Kept};

/// Weights that fit the law, but perhaps for their float type.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// The dictionary.
    pub(super) dict: &'a TensorDict,
    /// Its place, or that of the names' prefix in it where it holds the law several times.
    pub(super) place: String,
    /// How each tensor is given, in the graph's order.
    pub(super) given: Vec<Given<'a>>,
    /// What stands before every name.
    pub(super) prefix: &'a str,
    /// Wrappers' segments within the names.
    pub(super) within: Vec<&'a str>,
    /// What every name lacks.
    pub(super) added: String,
    /// What lies beside the law in its dictionary.
    pub(super) strangers: Strangers<'a>,
    /// The tensors of other float types, by type; none: it fits as it is.
    pub(super) casts: BTreeMap<&'static str, Vec<&'a str>>,
}

impl Candidate<'_> {
    /// Whether it fits without a cast.
    pub(super) fn is_exact(&self) -> bool {
        self.casts.is_empty()
    }

    /// The types that it would have to be cast from.
    pub(super) fn dtypes(&self) -> String {
        self.casts.keys().copied().collect::<Vec<_>>().join(" and ")
    }

    /// What is usually kept in its place.
    pub(super) fn kept(&self) -> Kept {
        place::kept(&self.place)
    }
}

/// The candidates of a dictionary: the law's own names first, then those that lack what all of them begin with.
pub(super) fn candidates<'a>(graph: &Graph, all: &[Names], dict: &'a TensorDict) -> Vec<Candidate<'a>> {
    for names in all {
        let found = of_names(graph, names, dict);
        if !found.is_empty() {
            return found;
        }
    }
    vec![]
}

fn of_names<'a>(graph: &Graph, names: &Names, dict: &'a TensorDict) -> Vec<Candidate<'a>> {
    let groups = groups(names, dict);
    // Each tensor takes a name at least, so that those with fewer are never looked at.
    let full: Vec<_> = groups
        .iter()
        .filter(|group| group.len() >= graph.params().len())
        .filter_map(|group| {
            let given: Result<Vec<_>, _> = group.given(graph).into_iter().collect();
            Some((group, given.ok()?))
        })
        .collect();
    let known: HashSet<&str> = full
        .iter()
        .flat_map(|(group, _)| group.readings.iter().map(|reading| reading.name))
        .collect();
    let several = full.len() > 1;
    full.into_iter()
        .filter_map(|(group, given)| {
            let strangers = group.strangers(dict, &known);
            let casts = hold(graph, &given, dict)?;
            if !strangers.within.is_empty() || !names.added.is_empty() && !is_all(names, group, &strangers) {
                return None;
            }
            let within = if several { group.prefix } else { "" };
            Some(Candidate {
                dict,
                place: place::join(&dict.key, within),
                given,
                prefix: group.prefix,
                within: group.within(names).into_iter().collect(),
                added: names.added.clone(),
                strangers,
                casts,
            })
        })
        .collect()
}

/// Whether names that lack their beginning are all that there is: only then is it put before them.
fn is_all(names: &Names, group: &Group<'_>, strangers: &Strangers<'_>) -> bool {
    let prefix = group.prefix.trim_end_matches('.');
    strangers.beside.is_empty()
        && (prefix.is_empty() || prefix.split('.').all(|segment| names.is_wrapper(segment)))
}

/// The tensors that would have to be cast, by type; none where a shape or a type does not fit.
fn hold<'a>(
    graph: &Graph,
    given: &[Given<'a>],
    dict: &TensorDict,
) -> Option<BTreeMap<&'static str, Vec<&'a str>>> {
    let mut casts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (spec, given) in graph.params().iter().zip(given) {
        if !shapes_fit(spec, *given, dict) {
            return None;
        }
        for name in given.names() {
            match type_of(spec, *given, name, dict.tensors.get(name)?) {
                Fits::AsItIs => {}
                Fits::Cast(dtype) => casts.entry(dtype.as_str()).or_default().push(name),
                Fits::Not => return None,
            }
        }
    }
    Some(casts)
}

/// Whether a type is the one that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fits {
    /// It is.
    AsItIs,
    /// It is another float type.
    Cast(Dtype),
    /// It is something else.
    Not,
}

/// Whether the type of a name's tensor is what the law needs there.
pub(super) fn type_of(spec: &ParamSpec, given: Given<'_>, name: &str, info: &TensorInfo) -> Fits {
    let is_mask = matches!(given, Given::Pruned { mask, .. } if mask == name);
    match (&info.element, spec.role) {
        (Element::Number(Dtype::I64), ParamRole::IntegerBuffer)
        | (Element::Number(Dtype::F32), ParamRole::Parameter | ParamRole::Buffer) => Fits::AsItIs,
        (Element::Number(Dtype::Bool), ParamRole::Parameter) if is_mask => Fits::AsItIs,
        (
            Element::Number(dtype @ (Dtype::F64 | Dtype::F16 | Dtype::Bf16)),
            ParamRole::Parameter | ParamRole::Buffer,
        ) => Fits::Cast(*dtype),
        _ => Fits::Not,
    }
}

/// Whether the shapes of a tensor's parts make up the one that the law needs.
pub(super) fn shapes_fit(spec: &ParamSpec, given: Given<'_>, dict: &TensorDict) -> bool {
    given.names().all(|name| {
        let info = dict.tensors.get(name);
        info.is_some_and(|info| shape_fits(spec, given, name, info))
    })
}

/// The same of one part.
pub(super) fn shape_fits(spec: &ParamSpec, given: Given<'_>, name: &str, info: &TensorInfo) -> bool {
    match given {
        Given::Normed { gain, .. } if gain == name => fold::over(&info.shape, &spec.shape).is_some(),
        _ => info.shape == spec.shape,
    }
}
