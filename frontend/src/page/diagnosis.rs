//! The sheet of a diagnosis: seven checks, one after the other, each with what it found.

use std::time::Duration;

use atheria_shared::ExperimentName;
use atheria_shared::diagnosis::{CheckReport, DiagnosisState, Verdict};
use atheria_shared::error::ApiError;
use frontend::diagnosis::{Row, Standing, rows};
use frontend::i18n::{Texts, checks, errors, findings};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dialog::Dialog;
use super::icon;
use super::notice_list::{details_of, trouble_of};
use super::state::{App, app};
use crate::browser::fetch::{self, Failure};

/// Between two looks at a diagnosis that runs.
const LOOK: Duration = Duration::from_millis(300);

/// A diagnosis that is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    name: ExperimentName,
    /// How far it is; none until the server has said.
    state: Option<DiagnosisState>,
    trouble: Option<Trouble>,
    /// Tells the answers to this run from those to an earlier one.
    run: u64,
}

#[derive(Debug, Clone, PartialEq)]
enum Trouble {
    Away,
    Refused(ApiError),
}

impl App {
    /// Opens the sheet of an experiment, and begins.
    pub(super) fn diagnose(self, name: ExperimentName) {
        let run = self
            .diagnosis
            .with_untracked(|sheet| sheet.as_ref().map_or(0, |sheet| sheet.run))
            + 1;
        self.diagnosis.set(Some(Sheet {
            name: name.clone(),
            state: None,
            trouble: None,
            run,
        }));
        spawn_local(async move {
            let answer = fetch::begin_diagnosis(&name).await;
            self.take_diagnosis(&name, run, answer);
        });
    }

    /// Takes an answer in, and looks again while there is more to come.
    fn take_diagnosis(self, name: &ExperimentName, run: u64, answer: Result<DiagnosisState, Failure>) {
        let ours = |sheet: &Option<Sheet>| {
            let sheet = sheet.as_ref();
            sheet.is_some_and(|sheet| sheet.run == run && sheet.name == *name)
        };
        if !self.diagnosis.with_untracked(ours) {
            return;
        }
        let (state, trouble) = match answer {
            Ok(state) => (Some(state), None),
            Err(Failure::Away) => (None, Some(Trouble::Away)),
            Err(Failure::Refused(error)) => (None, Some(Trouble::Refused(error))),
        };
        let more = state.as_ref().is_some_and(|state| state.running);
        self.diagnosis.update(|sheet| {
            if let Some(sheet) = sheet {
                sheet.trouble = trouble;
                sheet.state = state.or_else(|| sheet.state.take());
            }
        });
        if more {
            let name = name.clone();
            set_timeout(
                move || {
                    spawn_local(async move {
                        let answer = fetch::diagnosis(&name).await;
                        self.take_diagnosis(&name, run, answer);
                    });
                },
                LOOK,
            );
        }
    }
}

#[component]
pub(super) fn Diagnosis() -> impl IntoView {
    let app = app();
    let open = Memo::new(move |_| app.diagnosis.with(Option::is_some));
    let sheet = Memo::new(move |_| app.diagnosis.get());
    let title = Signal::derive(move || {
        let word = app.lang.get().texts().diagnosis;
        let Some(name) = sheet.get().map(|sheet| sheet.name) else {
            return word.to_owned();
        };
        let known = app.experiment(name.as_str());
        let title = known.map_or_else(|| name.to_string(), |experiment| app.title(&experiment));
        format!("{word} · {title}")
    });
    view! {
        <Show when=move || open.get()>
            <Dialog title=title shut=Callback::new(move |()| app.diagnosis.set(None)) class="diagnosis">
                <p class="about">{app.tr(|t| t.diagnosis_text)}</p>
                {move || sheet.get().map(|sheet| outcome(app, &sheet))}
            </Dialog>
        </Show>
    }
}

fn outcome(app: App, sheet: &Sheet) -> AnyView {
    let lang = app.lang.get();
    let texts = lang.texts();
    let running = sheet.trouble.is_none() && sheet.state.as_ref().is_none_or(|state| state.running);
    let said = match &sheet.state {
        Some(state) => checks::summary(lang, state),
        None if sheet.trouble.is_none() => texts.starting_diagnosis.to_owned(),
        None => String::new(),
    };
    let trouble = match (
        &sheet.trouble,
        sheet.state.as_ref().and_then(|state| state.error.as_ref()),
    ) {
        (Some(Trouble::Away), _) => Some(away(texts)),
        (Some(Trouble::Refused(error)), _) | (None, Some(error)) => Some(trouble_of(app, error)),
        (None, None) => None,
    };
    let list: Vec<_> = sheet
        .state
        .iter()
        .flat_map(rows)
        .map(|row| line(app, &row))
        .collect();
    let name = sheet.name.clone();
    view! {
        {trouble}
        <ol class="checks">{list}</ol>
        <footer>
            <span class="row" role="status">
                {running.then(|| view! { <i class="spin"></i> })}
                {said}
            </span>
            <button class="button" disabled=running on:click=move |_| app.diagnose(name.clone())>
                {texts.run_again}
            </button>
        </footer>
    }
    .into_any()
}

fn away(texts: &'static Texts) -> AnyView {
    view! {
        <div class="trouble" role="alert">
            <b>{texts.away_title}</b>
            <p>{texts.away_text}</p>
        </div>
    }
    .into_any()
}

fn line(app: App, row: &Row) -> AnyView {
    let lang = app.lang.get();
    let texts = lang.texts();
    let (name, meaning) = checks::check(lang, row.check);
    let (class, mark, word) = match &row.standing {
        Standing::Waiting => ("waiting", None, texts.check_waiting),
        Standing::Missing => ("waiting", None, texts.check_missing),
        Standing::Running => (
            "running",
            Some(view! { <i class="spin"></i> }.into_any()),
            texts.check_running,
        ),
        Standing::Made(report) => {
            let (class, picture) = look(report.verdict);
            (
                class,
                Some(icon::draw(picture)),
                checks::verdict(lang, report.verdict),
            )
        }
    };
    let found = match &row.standing {
        Standing::Made(report) => Some(found(app, report)),
        Standing::Waiting | Standing::Missing | Standing::Running => None,
    };
    let seconds = match &row.standing {
        Standing::Made(report) => Some(app.numbers().seconds(report.seconds)),
        Standing::Waiting | Standing::Missing | Standing::Running => None,
    };
    view! {
        <li class=class>
            <span class="mark" aria-hidden="true">{mark}</span>
            <div>
                <div class="title">
                    <b>{name}</b>
                    <span class="verdict">{word}</span>
                    <span class="num">{seconds}</span>
                </div>
                <p class="meaning">{meaning}</p>
                {found}
            </div>
        </li>
    }
    .into_any()
}

fn look(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Passed => ("passed", icon::CHECK),
        Verdict::Explained => ("explained", icon::INFO),
        Verdict::Failed => ("failed", icon::CROSS),
        Verdict::Skipped => ("skipped", icon::MINUS),
    }
}

/// What was found, the figures that it rests on, what to do, and where an error ended it that error's details.
fn found(app: App, report: &CheckReport) -> AnyView {
    let lang = app.lang.get();
    let evidence: Vec<_> = report
        .evidence
        .iter()
        .map(|figure| {
            view! {
                <tr>
                    <th scope="row">{findings::figure_name(lang, figure.name)}</th>
                    <td class="num">{findings::figure_value(lang, figure)}</td>
                </tr>
            }
        })
        .collect();
    let evidence = (!evidence.is_empty()).then(|| {
        view! {
            <table aria-label=app.tr(|t| t.evidence)>
                <tbody>{evidence}</tbody>
            </table>
        }
    });
    let advice = report
        .advice
        .map(|advice| view! { <p class="advice">{findings::advice(lang, advice)}</p> });
    let details = report
        .error
        .as_ref()
        .map(|error| details_of(app, errors::error(lang, error).into()));
    view! {
        <p class="finding">{findings::found(lang, report)}</p>
        {evidence}
        {advice}
        {details}
    }
    .into_any()
}
