//! Why the picture is dark, said over it: a world without matter is never left unexplained.

use atheria_shared::tool::Tool;
use atheria_shared::view::Quantity;
use frontend::i18n::state;
use frontend::opening::Opening;
use leptos::prelude::*;

use super::icon;
use super::state::app;

#[component]
pub(super) fn Dark() -> impl IntoView {
    let app = app();
    let why = Memo::new(move |_| {
        let dark = app.opening.with(Opening::is_live)
            && app.range.with(Option::is_some)
            && app.view.with(|view| view.quantity == Quantity::Deviation);
        let numbers = app.status.with(|status| {
            (status.numbers.matter_cells == 0)
                .then_some(status.numbers.emptiness)
                .flatten()
        });
        numbers.filter(|_| dark)
    });
    let offered = move || {
        app.brush.with(|brush| {
            if brush.has(Tool::Inject) {
                Tool::Inject
            } else {
                Tool::Noise
            }
        })
    };
    let in_hand = move || app.brush.with(|brush| brush.tool == Some(offered()));
    move || {
        let why = why.get()?;
        let lang = app.lang.get();
        Some(view! {
            <p class="glass chip dark" role="status">
                {icon::draw(icon::MOON)}
                <span>{state::darkness(lang, why)}</span>
                <Show when=move || !in_hand()>
                    <button class="button" on:click=move |_| app.choose_tool(Some(offered()))>
                        {move || state::tool(app.lang.get(), offered())}
                    </button>
                </Show>
            </p>
        })
    }
}
