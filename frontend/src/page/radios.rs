//! A group of buttons of which one is chosen: one stop of Tab, and arrows choose.

use frontend::i18n::Texts;
use frontend::roving::Turn;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::state::App;
use crate::browser::focus;

/// How one choice looks.
pub(super) struct Face {
    /// What is drawn on it.
    pub(super) inside: AnyView,
    /// What it is called, where that is not drawn on it.
    pub(super) name: Option<Box<dyn Fn() -> &'static str + Send + Sync>>,
    /// What it means.
    pub(super) meaning: Box<dyn Fn() -> String + Send + Sync>,
    /// Whether it is not to be had at present, where it may be so; its meaning says why.
    pub(super) missing: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

/// A group.
pub(super) struct Radios<T> {
    /// Its class.
    pub(super) class: &'static str,
    /// What it is called.
    pub(super) label: fn(&Texts) -> &'static str,
    /// Its choices.
    pub(super) all: Vec<T>,
    /// The one that is chosen.
    pub(super) now: fn(App) -> T,
    /// Chooses one.
    pub(super) choose: fn(App, T),
    /// How one looks.
    pub(super) face: fn(App, T) -> Face,
    /// Whether nothing can be chosen at present.
    pub(super) off: fn(App) -> bool,
    /// What Enter does beyond choosing.
    pub(super) enter: Option<fn()>,
}

impl<T: Copy + PartialEq + Send + Sync + 'static> Radios<T> {
    /// Draws it.
    pub(super) fn draw(self, app: App) -> AnyView {
        let Self {
            class,
            label,
            all,
            now,
            choose,
            face,
            off,
            enter,
        } = self;
        let now = Memo::new(move |_| now(app));
        let off = Memo::new(move |_| off(app));
        let buttons: Vec<_> = all
            .iter()
            .map(|&one| {
                let on = move || now.get() == one;
                let Face {
                    inside,
                    name,
                    meaning,
                    missing,
                } = face(app, one);
                view! {
                    <button
                        role="radio"
                        class:on=on
                        disabled=move || off.get()
                        tabindex=move || if on() { "0" } else { "-1" }
                        aria-checked=move || on().to_string()
                        aria-disabled=missing.map(|missing| move || missing().then_some("true"))
                        aria-label=name.map(|name| move || name())
                        title=meaning
                        on:click=move |_| choose(app, one)
                    >
                        {inside}
                    </button>
                }
            })
            .collect();
        let keydown = move |event: KeyboardEvent| {
            if event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            if let (Some(enter), "Enter") = (enter, event.key().as_str()) {
                event.prevent_default();
                enter();
                return;
            }
            let Some(turn) = Turn::of_key(&event.key()) else {
                return;
            };
            event.prevent_default();
            let place = all.iter().position(|&one| one == now.get_untracked());
            let Some(to) = turn.from(place, all.len()) else {
                return;
            };
            if let Some(&one) = all.get(to) {
                choose(app, one);
            }
            let group = event
                .current_target()
                .and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(group) = group {
                // The place is known before what was chosen is: that may have to be asked for.
                focus::put_within(&group, &format!(":scope > :nth-child({})", to + 1));
            }
        };
        view! {
            <div class=class role="radiogroup" aria-label=app.tr(label) on:keydown=keydown>
                {buttons}
            </div>
        }
        .into_any()
    }
}
