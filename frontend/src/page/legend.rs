//! The legend: which colour is which value. Its two ends are dragged, or moved by keys, to pin the range.

use atheria_shared::view::{Quantity, Scale, View};
use frontend::colormap::LOUD;
use frontend::i18n::words;
use frontend::legend::{End, Ends, Range};
use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use super::state::{App, app};

/// Of the legend's length, what lies beyond each end: room to drag it outwards.
const BEYOND: f64 = 0.12;
/// Notches of `PageUp` and `PageDown`.
const PAGE: f64 = 5.0;

/// A drag of an end: where the pointer took it, and the ends that there were.
#[derive(Debug, Clone, Copy)]
struct Drag {
    end: End,
    from: Ends,
    pixels: f64,
}

#[component]
pub(super) fn Legend() -> impl IntoView {
    let app = app();
    let there = Memo::new(move |_| app.range.with(Option::is_some));
    let scales = Memo::new(move |_| app.view.with(|view| view.scales().len() > 1));
    let pinned = Memo::new(move |_| app.view.with(|view| view.range.is_some()));
    let logarithmic = move || app.view.with(View::scale_shown) == Scale::Logarithmic;
    let words = move || {
        app.range
            .get()
            .map(|shown| words_of(app, &shown))
            .unwrap_or_default()
    };
    view! {
        <Show when=move || there.get()>
            <span class="legend">
                <span class="num">{move || words().0}</span>
                <Ramp />
                <span class="num">{move || words().1}</span>
                <Show when=move || scales.get()>
                    <button
                        class="text scale"
                        aria-pressed=move || logarithmic().to_string()
                        aria-label=app.tr(|t| t.log_scale)
                        title=app.tr(|t| t.log_scale)
                        on:click=move |_| app.switch_scale()
                    >
                        {app.tr(|t| t.logarithmic)}
                    </button>
                </Show>
                <Show when=move || pinned.get()>
                    <button
                        class="text"
                        aria-label=app.tr(|t| t.range_auto)
                        title=app.tr(|t| t.range_auto_hint)
                        on:click=move |_| app.pin(None)
                    >
                        "auto"
                    </button>
                </Show>
                {move || full(app)}
                {move || loud(app)}
            </span>
        </Show>
    }
}

/// Both ends in words: of a range that is pinned at once, not when the next frame comes.
fn words_of(app: App, shown: &Range) -> (String, String) {
    let numbers = app.numbers();
    match app.view.with(|view| Ends::of(view, shown)) {
        Some(ends) => (
            numbers.level(ends.value(End::Low)),
            numbers.level(ends.value(End::High)),
        ),
        None => shown.words(numbers),
    }
}

#[component]
fn Ramp() -> impl IntoView {
    let app = app();
    let track = NodeRef::<html::Span>::new();
    let drag = RwSignal::new(None::<Drag>);
    let ends = move || {
        let shown = app.range.get()?;
        app.view.with(|view| Ends::of(view, &shown))
    };
    // Where the ends lie on the track: at its own while they rest, on the one that was there while one is dragged.
    let places = move || {
        let resting = [0.0, 1.0];
        let places = match (drag.get(), ends()) {
            (Some(drag), Some(now)) => [End::Low, End::High].map(|end| drag.from.share(now.value(end))),
            _ => resting,
        };
        places.map(|share| (BEYOND + share * (1.0 - 2.0 * BEYOND)).clamp(0.0, 1.0))
    };
    let begin = move |end: End, event: &PointerEvent| {
        let (Some(from), Some(track)) = (ends(), track.get()) else {
            return;
        };
        event.prevent_default();
        let _ = track.set_pointer_capture(event.pointer_id());
        drag.set(Some(Drag {
            end,
            from,
            pixels: f64::from(event.client_x()),
        }));
    };
    let go_on = move |event: &PointerEvent| {
        let (Some(Drag { end, from, pixels }), Some(track)) = (drag.get_untracked(), track.get_untracked())
        else {
            return;
        };
        let length = f64::from(track.client_width()) * (1.0 - 2.0 * BEYOND);
        let by = (f64::from(event.client_x()) - pixels) / length.max(1.0);
        let rest = if end == End::Low { 0.0 } else { 1.0 };
        app.pin(Some(from.moved(end, rest + by)));
    };
    let slider = move |end: End, name: &'static str| {
        let value = move || ends().map(|ends| ends.value(end));
        let place = move || {
            let [low, high] = places();
            let at = if end == End::Low { low } else { high };
            format!("left:{:.2}%", at * 100.0)
        };
        view! {
            <span
                class=name
                role="slider"
                tabindex="0"
                style=place
                aria-label=move || {
                    let texts = app.lang.get().texts();
                    if end == End::Low { texts.range_low } else { texts.range_high }
                }
                aria-valuenow=move || value().unwrap_or_default().to_string()
                aria-valuetext=move || value().map(|value| app.numbers().level(value))
                on:pointerdown=move |event: PointerEvent| begin(end, &event)
                on:keydown=move |event: KeyboardEvent| {
                    if let Some(ends) = ends() {
                        press(app, ends, end, &event);
                    }
                }
            ></span>
        }
    };
    view! {
        <span
            class="track"
            node_ref=track
            title=move || if ends().is_some() { app.lang.get().texts().range_hint } else { "" }
            on:pointermove=move |event: PointerEvent| go_on(&event)
            on:pointerup=move |_: PointerEvent| drag.set(None)
            on:pointercancel=move |_: PointerEvent| drag.set(None)
            on:dblclick=move |_| app.pin(None)
        >
            <i class="beyond" style=move || beyond(app)></i>
            <i
                class="ramp"
                role="img"
                aria-label=move || spoken(app)
                style=move || {
                    let [low, high] = places();
                    format!("left:{:.2}%;right:{:.2}%;{}", low * 100.0, (1.0 - high) * 100.0, colours(app))
                }
            ></i>
            <Show when=move || ends().is_some()>{slider(End::Low, "end low")} {slider(End::High, "end high")}</Show>
        </span>
    }
}

fn press(app: App, ends: Ends, end: End, event: &KeyboardEvent) {
    let notches = match event.key().as_str() {
        "ArrowRight" | "ArrowUp" => 1.0,
        "ArrowLeft" | "ArrowDown" => -1.0,
        "PageUp" => PAGE,
        "PageDown" => -PAGE,
        "Escape" if app.view.with_untracked(|view| view.range.is_some()) => {
            event.stop_propagation();
            app.pin(None);
            return;
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    app.pin(Some(ends.nudged(end, notches)));
}

/// What the ramp says to who does not see it.
fn spoken(app: App) -> String {
    let Some(shown) = app.range.get() else {
        return String::new();
    };
    let (low, high) = words_of(app, &shown);
    let name = words::quantity(app.lang.get(), shown.quantity);
    format!("{}: {name}, {low} – {high}", app.lang.get().texts().legend)
}

/// The colours between the ends. A phase is dark below, where its modulus is small.
fn colours(app: App) -> String {
    let view = app.view.get();
    match app.colormap(&view) {
        Some(map) if view.quantity == Quantity::Phase => {
            format!("background:linear-gradient(0deg,#000,#0000),{}", map.gradient())
        }
        Some(map) => format!("background:{}", map.gradient()),
        None => format!("background:{}", app.palette.get().mix.gradient()),
    }
}

/// The colours beyond the ends: those of the ends.
fn beyond(app: App) -> String {
    let view = app.view.get();
    match app.colormap(&view) {
        Some(map) if view.has_range() => {
            let [low, high] = [map.css(0), map.css(u8::MAX)];
            format!("background:linear-gradient(90deg,{low} 50%,{high} 50%)")
        }
        _ => String::new(),
    }
}

/// Of a phase: the modulus that is fully bright.
fn full(app: App) -> Option<AnyView> {
    let shown = app.range.get().filter(|shown| shown.scale == Scale::Cyclic)?;
    let text = format!("|ψ| ≤ {}", app.numbers().level(f64::from(shown.full)));
    Some(view! { <small class="num" title=app.tr(|t| t.brightness)>{text}</small> }.into_any())
}

fn loud(app: App) -> Option<AnyView> {
    app.range.get().filter(|shown| shown.loud)?;
    let [r, g, b] = LOUD;
    let stripes =
        format!("background:repeating-linear-gradient(135deg,rgb({r},{g},{b}) 0 3px,#0d0d0d 3px 6px)");
    Some(
        view! {
            <i class="sw" style=stripes></i>
            <span class="bad">{app.tr(|t| t.not_finite)}</span>
        }
        .into_any(),
    )
}

impl App {
    /// Pins the range to these ends, or lets it follow the world again.
    fn pin(self, ends: Option<Ends>) {
        let range = ends.and_then(|ends| ends.range());
        let view = self.view.get_untracked();
        if view.range != range {
            self.choose_view_soon(View { range, ..view });
        }
    }

    /// Shows the range on the next scale that suits the view.
    fn switch_scale(self) {
        let view = self.view.get_untracked();
        let scales = view.scales();
        let next = scales
            .iter()
            .position(|scale| *scale == view.scale_shown())
            .and_then(|at| scales.get((at + 1) % scales.len()))
            .copied();
        // A range is pinned on its scale: the lower end of one may not be on the other.
        self.choose_view(View {
            scale: next.filter(|next| scales.first() != Some(next)),
            range: None,
            ..view
        });
    }
}
