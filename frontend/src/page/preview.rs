//! What the tool in hand will do, over the canvas: about the keyboard's cursor, or else the cell under the pointer.

use atheria_shared::tool::Tool;
use frontend::i18n::state;
use frontend::opening::Opening;
use frontend::preview::{Drawing, drawing};
use leptos::prelude::*;

use super::state::{App, app};
use crate::browser::memory::pixel_ratio;

/// A drawing is never smaller, in pixels of the page: else it could not be seen.
const SMALLEST: f64 = 7.0;

#[component]
pub(super) fn Preview() -> impl IntoView {
    let app = app();
    let drawn = Memo::new(move |_| app.brush.with(drawing));
    let tool = Memo::new(move |_| app.brush.with(|brush| brush.tool));
    let shown = move || app.held.get().is_none() && app.opening.with(Opening::is_live);
    let spot = move || {
        let place = app.scene.get().place(app.camera.get());
        let pointed = || app.pointer.get().map(|pointer| place.whole_cell_at(pointer));
        let at = app.cursor.at.get().or_else(pointed).filter(|_| shown())?;
        let ratio = pixel_ratio();
        let middle = place.middle_of(at);
        Some((middle.x / ratio, middle.y / ratio, place.scale / ratio))
    };
    move || {
        let (drawing, tool) = (drawn.get()?, tool.get()?);
        Some(lines(app, tool, drawing, spot))
    }
}

/// The lines, and the tool's meaning until it was used.
fn lines(
    app: App,
    tool: Tool,
    drawing: Drawing,
    spot: impl Fn() -> Option<(f64, f64, f64)> + Copy + Send + Sync + 'static,
) -> AnyView {
    let new = Memo::new(move |_| app.brush.with(|brush| !brush.was_used(tool)));
    let Drawing {
        edge,
        inside,
        side_cells,
    } = drawing;
    let side = f64::from(side_cells.max(1));
    let pixels = move |scale: f64| scale.max(SMALLEST / side);
    let transform = move || {
        spot().map_or_else(String::new, |(x, y, scale)| {
            format!(
                "translate({x:.1} {y:.1}) scale({:.4}) translate(-0.5 -0.5)",
                pixels(scale)
            )
        })
    };
    let under = move || {
        spot().map_or_else(String::new, |(x, y, scale)| {
            let half = side / 2.0 * pixels(scale);
            format!("left:{x:.1}px;top:{:.1}px", y + half.min(120.0))
        })
    };
    let hidden = move || spot().is_none();
    let label = move || {
        let lang = app.lang.get();
        format!("{}: {}", state::tool(lang, tool), state::tool_meaning(lang, tool))
    };
    view! {
        <svg class="preview" role="img" aria-label=label class:hidden=hidden>
            <g transform=transform>
                <path class="under" d=edge.clone()></path>
                <path d=edge></path>
                <path class="under" d=inside.clone()></path>
                <path d=inside></path>
            </g>
        </svg>
        <Show when=move || new.get() && !hidden()>
            <p class="glass tool-meaning" style=under>{move || state::tool_meaning(app.lang.get(), tool)}</p>
        </Show>
    }
    .into_any()
}
