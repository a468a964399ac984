//! The list of experiments, and what it says when there is none.

use atheria_shared::experiment::{Experiment, ExperimentList};
use frontend::i18n::errors;
use frontend::notices::Details;
use leptos::prelude::*;

use super::gallery::cards;
use super::icon;
use super::notice_list::details_of;
use super::remarks;
use super::state::{App, Catalog, app};
use super::thumbnail::thumbnail;

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
                Catalog::Here(list) if list.problem.is_none() && !list.experiments.is_empty() => {
                    if app.narrow.get() {
                        cards(app, &list, &search.get())
                    } else {
                        entries(app, &list, &search.get())
                    }
                }
                _ => why_none(app),
            }}
        </section>
    }
}

/// What is to be said where no experiment can be shown.
pub(super) fn why_none(app: App) -> AnyView {
    let texts = app.lang.get().texts();
    match app.catalog.get() {
        Catalog::Loading => view! { <p class="quiet" role="status">{texts.loading_list}</p> }.into_any(),
        Catalog::Away => blank(app, texts.away_title, texts.away_text, Details::default()),
        Catalog::Here(list) => match &list.problem {
            Some(problem) => {
                let text = errors::error(app.lang.get(), problem);
                let (what, todo) = (text.what.clone(), text.todo.clone());
                blank(app, what, todo, text.into())
            }
            None => blank(app, texts.empty_title, texts.empty_text, Details::default()),
        },
    }
}

/// Those of a list that suit a search: by title, folder or law.
pub(super) fn found<'a>(
    app: App,
    list: &'a ExperimentList,
    sought: &str,
) -> impl Iterator<Item = &'a Experiment> {
    let sought = sought.trim().to_lowercase();
    list.experiments.iter().filter(move |experiment| {
        let title = app.title(experiment).to_lowercase();
        let architecture = experiment.law_label().unwrap_or_default().to_lowercase();
        title.contains(&sought)
            || experiment.name.to_lowercase().contains(&sought)
            || architecture.contains(&sought)
    })
}

fn entries(app: App, list: &ExperimentList, sought: &str) -> AnyView {
    let found: Vec<AnyView> = found(app, list, sought)
        .map(|experiment| entry(app, experiment.clone()))
        .collect();
    if found.is_empty() {
        return view! { <p class="quiet" role="status">{app.tr(|t| t.nothing_found)}</p> }.into_any();
    }
    view! { <div class="entries">{found}</div> }.into_any()
}

fn entry(app: App, experiment: Experiment) -> AnyView {
    let (title, what) = (app.title(&experiment), what(app, &experiment));
    let bad = experiment.problem.is_some();
    let name = experiment.name.clone();
    let on = move || app.chosen.with(|chosen| chosen.as_deref() == Some(name.as_str()));
    let name = experiment.name.clone();
    let opened = Memo::new(move |_| {
        app.opening.with(|opening| {
            let request = opening.request.as_ref();
            request.is_some_and(|request| request.experiment.as_str() == name)
        })
    });
    let lives = Memo::new(move |_| opened.get() && app.opening.with(|opening| opening.standing.lives()));
    let picture = thumbnail(app, &experiment);
    let hint = what.clone();
    view! {
        <button
            class="exp"
            class:bad=bad
            class:on=on
            class:lives=move || lives.get()
            aria-current=move || opened.get().then_some("true")
            title=hint
            on:click=move |_| app.open_experiment(&experiment)
        >
            {picture}
            <span class="name">{title}</span>
            <span class="what">{what}</span>
        </button>
    }
    .into_any()
}

/// The line under a title: the reason of a problem, or what it is.
pub(super) fn what(app: App, experiment: &Experiment) -> String {
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
