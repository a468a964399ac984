//! `ath experiments`.

use std::fmt::Write as _;

use atheria_shared::ApiError;
use atheria_shared::experiment::{Experiment, ExperimentList};

use super::args::RootArgs;
use super::output::Output;

/// Lists them. Fails only when the folder as a whole cannot be read.
pub(super) fn experiments(args: &RootArgs, output: Output) -> Result<(), ApiError> {
    let list = args.catalog().list();
    if let Some(problem) = list.problem {
        return Err(problem);
    }
    output.result(&list, &table(&list))
}

fn table(list: &ExperimentList) -> String {
    if list.experiments.is_empty() {
        return "There are no experiments in this folder.".into();
    }
    let width = |text: fn(&Experiment) -> String| {
        list.experiments
            .iter()
            .map(|e| text(e).chars().count())
            .max()
            .unwrap_or_default()
    };
    let (names, laws) = (width(|e| e.name.clone()), width(law));
    let mut text = String::new();
    for experiment in &list.experiments {
        let says = match &experiment.problem {
            Some(problem) => format!("cannot be opened: {}", problem.message),
            None => checkpoints(experiment),
        };
        // A String takes everything.
        let _ = writeln!(
            text,
            "{:names$}  {:laws$}  {says}",
            experiment.name,
            law(experiment)
        );
    }
    text
}

fn law(experiment: &Experiment) -> String {
    match (experiment.architecture, experiment.params) {
        (Some(architecture), Some(params)) => {
            format!(
                "{architecture} d={} hidden={}",
                params.d_state, params.hidden_channels
            )
        }
        (None, Some(params)) if experiment.problem.is_none() => format!("TorchScript d={}", params.d_state),
        _ => "-".into(),
    }
}

fn checkpoints(experiment: &Experiment) -> String {
    let latest = experiment.checkpoints.first().map_or("", |c| c.file.as_str());
    match experiment.checkpoints.len() {
        1 => latest.to_owned(),
        count => format!("{latest}, the latest of {count} checkpoints"),
    }
}
