//! What the user was told: the newest beside the work, all of it under the bell.

use atheria_shared::error::ApiError;
use frontend::i18n::errors;
use frontend::notices::{Details, Entry, Weight};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dialog::{Dialog, Kind};
use super::icon;
use super::state::{App, app};
use crate::browser::clipboard;

/// The list under the bell.
#[component]
pub(super) fn NoticeList() -> impl IntoView {
    let app = app();
    view! {
        <Show when=move || app.bell.get()>
            <Dialog
                title=Signal::derive(move || app.lang.get().texts().notices.to_owned())
                shut=Callback::new(move |()| app.bell.set(false))
                class="notices"
                kind=Kind::Popover
                beside=clear(app)
            >
                <div class="entries">
                    {move || {
                        let entries = app.notices.get().entries().to_vec();
                        if entries.is_empty() {
                            return view! { <p class="quiet">{app.tr(|t| t.no_notices)}</p> }.into_any();
                        }
                        entries.iter().map(|entry| notice(app, entry, false)).collect_view().into_any()
                    }}
                </div>
            </Dialog>
        </Show>
    }
}

fn clear(app: App) -> AnyView {
    view! {
        <button class="text" on:click=move |_| app.notices.update(frontend::notices::Notices::clear)>
            {app.tr(|t| t.clear_notices)}
        </button>
    }
    .into_any()
}

/// The newest notice, until it is dismissed; a remark goes by itself.
#[component]
pub(super) fn Afloat() -> impl IntoView {
    let app = app();
    let newest = Memo::new(move |_| app.notices.with(|notices| notices.afloat().cloned()));
    view! {
        <div class="afloat" role="status" aria-live="polite">
            {move || newest.get().map(|entry| notice(app, &entry, true))}
        </div>
    }
}

fn notice(app: App, entry: &Entry, afloat: bool) -> AnyView {
    let (what, more) = entry.told.text(app.lang.get());
    let details = entry.told.details(app.lang.get());
    let (class, picture) = match entry.told.weight() {
        Weight::Info => ("notice info", icon::CHECK),
        Weight::Warning => ("notice warning", icon::ALERT),
        Weight::Error => ("notice error", icon::ALERT),
    };
    let (id, times) = (entry.id, entry.times);
    view! {
        <div class=class>
            {icon::draw(picture)}
            <div>
                {what}
                {(times > 1).then(|| view! { <span class="num">" ×" {times}</span> })}
                <span class="more">{more}</span>
                {(!details.is_empty()).then(|| details_of(app, details))}
            </div>
            {afloat
                .then(|| {
                    view! {
                        <button
                            class="icon small"
                            aria-label=app.tr(|t| t.dismiss)
                            on:click=move |_| app.notices.update(|notices| notices.sink(id))
                        >
                            {icon::draw(icon::CROSS)}
                        </button>
                    }
                })}
        </div>
    }
    .into_any()
}

/// An error where something is shown that it is about.
pub(super) fn trouble_of(app: App, error: &ApiError) -> AnyView {
    let text = errors::error(app.lang.get(), error);
    view! {
        <div class="trouble" role="alert">
            <b>{text.what.clone()}</b>
            <p>{text.todo.clone()}</p>
            {details_of(app, text.into())}
        </div>
    }
    .into_any()
}

/// The details, folded, with a button that copies them; the program's own words are marked as such.
pub(super) fn details_of(app: App, details: Details) -> AnyView {
    let copied = RwSignal::new(None);
    let text = details.text();
    let Details { lines, technical } = details;
    let technical = (!technical.is_empty()).then(|| {
        view! {
            <p class="technical">{app.tr(|t| t.technical)}</p>
            <pre lang="en">{technical.join("\n")}</pre>
        }
    });
    view! {
        <details class="words">
            <summary>{app.tr(|t| t.details)}</summary>
            {(!lines.is_empty()).then(|| view! { <pre>{lines.join("\n")}</pre> })}
            {technical}
            <button
                class="text"
                on:click=move |_| {
                    let text = text.clone();
                    spawn_local(async move { copied.set(Some(clipboard::copy(&text).await)) });
                }
            >
                {icon::draw(icon::COPY)}
                {move || {
                    let texts = app.lang.get().texts();
                    match copied.get() {
                        None => texts.copy_details,
                        Some(true) => texts.copied,
                        Some(false) => texts.copy_by_hand,
                    }
                }}
            </button>
        </details>
    }
    .into_any()
}
