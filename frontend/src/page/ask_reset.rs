//! The question before a reset that would wipe much.

use atheria_shared::world::WorldCommand;
use frontend::i18n::standing as words;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::state::{App, app};

#[component]
pub(super) fn AskReset() -> impl IntoView {
    let app = app();
    let keep = NodeRef::<html::Button>::new();
    let wipe = NodeRef::<html::Button>::new();
    let before = StoredValue::new_local(None::<HtmlElement>);
    let asked = Memo::new(move |_| app.reset_asked.with(Option::is_some));
    Effect::new(move |was: Option<bool>| {
        let now = asked.get();
        if now && was != Some(true) {
            before.set_value(focused());
        } else if was == Some(true)
            && !now
            && let Some(element) = before.try_update_value(Option::take).flatten()
        {
            let _ = element.focus();
        }
        now
    });
    Effect::new(move |_| {
        if let Some(button) = keep.get() {
            let _ = button.focus();
        }
    });
    // The two buttons are all that can have the focus.
    let stay = move |event: KeyboardEvent| {
        if event.key() != "Tab" {
            return;
        }
        event.prevent_default();
        let (Some(keep), Some(wipe)) = (keep.get_untracked(), wipe.get_untracked()) else {
            return;
        };
        let on_keep = focused().is_some_and(|element| element == *keep);
        let _ = if on_keep { wipe.focus() } else { keep.focus() };
    };
    let text = move || {
        app.reset_asked
            .get()
            .map(|wiped| words::wiped(app.lang.get(), wiped))
    };
    view! {
        <Show when=move || asked.get()>
            <div class="shade" on:click=move |_| app.reset_asked.set(None)>
                <section
                    class="dialog question"
                    role="alertdialog"
                    aria-modal="true"
                    aria-labelledby="reset-title"
                    aria-describedby="reset-text"
                    on:click=|event| event.stop_propagation()
                    on:keydown=stay
                >
                    <b id="reset-title">{app.tr(|t| t.reset_title)}</b>
                    <p id="reset-text">{text}</p>
                    <div class="row">
                        <button node_ref=keep class="button" on:click=move |_| app.reset_asked.set(None)>
                            {app.tr(|t| t.reset_keep)}
                        </button>
                        <button node_ref=wipe class="button main" on:click=move |_| wipe_all(app)>
                            {app.tr(|t| t.reset)}
                        </button>
                    </div>
                </section>
            </div>
        </Show>
    }
}

fn wipe_all(app: App) {
    app.reset_asked.set(None);
    app.command(&WorldCommand::Reset);
}

fn focused() -> Option<HtmlElement> {
    let page = web_sys::window()?.document()?;
    page.active_element()?.dyn_into().ok()
}
