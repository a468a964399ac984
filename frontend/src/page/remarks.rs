//! What to know of the folder and of the experiment that is shown, folded: it keeps nothing from opening.

use atheria_shared::experiment::Experiment;
use atheria_shared::remark::Remark;
use frontend::i18n::{Texts, remarks};
use leptos::prelude::*;

use super::state::{App, Catalog};

/// Of the folder as a whole.
pub(super) fn of_folder(app: App) -> Option<AnyView> {
    let found = app.catalog.with(|catalog| match catalog {
        Catalog::Here(list) => list.remarks.clone(),
        Catalog::Loading | Catalog::Away => Vec::new(),
    });
    fold(app, |texts| texts.remarks_folder, &found)
}

/// Of an experiment and, where it is the one that is open, of its checkpoint and its export.
pub(super) fn of_experiment(app: App, experiment: &Experiment, open: bool) -> Option<AnyView> {
    let mut found = experiment.remarks.clone();
    if open {
        let of_export = app
            .opening
            .with(|opening| opening.export.as_ref().map(|export| export.remarks.clone()));
        for remark in of_export.into_iter().flatten() {
            if !found.contains(&remark) {
                found.push(remark);
            }
        }
    }
    fold(app, |texts| texts.remarks, &found)
}

fn fold(app: App, label: fn(&Texts) -> &'static str, found: &[Remark]) -> Option<AnyView> {
    if found.is_empty() {
        return None;
    }
    let lang = app.lang.get();
    let lines: Vec<_> = found
        .iter()
        .map(|remark| view! { <li>{remarks::remark(lang, remark)}</li> })
        .collect();
    Some(
        view! {
            <details class="remarks">
                <summary>
                    {label(lang.texts())} " " <span class="num">{found.len()}</span>
                </summary>
                <ul>{lines}</ul>
            </details>
        }
        .into_any(),
    )
}
