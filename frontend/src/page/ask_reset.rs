//! The question before a reset that would wipe much.

use atheria_shared::world::WorldCommand;
use frontend::i18n::standing as words;
use leptos::prelude::*;

use super::dialog::{Dialog, Kind};
use super::state::{App, app};

#[component]
pub(super) fn AskReset() -> impl IntoView {
    let app = app();
    let asked = Memo::new(move |_| app.reset_asked.with(Option::is_some));
    let text = move || {
        app.reset_asked
            .get()
            .map(|wiped| words::wiped(app.lang.get(), wiped))
    };
    view! {
        <Show when=move || asked.get()>
            <Dialog
                title=Signal::derive(move || app.lang.get().texts().reset_title.to_owned())
                shut=Callback::new(move |()| app.reset_asked.set(None))
                kind=Kind::Question
            >
                <p>{text}</p>
                <div class="row">
                    <button class="button" on:click=move |_| app.reset_asked.set(None)>
                        {app.tr(|t| t.reset_keep)}
                    </button>
                    <button class="button main" on:click=move |_| wipe_all(app)>
                        {app.tr(|t| t.reset)}
                    </button>
                </div>
            </Dialog>
        </Show>
    }
}

fn wipe_all(app: App) {
    app.reset_asked.set(None);
    app.command(&WorldCommand::Reset);
}
