//! The stages on the way to a world, ticking by in words; once it is there they fold to one line.

use std::time::Duration;

use atheria_shared::session::{Stage, StageReport, StageState};
use frontend::format::error_size;
use frontend::i18n::words;
use frontend::opening::Opening;
use leptos::prelude::*;

use super::icon;
use super::state::{App, app};

/// How long that line stays.
const AFTER: Duration = Duration::from_secs(10);

#[component]
pub(super) fn Stages() -> impl IntoView {
    let app = app();
    let opening = Memo::new(move |_| app.opening.with(Opening::is_opening));
    let ready = Memo::new(move |_| app.opening.with(|opening| opening.world.is_some()));
    // Which world's stages were seen for long enough, and whether they are looked at.
    let (seen, unfolded) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |was: Option<bool>| {
        let now = opening.get();
        if now {
            seen.set(false);
            unfolded.set(false);
        } else if was == Some(true) {
            let id = app.opening.with_untracked(|opening| opening.id.clone());
            set_timeout(
                move || {
                    let same = app.opening.with_untracked(|opening| opening.id == id);
                    if same && !unfolded.get_untracked() {
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
    let listed = move || opening.get() || !ready.get() || unfolded.get();
    view! {
        <Show when=there>
            <section
                class="glass stages"
                class:opening=move || opening.get()
                role="status"
                aria-live="polite"
                aria-label=move || {
                    let texts = app.lang.get().texts();
                    if opening.get() { texts.opening } else { texts.stages }
                }
            >
                <Show when=move || opening.get()>
                    <h2>
                        <i class="spin"></i>
                        {move || headline(app)}
                    </h2>
                </Show>
                <Show when=move || !opening.get()>
                    <div class="row">
                        {move || ready.get().then(|| summary(app, unfolded))}
                        <button class="icon small" aria-label=app.tr(|t| t.close) on:click=move |_| seen.set(true)>
                            {icon::draw(icon::CROSS)}
                        </button>
                    </div>
                </Show>
                <Show when=listed>
                    <ol>
                        {move || app.opening.get().stages.iter().map(|report| line(app, report)).collect_view()}
                    </ol>
                </Show>
                <Show when=move || opening.get()>
                    <button class="button" on:click=move |_| app.cancel()>
                        {app.tr(|t| t.cancel)}
                    </button>
                </Show>
            </section>
        </Show>
    }
}

/// All of it in one line, which unfolds.
fn summary(app: App, unfolded: RwSignal<bool>) -> AnyView {
    let text = move || {
        let (texts, numbers) = (app.lang.get().texts(), app.numbers());
        let seconds = numbers.seconds(app.opening.with(Opening::seconds));
        let error = app
            .opening
            .with(|opening| opening.stages.iter().rev().find_map(error_of));
        let error = error.map(|error| format!(" · {} {}", texts.error, error_size(error)));
        format!("{} {seconds}{}", texts.ready_in, error.unwrap_or_default())
    };
    view! {
        <button
            class="text summary"
            aria-expanded=move || unfolded.get().to_string()
            on:click=move |_| unfolded.update(|unfolded| *unfolded = !*unfolded)
        >
            {icon::draw(icon::CHECK)}
            <span class="num">{text}</span>
            <span class="fold">{icon::draw(icon::FOLD)}</span>
        </button>
    }
    .into_any()
}

/// The error that a stage measured.
fn error_of(report: &StageReport) -> Option<f64> {
    match report.state {
        StageState::Done { error, .. } => error,
        StageState::Started | StageState::Failed { .. } => None,
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
        StageState::Done { .. } if report.stage == Stage::Ready => {
            ("now", numbers.seconds(app.opening.with(Opening::seconds)))
        }
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
