//! A whole module that was pickled: its parameters and buffers, by the names that `Module.state_dict()` gives them.
//!
//! A module is an instance whose attributes have `_parameters`, `_buffers` and `_modules`. Its class is not asked what it does with them: a class that changes
//! its parameters when it is unpickled is not told from one that does not.

use std::collections::{HashSet, VecDeque};

use atheria_shared::beside::Thing;
use atheria_shared::limits::TENSOR_NAME_BYTES;

use crate::name::shown;
use crate::pickle::{Id, Object, Pickle, Value};
use crate::places::Found;
use crate::told::what;

/// Levels of modules within modules.
const DEPTH: usize = 64;

/// What a module has as its attributes.
struct Attributes {
    parameters: Id,
    buffers: Id,
    modules: Id,
    /// The names of buffers that are not saved.
    passing: Option<Id>,
}

impl Attributes {
    fn of(pickle: &Pickle, object: &Object) -> Option<Self> {
        let state = object
            .state
            .filter(|_| object.instance && !object.rebuilt && object.entries.is_empty())?;
        let get = |name| pickle.get(state, name).filter(|&id| pickle.entries(id).is_some());
        Some(Self {
            parameters: get("_parameters")?,
            buffers: get("_buffers")?,
            modules: get("_modules")?,
            passing: pickle.get(state, "_non_persistent_buffers_set"),
        })
    }

    fn passing_names(&self, pickle: &Pickle) -> HashSet<String> {
        match self.passing.map(|id| pickle.value(id)) {
            Some(Value::Set(names)) => names
                .iter()
                .filter_map(|&name| Some(pickle.str(name)?.into_owned()))
                .collect(),
            _ => HashSet::new(),
        }
    }
}

/// The tensors of a module; none if the object is no module, or has none. Modules within it that cannot be looked into are among the others.
/// `left` is how many modules, with all that they have, may still be looked at: one that lies in several is there under each of their names.
pub(crate) fn collect(pickle: &Pickle, object: &Object, left: &mut usize) -> Option<Found> {
    let mut found = Found::default();
    let mut waiting = VecDeque::from([(Attributes::of(pickle, object)?, String::new(), 0)]);
    while let Some((module, prefix, depth)) = waiting.pop_front() {
        let size = [module.parameters, module.buffers, module.modules]
            .map(|id| pickle.entries(id).map_or(0, <[_]>::len))
            .iter()
            .sum::<usize>();
        *left = left.saturating_sub(size + 1);
        if *left == 0 || depth > DEPTH || prefix.len() > TENSOR_NAME_BYTES {
            found.add_other(shown(prefix.trim_end_matches('.')), Thing::MoreModules);
            continue;
        }
        let passing = module.passing_names(pickle);
        let named = |id: Id| pickle.entries(id).unwrap_or_default().iter();
        for (is_buffer, &(key, value)) in named(module.parameters)
            .map(|entry| (false, entry))
            .chain(named(module.buffers).map(|entry| (true, entry)))
        {
            let Some(name) = pickle
                .str(key)
                .filter(|name| !is_buffer || !passing.contains(&**name))
            else {
                continue;
            };
            match pickle.value(value) {
                Value::None => {}
                Value::Tensor(tensor) => found.insert(format!("{prefix}{name}"), tensor),
                _ => found.add_other(shown(&format!("{prefix}{name}")), what(pickle, value)),
            }
        }
        for &(key, value) in named(module.modules) {
            let Some(name) = pickle.str(key) else { continue };
            let attributes = match pickle.value(value) {
                Value::None => continue,
                Value::Object(object) => Attributes::of(pickle, object),
                _ => None,
            };
            match attributes {
                Some(attributes) => waiting.push_back((attributes, format!("{prefix}{name}."), depth + 1)),
                None => found.add_other(shown(&format!("{prefix}{name}")), what(pickle, value)),
            }
        }
    }
    found.dict.whole_model = Some(shown(&object.class));
    (!found.saved.is_empty()).then_some(found)
}
