//! The tools: which one is in hand, how it is set, and what was done with them.

use atheria_shared::tool::Tool;
use frontend::brush::{Brush, RADII_CELLS, WAVELENGTHS_CELLS};
use frontend::i18n::state;
use frontend::notices::Told;
use frontend::opening::Opening;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::icon;
use super::radios::{Face, Radios};
use super::state::{App, app};
use crate::browser::fetch::{self, Failure};
use crate::browser::{focus, memory};

/// The card in the inspector.
#[component]
pub(super) fn Tools() -> impl IntoView {
    let app = app();
    let live = Memo::new(move |_| app.opening.with(Opening::is_live));
    view! {
        <Show when=move || live.get()>
            <section class="toolcard" aria-label=app.tr(|t| t.tools)>
                <div class="head">
                    <h2>{app.tr(|t| t.tools)}</h2>
                    <Strokes />
                </div>
                {choices(app, "tools", worded)}
                <Settings />
                <p class="quiet">
                    {move || {
                        let lang = app.lang.get();
                        match app.brush.with(|brush| brush.tool) {
                            Some(tool) if !app.brush.with(|brush| brush.has(tool)) => lang.texts().no_seed,
                            Some(_) => lang.texts().tool_hint,
                            None => lang.texts().look_hint,
                        }
                    }}
                </p>
            </section>
        </Show>
    }
}

/// The same over the canvas, where there is no inspector.
#[component]
pub(super) fn Palette() -> impl IntoView {
    let app = app();
    let live = Memo::new(move |_| app.opening.with(Opening::is_live));
    let here = move || live.get() && (app.narrow.get() || app.right_folded.get());
    let tool = Memo::new(move |_| app.brush.with(|brush| brush.tool));
    view! {
        <Show when=here>
            {choices(app, "glass palette tools", drawn)}
            <Show when=move || tool.get().is_some()>
                <section class="glass toolbox" aria-label=app.tr(|t| t.tool_settings)>
                    <Settings />
                    <Strokes />
                </section>
            </Show>
        </Show>
    }
}

/// The tools and the hand.
fn choices(app: App, class: &'static str, face: fn(App, Option<Tool>) -> Face) -> AnyView {
    Radios {
        class,
        label: |t| t.tools,
        all: std::iter::once(None).chain(Tool::ALL.map(Some)).collect(),
        now: |app| app.brush.with(|brush| brush.tool),
        choose: App::choose_tool,
        face,
        off: |_| false,
        // Whoever took a tool by keyboard wants to use it.
        enter: Some(|| focus::put("#world canvas")),
    }
    .draw(app)
}

fn worded(app: App, tool: Option<Tool>) -> Face {
    let inside = view! {
        {icon::draw(picture(tool))}
        <span>{move || name(app, tool)}</span>
    };
    Face {
        inside: inside.into_any(),
        ..drawn(app, tool)
    }
}

fn drawn(app: App, tool: Option<Tool>) -> Face {
    let has = move || tool.is_none_or(|tool| app.brush.with(|brush| brush.has(tool)));
    let meaning = move || {
        let lang = app.lang.get();
        match tool {
            None => lang.texts().look_hint,
            Some(_) if !has() => lang.texts().no_seed,
            Some(tool) => state::tool_meaning(lang, tool),
        }
    };
    Face {
        inside: icon::draw(picture(tool)),
        name: Some(Box::new(move || name(app, tool))),
        meaning: Box::new(move || format!("{}: {}", name(app, tool), meaning())),
        missing: Some(Box::new(move || !has())),
    }
}

fn name(app: App, tool: Option<Tool>) -> &'static str {
    let lang = app.lang.get();
    tool.map_or(lang.texts().look, |tool| state::tool(lang, tool))
}

fn picture(tool: Option<Tool>) -> &'static str {
    match tool {
        None => icon::HAND,
        Some(Tool::Inject) => icon::DROP,
        Some(Tool::Noise) => icon::DICE,
        Some(Tool::Erase) => icon::ERASER,
        Some(Tool::Collapse) => icon::TARGET,
        Some(Tool::Vortex) => icon::VORTEX,
        Some(Tool::Wave) => icon::WAVE,
    }
}

/// What can be set of the tool in hand.
#[component]
fn Settings() -> impl IntoView {
    let app = app();
    let tool = Memo::new(move |_| app.brush.with(|brush| brush.tool));
    move || {
        let tool = tool.get()?;
        let strengths = Brush::strengths(tool);
        let wave = (tool == Tool::Wave).then(|| wave(app));
        // A seed is planted whole.
        let radius = (tool != Tool::Inject).then(|| radius(app, tool));
        Some(view! {
            <div class="sliders">
                {radius}
                {slider(
                    if tool == Tool::Vortex { name_of_turns } else { name_of_strength },
                    (strengths.low, strengths.high, strengths.step),
                    move || app.brush.with(|brush| brush.strength(tool)),
                    move |value| strength(app, tool, value),
                    move |value| app.brush.update(|brush| brush.set_strength(tool, value)),
                )}
                {wave}
            </div>
        })
    }
}

fn radius(app: App, tool: Tool) -> AnyView {
    slider(
        app.tr(|t| t.radius),
        (f64::from(RADII_CELLS.0), f64::from(RADII_CELLS.1), 1.0),
        move || f64::from(app.brush.with(|brush| brush.radius_cells(tool))),
        move |value| {
            format!(
                "{} {}",
                app.numbers().decimal(value, 0),
                app.lang.get().texts().cells
            )
        },
        move |value| app.brush.update(|brush| brush.set_radius(tool, value as u16)),
    )
}

fn name_of_strength() -> &'static str {
    app().lang.get().texts().strength
}

fn name_of_turns() -> &'static str {
    app().lang.get().texts().turns
}

fn strength(app: App, tool: Tool, value: f64) -> String {
    match tool {
        Tool::Vortex => app.numbers().decimal(value, 0),
        Tool::Wave => format!("{} rad", app.numbers().decimal(value, 2)),
        Tool::Inject | Tool::Noise | Tool::Erase | Tool::Collapse => app.numbers().percent(value),
    }
}

fn wave(app: App) -> AnyView {
    view! {
        {slider(
            app.tr(|t| t.angle),
            (0.0, 345.0, 15.0),
            move || f64::from(app.brush.with(|brush| brush.angle_degrees)),
            move |value| format!("{}°", app.numbers().decimal(value, 0)),
            move |value| app.brush.update(|brush| brush.angle_degrees = value as u16),
        )}
        {slider(
            app.tr(|t| t.wavelength),
            (f64::from(WAVELENGTHS_CELLS.0), f64::from(WAVELENGTHS_CELLS.1), 1.0),
            move || f64::from(app.brush.with(|brush| brush.wavelength_cells)),
            move |value| format!("{} {}", app.numbers().decimal(value, 0), app.lang.get().texts().cells),
            move |value| app.brush.update(|brush| brush.wavelength_cells = value as u16),
        )}
    }
    .into_any()
}

fn slider(
    label: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    (low, high, step): (f64, f64, f64),
    value: impl Fn() -> f64 + Copy + Send + Sync + 'static,
    words: impl Fn(f64) -> String + Copy + Send + Sync + 'static,
    set: impl Fn(f64) + Copy + 'static,
) -> AnyView {
    view! {
        <label class="slider">
            <span>{label}</span>
            <output class="num">{move || words(value())}</output>
            <input
                type="range"
                min=low
                max=high
                step=step
                style=move || format!("--share:{:.3}", (value() - low) / (high - low))
                aria-label=label
                aria-valuetext=move || words(value())
                prop:value=move || value().to_string()
                on:input=move |event| {
                    if let Ok(value) = event_target_value(&event).parse() {
                        set(value);
                    }
                }
            />
        </label>
    }
    .into_any()
}

/// What was done so far, and the file of it.
#[component]
fn Strokes() -> impl IntoView {
    let app = app();
    let count = Memo::new(move |_| app.status.with(|status| status.numbers.events));
    move || {
        let count = count.get();
        (count > 0).then(|| {
            view! {
                <button
                    class="text strokes"
                    title=app.tr(|t| t.download_events)
                    on:click=move |_| download(app)
                >
                    {icon::draw(icon::DOWNLOAD)}
                    {state::strokes(app.lang.get(), count)}
                </button>
            }
        })
    }
}

fn download(app: App) {
    let (id, name) = app.opening.with_untracked(|opening| {
        let name = opening
            .request
            .as_ref()
            .map(|request| request.experiment.to_string());
        (opening.id.clone(), name.unwrap_or_default())
    });
    let Some(id) = id else { return };
    spawn_local(async move {
        match fetch::events(&id).await {
            Ok(text) => {
                // Where a browser forbids it, it says so itself.
                let _ = memory::download(&format!("{name}-events.json"), "application/json", &text);
            }
            Err(Failure::Refused(error)) => app.tell(Told::Failed(error)),
            Err(Failure::Away) => {}
        }
    });
}
