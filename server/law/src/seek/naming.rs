//! A file's names, read as those of a law: what wrappers put before and between them, and the parts that a tensor may be given in.

use std::collections::HashMap;

use crate::graph::{Graph, ParamRole};

/// Segments that PyTorch's wrappers put into names: `DataParallel` and `AveragedModel`, `torch.compile`, FSDP, activation checkpointing.
const WRAPPERS: [&str; 4] = [
    "module",
    "_orig_mod",
    "_fsdp_wrapped_module",
    "_checkpoint_wrapped_module",
];

/// What a tensor in a file is to one of the law's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It itself.
    Whole,
    /// The g of a weight norm.
    Gain,
    /// The v of a weight norm, or of a spectral norm.
    Direction,
    /// What a mask is laid on, or what another reparametrization starts from.
    Original,
    /// Which of its elements are left after pruning.
    Mask,
    /// A vector of a spectral norm's power iteration.
    Power,
}

/// A name that can be one of the law's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading<'a> {
    /// All of it.
    pub(super) name: &'a str,
    /// What stands before the law's name, with its last dot: `module.`
    pub(super) prefix: &'a str,
    /// The law's tensor, by its place in the graph.
    pub(super) param: usize,
    /// What it is to it.
    pub(super) part: Part,
}

/// The names that a law's tensors may have in a file, their parts' included.
#[derive(Debug)]
pub(super) struct Names {
    /// What was left out before each: nothing, or `net.`
    pub(super) added: String,
    known: HashMap<String, (usize, Part)>,
    /// Wrappers' segments that are none of the law's own.
    wrappers: Vec<&'static str>,
    /// The most segments of a name.
    longest: usize,
}

impl Names {
    /// The law's own names.
    pub(super) fn of(graph: &Graph) -> Self {
        Self::without(graph, "")
    }

    /// The same without the beginnings that all of them share, if there are any: `net.0.weight` as `0.weight`.
    pub(super) fn shortened(graph: &Graph) -> Vec<Self> {
        let mut shared = String::new();
        let mut all = vec![];
        let Some(first) = graph.params().first() else {
            return all;
        };
        for segment in first.name.split('.') {
            shared = format!("{shared}{segment}.");
            let of_all = |name: &str| name.strip_prefix(&shared).is_some_and(|rest| !rest.is_empty());
            if !graph.params().iter().all(|spec| of_all(&spec.name)) {
                break;
            }
            all.push(Self::without(graph, &shared));
        }
        all
    }

    fn without(graph: &Graph, added: &str) -> Self {
        let mut known = HashMap::new();
        let short = |name: &str| name.strip_prefix(added).unwrap_or(name).to_owned();
        let trained = graph.params().iter().enumerate();
        for (param, spec) in trained.filter(|(_, spec)| spec.role == ParamRole::Parameter) {
            let name = short(&spec.name);
            let (layer, tensor) = name
                .rsplit_once('.')
                .map_or(("", &*name), |(layer, tensor)| (layer, tensor));
            let dot = if layer.is_empty() { "" } else { "." };
            let beside = |ending: &str| format!("{layer}{dot}{tensor}{ending}");
            let parametrized = |ending: &str| format!("{layer}{dot}parametrizations.{tensor}.{ending}");
            for (name, part) in [
                (parametrized("original0"), Part::Gain),
                (parametrized("original1"), Part::Direction),
                (parametrized("original"), Part::Original),
                (parametrized("0._u"), Part::Power),
                (parametrized("0._v"), Part::Power),
                (beside("_g"), Part::Gain),
                (beside("_v"), Part::Direction),
                (beside("_orig"), Part::Original),
                (beside("_mask"), Part::Mask),
                (beside("_u"), Part::Power),
            ] {
                known.insert(name, (param, part));
            }
        }
        for (param, spec) in graph.params().iter().enumerate() {
            known.insert(short(&spec.name), (param, Part::Whole));
        }
        let of_the_law = |segment: &&str| {
            let mut names = graph.params().iter();
            names.any(|spec| spec.name.split('.').any(|own| own == *segment))
        };
        Self {
            added: added.to_owned(),
            wrappers: WRAPPERS
                .into_iter()
                .filter(|segment| !of_the_law(segment))
                .collect(),
            longest: known
                .keys()
                .map(|name| name.split('.').count())
                .max()
                .unwrap_or_default(),
            known,
        }
    }

    /// Whether a segment is a wrapper's.
    pub(super) fn is_wrapper(&self, segment: &str) -> bool {
        self.wrappers.contains(&segment)
    }

    /// All that a name can be: what it ends in once wrappers' segments are gone is one of the law's names.
    pub(super) fn read<'a>(&self, name: &'a str) -> Vec<Reading<'a>> {
        let mut readings = vec![];
        let mut tail = String::new();
        let mut end = name.len();
        let mut own_segments = 0;
        for segment in name.rsplit('.') {
            let start = end.saturating_sub(segment.len());
            end = start.saturating_sub(1);
            if self.is_wrapper(segment) {
                continue;
            }
            own_segments += 1;
            if own_segments > self.longest {
                break;
            }
            tail = if tail.is_empty() {
                segment.to_owned()
            } else {
                format!("{segment}.{tail}")
            };
            if let Some(&(param, part)) = self.known.get(&tail) {
                readings.push(Reading {
                    name,
                    prefix: name.get(..start).unwrap_or_default(),
                    param,
                    part,
                });
            }
        }
        readings
    }

    /// The wrappers' segments within a name, after its prefix.
    pub(super) fn within<'a>(&self, reading: &Reading<'a>) -> impl Iterator<Item = &'a str> {
        let rest = reading.name.get(reading.prefix.len()..).unwrap_or_default();
        rest.split('.').filter(|segment| self.is_wrapper(segment))
    }
}
