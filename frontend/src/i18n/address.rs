//! Settings of the page's address, and what is told of those that cannot be read.

use super::Lang;
use crate::address::{Setting, Unread};

/// A notice of settings that cannot be read: what happened, and what is used instead.
pub fn unread(lang: Lang, unread: &[Unread]) -> (String, String) {
    let told: Vec<_> = unread
        .iter()
        .map(|Unread { setting, value }| {
            let name = setting_name(lang, *setting);
            lang.pick(
                format!("{name} “{value}” ({}=)", setting.key()),
                format!("{name} «{value}» ({}=)", setting.key()),
            )
        })
        .collect();
    let told = told.join(", ");
    let what = lang.pick(
        format!("The address says something that cannot be read: {told}"),
        format!("La dirección dice algo que no se puede leer: {told}"),
    );
    let no_experiment = unread.iter().any(|one| one.setting == Setting::Experiment);
    let instead = if no_experiment {
        lang.pick(
            "Nothing is opened: choose an experiment of the list.",
            "No se abre nada: elige un experimento de la lista.",
        )
    } else {
        lang.pick(
            "The experiment's own is used instead.",
            "En su lugar se usa lo propio del experimento.",
        )
    };
    (what, instead.to_owned())
}

/// What a setting is called.
pub fn setting_name(lang: Lang, setting: Setting) -> &'static str {
    let texts = lang.texts();
    match setting {
        Setting::Experiment => lang.pick("Experiment", "Experimento"),
        Setting::Session => lang.pick("Session", "Sesión"),
        Setting::Checkpoint => texts.checkpoint,
        Setting::Weights => texts.weights,
        Setting::Cast => texts.other_types,
        Setting::Grid => texts.size,
        Setting::Boundary => texts.boundary,
        Setting::Init => texts.starting_matter,
        Setting::Place => texts.place,
        Setting::Vacuum => texts.vacuum,
        Setting::Seed => texts.seed,
        Setting::Device => texts.device,
        Setting::Execution => texts.execution,
        Setting::Eps => texts.eps,
        Setting::View => texts.view,
        Setting::Range => lang.pick("Range of the legend", "Rango de la leyenda"),
        Setting::Scale => lang.pick("Scale of the legend", "Escala de la leyenda"),
        Setting::Colormap => texts.colormap,
        Setting::Mix => lang.pick("Colours of RGB", "Colores de RGB"),
        Setting::At => lang.pick("Where one looks", "Adónde se mira"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::complete;
    use super::*;

    #[test]
    fn what_cannot_be_read_is_told_with_what_is_used_instead() {
        for setting in Setting::ALL {
            let one = [Unread {
                setting,
                value: "7,x".to_owned(),
            }];
            let [en, es] = [Lang::En, Lang::Es].map(|lang| unread(lang, &one));
            complete(&en.0, &es.0, &["7,x", setting.key()]);
            complete(&en.1, &es.1, &[]);
        }
    }
}
