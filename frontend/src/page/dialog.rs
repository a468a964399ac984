//! What opens over the page and takes the keyboard: sheets, notices, questions.
//!
//! The focus moves in, stays in while it is open (Tab goes round), and goes back to what had it before. Esc closes.

use frontend::roving;
use leptos::html;
use leptos::prelude::*;
use web_sys::{HtmlElement, KeyboardEvent};

use super::icon;
use super::state::app;
use crate::browser::focus;

/// What suits the selector of a dialog that the rest of the page waits for.
pub(super) const MODAL: &str = "[aria-modal=true]";

/// What a dialog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something to read; the page waits behind it.
    Sheet,
    /// The same, and the page goes on.
    Popover,
    /// Something to answer: it has no way out but its answers and Esc, and its first one has the focus.
    Question,
}

/// A dialog, as long as it is rendered.
#[component]
pub(super) fn Dialog(
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
    /// Closes it.
    #[prop(into)]
    shut: Callback<()>,
    /// A class of its own.
    #[prop(optional)]
    class: &'static str,
    /// What it is.
    #[prop(default = Kind::Sheet)]
    kind: Kind,
    /// Buttons beside its title.
    #[prop(optional)]
    beside: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let app = app();
    let (dialog, close) = (NodeRef::<html::Section>::new(), NodeRef::<html::Button>::new());
    let opener = StoredValue::new_local(focus::now());
    Effect::new(move |_| {
        let (dialog, close) = (dialog.get(), close.get());
        let close = close.map(HtmlElement::from);
        let inside = |dialog: HtmlElement| focus::stops(&dialog).into_iter().next();
        if let Some(first) = close.or_else(|| dialog.and_then(inside)) {
            let _ = first.focus();
        }
    });
    on_cleanup(move || {
        let opener = opener.try_update_value(Option::take).flatten();
        if let Some(opener) = opener {
            let _ = opener.focus();
        }
    });
    let keydown = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            shut.run(());
        }
        "Tab" => {
            if let Some(dialog) = dialog.get_untracked() {
                lead(&dialog, &event);
            }
        }
        _ => {}
    };
    let section = view! {
        <section
            node_ref=dialog
            class=format!("{} {class}", kind.class())
            role=kind.role()
            tabindex="-1"
            aria-modal=(kind != Kind::Popover).then_some("true")
            aria-label=move || title.get()
            on:keydown=keydown
            on:click=|event| event.stop_propagation()
        >
            <div class="head">
                <h2>{move || title.get()}</h2>
                <span class="row">
                    {beside}
                    {(kind != Kind::Question)
                        .then(|| {
                            view! {
                                <button
                                    node_ref=close
                                    class="icon small"
                                    aria-label=app.tr(|t| t.close)
                                    on:click=move |_| shut.run(())
                                >
                                    {icon::draw(icon::CROSS)}
                                </button>
                            }
                        })}
                </span>
            </div>
            {children()}
        </section>
    };
    if kind == Kind::Popover {
        section.into_any()
    } else {
        view! { <div class="shade" on:click=move |_| shut.run(())>{section}</div> }.into_any()
    }
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Sheet => "dialog",
            Self::Popover => "popover",
            Self::Question => "dialog question",
        }
    }

    fn role(self) -> &'static str {
        match self {
            Self::Sheet | Self::Popover => "dialog",
            Self::Question => "alertdialog",
        }
    }
}

/// Keeps Tab inside.
fn lead(dialog: &HtmlElement, event: &KeyboardEvent) {
    let stops = focus::stops(dialog);
    let now = focus::now();
    let place = stops.iter().position(|stop| now.as_ref() == Some(stop));
    let to = roving::lead(place, stops.len(), event.shift_key());
    if let Some(stop) = to.and_then(|to| stops.get(to)) {
        event.prevent_default();
        let _ = stop.focus();
    }
}
