//! The list of experiments, and what it says when there is none.

use atheria_shared::experiment::{Experiment, ExperimentList};
use frontend::i18n::errors;
use frontend::notices::Details;
use leptos::prelude::*;

use super::icon;
use super::notice_list::details_of;
use super::remarks;
use super::state::{App, Catalog, app};
use crate::browser::fetch;

#[component]
pub(super) fn Experiments() -> impl IntoView {
    let app = app();
    let search = RwSignal::new(String::new());
    let count = move || {
        app.catalog.with(|catalog| match catalog {
            Catalog::Here(list) => Some(list.experiments.len()),
            Catalog::Loading | Catalog::Away => None,
        })
    };
    let demo = move || {
        app.catalog
            .with(|catalog| matches!(catalog, Catalog::Here(list) if list.demo))
    };
    view! {
        <section class="list" aria-label=app.tr(|t| t.experiments)>
            <div class="head">
                <h2>
                    {app.tr(|t| t.experiments)}
                    {move || demo().then(|| view! { <span class="tag">{app.tr(|t| t.demo)}</span> })}
                </h2>
                <span class="num">{count}</span>
            </div>
            <label class="search">
                {icon::draw(icon::SEARCH)}
                <input
                    type="search"
                    placeholder=app.tr(|t| t.search)
                    aria-label=app.tr(|t| t.search_label)
                    prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event))
                />
            </label>
            {move || remarks::of_folder(app)}
            {move || match app.catalog.get() {
                Catalog::Loading => view! { <p class="quiet" role="status">{app.tr(|t| t.loading_list)}</p> }.into_any(),
                Catalog::Away => blank(app, app.tr(|t| t.away_title)(), app.tr(|t| t.away_text)(), Details::default()),
                Catalog::Here(list) => entries(app, &list, search),
            }}
        </section>
    }
}

fn entries(app: App, list: &ExperimentList, search: RwSignal<String>) -> AnyView {
    let texts = app.lang.get().texts();
    if let Some(problem) = &list.problem {
        let text = errors::error(app.lang.get(), problem);
        let (what, todo) = (text.what.clone(), text.todo.clone());
        return blank(app, what, todo, text.into());
    }
    if list.experiments.is_empty() {
        return blank(app, texts.empty_title, texts.empty_text, Details::default());
    }
    let sought = search.get().trim().to_lowercase();
    let found: Vec<AnyView> = list
        .experiments
        .iter()
        .filter(|experiment| {
            let title = app.title(experiment).to_lowercase();
            let architecture = experiment.law_label().unwrap_or_default().to_lowercase();
            title.contains(&sought)
                || experiment.name.to_lowercase().contains(&sought)
                || architecture.contains(&sought)
        })
        .map(|experiment| entry(app, experiment.clone()))
        .collect();
    if found.is_empty() {
        return view! { <p class="quiet" role="status">{texts.nothing_found}</p> }.into_any();
    }
    view! { <div class="entries">{found}</div> }.into_any()
}

fn entry(app: App, experiment: Experiment) -> AnyView {
    let (title, what) = (app.title(&experiment), what(app, &experiment));
    let bad = experiment.problem.is_some();
    let name = experiment.name.clone();
    let on = move || app.chosen.with(|chosen| chosen.as_deref() == Some(name.as_str()));
    let current = on.clone();
    let picture = experiment
        .checked_name()
        .filter(|_| experiment.has_thumbnail && !bad);
    let hint = what.clone();
    view! {
        <button
            class="exp"
            class:bad=bad
            class:on=on
            aria-current=move || current().then_some("true")
            title=hint
            on:click=move |_| app.open_experiment(&experiment)
        >
            {match picture {
                Some(name) => {
                    view! { <img class="thumb" src=fetch::thumbnail(&name) alt="" width="48" height="48" /> }
                        .into_any()
                }
                None if bad => view! { <span class="thumb" aria-hidden="true">"!"</span> }.into_any(),
                None => view! { <span class="thumb none" aria-hidden="true">{icon::brand()}</span> }.into_any(),
            }}
            <span class="name">{title}</span>
            <span class="what">{what}</span>
        </button>
    }
    .into_any()
}

/// The line under a title: the reason of a problem, or what it is.
fn what(app: App, experiment: &Experiment) -> String {
    let lang = app.lang.get();
    if let Some(problem) = &experiment.problem {
        return errors::error(lang, problem).what;
    }
    let mut parts: Vec<String> = experiment.law_label().map(str::to_owned).into_iter().collect();
    if let Some(text) = &experiment.presentation.description {
        parts.push(lang.pick(&text.en, &text.es).clone());
        return parts.join(" · ");
    }
    if let Some(side) = experiment.training.grid_side_cells {
        parts.push(format!("{side}×{side}"));
    }
    let checkpoint = experiment.checkpoints.first();
    if let Some(episode) = checkpoint.and_then(|checkpoint| checkpoint.episode) {
        parts.push(format!("ep {}", app.numbers().integer(episode)));
    }
    parts.join(" · ")
}

/// Why there is no list, and what to do.
fn blank(app: App, title: impl Into<String>, text: impl Into<String>, details: Details) -> AnyView {
    let (title, text): (String, String) = (title.into(), text.into());
    view! {
        <div class="blank" role="status">
            {icon::draw(icon::FOLDER)}
            <b>{title}</b>
            <p>{text}</p>
            {(!details.is_empty()).then(|| details_of(app, details))}
            <button class="button" on:click=move |_| app.load_catalog(None)>
                {app.tr(|t| t.reload_list)}
            </button>
        </div>
    }
    .into_any()
}
