//! What lies in a checkpoint beside its weights, and what a tensor is. Places, classes and types are the file's own names, and
//! the same in both languages.

use atheria_shared::beside::{Beside, Thing};
use atheria_shared::tensor::TensorKind;

use super::Lang;
use super::remarks::{listed_of, weights_place};
use crate::format::Numbers;

/// Things with their places, separated by commas, and how many more there are.
pub fn beside(lang: Lang, all: &[Beside], more: usize) -> String {
    let one = |one: &Beside| {
        let place = weights_place(lang, &one.place);
        format!("{place} ({})", thing(lang, &one.what))
    };
    listed_of(lang, all.iter().map(one), more)
}

/// The same of what a file holds: the file itself is what it is.
pub fn held(lang: Lang, all: &[Beside], more: usize) -> String {
    match all {
        [Beside { place, what }] if place.is_empty() => thing(lang, what),
        _ => beside(lang, all, more),
    }
}

/// What something is.
pub fn thing(lang: Lang, thing: &Thing) -> String {
    let fixed: &str = match thing {
        Thing::None => "None",
        Thing::Number => lang.pick("a number", "un número"),
        Thing::Text => lang.pick("a text", "un texto"),
        Thing::Bytes => "bytes",
        Thing::List => lang.pick("a list", "una lista"),
        Thing::Tuple => lang.pick("a tuple", "una tupla"),
        Thing::Set => lang.pick("a set", "un conjunto"),
        Thing::Dictionary => lang.pick("a dictionary", "un diccionario"),
        Thing::EmptyDictionary => lang.pick("an empty dictionary", "un diccionario vacío"),
        Thing::Object { class } => class,
        Thing::Storage => lang.pick("a storage of tensors", "un almacén de tensores"),
        Thing::Numpy => lang.pick("a part of a numpy array", "una parte de una matriz de numpy"),
        Thing::Tensor {
            of: TensorKind::Numbers { dtype },
        } => return lang.pick(format!("a tensor of {dtype}"), format!("un tensor de {dtype}")),
        Thing::Tensor { of } => return tensor(lang, of),
        Thing::Tensors { count: 1 } => lang.pick("one tensor", "un tensor"),
        Thing::Tensors { count } => {
            let count = Numbers(lang).integer(*count as u64);
            return lang.pick(format!("{count} tensors"), format!("{count} tensores"));
        }
        Thing::MoreModules => lang.pick("more modules than are read", "más módulos de los que se leen"),
        Thing::MoreTensors => lang.pick(
            "more dictionaries of tensors than are read",
            "más diccionarios de tensores de los que se leen",
        ),
    };
    fixed.to_owned()
}

/// What a tensor is: a type by its name, behind *is*.
pub fn tensor(lang: Lang, kind: &TensorKind) -> String {
    let fixed: &str = match kind {
        TensorKind::Numbers { dtype } => dtype,
        TensorKind::Meta => lang.pick("a meta tensor", "un tensor meta"),
        TensorKind::Sparse => lang.pick("a sparse tensor", "un tensor disperso"),
        TensorKind::Nested => lang.pick("a nested tensor", "un tensor anidado"),
        TensorKind::Quantised => lang.pick("a quantised tensor", "un tensor cuantizado"),
        TensorKind::Array { code: None } => lang.pick("a numpy array", "una matriz de numpy"),
        TensorKind::Array { code: Some(code) } => {
            return lang.pick(
                format!("a numpy array of {code}"),
                format!("una matriz de numpy de {code}"),
            );
        }
        TensorKind::Subclass { class } => {
            return lang.pick(
                format!("a {class}, which is more than a tensor"),
                format!("un {class}, que es más que un tensor"),
            );
        }
        TensorKind::Stateful => lang.pick(
            "a tensor with a state of its own",
            "un tensor con un estado propio",
        ),
        TensorKind::Rebuilt { by } => {
            return lang.pick(
                format!("a tensor of torch._utils._rebuild_{by} in a form that is not known"),
                format!("un tensor de torch._utils._rebuild_{by} en una forma que no se conoce"),
            );
        }
        TensorKind::Marked {
            dtype,
            mark: Some(mark),
        } => {
            return lang.pick(
                format!("a tensor of {dtype} with {mark:?}, which is not known"),
                format!("un tensor de {dtype} con {mark:?}, que no se conoce"),
            );
        }
        TensorKind::Marked { dtype, mark: None } => {
            return lang.pick(
                format!("a tensor of {dtype} with what is not known"),
                format!("un tensor de {dtype} con algo que no se conoce"),
            );
        }
        TensorKind::NegatedBool => lang.pick(
            "a tensor of bool that is negated",
            "un tensor de bool que está negado",
        ),
        TensorKind::Countless { dtype } => {
            return lang.pick(
                format!("a tensor of {dtype} with more numbers than can be counted"),
                format!("un tensor de {dtype} con más números de los que se pueden contar"),
            );
        }
    };
    fixed.to_owned()
}

#[cfg(test)]
mod tests;
