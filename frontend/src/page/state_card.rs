//! How much there is in the world, what computing it costs, and which cells are computed.

use atheria_shared::world::{Execution, ExecutionChoice, ExecutionReason, WorldNumbers};
use frontend::format::error_size;
use frontend::i18n::glossary::Term;
use frontend::i18n::{Texts, state, words};
use leptos::prelude::*;

use super::figures::{row, term_row};
use super::radios::{Face, Radios};
use super::state::{App, app};
use super::term::term;

const CHOICES: [ExecutionChoice; 3] = [
    ExecutionChoice::Auto,
    ExecutionChoice::Dense,
    ExecutionChoice::Sparse,
];

#[component]
pub(super) fn StateCard() -> impl IntoView {
    let app = app();
    let there = Memo::new(move |_| app.opening.with(|opening| opening.world.is_some()));
    let numbers = Memo::new(move |_| app.status.with(|status| status.numbers.clone()));
    view! {
        <Show when=move || there.get()>
            <section class="tally" aria-label=app.tr(|t| t.state)>
                <div class="head">
                    <h2>{app.tr(|t| t.state)}</h2>
                </div>
                {move || figures(app, &numbers.get())}
                {executions(app)}
            </section>
        </Show>
    }
}

/// Which cells may be computed.
fn executions(app: App) -> AnyView {
    Radios {
        class: "seg wide",
        label: |t| t.execution,
        all: CHOICES.to_vec(),
        now: |app| app.status.with(|status| chosen(app, &status.numbers)),
        choose: App::choose_execution,
        face: |app, choice| Face {
            inside: (move || state::choice(app.lang.get(), choice)).into_any(),
            name: None,
            meaning: Box::new(move || state::choice_meaning(app.lang.get(), choice).to_owned()),
            missing: None,
        },
        off: |app| !app.answers(),
        enter: None,
    }
    .draw(app)
}

/// What was asked for, as far as the world's status lets it be known.
fn chosen(app: App, numbers: &WorldNumbers) -> ExecutionChoice {
    let asked = app
        .opening
        .with(|opening| opening.request.as_ref().map(|request| request.execution));
    match (numbers.reason, numbers.execution) {
        (ExecutionReason::LittleMatter | ExecutionReason::MuchMatter | ExecutionReason::Device, _) => {
            ExecutionChoice::Auto
        }
        (ExecutionReason::Law, _) => asked.unwrap_or_default(),
        (ExecutionReason::Asked, Execution::Dense) => ExecutionChoice::Dense,
        (ExecutionReason::Asked, Execution::Sparse) => ExecutionChoice::Sparse,
    }
}

/// The bound on the state's error; one of 1 and more says nothing, since no cell's state is longer than 1.
fn bound_in_words(texts: &Texts, bound: f64) -> AnyView {
    if bound.is_finite() && bound < 1.0 {
        view! { <dd class="num">{error_size(bound)} " " {texts.bound_unit}</dd> }.into_any()
    } else {
        view! { <dd>{texts.no_longer_bounded}</dd> }.into_any()
    }
}

fn figures(app: App, now: &WorldNumbers) -> AnyView {
    let (lang, numbers) = (app.lang.get(), app.numbers());
    let texts = lang.texts();
    let visible = words::cells(lang, now.visible_cells);
    let matter = words::cells(lang, now.matter_cells);
    let why = (now.matter_cells == 0)
        .then_some(now.emptiness)
        .flatten()
        .map(|why| state::emptiness(lang, why));
    let tiles = (now.tile_cells > 0).then(|| {
        [now.matter_tiles, now.active_tiles, now.background_tiles]
            .map(|tiles| numbers.integer(tiles))
            .join(" / ")
    });
    let of_tiles = format!(
        "{} / {} / {}",
        texts.tiles_matter, texts.tiles_computed, texts.tiles_background
    );
    let side = format!("{}: {}", texts.tile_side, now.tile_cells);
    view! {
        <dl>
            <dt title=texts.visible_hint>{texts.visible_matter}</dt>
            <dd class="num">{visible}</dd>
            {row(texts.no_matter_why, why, false)}
            {term_row(app, Term::Matter, texts.matter_cells_name, Some(matter))}
            {row(texts.share_of_world, now.matter_fraction.map(|share| numbers.percent(share)), true)}
            {tiles
                .map(|tiles| {
                    view! {
                        <dt title=side>{term(app, Term::Tile, texts.tiles)}</dt>
                        <dd class="num">
                            {tiles}
                            <small>{of_tiles}</small>
                        </dd>
                    }
                })}
            <dt>{texts.execution}</dt>
            <dd>
                {state::execution(lang, now.execution)}
                <small>{state::reason(lang, now.reason)}</small>
            </dd>
            {now
                .error_bound
                .map(|bound| {
                    view! {
                        <dt title=texts.error_bound_hint>{texts.error_bound}</dt>
                        {bound_in_words(texts, bound)}
                    }
                })}
            {row(texts.memory_used, (now.memory_bytes > 0).then(|| numbers.bytes(now.memory_bytes)), true)}
        </dl>
    }
    .into_any()
}
