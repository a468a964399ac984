//! The fields and the choices of the form: each with a name, a label, and what it is about in [`Settings`].

use frontend::i18n::Texts;
use frontend::i18n::glossary::Term;
use frontend::settings::Settings;
use leptos::prelude::*;

use super::state::App;
use super::term::mark;

/// What a field takes.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Whatever is typed.
    Text,
    /// A whole number.
    Whole,
    /// A number up to 1.
    Share,
}

impl Kind {
    fn input(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Whole | Self::Share => "number",
        }
    }

    fn step(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Whole => Some("1"),
            Self::Share => Some("0.05"),
        }
    }
}

/// A field of the form, and whether what is in it can be read.
#[derive(Clone, Copy)]
pub(super) struct Field {
    /// Its name, which no other has.
    pub(super) name: &'static str,
    /// What it is called.
    pub(super) label: fn(&Texts) -> &'static str,
    /// What it takes.
    pub(super) hint: fn(&Texts) -> &'static str,
    /// What stands there while it is empty.
    pub(super) usual: fn(&Texts) -> &'static str,
    /// The word of the glossary that it is about.
    pub(super) term: Option<Term>,
    /// How it is typed.
    pub(super) kind: Kind,
    /// What is typed into it.
    pub(super) at: fn(&mut Settings) -> &mut String,
    /// Whether that can be read.
    pub(super) good: fn(&Settings) -> bool,
}

impl Field {
    /// Draws it.
    pub(super) fn draw(self, app: App) -> AnyView {
        let Self {
            name,
            label,
            hint,
            usual,
            term,
            kind,
            at,
            good,
        } = self;
        let typed = app.form.typed;
        let good = move || typed.with(good);
        let (id, wrong) = (format!("form-{name}"), format!("form-{name}-wrong"));
        let told = wrong.clone();
        view! {
            <div class="field">
                <span>
                    <label for=id.clone()>{app.tr(label)}</label>
                    {term.map(|term| mark(app, term))}
                </span>
                <input
                    id=id
                    type=kind.input()
                    step=kind.step()
                    class="num"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=move || (!good()).to_string()
                    aria-describedby=move || (!good()).then(|| told.clone())
                    title=app.tr(hint)
                    placeholder=app.tr(usual)
                    prop:value=move || at(&mut typed.get()).clone()
                    on:input=move |event| typed.update(|typed| *at(typed) = event_target_value(&event))
                />
                {move || (!good()).then(|| view! { <small id=wrong.clone() role="alert">{app.tr(hint)}</small> })}
            </div>
        }
        .into_any()
    }
}

/// A choice of the form.
pub(super) struct Choice<T, const N: usize> {
    /// Its name, which no other has.
    pub(super) name: &'static str,
    /// What it is called.
    pub(super) label: fn(&Texts) -> &'static str,
    /// The word of the glossary that it is about.
    pub(super) term: Option<Term>,
    /// What can be chosen.
    pub(super) all: [T; N],
    /// What is chosen.
    pub(super) at: fn(&mut Settings) -> &mut T,
    /// What tells one from the others.
    pub(super) value: fn(T) -> String,
    /// How one is called.
    pub(super) words: fn(App, T) -> &'static str,
}

impl<T: Copy + PartialEq + Send + Sync + 'static, const N: usize> Choice<T, N> {
    /// Draws it.
    pub(super) fn draw(self, app: App) -> AnyView {
        let Self {
            name,
            label,
            term,
            all,
            at,
            value,
            words,
        } = self;
        let typed = app.form.typed;
        let now = Memo::new(move |_| *at(&mut typed.get()));
        let options: Vec<_> = all
            .into_iter()
            .map(|one| {
                view! {
                    <option value=value(one) prop:selected=move || now.get() == one>
                        {move || words(app, one)}
                    </option>
                }
            })
            .collect();
        let choose = move |event: web_sys::Event| {
            let chosen = event_target_value(&event);
            if let Some(one) = all.into_iter().find(|&one| value(one) == chosen) {
                typed.update(|typed| *at(typed) = one);
            }
        };
        let id = format!("form-{name}");
        view! {
            <div class="field">
                <span>
                    <label for=id.clone()>{app.tr(label)}</label>
                    {term.map(|term| mark(app, term))}
                </span>
                <select id=id on:change=choose>{options}</select>
            </div>
        }
        .into_any()
    }
}
