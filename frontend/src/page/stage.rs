//! The world in the middle of the page: its canvas, and what lies over it.

use frontend::camera::Xy;
use frontend::i18n::{errors, words};
use frontend::notices::error_lines;
use frontend::opening::Standing;
use leptos::html;
use leptos::prelude::*;
use web_sys::{PointerEvent, WheelEvent};

use super::icon;
use super::notice_list::{Afloat, details_of};
use super::stages::Stages;
use super::state::{App, Graphics, app};
use super::transport::Transport;
use super::view_bar::ViewBar;
use crate::browser::memory::pixel_ratio;

/// How much a notch of the wheel zooms: pixels of scrolling for a factor of e.
const WHEEL: f64 = 400.0;

#[component]
pub(super) fn World() -> impl IntoView {
    let app = app();
    let floats = move || app.narrow.get() || app.left_folded.get();
    view! {
        <main class="world" id="world" tabindex="-1">
            <div class="stage">
                <Canvas />
                <Over />
                <Stages />
                <Zoom />
                <Show when=floats>
                    <Afloat />
                </Show>
            </div>
            <ViewBar />
            <Transport />
        </main>
    }
}

#[component]
fn Canvas() -> impl IntoView {
    let app = app();
    let canvas = NodeRef::<html::Canvas>::new();
    let fingers = StoredValue::new(Vec::<(i32, Xy)>::new());
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            app.set_up(&canvas);
        }
    });
    let label = move || {
        let lang = app.lang.get();
        let view = words::quantity(lang, app.view.get().quantity);
        let name = app
            .shown()
            .map(|experiment| app.title(&experiment))
            .unwrap_or_default();
        format!("{} {name} · {view}", lang.texts().world_canvas)
    };
    view! {
        <canvas
            node_ref=canvas
            role="img"
            aria-label=label
            data-step=move || app.status.get().step
            on:wheel=move |event: WheelEvent| {
                event.prevent_default();
                let factor = (-event.delta_y() / WHEEL).exp();
                app.zoom(factor, Some(pixel(event.offset_x(), event.offset_y())));
            }
            on:pointerdown=move |event: PointerEvent| {
                let at = pixel(event.offset_x(), event.offset_y());
                if let Some(canvas) = canvas.get() {
                    let _ = canvas.set_pointer_capture(event.pointer_id());
                }
                fingers.update_value(|fingers| fingers.push((event.pointer_id(), at)));
            }
            on:pointermove=move |event: PointerEvent| {
                let at = pixel(event.offset_x(), event.offset_y());
                fingers.update_value(|fingers| drag(app, fingers, event.pointer_id(), at));
            }
            on:pointerup=move |event: PointerEvent| lift(fingers, event.pointer_id())
            on:pointercancel=move |event: PointerEvent| lift(fingers, event.pointer_id())
            on:dblclick=move |_| app.fit()
            on:webglcontextlost=move |event: web_sys::Event| {
                event.prevent_default();
                app.context_lost();
            }
            on:webglcontextrestored=move |_: web_sys::Event| app.context_restored()
        ></canvas>
    }
}

fn pixel(x: i32, y: i32) -> Xy {
    let ratio = pixel_ratio();
    Xy::new(f64::from(x) * ratio, f64::from(y) * ratio)
}

fn lift(fingers: StoredValue<Vec<(i32, Xy)>>, id: i32) {
    fingers.update_value(|fingers| fingers.retain(|(finger, _)| *finger != id));
}

/// One finger pans; two zoom about the point between them.
fn drag(app: App, fingers: &mut [(i32, Xy)], id: i32, to: Xy) {
    let spread = |fingers: &[(i32, Xy)]| match fingers {
        [(_, a), (_, b)] => Some((
            (a.x - b.x).hypot(a.y - b.y),
            Xy::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y)),
        )),
        _ => None,
    };
    let before = spread(fingers);
    let Some((_, from)) = fingers.iter_mut().find(|(finger, _)| *finger == id) else {
        return;
    };
    let by = Xy::new(to.x - from.x, to.y - from.y);
    *from = to;
    match (before, spread(fingers)) {
        (Some((was, _)), Some((is, middle))) => {
            app.pan(Xy::new(by.x / 2.0, by.y / 2.0));
            if was > 0.0 && is > 0.0 {
                app.zoom(is / was, Some(middle));
            }
        }
        _ => app.pan(by),
    }
}

/// What is said over the canvas when there is no world to see.
#[component]
fn Over() -> impl IntoView {
    let app = app();
    let standing = Memo::new(move |_| app.opening.with(|opening| opening.standing.clone()));
    let pictured = Memo::new(move |_| app.range.with(Option::is_some));
    move || {
        let texts = app.lang.get().texts();
        match app.graphics.get() {
            Graphics::Missing => return Some(say(texts.no_webgl_title, texts.no_webgl_text, ().into_any())),
            Graphics::Lost => {
                return Some(
                    view! { <p class="glass chip" role="status">{texts.graphics_lost}</p> }.into_any(),
                );
            }
            Graphics::Fine => {}
        }
        match standing.get() {
            Standing::Idle => Some(say(texts.choose_title, texts.choose_text, ().into_any())),
            Standing::Asking | Standing::Opening => None,
            Standing::Unanswered => Some(say(
                texts.away_title,
                texts.away_text,
                again(app, texts.try_again),
            )),
            Standing::Live if pictured.get() => None,
            Standing::Live => {
                Some(view! { <p class="glass chip" role="status">{texts.waiting_frame}</p> }.into_any())
            }
            Standing::Recovering => Some(
                view! { <p class="glass chip" role="alert"><i class="spin"></i>{texts.recovering}</p> }
                    .into_any(),
            ),
            Standing::Failed(error) => {
                let title = if pictured.get() {
                    texts.stopped_title
                } else {
                    texts.failed_title
                };
                let text = errors::error(app.lang.get(), error.code);
                let details = details_of(app, error_lines(&error).join("\n"));
                let more = view! {
                    <p>{text.todo}</p>
                    {details}
                    {again(app, texts.try_again)}
                }
                .into_any();
                Some(
                    view! {
                        <div class="over" role="alert">
                            <div class="glass card bad">
                                <small>{title}</small>
                                <b>{text.what}</b>
                                {more}
                            </div>
                        </div>
                    }
                    .into_any(),
                )
            }
            Standing::Closed => Some(say(
                texts.closed_title,
                texts.closed_text,
                again(app, texts.open_anew),
            )),
        }
    }
}

fn again(app: App, label: &'static str) -> AnyView {
    view! { <button class="button main" on:click=move |_| app.open_again()>{label}</button> }.into_any()
}

fn say(title: &'static str, text: &'static str, more: AnyView) -> AnyView {
    view! {
        <div class="over" role="status">
            <div class="card plain">
                {icon::brand()}
                <b>{title}</b>
                <p>{text}</p>
                {more}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Zoom() -> impl IntoView {
    let app = app();
    let scale = move || {
        let (scene, camera) = (app.scene.get(), app.camera.get());
        let scale = scene.place(camera).scale / pixel_ratio();
        let decimals = usize::from(scale < 9.95);
        format!("{}×", app.numbers().decimal(scale, decimals))
    };
    view! {
        <Show when=move || app.range.with(Option::is_some)>
            <div class="glass zoom" role="group" aria-label=app.tr(|t| t.zoom)>
                <button class="icon" aria-label=app.tr(|t| t.zoom_out) title=app.tr(|t| t.zoom_out) on:click=move |_| app.zoom_out()>
                    {icon::draw(icon::MINUS)}
                </button>
                <button class="num text" title=app.tr(|t| t.one_to_one) on:click=move |_| app.one_to_one()>{scale}</button>
                <button class="icon" aria-label=app.tr(|t| t.zoom_in) title=app.tr(|t| t.zoom_in) on:click=move |_| app.zoom_in()>
                    {icon::draw(icon::PLUS)}
                </button>
                <button class="icon" aria-label=app.tr(|t| t.fit) title=app.tr(|t| t.fit) on:click=move |_| app.fit()>
                    {icon::draw(icon::FIT)}
                </button>
            </div>
        </Show>
    }
}
