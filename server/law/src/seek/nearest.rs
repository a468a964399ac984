//! Why no dictionary of a file fits: the one that comes nearest, what is the matter in one line, and all that does not fit in it.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use atheria_checkpoint::TensorDict;
use atheria_shared::Architecture;
use atheria_shared::limits::LAW_PROBLEMS;
use atheria_shared::tensor::TensorKind;
use atheria_shared::unfit::{Misfit, OtherSize, Unfit};

use crate::error::LawError;
use crate::graph::{Graph, ParamSpec};
use crate::weights::{missing, unknown, wrong_shape, wrong_type};

use super::Wanted;
use super::candidate::{Fits, shape_fits, shapes_fit, type_of};
use super::group::{Given, Group, Lack, Strangers, groups};
use super::naming::Names;
use super::place::{self, Kept};
use super::size;

/// A dictionary, read as one of the law as far as that goes.
struct Near<'a> {
    dict: &'a TensorDict,
    /// Its names by their prefixes, the most first.
    groups: Vec<Group<'a>>,
    /// How each tensor is given behind the first of them, in the graph's order.
    given: Vec<Result<Given<'a>, Lack<'a>>>,
    strangers: Strangers<'a>,
}

/// Says why none of the dictionaries fits.
pub(super) fn explain(wanted: &Wanted<'_>, graph: &Graph, dicts: &[&TensorDict]) -> LawError {
    let mut all = vec![Names::of(graph)];
    all.extend(Names::shortened(graph));
    let near = dicts
        .iter()
        .filter(|dict| !dict.tensors.is_empty())
        .map(|dict| Near::of(graph, &all, dict))
        .max_by_key(|near| near.rank(graph));
    let Some(near) = near else {
        let beside = dicts.iter().flat_map(|dict| dict.others.clone());
        let problems = beside.map(Misfit::Beside);
        return mismatch(
            wanted,
            None,
            Unfit::Nothing,
            problems.take(LAW_PROBLEMS).collect(),
        );
    };
    let problems = capped(near.problems(graph));
    let unfit = near
        .unfit(wanted, graph)
        .or_else(|| other_law(wanted, dicts))
        .or_else(|| {
            let unlike = near.groups.is_empty() && dicts.iter().any(|dict| is_optimizer(dict));
            (unlike || is_optimizer(near.dict)).then_some(Unfit::Optimizer)
        })
        .unwrap_or_else(|| Unfit::Keys {
            problems: problems.clone(),
        });
    let place = (dicts.len() > 1).then(|| near.dict.key.clone());
    mismatch(wanted, place, unfit, problems)
}

/// The first [`LAW_PROBLEMS`], and how many more there are.
fn capped(mut problems: Vec<Misfit>) -> Vec<Misfit> {
    if let Some(more) = problems.len().checked_sub(LAW_PROBLEMS).filter(|&more| more > 0) {
        problems.truncate(LAW_PROBLEMS);
        problems.push(Misfit::More { more });
    }
    problems
}

fn mismatch(wanted: &Wanted<'_>, place: Option<String>, unfit: Unfit, problems: Vec<Misfit>) -> LawError {
    LawError::Mismatch {
        architecture: wanted.architecture,
        place,
        unfit: Box::new(unfit),
        problems,
    }
}

/// Another law that one of the dictionaries is of.
fn other_law(wanted: &Wanted<'_>, dicts: &[&TensorDict]) -> Option<Unfit> {
    dicts.iter().find_map(|dict| {
        let fitting: Vec<_> = Architecture::ALL
            .into_iter()
            .filter(|&architecture| architecture != wanted.architecture)
            .filter_map(|architecture| Some((architecture, size::fitting(architecture, dict)?)))
            .collect();
        let (_, params) = *fitting.first()?;
        Some(Unfit::Architecture {
            architectures: fitting
                .into_iter()
                .filter(|(_, own)| *own == params)
                .map(|(architecture, _)| architecture)
                .collect(),
            params,
        })
    })
}

impl<'a> Near<'a> {
    fn of(graph: &Graph, all: &[Names], dict: &'a TensorDict) -> Self {
        let mut groups: Vec<Group<'_>> = all
            .iter()
            .map(|names| groups(names, dict))
            .find(|groups| !groups.is_empty())
            .unwrap_or_default();
        groups.sort_by_key(|group| Reverse(group.len()));
        let none = Group {
            prefix: "",
            readings: vec![],
        };
        let first = groups.first().unwrap_or(&none);
        let known: HashSet<&str> = first.readings.iter().map(|reading| reading.name).collect();
        Self {
            dict,
            given: first.given(graph),
            strangers: first.strangers(dict, &known),
            groups,
        }
    }

    /// The higher, the nearer: tensors that fit, tensors that are there, and where weights are usually kept.
    fn rank(&self, graph: &Graph) -> (bool, usize, usize, Reverse<Kept>) {
        let kept = place::kept(&self.dict.key);
        let there = self.given.iter().filter(|given| given.is_ok()).count();
        let fitting = graph
            .params()
            .iter()
            .zip(&self.given)
            .filter(|(spec, given)| given.is_ok_and(|given| shapes_fit(spec, given, self.dict)))
            .count();
        (kept != Kept::Optimizer, fitting, there, Reverse(kept))
    }

    /// What explains all of it, if anything does.
    fn unfit(&self, wanted: &Wanted<'_>, graph: &Graph) -> Option<Unfit> {
        let specs = || graph.params().iter().zip(&self.given);
        if let Some(unfit) = self.prefix_of_some(graph) {
            return Some(unfit);
        }
        for (spec, given) in specs() {
            if let Err(Lack::Doubled(first, second)) = given {
                return Some(Unfit::Doubled {
                    name: spec.name.clone(),
                    first: (*first).to_owned(),
                    second: (*second).to_owned(),
                });
            }
        }
        let of = |wanted: fn(&Lack<'_>) -> bool| -> Option<Vec<String>> {
            let names: Vec<_> = specs()
                .filter(|(_, given)| given.as_ref().is_err_and(wanted))
                .map(|(spec, _)| spec.name.clone())
                .collect();
            (!names.is_empty()).then_some(names)
        };
        if let Some(names) = of(|lack| matches!(lack, Lack::Spectral(_))) {
            return Some(Unfit::Spectral { names });
        }
        if let Some(names) = of(|lack| matches!(lack, Lack::Parametrized(_))) {
            return Some(Unfit::Parametrized { names });
        }
        let given: Vec<_> = specs()
            .map(|(spec, given)| Some((spec, given.ok()?)))
            .collect::<Option<_>>()?;
        if !self.strangers.within.is_empty() {
            return None;
        }
        if !given
            .iter()
            .all(|(spec, given)| shapes_fit(spec, *given, self.dict))
        {
            return self.other_size(wanted);
        }
        self.elements(&given)
    }

    /// The names are of two models.
    fn prefix_of_some(&self, graph: &Graph) -> Option<Unfit> {
        let [first, second, ..] = self.groups.as_slice() else {
            return None;
        };
        let params: BTreeSet<_> = [first, second]
            .iter()
            .flat_map(|group| group.readings.iter().map(|reading| reading.param))
            .collect();
        let of = first.len() + second.len();
        if params.len() != graph.params().len() || of != params.len() {
            return None;
        }
        // The prefix that is told is the longer one: the other may be none.
        let (told, other) = if first.prefix.len() > second.prefix.len() {
            (first, second)
        } else {
            (second, first)
        };
        Some(Unfit::PrefixOfSome {
            prefix: told.prefix.to_owned(),
            with: told.len(),
            of,
            other: other.prefix.to_owned(),
        })
    }

    /// The law is the right one, and its size is another.
    fn other_size(&self, wanted: &Wanted<'_>) -> Option<Unfit> {
        let found = size::fitting(wanted.architecture, self.dict)?;
        let of = |key: &'static str, weights: u16, law: u16| {
            (weights != law).then(|| OtherSize {
                key: key.to_owned(),
                weights,
                law,
                defaulted: wanted.defaulted.iter().any(|name| name == key),
            })
        };
        let params = wanted.params;
        Some(Unfit::Size {
            found: [
                of("d_state", found.d_state, params.d_state),
                of("hidden_channels", found.hidden_channels, params.hidden_channels),
            ]
            .into_iter()
            .flatten()
            .collect(),
        })
    }

    /// All fits but for what the tensors' elements are.
    fn elements(&self, given: &[(&ParamSpec, Given<'_>)]) -> Option<Unfit> {
        let wrong: Vec<_> = given
            .iter()
            .flat_map(|(spec, given)| given.names().map(move |name| (*spec, *given, name)))
            .filter_map(|(spec, given, name)| {
                let info = self.dict.tensors.get(name)?;
                (type_of(spec, given, name, info) == Fits::Not).then_some((name, info))
            })
            .collect();
        let (_, first) = wrong.first()?;
        let kind = first.element.kind();
        if kind == TensorKind::Meta {
            return Some(Unfit::Meta { tensors: wrong.len() });
        }
        Some(Unfit::Element {
            names: wrong
                .iter()
                .filter(|(_, info)| info.element.kind() == kind)
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            kind,
        })
    }

    /// All that does not fit.
    fn problems(&self, graph: &Graph) -> Vec<Misfit> {
        let own = graph
            .params()
            .iter()
            .zip(&self.given)
            .flat_map(|(spec, given)| match given {
                Ok(given) => self.of_tensor(spec, *given),
                Err(lack) => vec![self.of_lack(&spec.name, lack)],
            });
        let strangers = self.strangers.within.iter();
        own.chain(strangers.map(|name| unknown(name))).collect()
    }

    fn of_tensor(&self, spec: &ParamSpec, given: Given<'_>) -> Vec<Misfit> {
        let parts = given
            .names()
            .filter_map(|name| Some((name, self.dict.tensors.get(name)?)));
        let mut problems = vec![];
        for (name, info) in parts {
            // A tensor that is given as it is has the law's own name, whatever stands before it.
            let said = if given == Given::Whole(name) {
                &spec.name
            } else {
                name
            };
            if !shape_fits(spec, given, name, info) {
                problems.push(wrong_shape(said, &info.shape, &spec.shape));
            } else if type_of(spec, given, name, info) != Fits::AsItIs {
                problems.push(wrong_type(said, info.element.kind(), spec.role));
            }
        }
        problems
    }

    fn of_lack(&self, name: &str, lack: &Lack<'_>) -> Misfit {
        let key = name.to_owned();
        let of = |part: &str| part.to_owned();
        match lack {
            Lack::Missing => {
                let there = self.dict.others.iter().find(|other| other.place == name);
                match there.map(|other| other.what.clone()) {
                    Some(what) => Misfit::NoTensor { key, what },
                    None => missing(name),
                }
            }
            Lack::Doubled(first, second) => Misfit::Doubled {
                key,
                first: of(first),
                second: of(second),
            },
            Lack::Half(part) => Misfit::Half { key, part: of(part) },
            Lack::Spectral(part) => Misfit::Spectral { key, part: of(part) },
            Lack::Parametrized(part) => Misfit::Parametrized { key, part: of(part) },
        }
    }
}

/// Whether a dictionary is what an optimizer keeps.
fn is_optimizer(dict: &TensorDict) -> bool {
    let mut names = dict.tensors.keys();
    place::kept(&dict.key) == Kept::Optimizer || names.any(|name| place::kept(name) == Kept::Optimizer)
}
