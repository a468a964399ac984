//! What the law of the open world is like, as it was measured.

use frontend::i18n::character::{headline, measured, sentences, traits};
use leptos::prelude::*;

use super::state::app;

/// Figures that are seen without unfolding all of them.
const BRIEF: usize = 3;

#[component]
pub(super) fn Character() -> impl IntoView {
    let app = app();
    let known = Memo::new(move |_| {
        app.opening
            .with(|opening| opening.world.as_ref().and_then(|world| world.character.clone()))
    });
    move || {
        let character = known.get()?;
        let lang = app.lang.get();
        let said: Vec<_> = sentences(lang, &character)
            .into_iter()
            .map(|sentence| view! { <p>{sentence}</p> })
            .collect();
        let traits = traits(lang, &character);
        let brief: Vec<_> = traits
            .iter()
            .take(BRIEF)
            .map(|figure| format!("{} {}", figure.name, figure.value))
            .collect();
        let figures: Vec<_> = traits
            .into_iter()
            .map(|figure| {
                view! {
                    <dt>{figure.name} <small>{figure.meaning}</small></dt>
                    <dd class="num">{figure.value}</dd>
                }
            })
            .collect();
        Some(view! {
            <section class="character" aria-label=app.tr(|t| t.character)>
                <div class="head">
                    <h2>{app.tr(|t| t.character)}</h2>
                </div>
                <div class="fate">
                    <b>{headline(lang, &character)}</b>
                    {said}
                </div>
                <details>
                    <summary>{brief.join(" · ")}</summary>
                    <dl>{figures}</dl>
                    <p class="quiet">{measured(lang, &character)}</p>
                </details>
            </section>
        })
    }
}
