//! The bar that drives the world: reset, play, step, speed, and where it is.

use atheria_shared::world::WorldCommand;
use frontend::i18n::state;
use frontend::pace::{LADDER, Rung};
use leptos::prelude::*;

use super::icon;
use super::state::{App, app};

#[component]
pub(super) fn Transport() -> impl IntoView {
    let app = app();
    let live = Memo::new(move |_| app.answers());
    // What is not heard of is not said to play.
    let playing = Memo::new(move |_| live.get() && app.status.with(|status| status.playing));
    let label = move || {
        let texts = app.lang.get().texts();
        if playing.get() { texts.pause } else { texts.play }
    };
    let off = move || !live.get();
    view! {
        <div class="transport" role="group" aria-label=app.tr(|t| t.transport)>
            <button class="icon" disabled=off aria-label=app.tr(|t| t.reset) title=move || format!("{} (R)", app.tr(|t| t.reset)())
                on:click=move |_| app.reset()>
                {icon::draw(icon::RESET)}
            </button>
            <button class="play" disabled=off aria-label=label title=label on:click=move |_| app.toggle_play()>
                {move || icon::draw(if playing.get() { icon::PAUSE } else { icon::PLAY })}
            </button>
            <button class="icon" disabled=off aria-label=app.tr(|t| t.step_once) title=move || format!("{} (.)", app.tr(|t| t.step_once)())
                on:click=move |_| app.command(&WorldCommand::Step { steps: 1 })>
                {icon::draw(icon::STEP)}
            </button>
            <Speed />
            <div class="stat" role="status" aria-live="off" aria-label=app.tr(|t| t.step)>
                <span class="num step">{move || app.numbers().integer(app.status.get().step)}</span>
                <small>{app.tr(|t| t.step)}</small>
            </div>
            <div class="stat opt">
                <span class="num pace">{move || if live.get() { app.numbers().pace(f64::from(app.status.get().steps_per_second)) } else { "–".to_owned() }}</span>
                <small>{app.tr(|t| t.steps_per_second)}</small>
            </div>
            <div class="stat">
                <span class="num matter" title=app.tr(|t| t.visible_hint)>
                    {move || app.numbers().integer(app.status.get().numbers.visible_cells)}
                </span>
                <small>{move || matter(app)}</small>
            </div>
        </div>
    }
}

/// What the number of visible cells is; where there is no matter at all, why.
fn matter(app: App) -> String {
    let lang = app.lang.get();
    app.status
        .with(|status| {
            status
                .numbers
                .emptiness
                .filter(|_| status.numbers.matter_cells == 0)
        })
        .map_or_else(
            || lang.texts().visible_cells.to_owned(),
            |why| state::emptiness(lang, why),
        )
}

#[component]
fn Speed() -> impl IntoView {
    let app = app();
    let rung = Memo::new(move |_| {
        app.status
            .with(|status| Rung::nearest(status.target_steps_per_second))
    });
    let off = move || !app.answers();
    let fill = move || {
        let share = rung.get().place() as f64 / LADDER.len() as f64;
        format!("--share:{share:.3}")
    };
    view! {
        <div class="speed">
            <input
                type="range"
                min="0"
                max=LADDER.len()
                step="1"
                disabled=off
                style=fill
                aria-label=app.tr(|t| t.speed)
                aria-valuetext=move || words(app)
                prop:value=move || rung.get().place().to_string()
                on:input=move |event| {
                    if let Ok(place) = event_target_value(&event).parse() {
                        app.choose_pace(Rung::at(place));
                    }
                }
            />
            <div class="ends">
                <span>{app.tr(|t| t.speed)}</span>
                <span class="num">{move || words(app)}</span>
            </div>
        </div>
    }
}

/// The pace that was asked for; it need not be one of the ladder.
fn words(app: App) -> String {
    let texts = app.lang.get().texts();
    match app.status.with(|status| status.target_steps_per_second) {
        Some(pace) => format!(
            "{} {}",
            app.numbers().level(f64::from(pace)),
            texts.steps_per_second
        ),
        None => texts.speed_max.to_owned(),
    }
}
