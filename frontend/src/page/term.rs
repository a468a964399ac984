//! Words that explain themselves: under the pointer, with the focus, or at a touch.

use frontend::i18n::glossary::Term;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

use super::state::{App, app};

/// How much room a meaning needs below its word, in pixels of the page.
const ROOM: f64 = 170.0;
/// Between a word and its meaning.
const GAP: f64 = 6.0;

/// A word that is being explained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Explained {
    term: Term,
    /// The window's left edge to the word's, in pixels of the page.
    left: f64,
    upright: Upright,
}

/// Where a meaning stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Upright {
    /// Its upper edge this far from the window's.
    Below(f64),
    /// Its lower edge this far from the window's lower one.
    Above(f64),
}

/// A word of the glossary as a text of a card shows it.
pub(super) fn term(app: App, term: Term, shown: &'static str) -> AnyView {
    draw(app, term, "term", None, shown)
}

/// A mark beside a label that is one of the glossary's words.
pub(super) fn mark(app: App, term: Term) -> AnyView {
    let name = move || {
        format!(
            "{}: {}",
            term.name(app.lang.get()),
            app.lang.get().texts().what_is
        )
    };
    draw(app, term, "term ask", Some(Box::new(name)), "?")
}

/// A name as a screen reader says it, in the page's language.
type Name = Box<dyn Fn() -> String + Send + Sync>;

fn draw(app: App, term: Term, class: &'static str, name: Option<Name>, shown: &'static str) -> AnyView {
    let on = move || app.explained.with(|now| now.is_some_and(|now| now.term == term));
    let explain = move |event: &Event| app.explained.set(place(term, event));
    let leave = move || {
        if app
            .explained
            .with_untracked(|now| now.is_some_and(|now| now.term == term))
        {
            app.explained.set(None);
        }
    };
    view! {
        <dfn>
            <button
                type="button"
                class=class
                aria-label=name.map(|name| move || name())
                aria-describedby=move || on().then_some("meaning")
                on:pointerenter=move |event: PointerEvent| {
                    if event.pointer_type() != "touch" {
                        explain(&event);
                    }
                }
                on:pointerleave=move |event: PointerEvent| {
                    if event.pointer_type() != "touch" {
                        leave();
                    }
                }
                on:click=move |event| explain(&event)
                on:focus=move |event| explain(&event)
                on:blur=move |_| leave()
            >
                {shown}
            </button>
        </dfn>
    }
    .into_any()
}

fn place(term: Term, event: &Event) -> Option<Explained> {
    let word: Element = event.current_target()?.dyn_into().ok()?;
    let frame = word.get_bounding_client_rect();
    let height = web_sys::window()?.inner_height().ok()?.as_f64()?;
    let upright = if frame.bottom() + ROOM > height {
        Upright::Above(height - frame.top() + GAP)
    } else {
        Upright::Below(frame.bottom() + GAP)
    };
    Some(Explained {
        term,
        left: frame.left(),
        upright,
    })
}

/// The meaning that is shown. It stands outside of the columns, which would cut it off.
#[component]
pub(super) fn Meaning() -> impl IntoView {
    let app = app();
    // What is read has scrolled away under it.
    let _ = window_event_listener_untyped("wheel", move |_| {
        if app.explained.with_untracked(Option::is_some) {
            app.explained.set(None);
        }
    });
    move || {
        let Explained { term, left, upright } = app.explained.get()?;
        let lang = app.lang.get();
        let upright = match upright {
            Upright::Below(top) => format!("top:{top:.0}px"),
            Upright::Above(bottom) => format!("bottom:{bottom:.0}px"),
        };
        Some(view! {
            <p id="meaning" class="meaning-bubble" role="tooltip" style=format!("--left:{left:.0}px;{upright}")>
                <b>{term.name(lang)}</b>
                {term.meaning(lang)}
            </p>
        })
    }
}
