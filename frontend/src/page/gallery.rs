//! Home: the experiments alive and large, each with one thing to try.

use atheria_shared::experiment::{Experiment, ExperimentList};
use frontend::opening::{Opening, Standing};
use leptos::prelude::*;

use super::experiments::{found, what, why_none};
use super::icon;
use super::state::{App, Catalog, Tab, app};
use super::thumbnail::thumbnail;

impl App {
    /// Whether the middle of the page shows the gallery: nothing is open, or one went home.
    pub(super) fn at_home(self) -> bool {
        self.home.get() || self.opening.with(|opening| opening.standing == Standing::Idle)
    }

    /// Goes to the gallery. What is open stays open.
    pub(super) fn go_home(self) {
        if self.narrow.get_untracked() {
            self.tab.set(Tab::Experiments);
        } else {
            self.home.set(true);
        }
    }
}

/// The gallery in the middle of the page.
#[component]
pub(super) fn Gallery() -> impl IntoView {
    let app = app();
    // Below it the list says why there is none, where it is seen.
    let alone = move || app.left_folded.get() || app.narrow.get();
    view! {
        <section class="gallery" aria-label=app.tr(|t| t.gallery)>
            <header>
                {icon::brand()}
                <div>
                    <h2>{app.tr(|t| t.gallery_title)}</h2>
                    <p>{app.tr(|t| t.choose_text)}</p>
                </div>
                <Return />
            </header>
            {move || match app.catalog.get() {
                Catalog::Here(list) if list.problem.is_none() && !list.experiments.is_empty() => {
                    cards(app, &list, "")
                }
                _ if alone() => why_none(app).into_any(),
                _ => ().into_any(),
            }}
        </section>
    }
}

/// The way back to the world that is open.
#[component]
fn Return() -> impl IntoView {
    let app = app();
    let open = move || {
        let name = app.opening.with(|opening| {
            opening
                .request
                .as_ref()
                .map(|request| request.experiment.to_string())
        })?;
        let title = app.experiment(&name).map(|experiment| app.title(&experiment));
        Some(title.unwrap_or(name))
    };
    let opened = Memo::new(move |_| app.opening.with(Opening::is_live));
    move || {
        let title = open().filter(|_| opened.get() && app.home.get())?;
        Some(view! {
            <button class="button main" on:click=move |_| app.home.set(false)>
                {app.tr(|t| t.back_to)} " " {title}
            </button>
        })
    }
}

/// Those of a list that suit a search, as cards.
pub(super) fn cards(app: App, list: &ExperimentList, sought: &str) -> AnyView {
    let cards: Vec<_> = found(app, list, sought)
        .enumerate()
        .map(|(place, experiment)| card(app, place, experiment))
        .collect();
    if cards.is_empty() {
        return view! { <p class="quiet" role="status">{app.tr(|t| t.nothing_found)}</p> }.into_any();
    }
    view! { <ul class="cards" role="list">{cards}</ul> }.into_any()
}

fn card(app: App, place: usize, experiment: &Experiment) -> AnyView {
    let (title, what) = (app.title(experiment), what(app, experiment));
    let lang = app.lang.get();
    let to_try = experiment.presentation.to_try.as_ref();
    let to_try = to_try.map(|text| lang.pick(&text.en, &text.es).clone());
    let bad = experiment.problem.is_some();
    let (name, more) = (format!("card-{place}"), format!("card-{place}-more"));
    let picture = thumbnail(app, experiment);
    let experiment = experiment.clone();
    view! {
        <li>
            <button
                class="poster"
                class:bad=bad
                aria-labelledby=name.clone()
                aria-describedby=more.clone()
                on:click=move |_| app.open_experiment(&experiment)
            >
                {picture}
                <span class="name" id=name.clone()>{title}</span>
                <span class="more" id=more.clone()>
                    <span class="what">{what}</span>
                    {to_try
                        .map(|text| {
                            view! {
                                <span class="try">
                                    <b>{app.tr(|t| t.to_try)}</b>
                                    " "
                                    {text}
                                </span>
                            }
                        })}
                </span>
            </button>
        </li>
    }
    .into_any()
}
