//! The world that is open, in figures, and the form that opens it otherwise.

use atheria_shared::session::device_label;
use atheria_shared::world::{Device, WorldInfo};
use frontend::i18n::glossary::Term;
use frontend::i18n::words;
use leptos::prelude::*;

use super::figures::{row, term_row};
use super::state::{App, app};
use super::world_form::WorldForm;

#[component]
pub(super) fn WorldFigures() -> impl IntoView {
    let app = app();
    let world = Memo::new(move |_| app.opening.with(|opening| opening.world.clone()));
    let some = Memo::new(move |_| app.opening.with(|opening| opening.request.is_some()));
    view! {
        <section class="inspect" aria-label=app.tr(|t| t.world)>
            <div class="head">
                <h2>{app.tr(|t| t.world)}</h2>
            </div>
            {move || match world.get() {
                Some(world) => figures(app, &world),
                None => view! { <p class="quiet">{app.tr(|t| t.choose_text)}</p> }.into_any(),
            }}
            <Show when=move || some.get()>
                <WorldForm />
            </Show>
        </section>
    }
}

fn figures(app: App, world: &WorldInfo) -> AnyView {
    let (lang, numbers) = (app.lang.get(), app.numbers());
    let texts = lang.texts();
    let size = format!(
        "{} × {} · {}",
        numbers.integer(u64::from(world.grid.height())),
        numbers.integer(u64::from(world.grid.width())),
        words::boundary(lang, world.boundary),
    );
    let device = match world.device {
        Device::Cpu => format!(
            "{} · {} {}",
            device_label(world.device),
            world.threads,
            texts.threads.to_lowercase()
        ),
        Device::Cuda => device_label(world.device).to_owned(),
    };
    let memory = if world.has_memory { texts.yes } else { texts.no };
    let init = app.opening.with(|opening| {
        let request = opening.request.as_ref()?;
        Some(match &request.init {
            Some(matter) => words::starting_matter(lang, matter),
            None => texts.as_presented.to_owned(),
        })
    });
    view! {
        <dl>
            {row(texts.size, Some(size), true)}
            {row(texts.device, Some(device), true)}
            {row(texts.parameters, Some(numbers.integer(world.parameters)), true)}
            {row(texts.memory, Some(memory.to_owned()), false)}
            {term_row(app, Term::Gamma, texts.gamma, Some(numbers.coefficient(world.gamma)))}
            {row(texts.starting_matter, init, false)}
            {row(texts.seed, Some(numbers.integer(world.seed)), true)}
        </dl>
    }
    .into_any()
}
