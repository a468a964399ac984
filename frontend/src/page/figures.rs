//! The chosen experiment in figures: its law, its training, its checkpoints, its export.

use atheria_shared::ErrorCode;
use atheria_shared::experiment::Experiment;
use atheria_shared::name::CheckpointChoice;
use atheria_shared::remark::Remark;
use atheria_shared::session::SessionRequest;
use frontend::format::error_size;
use frontend::i18n::glossary::Term;
use frontend::i18n::remarks as words;
use frontend::opening::Standing;
use frontend::remedy::Remedy;
use leptos::prelude::*;

use super::icon;
use super::notice_list::trouble_of;
use super::remarks;
use super::state::{App, app};
use super::term::term;
use super::visits::Visit;

#[component]
pub(super) fn Figures() -> impl IntoView {
    let app = app();
    move || {
        let experiment = app.shown()?;
        Some(view! {
            <section class="figures" aria-label=app.tr(|t| t.law)>
                <div class="head">
                    <h2>{app.title(&experiment)}</h2>
                    {experiment
                        .checked_name()
                        .map(|name| {
                            view! {
                                <button class="text" on:click=move |_| app.diagnose(name.clone())>
                                    {icon::draw(icon::PULSE)}
                                    {app.tr(|t| t.diagnose)}
                                </button>
                            }
                        })}
                </div>
                {experiment
                    .presentation
                    .description
                    .as_ref()
                    .map(|text| {
                        view! { <p class="described">{app.lang.get().pick(&text.en, &text.es).clone()}</p> }
                    })}
                {problem(app, &experiment)}
                {law(app, &experiment)}
                {remarks::of_experiment(app, &experiment, is_open(app, &experiment))}
            </section>
        })
    }
}

fn problem(app: App, experiment: &Experiment) -> Option<AnyView> {
    let problem = experiment.problem.as_ref()?;
    Some(trouble_of(app, problem))
}

fn law(app: App, experiment: &Experiment) -> AnyView {
    let numbers = app.numbers();
    let training = &experiment.training;
    let texts = app.lang.get().texts();
    let mut trained = Vec::new();
    if let Some(side) = training.grid_side_cells {
        trained.push(format!("{side}×{side}"));
    }
    let episodes = experiment
        .checkpoints
        .first()
        .and_then(|checkpoint| checkpoint.episode)
        .or(training.episodes);
    if let Some(episodes) = episodes {
        trained.push(format!("{} ep", numbers.integer(episodes)));
    }
    let sizes = experiment
        .params
        .map(|params| format!("{} · {}", params.d_state, params.hidden_channels));
    view! {
        <dl>
            {row(texts.architecture, experiment.law_label().map(str::to_owned), true)}
            {term_row(app, Term::Psi, texts.channels_hidden, sizes)}
            {term_row(app, Term::Episode, texts.trained_on, (!trained.is_empty()).then(|| trained.join(" · ")))}
            {row(texts.training_time, training.seconds.map(|s| numbers.duration(s)), true)}
            {checkpoint(app, experiment)}
            {weights(app, experiment)}
            {export(app, experiment)}
        </dl>
    }
    .into_any()
}

/// A figure, when it is known.
pub(super) fn row(label: &'static str, value: Option<String>, number: bool) -> Option<AnyView> {
    let value = value?;
    Some(
        view! {
            <dt>{label}</dt>
            <dd class:num=number>{value}</dd>
        }
        .into_any(),
    )
}

/// A figure whose name is a word of the glossary, when it is known.
pub(super) fn term_row(app: App, word: Term, label: &'static str, value: Option<String>) -> Option<AnyView> {
    let value = value?;
    Some(
        view! {
            <dt>{term(app, word, label)}</dt>
            <dd class="num">{value}</dd>
        }
        .into_any(),
    )
}

/// Whether the page's session is one of this experiment.
fn is_open(app: App, experiment: &Experiment) -> bool {
    app.opening.with(|opening| {
        let request = opening.request.as_ref();
        request.is_some_and(|request| request.experiment.as_str() == experiment.name)
    })
}

fn choice(app: App, experiment: &Experiment) -> CheckpointChoice {
    let open = is_open(app, experiment);
    app.opening.with(|opening| match &opening.request {
        Some(request) if open => request.checkpoint.clone(),
        _ => CheckpointChoice::Latest,
    })
}

fn checkpoint(app: App, experiment: &Experiment) -> Option<AnyView> {
    if experiment.checkpoints.is_empty() {
        return None;
    }
    let texts = app.lang.get().texts();
    let numbers = app.numbers();
    let holds = |file: &str| experiment.checkpoints.iter().any(|c| c.file.as_str() == file);
    let mut choices = vec![(CheckpointChoice::Latest, texts.latest.to_owned())];
    if holds("best_model.pth") {
        choices.push((CheckpointChoice::Best, texts.best.to_owned()));
    }
    if holds("last_checkpoint.pth") {
        choices.push((CheckpointChoice::Last, texts.last.to_owned()));
    }
    for info in &experiment.checkpoints {
        let label = format!("{} · {}", info.file, numbers.bytes(info.bytes));
        choices.push((CheckpointChoice::File(info.file.clone()), label));
    }
    let now = choice(app, experiment);
    let name = experiment.checked_name();
    let disabled = experiment.problem.is_some();
    let options: Vec<_> = choices
        .into_iter()
        .map(|(choice, label)| {
            let selected = choice == now;
            view! { <option value=choice.to_string() prop:selected=selected>{label}</option> }
        })
        .collect();
    Some(
        view! {
            <dt>{term(app, Term::Checkpoint, texts.checkpoint)}</dt>
            <dd>
                <select
                    aria-label=texts.checkpoint
                    disabled=disabled
                    on:change=move |event| {
                        let (Some(name), Ok(choice)) = (name.clone(), event_target_value(&event).parse()) else {
                            return;
                        };
                        reopen(app, SessionRequest::new(name), choice);
                    }
                >
                    {options}
                </select>
            </dd>
        }
        .into_any(),
    )
}

/// Opens the world that is open, or a new one, from another checkpoint.
fn reopen(app: App, usual: SessionRequest, checkpoint: CheckpointChoice) {
    let open = app.opening.with_untracked(|opening| opening.request.clone());
    let mut request = open
        .filter(|open| open.experiment == usual.experiment)
        .unwrap_or(usual);
    request.checkpoint = checkpoint;
    // They were chosen, and allowed to be cast, in another file.
    request.weights = None;
    request.cast = false;
    app.open(request, Visit::New);
}

/// Which of the file's weights are open, where there are several to choose from.
fn weights(app: App, experiment: &Experiment) -> Option<AnyView> {
    if !is_open(app, experiment) {
        return None;
    }
    let (from, others) = app.opening.with(|opening| {
        let remarks = &opening.export.as_ref()?.remarks;
        remarks.iter().find_map(|remark| match remark {
            Remark::WeightsFrom { key, others } if !others.is_empty() => Some((key.clone(), others.clone())),
            _ => None,
        })
    })?;
    let (lang, label) = (app.lang.get(), app.lang.get().texts().weights);
    let options: Vec<_> = std::iter::once(from.clone())
        .chain(others)
        .map(|place| {
            let selected = place == from;
            let shown = words::weights_place(lang, &place);
            view! { <option value=place prop:selected=selected>{shown}</option> }
        })
        .collect();
    Some(
        view! {
            <dt>{label}</dt>
            <dd>
                <select
                    aria-label=label
                    on:change=move |event| app.open_with(&Remedy::Weights(event_target_value(&event)))
                >
                    {options}
                </select>
            </dd>
        }
        .into_any(),
    )
}

fn export(app: App, experiment: &Experiment) -> Option<AnyView> {
    let texts = app.lang.get().texts();
    if experiment.problem.is_some() {
        return None;
    }
    let opening = app.opening.get();
    let open = is_open(app, experiment);
    let (text, class) = match (&opening.export, &opening.standing) {
        (Some(export), _) if open => (
            format!("{} · {}", texts.export_verified, error_size(export.max_abs_error)),
            "good num",
        ),
        (None, Standing::Failed(error))
            if open
                && matches!(
                    error.code,
                    ErrorCode::ExportFailed | ErrorCode::VerificationFailed
                ) =>
        {
            (texts.failed.to_owned(), "bad")
        }
        _ => {
            let chosen = choice(app, experiment);
            let info = experiment.checkpoints.iter().find(|info| match &chosen {
                CheckpointChoice::Latest => true,
                CheckpointChoice::Best => info.file.as_str() == "best_model.pth",
                CheckpointChoice::Last => info.file.as_str() == "last_checkpoint.pth",
                CheckpointChoice::File(file) => info.file == *file,
            });
            let there = info.is_some_and(|info| info.export.is_some());
            (
                if there {
                    texts.export_there
                } else {
                    texts.export_none
                }
                .to_owned(),
                "",
            )
        }
    };
    let file = opening.export.filter(|_| open).map(|export| export.file);
    Some(
        view! {
            <dt>{term(app, Term::Export, texts.export)}</dt>
            <dd class=class title=file>{text}</dd>
        }
        .into_any(),
    )
}
