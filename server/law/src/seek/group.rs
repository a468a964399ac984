//! The names of a dictionary that stand behind one prefix, and how each of the law's tensors is given by them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use atheria_checkpoint::TensorDict;

use crate::graph::Graph;

use super::naming::{Names, Part, Reading};

/// The counter that `torch.optim.swa_utils.AveragedModel` keeps beside a law.
const AVERAGED: &str = "n_averaged";

/// How a law's tensor is given, by the names that it has in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given<'a> {
    /// As it is.
    Whole(&'a str),
    /// As g v / |v|
    Normed {
        /// g
        gain: &'a str,
        /// v
        direction: &'a str,
    },
    /// As a product.
    Pruned {
        /// Its elements.
        original: &'a str,
        /// Those that are left: 1, and 0.
        mask: &'a str,
    },
}

impl<'a> Given<'a> {
    /// Its names in the file.
    pub(super) fn names(self) -> impl Iterator<Item = &'a str> {
        let (first, second) = match self {
            Self::Whole(name) => (name, None),
            Self::Normed { gain, direction } => (gain, Some(direction)),
            Self::Pruned { original, mask } => (original, Some(mask)),
        };
        [Some(first), second].into_iter().flatten()
    }
}

/// Why a law's tensor cannot be had from its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack<'a> {
    /// None of its parts is there.
    Missing,
    /// Two names can be it.
    Doubled(&'a str, &'a str),
    /// One part is there and another is not.
    Half(&'a str),
    /// It is divided by its largest singular value.
    Spectral(&'a str),
    /// It is computed by code that the file does not hold.
    Parametrized(&'a str),
}

/// Names behind one prefix.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The prefix, with its last dot; empty: none.
    pub(super) prefix: &'a str,
    /// What they are to the law.
    pub(super) readings: Vec<Reading<'a>>,
}

/// Groups, by their prefixes.
pub(super) fn groups<'a>(names: &Names, dict: &'a TensorDict) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<&str, Vec<Reading<'_>>> = BTreeMap::new();
    for reading in dict.tensors.keys().flat_map(|name| names.read(name)) {
        groups.entry(reading.prefix).or_default().push(reading);
    }
    groups
        .into_iter()
        .map(|(prefix, readings)| Group { prefix, readings })
        .collect()
}

/// Names in a dictionary that are none of the law's.
#[derive(Debug, Default)]
pub(super) struct Strangers<'a> {
    /// Behind the same prefix: the law would have other parameters.
    pub(super) within: Vec<&'a str>,
    /// Elsewhere: other modules beside the law.
    pub(super) beside: Vec<&'a str>,
    /// The counter of an averaged model.
    pub(super) averaged: Option<&'a str>,
}

impl<'a> Group<'a> {
    /// How many of the law's tensors it can have at most.
    pub(super) fn len(&self) -> usize {
        self.readings.len()
    }

    /// How each of the law's tensors is given, in the graph's order.
    pub(super) fn given(&self, graph: &Graph) -> Vec<Result<Given<'a>, Lack<'a>>> {
        let mut slots = vec![Slot::default(); graph.params().len()];
        for reading in &self.readings {
            if let Some(slot) = slots.get_mut(reading.param) {
                slot.add(reading.part, reading.name);
            }
        }
        slots.into_iter().map(Slot::given).collect()
    }

    /// The other names of its dictionary; `known` are those of the law's copies there.
    pub(super) fn strangers(&self, dict: &'a TensorDict, known: &HashSet<&str>) -> Strangers<'a> {
        let mut strangers = Strangers::default();
        for name in dict.tensors.keys().filter(|name| !known.contains(name.as_str())) {
            let parent = name.strip_suffix(AVERAGED);
            if parent.is_some_and(|parent| self.prefix.starts_with(parent) && ends(parent)) {
                strangers.averaged = Some(name);
            } else if name.starts_with(self.prefix) {
                strangers.within.push(name);
            } else {
                strangers.beside.push(name);
            }
        }
        strangers
    }

    /// The wrappers' segments within its names.
    pub(super) fn within(&self, names: &Names) -> BTreeSet<&'a str> {
        self.readings
            .iter()
            .flat_map(|reading| names.within(reading))
            .collect()
    }
}

/// Whether a beginning of a name ends where a segment does.
fn ends(parent: &str) -> bool {
    parent.is_empty() || parent.ends_with('.')
}

/// The parts of one tensor.
#[derive(Debug, Clone, Default)]
struct Slot<'a> {
    whole: Option<&'a str>,
    gain: Option<&'a str>,
    direction: Option<&'a str>,
    original: Option<&'a str>,
    mask: Option<&'a str>,
    power: Option<&'a str>,
    doubled: Option<(&'a str, &'a str)>,
}

impl<'a> Slot<'a> {
    fn add(&mut self, part: Part, name: &'a str) {
        let place = match part {
            Part::Whole => &mut self.whole,
            Part::Gain => &mut self.gain,
            Part::Direction => &mut self.direction,
            Part::Original => &mut self.original,
            Part::Mask => &mut self.mask,
            // There are two of them, and neither is read.
            Part::Power => {
                self.power = Some(name);
                return;
            }
        };
        if let Some(first) = place.replace(name) {
            self.doubled = Some((first, name));
        }
    }

    fn given(self) -> Result<Given<'a>, Lack<'a>> {
        if let Some((first, second)) = self.doubled {
            return Err(Lack::Doubled(first, second));
        }
        let part = self
            .gain
            .or(self.direction)
            .or(self.original)
            .or(self.mask)
            .or(self.power);
        if let Some(whole) = self.whole {
            return part.map_or(Ok(Given::Whole(whole)), |part| Err(Lack::Doubled(whole, part)));
        }
        match (self.gain, self.direction, self.original, self.mask, self.power) {
            (Some(gain), Some(direction), None, None, None) => Ok(Given::Normed { gain, direction }),
            (None, None, Some(original), Some(mask), None) => Ok(Given::Pruned { original, mask }),
            (None, _, Some(original), None, Some(_)) => Err(Lack::Spectral(original)),
            (None, None, Some(original), None, None) => Err(Lack::Parametrized(original)),
            _ => Err(part.map_or(Lack::Missing, Lack::Half)),
        }
    }
}
