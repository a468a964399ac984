//! The dictionaries of tensors in a pickle, wherever they lie, with what was not read beside them.
//!
//! Entries of dictionaries and items of lists are looked through, whatever their class, and the parameters of whole modules ([`crate::module`]).
//! What an object of another kind was made with, or has as its state, is not: nobody can say what its class does with it, so that numbers found
//! there need not be those that Python would have.
//!
//! The nearest to the root are found first. A value that lies in several places is looked at in a few of them, so that the time taken grows with
//! the values that there are, not with the ways that lead to them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use atheria_shared::beside::{Beside, Thing};
use atheria_shared::limits::{CHECKPOINT_DICTIONARIES, CHECKPOINT_MODULES, LEFT_OUT, TENSOR_NAMES_BYTES};

use crate::layout::SavedTensor;
use crate::name::shown;
use crate::pickle::{Id, Pickle, Value};
use crate::told::{self, Told, what};
use crate::{Element, TensorDict, TensorInfo, module};

/// Levels that are looked through.
const DEPTH: u16 = 32;
/// Places of one value that are looked at.
const PLACES: u8 = 2;
/// The class of a dictionary that is as plain as `dict`.
const ORDERED: &str = "collections.OrderedDict";

/// A dictionary, and where its numbers lie.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// What is told of it.
    pub(crate) dict: TensorDict,
    /// Its tensors.
    pub(crate) saved: BTreeMap<String, Arc<SavedTensor>>,
}

/// What a pickle holds.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Its dictionaries of tensors.
    pub(crate) found: Vec<Found>,
    /// What was not read.
    pub(crate) left_out: Told,
    /// What the root holds, or what it is: to be told where there is no dictionary of tensors.
    pub(crate) seen: Told,
}

impl Places {
    /// Of a file that is one dictionary of tensors.
    pub(crate) fn of_names(saved: &BTreeMap<String, Arc<SavedTensor>>) -> Self {
        let mut found = Found::default();
        for (name, tensor) in saved {
            found.insert(name.clone(), tensor);
        }
        let found = if saved.is_empty() { vec![] } else { vec![found] };
        Self {
            found,
            ..Self::default()
        }
    }
}

/// Somewhere in a pickle.
struct Place {
    /// What it is in; none: it is the root.
    parent: Option<u32>,
    segment: Segment,
    id: Id,
    depth: u16,
}

/// How a value is found in another one.
#[derive(Clone, Copy)]
enum Segment {
    /// By its key.
    Key(Id),
    /// By its number.
    Index(u32),
}

/// Looks through a pickle.
pub(crate) fn find(pickle: &Pickle) -> Places {
    let mut search = Search {
        pickle,
        places: vec![Place {
            parent: None,
            segment: Segment::Index(0),
            id: pickle.root(),
            depth: 0,
        }],
        seen: vec![0; pickle.values().len()],
        keys: HashSet::new(),
        out: Places::default(),
        modules: CHECKPOINT_MODULES,
        names_bytes: 0,
    };
    // Places are added at the end, so that this is the order of their depth.
    let mut next = 0;
    while next < search.places.len() {
        search.look(next);
        next += 1;
    }
    search.out.seen = seen(pickle);
    search.out
}

/// What the root is, or what it has.
fn seen(pickle: &Pickle) -> Told {
    let root = pickle.root();
    let one = |place, id| Beside {
        place,
        what: what(pickle, id),
    };
    match pickle.entries(root) {
        Some(entries) if !entries.is_empty() => {
            let first = entries.iter().take(LEFT_OUT);
            Told {
                first: first
                    .map(|&(key, value)| one(told::key(pickle, key), value))
                    .collect(),
                more: entries.len().saturating_sub(LEFT_OUT),
            }
        }
        _ => Told {
            first: vec![one(String::new(), root)],
            more: 0,
        },
    }
}

impl Found {
    /// Adds a tensor; the last one of a name counts, as in Python.
    pub(crate) fn insert(&mut self, name: String, tensor: &Arc<SavedTensor>) {
        let info = TensorInfo {
            element: tensor.element.clone(),
            shape: tensor.shape.clone(),
        };
        self.dict.tensors.insert(name.clone(), info);
        self.saved.insert(name, Arc::clone(tensor));
    }

    /// Adds what is no tensor.
    pub(crate) fn add_other(&mut self, place: String, what: Thing) {
        if self.dict.others.len() < LEFT_OUT {
            self.dict.others.push(Beside { place, what });
        }
    }
}

struct Search<'a> {
    pickle: &'a Pickle,
    places: Vec<Place>,
    seen: Vec<u8>,
    keys: HashSet<String>,
    out: Places,
    /// Modules that may still be looked into.
    modules: usize,
    /// Bytes of all names so far.
    names_bytes: usize,
}

impl Search<'_> {
    fn look(&mut self, at: usize) {
        let Some(&Place { id, depth, .. }) = self.places.get(at) else {
            return;
        };
        let pickle = self.pickle;
        if let Value::Object(object) = pickle.value(id)
            && let Some(found) = module::collect(pickle, object, &mut self.modules)
        {
            self.keep(at, found);
            return;
        }
        if let Some(entries) = pickle.entries(id) {
            if !self.dictionary(at, entries) {
                self.tell_class(at, id);
            }
            if depth < DEPTH {
                for &(key, value) in entries {
                    self.enter(at, Segment::Key(key), value);
                }
            }
            return;
        }
        self.tell_class(at, id);
        let items = match pickle.value(id) {
            Value::Object(object) => object.items.as_slice(),
            _ => pickle.items(id).unwrap_or_default(),
        };
        if depth < DEPTH {
            for (index, &item) in (0..).zip(items) {
                self.enter(at, Segment::Index(index), item);
            }
        }
    }

    /// Adds a place, if there can be something in it.
    fn enter(&mut self, parent: usize, segment: Segment, id: Id) {
        let deep = match self.pickle.value(id) {
            Value::List(items) => !items.is_empty(),
            Value::Tuple(items) => !items.is_empty(),
            Value::Dict(entries) => !entries.is_empty(),
            Value::Object(_) => true,
            Value::Tensor(tensor) => !matches!(tensor.element, Element::Number(_)),
            _ => false,
        };
        if !deep || self.is_within(parent, id) {
            return;
        }
        match self.seen.get_mut(id.index()) {
            Some(seen) if *seen < PLACES => *seen += 1,
            _ => return,
        }
        let Ok(parent_place) = u32::try_from(parent) else {
            return;
        };
        let depth = self.places.get(parent).map_or(0, |place| place.depth + 1);
        self.places.push(Place {
            parent: Some(parent_place),
            segment,
            id,
            depth,
        });
    }

    /// Whether a value is the one at a place, or one that this lies in.
    fn is_within(&self, mut at: usize, id: Id) -> bool {
        while let Some(place) = self.places.get(at) {
            if place.id == id {
                return true;
            }
            match place.parent {
                Some(parent) => at = parent as usize,
                None => return false,
            }
        }
        false
    }

    /// Keeps a dictionary if it has a tensor.
    fn dictionary(&mut self, at: usize, entries: &[(Id, Id)]) -> bool {
        let pickle = self.pickle;
        let mut found = Found::default();
        let mut others = BTreeMap::new();
        let mut strange = 0;
        for &(key, value) in entries {
            if let Some(name) = pickle.str(key) {
                // The last one of a name counts, whatever it is.
                if let Value::Tensor(tensor) = pickle.value(value) {
                    others.remove(&*name);
                    found.insert(name.into_owned(), tensor);
                } else {
                    found.saved.remove(&*name);
                    found.dict.tensors.remove(&*name);
                    others.insert(name.into_owned(), value);
                }
            } else {
                strange += 1;
                if strange <= LEFT_OUT {
                    let name = told::key(pickle, key);
                    if !matches!(pickle.value(key), Value::Int(_)) {
                        self.tell(at, Some(&name), what(pickle, value));
                    }
                    found.add_other(name, what(pickle, value));
                }
            }
        }
        if found.saved.is_empty() {
            return false;
        }
        for (name, &value) in others.iter().take(LEFT_OUT) {
            found.add_other(shown(name), what(pickle, value));
        }
        self.keep(at, found);
        true
    }

    fn keep(&mut self, at: usize, mut found: Found) {
        let names_bytes: usize = found.saved.keys().map(String::len).sum();
        self.names_bytes = self.names_bytes.saturating_add(names_bytes);
        if self.out.found.len() >= CHECKPOINT_DICTIONARIES || self.names_bytes > TENSOR_NAMES_BYTES {
            self.tell(at, None, Thing::MoreTensors);
            return;
        }
        let key = self.key(at);
        // Two places can read alike, since a name can have dots in it.
        let mut unique = key.clone();
        let mut count = 1;
        while !self.keys.insert(unique.clone()) {
            count += 1;
            unique = format!("{key}#{count}");
        }
        found.dict.key = unique;
        self.out.found.push(found);
    }

    fn key(&self, mut at: usize) -> String {
        let mut segments = Vec::new();
        while let Some(place) = self.places.get(at) {
            let Some(parent) = place.parent else { break };
            segments.push(match place.segment {
                Segment::Key(key) => told::key(self.pickle, key),
                Segment::Index(index) => index.to_string(),
            });
            at = parent as usize;
        }
        segments.reverse();
        segments.join(".")
    }

    /// Tells what a value is, where it is something else than plain data.
    fn tell_class(&mut self, at: usize, id: Id) {
        match self.pickle.value(id) {
            Value::Object(object) if &*object.class == ORDERED => {}
            Value::Object(_) => self.tell(at, None, what(self.pickle, id)),
            Value::Tensor(tensor) if !matches!(tensor.element, Element::Number(_)) => {
                self.tell(at, None, what(self.pickle, id));
            }
            _ => {}
        }
    }

    fn tell(&mut self, at: usize, inside: Option<&str>, what: Thing) {
        if self.out.left_out.first.len() >= LEFT_OUT {
            self.out.left_out.more += 1;
            return;
        }
        let key = self.key(at);
        let place = match inside {
            Some(inside) if key.is_empty() => inside.to_owned(),
            Some(inside) => format!("{key}.{inside}"),
            None => key,
        };
        self.out.left_out.first.push(Beside { place, what });
    }
}
