//! The stages on the way to a world, ticking by in words.

use std::time::Duration;

use atheria_shared::session::{Stage, StageReport, StageState};
use frontend::format::error_size;
use frontend::i18n::words;
use leptos::prelude::*;

use super::icon;
use super::state::{App, app};

/// How long the stages stay once the world is there.
const AFTER: Duration = Duration::from_secs(10);

#[component]
pub(super) fn Stages() -> impl IntoView {
    let app = app();
    let opening = Memo::new(move |_| app.opening.with(frontend::opening::Opening::is_opening));
    // Which world's stages were seen for long enough.
    let seen = RwSignal::new(false);
    Effect::new(move |was: Option<bool>| {
        let now = opening.get();
        if now {
            seen.set(false);
        } else if was == Some(true) {
            let id = app.opening.with_untracked(|opening| opening.id.clone());
            set_timeout(
                move || {
                    if app.opening.with_untracked(|opening| opening.id == id) {
                        seen.set(true);
                    }
                },
                AFTER,
            );
        }
        now
    });
    // Whoever takes a tool in hand is done with reading.
    Effect::new(move |_| {
        if app.brush.with(|brush| brush.tool.is_some()) {
            seen.set(true);
        }
    });
    let there = move || opening.get() || (!seen.get() && app.opening.with(|o| !o.stages.is_empty()));
    view! {
        <Show when=there>
            <section
                class="glass stages"
                class:opening=move || opening.get()
                role="status"
                aria-live="polite"
                aria-label=app.tr(|t| t.opening)
            >
                <Show when=move || opening.get()>
                    <h2>
                        <i class="spin"></i>
                        {move || headline(app)}
                    </h2>
                </Show>
                <ol>
                    {move || app.opening.get().stages.iter().map(|report| line(app, report)).collect_view()}
                </ol>
                {move || {
                    if opening.get() {
                        view! {
                            <button class="button" on:click=move |_| app.cancel()>
                                {app.tr(|t| t.cancel)}
                            </button>
                        }
                            .into_any()
                    } else {
                        view! {
                            <button
                                class="icon small away"
                                aria-label=app.tr(|t| t.close)
                                on:click=move |_| seen.set(true)
                            >
                                {icon::draw(icon::CROSS)}
                            </button>
                        }
                            .into_any()
                    }
                }}
            </section>
        </Show>
    }
}

/// What is being done now.
fn headline(app: App) -> &'static str {
    let lang = app.lang.get();
    app.opening.with(|opening| match opening.under_way() {
        Some(report) => words::stage(lang, report.stage),
        None => lang.texts().asking,
    })
}

fn line(app: App, report: &StageReport) -> AnyView {
    let lang = app.lang.get();
    let (texts, numbers) = (lang.texts(), app.numbers());
    let name = words::stage(lang, report.stage);
    let (class, figure) = match &report.state {
        StageState::Started => ("now", "…".to_owned()),
        StageState::Done { .. } if report.stage == Stage::Ready => (
            "now",
            numbers.seconds(app.opening.with(frontend::opening::Opening::seconds)),
        ),
        StageState::Done {
            error: Some(error), ..
        } => ("", format!("{} {}", texts.error, error_size(*error))),
        StageState::Done { cached: true, .. } => ("", texts.cached.to_owned()),
        StageState::Done { seconds, .. } => ("", numbers.seconds(*seconds)),
        StageState::Failed { .. } => ("bad", texts.failed.to_owned()),
    };
    view! {
        <li class=class>
            <span>{name}</span>
            <span class="num">{figure}</span>
        </li>
    }
    .into_any()
}
