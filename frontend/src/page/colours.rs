//! In which colours a view is shown, and the choice among them.

use atheria_shared::view::View;
use frontend::colormap::{Colormap, Family, Ground, Mix};
use frontend::i18n::words;
use leptos::prelude::*;

use super::state::{App, Theme, app};

impl App {
    /// What the page is on.
    pub(super) fn ground(self) -> Ground {
        match self.theme.get() {
            Theme::Dark => Ground::Dark,
            Theme::Light => Ground::Light,
        }
    }

    /// The colormap of a view; none for one whose colours are mixed.
    pub(super) fn colormap(self, view: &View) -> Option<Colormap> {
        self.palette.get().of(view, self.ground())
    }

    /// Shows the view in the next colours that suit it.
    pub(super) fn next_colours(self) {
        let (view, ground) = untrack(|| (self.view.get(), self.ground()));
        self.palette
            .update(|palette| *palette = palette.next(&view, ground));
    }
}

/// The choice; nothing where there is none.
#[component]
pub(super) fn Colours() -> impl IntoView {
    let app = app();
    move || {
        let view = app.view.get();
        let lang = app.lang.get();
        // Names, what they are called, and which is shown.
        let choices: Vec<(&str, &str, bool)> = if let Some(family) = Family::of(&view) {
            let now = app.colormap(&view);
            let members = family.members().iter();
            members
                .map(|&map| (map.name(), words::colormap(lang, map), Some(map) == now))
                .collect()
        } else {
            let now = app.palette.get().mix;
            Mix::ALL
                .map(|mix| (mix.name(), words::mix(lang, mix), mix == now))
                .to_vec()
        };
        let options: Vec<_> = choices
            .into_iter()
            .map(|(name, label, selected)| view! { <option value=name prop:selected=selected>{label}</option> })
            .collect();
        view! {
            <select
                class="colormap"
                aria-label=app.tr(|t| t.colormap)
                on:change=move |event| {
                    let name = event_target_value(&event);
                    if let Some(map) = Colormap::from_name(&name) {
                        app.choose_colormap(map);
                    } else if let Some(mix) = Mix::from_name(&name) {
                        app.palette.update(|palette| palette.mix = mix);
                    }
                }
            >
                {options}
            </select>
        }
    }
}
