//! The bar on top: where one is, how the session does, and the page's own switches.

use atheria_shared::session::device_label;
use frontend::i18n::{standing, state};
use leptos::prelude::*;

use super::icon;
use super::notice_list::NoticeList;
use super::state::{App, Connection, Theme, app, fold};
use crate::browser::memory::{self, Choice};

#[component]
pub(super) fn TopBar() -> impl IntoView {
    let app = app();
    let title = Memo::new(move |_| app.opened_title());
    let file = move || {
        app.opening
            .with(|opening| opening.export.as_ref().map(|export| export.checkpoint.clone()))
    };
    let unseen = move || {
        app.notices
            .with(|notices| notices.entries().iter().filter(|e| e.afloat).count())
    };
    view! {
        <header class="top">
            <Show when=move || !app.narrow.get()>
                <button
                    class="icon"
                    aria-label=app.tr(|t| t.hide_left)
                    title=app.tr(|t| t.hide_left)
                    aria-pressed=move || (!app.left_folded.get()).to_string()
                    on:click=move |_| fold(app.left_folded, Choice::LeftFolded)
                >
                    {icon::draw(icon::LEFT)}
                </button>
            </Show>
            <h1 class="brand" title=app.tr(|t| t.tagline)>
                <a href="./" aria-label=app.tr(|t| t.home) on:click=move |event| home(app, &event)>
                    {icon::brand()}
                    <span>"Atheria"</span>
                </a>
            </h1>
            <div class="crumb">
                {move || title.get().map(|title| view! { <span class="sep">"/"</span> <b>{title}</b> })}
                {move || file().map(|file| view! { <span class="file">{file}</span> })}
            </div>
            <span class="grow"></span>
            <DevicePill />
            <ViewersPill />
            <ConnectionPill />
            <button
                class="pill language"
                aria-label=app.tr(|t| t.switch_language)
                title=app.tr(|t| t.switch_language)
                on:click=move |_| app.switch_language()
            >
                {move || app.lang.get().label()}
            </button>
            <button
                class="icon bell"
                aria-label=app.tr(|t| t.notices)
                title=app.tr(|t| t.notices)
                aria-expanded=move || app.bell.get().to_string()
                on:click=move |_| {
                    app.bell.update(|open| *open = !*open);
                    app.notices.update(frontend::notices::Notices::sink_all);
                }
            >
                {icon::draw(icon::BELL)}
                {move || (unseen() > 0).then(|| view! { <i class="unseen">{unseen()}</i> })}
            </button>
            <ThemeButton />
            <button
                class="icon"
                aria-label=app.tr(|t| t.help)
                title=app.tr(|t| t.help)
                on:click=move |_| app.help.set(true)
            >
                {icon::draw(icon::HELP)}
            </button>
            <Show when=move || !app.narrow.get()>
                <button
                    class="icon"
                    aria-label=app.tr(|t| t.hide_right)
                    title=app.tr(|t| t.hide_right)
                    aria-pressed=move || (!app.right_folded.get()).to_string()
                    on:click=move |_| fold(app.right_folded, Choice::RightFolded)
                >
                    {icon::draw(icon::RIGHT)}
                </button>
            </Show>
            <NoticeList />
        </header>
        <Stale />
    }
}

/// Home is on this page; another tab may have it for itself.
fn home(app: App, event: &web_sys::MouseEvent) {
    if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
        event.prevent_default();
        app.go_home();
    }
}

/// Where the world is computed, and how.
#[component]
fn DevicePill() -> impl IntoView {
    let app = app();
    let computed = Memo::new(move |_| {
        app.status
            .with(|status| (status.numbers.execution, status.numbers.reason))
    });
    move || {
        let device = app
            .opening
            .with(|opening| opening.world.as_ref().map(|world| world.device))?;
        let (execution, reason) = computed.get();
        let lang = app.lang.get();
        let execution = state::execution(lang, execution);
        Some(view! {
            <span class="pill device" title=state::reason(lang, reason)>
                {device_label(device)} " · " <b>{execution}</b>
            </span>
        })
    }
}

/// How many watch the session, where this page is not alone.
#[component]
fn ViewersPill() -> impl IntoView {
    let app = app();
    move || {
        let viewers = Some(app.vigil.viewers.get()).filter(|viewers| *viewers > 1)?;
        Some(
            view! { <span class="pill viewers" role="status">{standing::viewers(app.lang.get(), viewers)}</span> },
        )
    }
}

#[component]
fn ConnectionPill() -> impl IntoView {
    let app = app();
    // A line that is lost says so itself.
    let silence = Memo::new(move |_| {
        app.vigil
            .silence
            .get()
            .filter(|_| app.connection.get() == Connection::Open)
    });
    let words = move || {
        let texts = app.lang.get().texts();
        if silence.get().is_some() {
            return texts.conn_silent;
        }
        match app.connection.get() {
            Connection::Idle => texts.conn_idle,
            Connection::Connecting => texts.conn_connecting,
            Connection::Open => texts.conn_open,
            Connection::Retrying => texts.conn_retrying,
            Connection::Away => texts.conn_away,
        }
    };
    let colour = move || match app.connection.get() {
        Connection::Open if silence.get().is_some() => "bad",
        Connection::Idle => "idle",
        Connection::Connecting | Connection::Retrying => "warn",
        Connection::Open => "good",
        Connection::Away => "bad",
    };
    view! {
        <span class="pill conn" role="status" aria-label=app.tr(|t| t.connection)>
            <i class=move || format!("dot {}", colour())></i>
            {words}
        </span>
    }
}

#[component]
fn ThemeButton() -> impl IntoView {
    let app = app();
    let label = move || match app.theme.get() {
        Theme::Dark => app.lang.get().texts().theme_light,
        Theme::Light => app.lang.get().texts().theme_dark,
    };
    view! {
        <button class="icon theme" aria-label=label title=label on:click=move |_| app.switch_theme()>
            {move || {
                icon::draw(
                    match app.theme.get() {
                        Theme::Dark => icon::SUN,
                        Theme::Light => icon::MOON,
                    },
                )
            }}
        </button>
    }
}

/// The server has another version than this page.
#[component]
fn Stale() -> impl IntoView {
    let app = app();
    view! {
        <Show when=move || app.stale.get()>
            <div class="stale" role="alert">
                <b>{app.tr(|t| t.stale_title)}</b>
                <span>{app.tr(|t| t.stale_text)}</span>
                <button class="button" on:click=move |_| memory::reload()>{app.tr(|t| t.reload)}</button>
            </div>
        </Show>
    }
}
