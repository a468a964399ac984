//! What is wrong with checkpoints, weights and exports.

use atheria_shared::Architecture;
use atheria_shared::beside::Beside;
use atheria_shared::number::Number;
use atheria_shared::remark::{PassedOver, Remark};
use atheria_shared::sniff::Kind;

use super::Told;
use crate::format::Numbers;
use crate::i18n::beside::held;
use crate::i18n::remarks::{listed, passed_over, weights_place};
use crate::i18n::{Lang, kinds};

pub(super) fn unknown(lang: Lang, named: &str, torchscript: Option<&str>, trusted: bool) -> Told {
    let known = Architecture::ALL.map(Architecture::as_str).join(", ");
    let todo = match (torchscript, trusted) {
        (Some(file), _) => lang.pick(
            format!(
                "MODEL_ARCHITECTURE in config.json can be one of {known}; or start ath serve with --trust-torchscript, which runs the code in {file}."
            ),
            format!(
                "MODEL_ARCHITECTURE en config.json puede ser {known}; o inicia ath serve con --trust-torchscript, que ejecuta el código de {file}."
            ),
        ),
        (None, true) => lang.pick(
            format!(
                "MODEL_ARCHITECTURE in config.json can be one of {known}; there is no TorchScript beside its checkpoints to be run instead."
            ),
            format!(
                "MODEL_ARCHITECTURE en config.json puede ser {known}; no hay un TorchScript junto a sus puntos de control para ejecutarlo en su lugar."
            ),
        ),
        (None, false) => lang.pick(
            format!("MODEL_ARCHITECTURE in config.json can be one of {known}."),
            format!("MODEL_ARCHITECTURE en config.json puede ser {known}."),
        ),
    };
    let what = lang.pick(
        format!("The architecture is unknown: {named}"),
        format!("La arquitectura es desconocida: {named}"),
    );
    (what, todo)
}

pub(super) fn no_checkpoint(lang: Lang, folder: &str, passed: &[Remark]) -> Told {
    let what = if passed.is_empty() {
        lang.pick(
            format!("There is no checkpoint in {folder}"),
            format!("No hay punto de control en {folder}"),
        )
    } else {
        let count = Numbers(lang).integer(passed.len() as u64);
        lang.pick(
            format!("There is no checkpoint in {folder}; files that are none: {count}"),
            format!("No hay punto de control en {folder}; archivos que no lo son: {count}"),
        )
    };
    let todo = lang.pick(
        "Train it, or copy a .pth, .ckpt, .pt, .bin or .safetensors there.",
        "Entrénalo, o copia ahí un .pth, .ckpt, .pt, .bin o .safetensors.",
    );
    (what, todo.to_owned())
}

pub(super) fn no_such_checkpoint(
    lang: Lang,
    asked: &str,
    there: &[String],
    reason: Option<&PassedOver>,
) -> Told {
    let what = match reason.map(|reason| passed_over(lang, reason)) {
        Some(reason) => lang.pick(
            format!("{asked} cannot be opened: {reason}"),
            format!("{asked} no se puede abrir: {reason}"),
        ),
        None => lang.pick(
            format!("There is no checkpoint {asked}"),
            format!("No hay punto de control {asked}"),
        ),
    };
    let there = listed(lang, there);
    let todo = lang.pick(
        format!("Choose one of those that there are: {there}."),
        format!("Elige uno de los que hay: {there}."),
    );
    (what, todo)
}

pub(super) fn latest(lang: Lang, file: &str, reason: &PassedOver, before: Option<&str>) -> Told {
    let reason = passed_over(lang, reason);
    let what = lang.pick(
        format!("The latest checkpoint cannot be used: {file}: {reason}"),
        format!("No se puede usar el último punto de control: {file}: {reason}"),
    );
    let todo = match before {
        Some(before) => lang.pick(
            format!("{before} before it is whole; or wait until training has written it."),
            format!(
                "{before}, anterior, está entero; o espera a que el entrenamiento lo termine de escribir."
            ),
        ),
        None => lang
            .pick(
                "Wait until training has written it, or copy it again.",
                "Espera a que el entrenamiento lo termine de escribir, o vuelve a copiarlo.",
            )
            .to_owned(),
    };
    (what, todo)
}

pub(super) fn not_a_checkpoint(lang: Lang, file: &str, kind: Kind) -> Told {
    let is = kinds::kind(lang, kind);
    (
        lang.pick(
            format!("{file} is no checkpoint: it is {is}"),
            format!("{file} no es un punto de control: es {is}"),
        ),
        kinds::advice(lang, kind).to_owned(),
    )
}

pub(super) fn changed(lang: Lang, file: &str) -> Told {
    (
        lang.pick(
            format!("{file} changed while it was read"),
            format!("{file} cambió mientras se leía"),
        ),
        lang.pick(
            "Wait until training has written it, and open it again.",
            "Espera a que el entrenamiento lo termine de escribir, y ábrelo otra vez.",
        )
        .to_owned(),
    )
}

pub(super) fn damaged(lang: Lang, file: &str, part: Option<&str>, byte: Option<u64>) -> Told {
    let what = match (part, byte) {
        (Some(part), _) => lang.pick(
            format!("The checkpoint is damaged: {file}, at “{part}”"),
            format!("El punto de control está dañado: {file}, en «{part}»"),
        ),
        (None, Some(byte)) => {
            let byte = Numbers(lang).integer(byte);
            lang.pick(
                format!("The checkpoint is damaged: {file}, at byte {byte} of its pickle"),
                format!("El punto de control está dañado: {file}, en el byte {byte} de su pickle"),
            )
        }
        (None, None) => lang.pick(
            format!("The checkpoint is damaged or was cut off: {file}"),
            format!("El punto de control está dañado o cortado: {file}"),
        ),
    };
    let todo = lang.pick(
        "Copy it again, or choose an earlier one.",
        "Vuelve a copiarlo, o elige uno anterior.",
    );
    (what, todo.to_owned())
}

pub(super) fn no_weights(lang: Lang, file: &str, found: &[Beside], more: usize) -> Told {
    let what = if found.is_empty() {
        lang.pick(
            format!("{file} holds no weights, and nothing else"),
            format!("{file} no contiene pesos, ni nada más"),
        )
    } else {
        let found = held(lang, found, more);
        lang.pick(
            format!("{file} holds no weights, only {found}"),
            format!("{file} no contiene pesos, solo {found}"),
        )
    };
    let todo = lang.pick(
        "Save law.state_dict() with torch.save.",
        "Guarda law.state_dict() con torch.save.",
    );
    (what, todo.to_owned())
}

pub(super) fn weights_too_large(lang: Lang, bytes: u64, limit: u64) -> Told {
    let (bytes, limit) = Numbers(lang).sizes(bytes, limit);
    (
        lang.pick(
            format!("The weights are too large: they take {bytes}, and up to {limit} are read"),
            format!("Los pesos son demasiado grandes: ocupan {bytes}, y se leen hasta {limit}"),
        ),
        lang.pick(
            "Choose another checkpoint, or a smaller law.",
            "Elige otro punto de control, o una ley menor.",
        )
        .to_owned(),
    )
}

pub(super) fn no_such_weights(lang: Lang, asked: &str, fitting: &[String], there: &[String]) -> Told {
    let asked = weights_place(lang, asked);
    let places = |keys: &[String]| {
        let named: Vec<_> = keys.iter().map(|key| weights_place(lang, key)).collect();
        listed(lang, &named)
    };
    let what = lang.pick(
        format!("The checkpoint has no weights at “{asked}”"),
        format!("El punto de control no tiene pesos en «{asked}»"),
    );
    let todo = match (fitting, there) {
        ([], []) => lang
            .pick(
                "It holds no tensors: choose another checkpoint.",
                "No contiene tensores: elige otro punto de control.",
            )
            .to_owned(),
        ([], there) => {
            let there = places(there);
            lang.pick(
                format!("There are tensors at {there}, and none fit the law."),
                format!("Hay tensores en {there}, y ninguno encaja con la ley."),
            )
        }
        (fitting, _) => {
            let fitting = places(fitting);
            lang.pick(
                format!("Weights that fit are at {fitting}."),
                format!("Los pesos que encajan están en {fitting}."),
            )
        }
    };
    (what, todo)
}

pub(super) fn other_type(lang: Lang, types: &str) -> Told {
    (
        lang.pick(
            format!("The weights are {types}, and the law needs float32"),
            format!("Los pesos son {types}, y la ley necesita float32"),
        ),
        lang.pick(
            "Open it with a cast to float32, or save law.float().state_dict().",
            "Ábrelo convirtiéndolos a float32, o guarda law.float().state_dict().",
        )
        .to_owned(),
    )
}

pub(super) fn differs(lang: Lang, export: bool, apart: Number, allowed: Number) -> Told {
    let numbers = Numbers(lang);
    let (apart, allowed) = (numbers.difference(apart.get()), numbers.difference(allowed.get()));
    if export {
        (
            lang.pick(
                format!("The export differs from the law by {apart}, and {allowed} is allowed"),
                format!("La exportación difiere de la ley en {apart}, y se permite {allowed}"),
            ),
            lang.pick(
                "It is not used. Report it with the details.",
                "No se usa. Comunícalo con los detalles.",
            )
            .to_owned(),
        )
    } else {
        (
            lang.pick(
                format!("A step on CUDA differs from the CPU's by {apart}, and {allowed} is allowed"),
                format!("Un paso en CUDA difiere del de la CPU en {apart}, y se permite {allowed}"),
            ),
            lang.pick("Choose the CPU.", "Elige la CPU.").to_owned(),
        )
    }
}

pub(super) fn cannot_trace(lang: Lang, architecture: Architecture, memory: bool) -> Told {
    let what = if memory {
        lang.pick(
            format!("{architecture} has memory and cannot be traced"),
            format!("{architecture} tiene memoria y no se puede trazar"),
        )
    } else {
        lang.pick(
            format!("{architecture} resizes its grid and cannot be traced"),
            format!("{architecture} reescala su cuadrícula y no se puede trazar"),
        )
    };
    let todo = lang.pick(
        "Export it with the method script.",
        "Expórtala con el método script.",
    );
    (what, todo.to_owned())
}

pub(super) fn not_torchscript(lang: Lang, file: &str) -> Told {
    (
        lang.pick(
            format!("{file} is not a TorchScript that libtorch loads"),
            format!("{file} no es un TorchScript que libtorch cargue"),
        ),
        lang.pick(
            "Save it again with torch.jit.script(law).save(\"law.pt\").",
            "Vuelve a guardarlo con torch.jit.script(law).save(\"law.pt\").",
        )
        .to_owned(),
    )
}

pub(super) fn not_a_law(lang: Lang, apart: Option<Number>) -> Told {
    let what = match apart {
        Some(apart) => {
            let apart = Numbers(lang).difference(apart.get());
            lang.pick(
                format!("The TorchScript is no law: two answers to the same state differ by {apart}"),
                format!("El TorchScript no es una ley: dos respuestas al mismo estado difieren en {apart}"),
            )
        }
        None => lang
            .pick(
                "The TorchScript is no law: it does not answer a state with another of its shape",
                "El TorchScript no es una ley: no responde a un estado con otro de su forma",
            )
            .to_owned(),
    };
    let todo = lang.pick(
        "Its forward(x) has to answer one float32 tensor with one like it, always the same.",
        "Su forward(x) debe responder a un tensor float32 con otro igual, y siempre el mismo.",
    );
    (what, todo.to_owned())
}
