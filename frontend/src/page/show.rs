//! A show's end, said quietly over the world: that it starts over, and when.

use frontend::i18n::state;
use frontend::opening::Opening;
use frontend::show::{Ending, ending};
use leptos::prelude::*;

use super::state::{App, app};

/// How soon the world on the canvas starts over.
pub(super) fn ending_of(app: App) -> Memo<Ending> {
    Memo::new(move |_| {
        if app.opening.with(Opening::is_live) {
            app.status.with(ending)
        } else {
            Ending::default()
        }
    })
}

#[component]
pub(super) fn ShowEnds() -> impl IntoView {
    let app = app();
    let ending = ending_of(app);
    move || {
        let seconds = ending.get().seconds?;
        let text = move || state::starts_over(app.lang.get(), seconds);
        Some(view! { <p class="glass over-soon">{text}</p> })
    }
}
