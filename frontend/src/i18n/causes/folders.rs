//! What is wrong with folders, names and files.

use atheria_shared::cause::IoFault;
use atheria_shared::name::NameError;

use super::{Told, files};
use crate::format::Numbers;
use crate::i18n::Lang;

pub(super) fn no_experiment(lang: Lang, name: &str) -> Told {
    (
        lang.pick(
            format!("There is no experiment “{name}”"),
            format!("No existe el experimento «{name}»"),
        ),
        lang.pick(
            "Choose one of the list; it may have been renamed.",
            "Elige uno de la lista; quizá le cambiaron el nombre.",
        )
        .to_owned(),
    )
}

pub(super) fn name(lang: Lang, name: &str, wrong: &NameError) -> Told {
    let why = files::name(lang, wrong);
    let name = shortened(name);
    (
        lang.pick(
            format!("The name “{name}” cannot be used: {why}"),
            format!("El nombre «{name}» no sirve: {why}"),
        ),
        files::name_advice(lang, wrong).to_owned(),
    )
}

/// A name as it may stand in a sentence: what cannot be seen in it as an escape, and not more than a line of it.
fn shortened(name: &str) -> String {
    const SHOWN: usize = 48;
    let seen: String = name.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if name.chars().count() > SHOWN {
        seen + "…"
    } else {
        seen
    }
}

pub(super) fn root(lang: Lang, folder: &str, why: &IoFault) -> Told {
    let why = files::io(lang, why);
    (
        lang.pick(
            format!("The folder of experiments cannot be read: {folder}: {why}"),
            format!("No se puede leer la carpeta de experimentos: {folder}: {why}"),
        ),
        lang.pick(
            "Start ath serve with another --root, or allow reading it.",
            "Inicia ath serve con otro --root, o permite su lectura.",
        )
        .to_owned(),
    )
}

pub(super) fn no_experiments(lang: Lang, folder: &str, checkpoints: bool) -> Told {
    let what = if checkpoints {
        lang.pick(
            format!("{folder} holds checkpoints, and no folder experiments/ beside them"),
            format!("{folder} contiene puntos de control, pero no la carpeta experiments/ a su lado"),
        )
    } else {
        lang.pick(
            format!("{folder} holds neither experiments/ nor output/experiments/"),
            format!("{folder} no contiene experiments/ ni output/experiments/"),
        )
    };
    let todo = if checkpoints {
        lang.pick(
            "Each checkpoint needs the experiments/NAME/config.json that it was trained with.",
            "Cada punto de control necesita el experiments/NOMBRE/config.json con que se entrenó.",
        )
    } else {
        lang.pick(
            "Start ath serve with the --root that does.",
            "Inicia ath serve con el --root que sí los contiene.",
        )
    };
    (what, todo.to_owned())
}

pub(super) fn empty(lang: Lang, folder: &str) -> Told {
    (
        lang.pick(
            format!("The experiment's folder is empty: {folder}"),
            format!("La carpeta del experimento está vacía: {folder}"),
        ),
        lang.pick(
            "Put its config.json there, or delete the folder.",
            "Pon ahí su config.json, o borra la carpeta.",
        )
        .to_owned(),
    )
}

pub(super) fn no_file(lang: Lang, file: &str, folder: &str) -> Told {
    (
        lang.pick(
            format!("There is no {file} in {folder}"),
            format!("No hay {file} en {folder}"),
        ),
        lang.pick(
            "Restore it from the training run.",
            "Recupéralo del entrenamiento.",
        )
        .to_owned(),
    )
}

pub(super) fn unreadable(lang: Lang, path: &str, why: &IoFault) -> Told {
    let reason = files::io(lang, why);
    (
        lang.pick(
            format!("{path} cannot be read: {reason}"),
            format!("No se puede leer {path}: {reason}"),
        ),
        files::io_advice(lang, why).to_owned(),
    )
}

pub(super) fn unwritable(lang: Lang, path: &str, why: &IoFault) -> Told {
    let reason = files::io(lang, why);
    (
        lang.pick(
            format!("{path} cannot be written: {reason}"),
            format!("No se puede escribir {path}: {reason}"),
        ),
        lang.pick(
            "Make room on the disk, or make the folder writable.",
            "Libera espacio en el disco, o permite escribir en la carpeta.",
        )
        .to_owned(),
    )
}

pub(super) fn leads_outside(lang: Lang, path: &str) -> Told {
    (
        lang.pick(
            format!("{path} leads out of the folder of experiments"),
            format!("{path} sale de la carpeta de experimentos"),
        ),
        lang.pick(
            "Nothing outside is opened; ath serve --follow-links allows links that lead out.",
            "No se abre nada de fuera; ath serve --follow-links permite los enlaces que salen.",
        )
        .to_owned(),
    )
}

pub(super) fn leads_nowhere(lang: Lang, path: &str) -> Told {
    (
        lang.pick(
            format!("{path} is a link that leads nowhere"),
            format!("{path} es un enlace que no lleva a ninguna parte"),
        ),
        lang.pick("Mend it or delete it.", "Arréglalo o bórralo.")
            .to_owned(),
    )
}

pub(super) fn not_a_file(lang: Lang, path: &str) -> Told {
    (
        lang.pick(
            format!("{path} is no regular file"),
            format!("{path} no es un archivo normal"),
        ),
        lang.pick(
            "Put the file itself in its place.",
            "Pon en su lugar el propio archivo.",
        )
        .to_owned(),
    )
}

pub(super) fn too_large(lang: Lang, file: &str, bytes: u64, limit: u64) -> Told {
    let (bytes, limit) = Numbers(lang).sizes(bytes, limit);
    (
        lang.pick(
            format!("{file} is too large: it has {bytes}, and up to {limit} are read"),
            format!("{file} es demasiado grande: tiene {bytes}, y se leen hasta {limit}"),
        ),
        lang.pick("Make it smaller, or take another one.", "Redúcelo, o toma otro.")
            .to_owned(),
    )
}

pub(super) fn no_key(lang: Lang, file: &str, key: &str) -> Told {
    (
        lang.pick(
            format!("{file} does not say {key}"),
            format!("A {file} le falta {key}"),
        ),
        lang.pick(
            "Add it as the training run had it.",
            "Añádelo como lo tenía el entrenamiento.",
        )
        .to_owned(),
    )
}

pub(super) fn disagree(lang: Lang, file: &str, one: &str, other: &str) -> Told {
    (
        lang.pick(
            format!("{file} has both {one} and {other}"),
            format!("{file} tiene a la vez {one} y {other}"),
        ),
        lang.pick("Take one of them away.", "Quita una de las dos.")
            .to_owned(),
    )
}
