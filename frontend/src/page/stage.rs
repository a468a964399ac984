//! The world in the middle of the page: its canvas, and what lies over it.

use frontend::i18n::{errors, remarks};
use frontend::opening::Standing;
use frontend::remedy::Remedy;
use leptos::prelude::*;

use super::canvas::Canvas;
use super::cursor::CursorMark;
use super::dark::Dark;
use super::gallery::Gallery;
use super::icon;
use super::notice_list::{Afloat, details_of};
use super::preview::Preview;
use super::show::ShowEnds;
use super::stages::Stages;
use super::standing;
use super::state::{App, Graphics, Tab, app};
use super::tools::Palette;
use super::transport::Transport;
use super::view_bar::ViewBar;
use super::vigil::{Busy, Silent};
use super::world_form::Picking;
use crate::browser::memory::pixel_ratio;

#[component]
pub(super) fn World() -> impl IntoView {
    let app = app();
    let floats = move || app.narrow.get() || app.left_folded.get();
    let home = Memo::new(move |_| app.at_home() && app.graphics.get() != Graphics::Missing);
    // Behind a sheet there is nothing to reach.
    let behind = move || app.narrow.get() && app.tab.get() != Tab::World;
    view! {
        <main class="world" class:home=move || home.get() id="world" tabindex="-1">
            <div class="stage" inert=behind>
                <Canvas />
                <Preview />
                <CursorMark />
                <ShowEnds />
                <Show when=move || home.get() && !behind()>
                    <Gallery />
                </Show>
                <Over />
                <Picking />
                <Dark />
                <Palette />
                <Stages />
                <Busy />
                <Silent />
                <Zoom />
                <Show when=floats>
                    <Afloat />
                </Show>
            </div>
            <Show when=move || !home.get()>
                <div class="bars" inert=behind>
                    <ViewBar />
                    <Transport />
                </div>
            </Show>
        </main>
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
            Standing::Idle | Standing::Asking | Standing::Opening => None,
            Standing::Unanswered => Some(standing::unanswered(app)),
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
                let text = errors::error(app.lang.get(), &error);
                let remedies = Remedy::of(&error);
                let (what, todo) = (text.what.clone(), text.todo.clone());
                let details = details_of(app, text.into());
                let more = view! {
                    <p>{todo}</p>
                    {if remedies.is_empty() { again(app, texts.try_again) } else { otherwise(app, remedies) }}
                    {details}
                }
                .into_any();
                Some(
                    view! {
                        <div class="over" role="alert">
                            <div class="glass card bad">
                                <small>{app.opened_title()} " · " {title}</small>
                                <b>{what}</b>
                                {more}
                            </div>
                        </div>
                    }
                    .into_any(),
                )
            }
            Standing::Closed => Some(standing::closed(app)),
        }
    }
}

pub(super) fn again(app: App, label: &'static str) -> AnyView {
    view! { <button class="button main" on:click=move |_| app.open_again()>{label}</button> }.into_any()
}

/// Buttons that ask for the same world otherwise.
fn otherwise(app: App, remedies: Vec<Remedy>) -> AnyView {
    let lang = app.lang.get();
    let texts = lang.texts();
    let places = remedies
        .iter()
        .any(|remedy| matches!(remedy, Remedy::Weights(_) | Remedy::Checkpoint(_)));
    let buttons: Vec<_> = remedies
        .into_iter()
        .map(|remedy| {
            let label = match &remedy {
                Remedy::Weights(place) => remarks::weights_place(lang, place),
                Remedy::Checkpoint(file) => file.to_string(),
                Remedy::Cast => texts.open_cast.to_owned(),
                Remedy::NewCheckpoint => texts.open_new_checkpoint.to_owned(),
            };
            view! {
                <button class="button" class:main=!places class:num=places on:click=move |_| app.open_with(&remedy)>
                    {label}
                </button>
            }
        })
        .collect();
    view! {
        <div class="remedies" role="group" aria-label=texts.open_with>
            {places.then(|| view! { <small>{texts.open_with}</small> })}
            {buttons}
        </div>
    }
    .into_any()
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
        let decimals = match scale {
            9.95.. => 0,
            0.095.. => 1,
            // Two digits of whatever is smaller.
            _ => (1.0 - scale.log10().floor()).clamp(1.0, 9.0) as usize,
        };
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
                <button class="icon" aria-label=app.tr(|t| t.fit_matter) title=move || format!("{} (F)", app.tr(|t| t.fit_matter)())
                    on:click=move |_| app.fit_matter()>
                    {icon::draw(icon::FIT_MATTER)}
                </button>
                <button class="icon" aria-label=app.tr(|t| t.fit) title=move || format!("{} (⇧F)", app.tr(|t| t.fit)())
                    on:click=move |_| app.fit()>
                    {icon::draw(icon::FIT)}
                </button>
            </div>
        </Show>
    }
}
