//! An experiment's living picture. Where less motion is wanted it stands still at its first moment.

use atheria_shared::experiment::Experiment;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use super::icon;
use super::state::App;
use crate::browser::fetch;

/// The picture of an experiment, a quiet mark where it has none, or a loud one where it is broken.
pub(super) fn thumbnail(app: App, experiment: &Experiment) -> AnyView {
    if experiment.problem.is_some() {
        return view! { <span class="thumb" aria-hidden="true">"!"</span> }.into_any();
    }
    match experiment.checked_name().filter(|_| experiment.has_thumbnail) {
        Some(name) => picture(app, fetch::thumbnail(&name)),
        None => view! { <span class="thumb none" aria-hidden="true">{icon::brand()}</span> }.into_any(),
    }
}

fn picture(app: App, address: String) -> AnyView {
    let image = NodeRef::<html::Img>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let hold = move || {
        if let (Some(image), Some(canvas)) = (image.get_untracked(), canvas.get_untracked()) {
            // Where it cannot be drawn there is no picture, and nothing that moves either.
            let _ = first_moment(&image, &canvas);
        }
    };
    (move || {
        if !app.still.get() {
            let address = address.clone();
            return view! { <img class="thumb" src=address alt="" width="48" height="48" loading="lazy" /> }
                .into_any();
        }
        view! {
            <canvas node_ref=canvas class="thumb" aria-hidden="true"></canvas>
            <img node_ref=image src=address.clone() alt="" hidden on:load=move |_| hold() />
        }
        .into_any()
    })
    .into_any()
}

/// Draws an image as it is before it moves.
fn first_moment(image: &HtmlImageElement, canvas: &HtmlCanvasElement) -> Option<()> {
    canvas.set_width(image.natural_width());
    canvas.set_height(image.natural_height());
    let context = canvas.get_context("2d").ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    context.draw_image_with_html_image_element(image, 0.0, 0.0).ok()
}
