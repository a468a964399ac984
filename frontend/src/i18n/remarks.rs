//! A text for every remark, and for every reason in one. Matches name each kind, so that a new one has to be given its text.

use std::path::Path;

use atheria_shared::remark::{ExportStale, Folding, PassedOver, Remark};
use atheria_shared::text::LISTED;

use super::beside::beside;
use super::causes::files;
use super::{Lang, errors, kinds};
use crate::format::Numbers;

/// A remark as a line, without a full stop.
pub fn remark(lang: Lang, remark: &Remark) -> String {
    match lang {
        Lang::En => english(remark),
        Lang::Es => spanish(remark),
    }
}

/// Where weights lie in a file.
pub fn weights_place(lang: Lang, key: &str) -> String {
    if is_file_itself(key) {
        lang.pick("the file itself", "el propio archivo").to_owned()
    } else {
        key.to_owned()
    }
}

/// Written as `.` where it has to be written.
fn is_file_itself(key: &str) -> bool {
    matches!(key, "" | ".")
}

fn english(remark: &Remark) -> String {
    let lang = Lang::En;
    let (numbers, list) = (Numbers(lang), |names: &[String]| listed(lang, names));
    match remark {
        Remark::UnheededKeys { keys } => {
            format!(
                "config.json has {}, which is not heeded: the law may have been trained otherwise",
                list(keys)
            )
        }
        Remark::FoundUnder { key, found } => format!("{key} was taken from {found}"),
        Remark::DefaultSize { key, value } => format!("config.json does not say {key}: {value} is assumed"),
        Remark::PassedOver { file, reason } => {
            format!("{file} was passed over: {}", passed_over(lang, reason))
        }
        Remark::LatestTied { taken, others } => format!(
            "Neither name nor age tells which checkpoint is the latest: {taken} was taken, and it may as well be {}",
            list(others)
        ),
        Remark::MoreExperiments { listed, there } => format!(
            "{} experiments are there; the first {} are listed",
            numbers.integer(*there as u64),
            numbers.integer(*listed as u64)
        ),
        Remark::CheckpointsAlone { names } => {
            format!(
                "training_checkpoints holds {} without an experiments/NAME/config.json",
                list(names)
            )
        }
        Remark::OtherRoot { listed, other } => format!(
            "{} is listed; {} holds experiments too (choose it with --root)",
            shown(listed),
            shown(other)
        ),
        Remark::WeightsFrom { key, others } => {
            let place = weights_place(lang, key);
            if others.is_empty() {
                format!("The weights are those of {place}")
            } else {
                format!(
                    "The weights are those of {place}; {} fit the law too",
                    list(&places(lang, others))
                )
            }
        }
        Remark::PrefixStripped { prefix } => format!("{prefix} was taken from the weights' names"),
        Remark::PrefixAdded { prefix } => format!("{prefix} was put before the weights' names"),
        Remark::LeftOut { what, more } => {
            let what = beside(lang, what, *more);
            format!("Beside the weights, and not read: {what}")
        }
        Remark::Folded { how, names } => format!("{}: {}", folding(lang, *how), list(names)),
        Remark::Cast { from, tensors: 1 } => {
            format!("One tensor was cast from {from} to float32, as you asked")
        }
        Remark::Cast { from, tensors } => format!(
            "{} tensors were cast from {from} to float32, as you asked",
            numbers.integer(*tensors as u64)
        ),
        Remark::AllZero => "Every weight is zero, as torch.serialization.skip_data writes them".to_owned(),
        Remark::Averaged { models } => {
            format!("The weights are the mean of {} models", numbers.integer(*models))
        }
        Remark::WholeModel { class } => {
            format!(
                "The file is a whole model ({class}): its parameters and buffers were read, its code was not run"
            )
        }
        Remark::NoChecksums => {
            "The file carries no checksums: damage to its numbers would not be seen".to_owned()
        }
        Remark::ExportElsewhere { folder } => {
            format!(
                "The checkpoint's folder cannot be written; the export lies in {}",
                shown(folder)
            )
        }
        Remark::ExportNotKept { path, why } => format!(
            "The export could be written nowhere and is made again each time: {}: {} (give a folder with --cache)",
            shown(path),
            files::io(lang, why)
        ),
        Remark::ExportMadeAgain { because } => {
            format!("The export was made again: {}", stale(lang, *because))
        }
        Remark::MethodFailed { method, error } => {
            format!("{method}: {}", errors::error(lang, error).what)
        }
    }
}

fn spanish(remark: &Remark) -> String {
    let lang = Lang::Es;
    let (numbers, list) = (Numbers(lang), |names: &[String]| listed(lang, names));
    match remark {
        Remark::UnheededKeys { keys } => {
            format!(
                "config.json trae {}, que aquí no se tiene en cuenta: quizá la ley se entrenó de otro modo",
                list(keys)
            )
        }
        Remark::FoundUnder { key, found } => format!("{key} se tomó de {found}"),
        Remark::DefaultSize { key, value } => format!("config.json no indica {key}: se supone {value}"),
        Remark::PassedOver { file, reason } => {
            format!("{file} se dejó de lado: {}", passed_over(lang, reason))
        }
        Remark::LatestTied { taken, others } => format!(
            "Ni el nombre ni la fecha dicen cuál es el punto de control más reciente: se tomó {taken}, y también podría ser {}",
            list(others)
        ),
        Remark::MoreExperiments { listed, there } => format!(
            "Hay {} experimentos; se muestran los primeros {}",
            numbers.integer(*there as u64),
            numbers.integer(*listed as u64)
        ),
        Remark::CheckpointsAlone { names } => {
            format!(
                "training_checkpoints contiene {} sin su experiments/NOMBRE/config.json",
                list(names)
            )
        }
        Remark::OtherRoot { listed, other } => format!(
            "Se muestra {}; {} también contiene experimentos (elígela con --root)",
            shown(listed),
            shown(other)
        ),
        Remark::WeightsFrom { key, others } => {
            let whose = if is_file_itself(key) {
                "del propio archivo".to_owned()
            } else {
                format!("de {key}")
            };
            if others.is_empty() {
                format!("Los pesos son los {whose}")
            } else {
                format!(
                    "Los pesos son los {whose}; también encajan con la ley: {}",
                    list(&places(lang, others))
                )
            }
        }
        Remark::PrefixStripped { prefix } => format!("Se quitó {prefix} de los nombres de los pesos"),
        Remark::PrefixAdded { prefix } => format!("Se antepuso {prefix} a los nombres de los pesos"),
        Remark::LeftOut { what, more } => {
            let what = beside(lang, what, *more);
            format!("Junto a los pesos, y sin leer: {what}")
        }
        Remark::Folded { how, names } => format!("{}: {}", folding(lang, *how), list(names)),
        Remark::Cast { from, tensors: 1 } => {
            format!("Un tensor se convirtió de {from} a float32, como pediste")
        }
        Remark::Cast { from, tensors } => format!(
            "{} tensores se convirtieron de {from} a float32, como pediste",
            numbers.integer(*tensors as u64)
        ),
        Remark::AllZero => {
            "Todos los pesos son cero, tal como los escribe torch.serialization.skip_data".to_owned()
        }
        Remark::Averaged { models } => {
            format!("Los pesos son la media de {} modelos", numbers.integer(*models))
        }
        Remark::WholeModel { class } => format!(
            "El archivo es un modelo entero ({class}): se leyeron sus parámetros y búferes, y su código no se ejecutó"
        ),
        Remark::NoChecksums => {
            "El archivo no lleva sumas de verificación: un daño en sus números pasaría inadvertido".to_owned()
        }
        Remark::ExportElsewhere { folder } => format!(
            "No se puede escribir en la carpeta del punto de control; la exportación está en {}",
            shown(folder)
        ),
        Remark::ExportNotKept { path, why } => format!(
            "La exportación no se pudo escribir en ningún sitio y se rehace cada vez: {}: {} (indica una carpeta con --cache)",
            shown(path),
            files::io(lang, why)
        ),
        Remark::ExportMadeAgain { because } => format!("La exportación se rehízo: {}", stale(lang, *because)),
        Remark::MethodFailed { method, error } => {
            format!("{method}: {}", errors::error(lang, error).what)
        }
    }
}

/// Why a file is none of the checkpoints: behind a colon.
pub(super) fn passed_over(lang: Lang, reason: &PassedOver) -> String {
    let fixed = match reason {
        PassedOver::Name { wrong } => {
            let wrong = files::name(lang, wrong);
            return lang.pick(
                format!("its name cannot be used ({wrong})"),
                format!("su nombre no sirve ({wrong})"),
            );
        }
        PassedOver::Kind { kind } => {
            let kind = kinds::kind(lang, *kind);
            return lang.pick(format!("it is {kind}"), format!("es {kind}"));
        }
        PassedOver::State => lang.pick(
            "it is a state of a world; give it as starting matter",
            "es un estado de un mundo; indícalo como materia inicial",
        ),
        PassedOver::TooMany { more } => {
            let more = Numbers(lang).integer(*more as u64);
            return lang.pick(
                format!("{more} more files were not looked at"),
                format!("otros {more} archivos no se miraron"),
            );
        }
        PassedOver::LinkOutside => lang.pick(
            "it is a link that leads out of the folder of experiments; --follow-links allows it",
            "es un enlace que sale de la carpeta de experimentos; --follow-links lo permite",
        ),
        PassedOver::LinkBroken => lang.pick(
            "it is a link that leads nowhere",
            "es un enlace que no lleva a ninguna parte",
        ),
        PassedOver::Ending => lang.pick(
            "its ending is none of a checkpoint's",
            "su extensión no es la de un punto de control",
        ),
        PassedOver::NotAFile => lang.pick("it is no file", "no es un archivo"),
        PassedOver::CutOff => lang.pick(
            "it is damaged, or still being written",
            "está dañado, o aún se está escribiendo",
        ),
        PassedOver::TooLarge { bytes, limit_bytes } => {
            let (bytes, limit) = Numbers(lang).sizes(*bytes, *limit_bytes);
            return lang.pick(
                format!("it is too large: it has {bytes}, and up to {limit} are read"),
                format!("es demasiado grande: tiene {bytes}, y se leen hasta {limit}"),
            );
        }
    };
    fixed.to_owned()
}

/// How weights that were given in parts were put together.
fn folding(lang: Lang, how: Folding) -> &'static str {
    match how {
        Folding::WeightNorm => lang.pick(
            "Weight-normed, and multiplied out (g·v/|v|)",
            "Con normalización de pesos, y ya multiplicados (g·v/|v|)",
        ),
        Folding::Pruned => lang.pick(
            "Pruned, and multiplied by their masks",
            "Podados, y multiplicados por sus máscaras",
        ),
    }
}

/// Why an export was made again.
fn stale(lang: Lang, because: ExportStale) -> &'static str {
    match because {
        ExportStale::NotOurs => lang.pick(
            "what lay there was not an export of Atheria's",
            "lo que había no era una exportación de Atheria",
        ),
        ExportStale::Changed => lang.pick(
            "the checkpoint, its configuration, the method or the versions have changed",
            "cambiaron el punto de control, su configuración, el método o las versiones",
        ),
        ExportStale::NotVerified => lang.pick("it had not been verified", "no se había verificado"),
        ExportStale::OtherBytes => lang.pick(
            "its bytes were not those that were exported",
            "sus bytes no eran los que se exportaron",
        ),
        ExportStale::Unreadable => lang.pick("it could not be read", "no se pudo leer"),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn places(lang: Lang, keys: &[String]) -> Vec<String> {
    keys.iter().map(|key| weights_place(lang, key)).collect()
}

/// Names separated by commas: so many of them, then how many more there are.
pub(super) fn listed(lang: Lang, names: &[String]) -> String {
    listed_of(lang, names.iter().cloned(), 0)
}

/// The same of what has a length and is only told as far as it is listed, with `more` beyond it.
pub(super) fn listed_of(lang: Lang, names: impl ExactSizeIterator<Item = String>, more: usize) -> String {
    let more = more.saturating_add(names.len().saturating_sub(LISTED));
    let text = names.take(LISTED).collect::<Vec<_>>().join(", ");
    match more {
        0 => text,
        more => {
            let more = Numbers(lang).integer(more as u64);
            lang.pick(format!("{text} and {more} more"), format!("{text} y {more} más"))
        }
    }
}

#[cfg(test)]
mod tests;
