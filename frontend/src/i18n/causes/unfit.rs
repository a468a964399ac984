//! Why weights are not those of a law.

use atheria_shared::Architecture;
use atheria_shared::unfit::{Misfit, OtherSize, Unfit, count};

use super::Told;
use crate::format::Numbers;
use crate::i18n::Lang;
use crate::i18n::beside::{beside, tensor, thing};
use crate::i18n::remarks::{listed, weights_place};

/// What is the matter, and what to do.
pub(super) fn told(lang: Lang, architecture: Architecture, place: Option<&str>, with: &Unfit) -> Told {
    let place = place.map_or_else(String::new, |place| {
        let place = weights_place(lang, place);
        lang.pick(
            format!("; {place} comes nearest"),
            format!("; lo más cercano es {place}"),
        )
    });
    let what = lang.pick(
        format!("The checkpoint does not fit the law {architecture}{place}"),
        format!("El punto de control no encaja con la ley {architecture}{place}"),
    );
    let (why, todo) = matter(lang, with);
    (format!("{what}: {why}"), todo)
}

/// All that does not fit, a line each, where nothing explains all of it.
pub(super) fn lines(lang: Lang, with: &Unfit) -> Vec<String> {
    match with {
        Unfit::Keys { problems } | Unfit::Values { problems } => {
            problems.iter().map(|problem| misfit(lang, problem)).collect()
        }
        _ => Vec::new(),
    }
}

/// What is the matter, behind a colon; and what to do.
#[expect(clippy::too_many_lines, reason = "one entry for each")]
pub fn matter(lang: Lang, with: &Unfit) -> Told {
    let save = lang.pick(
        "Save the state_dict() of one law.",
        "Guarda el state_dict() de una sola ley.",
    );
    let plain = lang.pick(
        "Take the parametrization away in Python before saving.",
        "Quita la parametrización en Python antes de guardar.",
    );
    let (why, todo) = match with {
        Unfit::Keys { problems } => (
            keys(lang, problems),
            lang.pick(
                "Compare config.json with what was trained; the details name the keys.",
                "Compara config.json con lo entrenado; los detalles nombran las claves.",
            ),
        ),
        Unfit::Values { problems } => (
            keys(lang, problems),
            lang.pick(
                "Choose an earlier checkpoint, or train on from one.",
                "Elige un punto de control anterior, o sigue entrenando desde uno.",
            ),
        ),
        Unfit::Doubled { name, first, second } => (
            lang.pick(
                format!("{first} and {second} can both be {name}"),
                format!("{first} y {second} pueden ser ambos {name}"),
            ),
            save,
        ),
        Unfit::PrefixOfSome {
            prefix,
            with,
            of,
            other,
        } => {
            let others = if other.is_empty() {
                lang.pick("the others do not".to_owned(), "las demás no".to_owned())
            } else {
                lang.pick(format!("the others {other:?}"), format!("las demás {other:?}"))
            };
            (
                lang.pick(
                    format!("{with} of its {of} keys have the prefix {prefix:?}, and {others}"),
                    format!("{with} de sus {of} claves llevan el prefijo {prefix:?}, y {others}"),
                ),
                save,
            )
        }
        Unfit::Meta { tensors } => (
            lang.pick(
                format!("{tensors} of its tensors are meta tensors, which hold no numbers"),
                format!("{tensors} de sus tensores son tensores meta, sin números"),
            ),
            lang.pick(
                "Save the state_dict() of a law that is on the CPU or on CUDA.",
                "Guarda el state_dict() de una ley que esté en la CPU o en CUDA.",
            ),
        ),
        Unfit::Element { kind, names } => {
            let (names, kind) = (listed(lang, names), tensor(lang, kind));
            (
                lang.pick(
                    format!("{names}: {kind}, and the law needs float32"),
                    format!("{names}: {kind}, y la ley necesita float32"),
                ),
                save,
            )
        }
        Unfit::Size { found } => (
            found
                .iter()
                .map(|size| other_size(lang, size))
                .collect::<Vec<_>>()
                .join("; "),
            lang.pick(
                "Set the size in MODEL_PARAMS of config.json.",
                "Indica el tamaño en MODEL_PARAMS de config.json.",
            ),
        ),
        Unfit::Architecture {
            architectures,
            params,
        } => {
            let names: Vec<_> = architectures.iter().map(|law| law.as_str()).collect();
            let names = names.join(lang.pick(" or ", " o "));
            let (channels, hidden) = (params.d_state, params.hidden_channels);
            (
                lang.pick(
                    format!("its weights are those of {names} with d_state {channels} and hidden_channels {hidden}"),
                    format!("sus pesos son los de {names} con d_state {channels} y hidden_channels {hidden}"),
                ),
                lang.pick(
                    "Set MODEL_ARCHITECTURE in config.json.",
                    "Indica MODEL_ARCHITECTURE en config.json.",
                ),
            )
        }
        Unfit::Spectral { names } => {
            let names = listed(lang, names);
            (
                lang.pick(
                    format!("spectral-normed, which is not multiplied out here: {names}"),
                    format!("con normalización espectral, que aquí no se deshace: {names}"),
                ),
                plain,
            )
        }
        Unfit::Parametrized { names } => {
            let names = listed(lang, names);
            (
                lang.pick(
                    format!("computed by code that the file does not hold: {names}"),
                    format!("calculados por código que el archivo no contiene: {names}"),
                ),
                plain,
            )
        }
        Unfit::Optimizer => (
            lang.pick(
                "it holds the state of an optimizer and no weights",
                "contiene el estado de un optimizador y ningún peso",
            )
            .to_owned(),
            save,
        ),
        Unfit::Nothing => (
            lang.pick("it holds no tensors", "no contiene tensores")
                .to_owned(),
            save,
        ),
    };
    (why, todo.to_owned())
}

/// How many there are of each: keys that are missing, and that are not the law's.
fn keys(lang: Lang, problems: &[Misfit]) -> String {
    if let [one] = problems {
        return misfit(lang, one);
    }
    let named = |is: fn(&Misfit) -> bool| -> Vec<String> {
        let of = problems.iter().filter(|problem| is(problem));
        of.filter_map(key).map(str::to_owned).collect()
    };
    let missing = named(|problem| matches!(problem, Misfit::Missing { .. }));
    let unknown = named(|problem| matches!(problem, Misfit::Unknown { .. }));
    let other = count(problems) - missing.len() - unknown.len();
    let numbers = Numbers(lang);
    let mut parts = Vec::new();
    if !missing.is_empty() {
        let names = listed(lang, &missing);
        parts.push(lang.pick(format!("it lacks {names}"), format!("le falta {names}")));
    }
    if !unknown.is_empty() {
        let names = listed(lang, &unknown);
        parts.push(lang.pick(
            format!("the law does not have {names}"),
            format!("la ley no tiene {names}"),
        ));
    }
    if other > 0 {
        let first = problems
            .iter()
            .find(|problem| !matches!(problem, Misfit::Missing { .. } | Misfit::Unknown { .. }));
        let first = first.map_or_else(String::new, |first| misfit(lang, first));
        parts.push(match other {
            1 => first,
            more => {
                let more = numbers.integer(more as u64 - 1);
                lang.pick(
                    format!("{first}, and {more} more"),
                    format!("{first}, y {more} más"),
                )
            }
        });
    }
    parts.join("; ")
}

fn key(problem: &Misfit) -> Option<&str> {
    match problem {
        Misfit::Missing { key } | Misfit::Unknown { key } => Some(key),
        _ => None,
    }
}

fn other_size(lang: Lang, size: &OtherSize) -> String {
    let OtherSize {
        key,
        weights,
        law,
        defaulted,
    } = size;
    if *defaulted {
        lang.pick(
            format!("its weights are of {key} {weights}; config.json does not say it, and {law} is assumed"),
            format!("sus pesos son de {key} {weights}; config.json no lo indica, y se supone {law}"),
        )
    } else {
        lang.pick(
            format!("its weights are of {key} {weights}, and config.json says {law}"),
            format!("sus pesos son de {key} {weights}, y config.json dice {law}"),
        )
    }
}

/// One thing that does not fit.
pub fn misfit(lang: Lang, problem: &Misfit) -> String {
    let numbers = Numbers(lang);
    match problem {
        Misfit::Missing { key } => lang.pick(format!("{key} is missing"), format!("falta {key}")),
        Misfit::Unknown { key } => lang.pick(
            format!("{key} is not one of this law"),
            format!("{key} no es de esta ley"),
        ),
        Misfit::NoTensor { key, what } => {
            let what = thing(lang, what);
            lang.pick(
                format!("{key} is no tensor that can be read: {what}"),
                format!("{key} no es un tensor que se pueda leer: {what}"),
            )
        }
        Misfit::Beside(one) => beside(lang, std::slice::from_ref(one), 0),
        Misfit::Shape { key, found, needed } => lang.pick(
            format!("{key} has the shape {found:?}, and the law needs {needed:?}"),
            format!("{key} tiene la forma {found:?}, y la ley necesita {needed:?}"),
        ),
        Misfit::Type { key, found, needed } => {
            let found = tensor(lang, found);
            lang.pick(
                format!("{key} is {found}, and the law needs {needed}"),
                format!("{key} es {found}, y la ley necesita {needed}"),
            )
        }
        Misfit::Bytes { key, bytes, elements } => lang.pick(
            format!("{key} has {bytes} bytes for {elements} elements"),
            format!("{key} tiene {bytes} bytes para {elements} elementos"),
        ),
        Misfit::NotFinite { key, element } => lang.pick(
            format!("{key} holds a value that is not finite, at element {element}"),
            format!("{key} contiene un valor no finito, en el elemento {element}"),
        ),
        Misfit::TooLarge { key, value, element } => {
            let value = numbers.exact(value.get());
            lang.pick(
                format!("{key} holds {value} at element {element}, which float32 does not reach"),
                format!("{key} contiene {value} en el elemento {element}, que float32 no alcanza"),
            )
        }
        Misfit::Spike { key, factor } => {
            let factor = numbers.exact(factor.get());
            lang.pick(
                format!("{key} is {factor}; only spikes of height 1 are supported"),
                format!("{key} es {factor}; solo se admiten impulsos de altura 1"),
            )
        }
        Misfit::Doubled { key, first, second } => lang.pick(
            format!("{first} and {second} can both be {key}"),
            format!("{first} y {second} pueden ser ambos {key}"),
        ),
        Misfit::Half { key, part } => lang.pick(
            format!("{key} is given in parts, and only {part} is there"),
            format!("{key} viene en partes, y solo está {part}"),
        ),
        Misfit::Spectral { key, part } => lang.pick(
            format!("{key} is spectral-normed ({part})"),
            format!("{key} tiene normalización espectral ({part})"),
        ),
        Misfit::Parametrized { key, part } => lang.pick(
            format!("{key} is parametrized ({part})"),
            format!("{key} está parametrizado ({part})"),
        ),
        Misfit::More { more } => {
            let more = numbers.integer(*more as u64);
            lang.pick(format!("and {more} more"), format!("y {more} más"))
        }
    }
}
