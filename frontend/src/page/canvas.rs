//! The canvas, and what pointers do on it.

use frontend::camera::Xy;
use frontend::gesture::{Deed, Gesture, Hand};
use frontend::i18n::{spoken, words};
use leptos::html;
use leptos::prelude::*;
use web_sys::{MouseEvent, PointerEvent, WheelEvent};

use super::show::ending_of;
use super::state::{App, app};
use crate::browser::memory::pixel_ratio;

/// How much a notch of the wheel zooms: pixels of scrolling for a factor of e.
const WHEEL: f64 = 400.0;
/// The number of the middle button.
const MIDDLE: i16 = 1;

#[component]
pub(super) fn Canvas() -> impl IntoView {
    let app = app();
    let canvas = NodeRef::<html::Canvas>::new();
    let gesture = StoredValue::new(Gesture::default());
    let ending = ending_of(app);
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            app.set_up(&canvas);
        }
    });
    let label = move || {
        let lang = app.lang.get();
        let view = words::quantity(lang, app.view.get().quantity);
        let name = app.opened_title().unwrap_or_default();
        format!("{} {name} · {view}", lang.texts().world_canvas)
    };
    let paints = move || {
        let picks = app.form.picking.get();
        picks || app.brush.with(|brush| brush.tool.is_some()) && app.held.get().is_none()
    };
    let reached = move || !app.at_home() && app.range.with(Option::is_some);
    view! {
        <canvas
            node_ref=canvas
            role="application"
            tabindex=move || if reached() { "0" } else { "-1" }
            aria-label=label
            aria-describedby="world-keys"
            data-step=move || app.status.get().step
            class:paints=paints
            class:fades=move || ending.get().fades
            on:wheel=move |event: WheelEvent| {
                event.prevent_default();
                let factor = (-event.delta_y() / WHEEL).exp();
                app.zoom(factor, Some(pixel(event.offset_x(), event.offset_y())));
            }
            on:mousedown=|event: MouseEvent| {
                if event.button() == MIDDLE {
                    // Else the browser scrolls by itself.
                    event.prevent_default();
                }
            }
            on:focus=move |_| {
                let visible = |canvas: web_sys::HtmlCanvasElement| canvas.matches(":focus-visible") == Ok(true);
                if canvas.get_untracked().is_some_and(visible) {
                    app.show_cursor();
                }
            }
            on:blur=move |_| app.hide_cursor()
            on:pointerdown=move |event: PointerEvent| {
                app.hide_cursor();
                let at = pixel(event.offset_x(), event.offset_y());
                if app.form.picking.get_untracked() && event.button() == 0 {
                    app.pick(app.scene.get_untracked().place(app.camera.get_untracked()).whole_cell_at(at));
                    return;
                }
                if let Some(canvas) = canvas.get() {
                    let _ = canvas.set_pointer_capture(event.pointer_id());
                }
                let hand = hand(app, &event);
                let deed = gesture
                    .try_update_value(|gesture| gesture.down(event.pointer_id(), at, hand, is_finger(&event)));
                act(app, deed.flatten());
            }
            on:pointermove=move |event: PointerEvent| {
                let at = pixel(event.offset_x(), event.offset_y());
                // Browsers also say that it moved when only what is under it did.
                if app.pointer.get_untracked() != Some(at) {
                    app.hide_cursor();
                }
                app.pointer.set(Some(at));
                let deeds = gesture.try_update_value(|gesture| gesture.moved(event.pointer_id(), at));
                act(app, deeds.unwrap_or_default());
            }
            on:pointerup=move |event: PointerEvent| {
                act(app, gesture.try_update_value(|gesture| gesture.up(event.pointer_id())).flatten());
                if is_finger(&event) {
                    app.pointer.set(None);
                }
            }
            on:pointercancel=move |event: PointerEvent| {
                gesture.update_value(|gesture| gesture.cancel(event.pointer_id()));
                app.pointer.set(None);
            }
            on:pointerleave=move |_: PointerEvent| app.pointer.set(None)
            on:dblclick=move |_| {
                if app.brush.with_untracked(|brush| brush.tool.is_none()) {
                    app.fit();
                }
            }
            on:webglcontextlost=move |event: web_sys::Event| {
                event.prevent_default();
                app.context_lost();
            }
            on:webglcontextrestored=move |_: web_sys::Event| app.context_restored()
        ></canvas>
        <p id="world-keys" hidden>{move || spoken::instructions(app.lang.get())}</p>
    }
}

fn pixel(x: i32, y: i32) -> Xy {
    let ratio = pixel_ratio();
    Xy::new(f64::from(x) * ratio, f64::from(y) * ratio)
}

fn is_finger(event: &PointerEvent) -> bool {
    event.pointer_type() == "touch"
}

/// What a pointer that comes down is for.
fn hand(app: App, event: &PointerEvent) -> Hand {
    if app.held.get_untracked().is_some() {
        app.held.set(Some(true));
        return Hand::Look;
    }
    let tool = app.brush.with_untracked(|brush| brush.tool);
    if tool.is_some() && event.button() == 0 {
        Hand::Paint
    } else {
        Hand::Look
    }
}

fn act(app: App, deeds: impl IntoIterator<Item = Deed>) {
    for deed in deeds {
        match deed {
            Deed::Pan(by) => app.pan(by),
            Deed::Zoom(factor, about) => app.zoom(factor, Some(about)),
            Deed::Begin(at) => app.begin_to_paint(at),
            Deed::Paint(to) => app.paint_to(to),
        }
    }
}
