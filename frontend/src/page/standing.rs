//! Cards over the canvas for a session that is not there: nobody answers, or it is over. What happened, what is lost, what can be done.

use frontend::i18n::standing as words;
use leptos::prelude::*;

use super::stage::again;
use super::state::App;

/// The server is away; what was asked for is kept.
pub(super) fn unanswered(app: App) -> AnyView {
    let lang = app.lang.get();
    let texts = lang.texts();
    let kept = app
        .opened_title()
        .map(|title| words::opens_when_back(lang, &title));
    let buttons = view! {
        {again(app, texts.try_again)}
        <button class="button" on:click=move |_| app.cancel()>{texts.cancel}</button>
    };
    card(
        app,
        texts.away_title,
        view! { <p>{kept}</p> <p>{texts.away_text}</p> },
        buttons,
    )
}

/// The session is over, its world is lost.
pub(super) fn closed(app: App) -> AnyView {
    let lang = app.lang.get();
    let texts = lang.texts();
    let step = app.status.with_untracked(|status| status.step);
    let buttons = view! {
        {again(app, texts.open_anew)}
        <button class="button" on:click=move |_| app.choose_another()>{texts.choose_another}</button>
    };
    card(
        app,
        texts.closed_title,
        view! { <p>{words::lost(lang, step)}</p> },
        buttons,
    )
}

fn card(app: App, title: &'static str, text: impl IntoView, buttons: impl IntoView) -> AnyView {
    view! {
        <div class="over" role="status">
            <div class="glass card standing">
                <small>{app.opened_title()}</small>
                <b>{title}</b>
                {text}
                <div class="row">{buttons}</div>
            </div>
        </div>
    }
    .into_any()
}
