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
    let mut text = String::new();
    if list.experiments.is_empty() {
        text.push_str("There are no experiments in this folder.\n");
    }
    let width = |text: fn(&Experiment) -> String| {
        list.experiments
            .iter()
            .map(|e| text(e).chars().count())
            .max()
            .unwrap_or_default()
    };
    let (names, laws) = (width(|e| shown(&e.name)), width(law));
    for experiment in &list.experiments {
        let says = match &experiment.problem {
            Some(problem) => format!("cannot be opened: {}", problem.message),
            None => checkpoints(experiment),
        };
        // A String takes everything.
        let _ = writeln!(
            text,
            "{:names$}  {:laws$}  {says}",
            shown(&experiment.name),
            law(experiment)
        );
        for remark in &experiment.remarks {
            let _ = writeln!(text, "    {remark}");
        }
    }
    for remark in &list.remarks {
        let _ = writeln!(text, "{remark}");
    }
    text
}

/// A name as a line can show it: one that cannot be opened may hold anything.
fn shown(name: &str) -> String {
    let escaped = |c: char| {
        if c.is_control() {
            c.escape_debug().to_string()
        } else {
            c.to_string()
        }
    };
    name.chars().map(escaped).collect()
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

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;

    use super::*;

    #[test]
    fn remarks_of_the_folder_and_of_each_experiment_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            "experiments/e/config.json",
            r#"{"MODEL_ARCHITECTURE": "MLP", "MODEL_PARAMS": {"d_state": 2}, "STEP_RULE": "stochastic"}"#,
        );
        write("training_checkpoints/e/checkpoint_ep1.pth", "x");
        write("training_checkpoints/alone/checkpoint_ep1.pth", "x");
        write("experiments/\u{1b}[2J/config.json", "{}");
        let text = table(&Catalog::new(dir.path().to_owned(), false).list());
        assert!(!text.contains('\u{1b}'), "{text:?}");
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.contains("cannot be opened"))
            .collect();
        assert_eq!(
            lines,
            [
                "e          MLP d=2 hidden=32  checkpoint_ep1.pth",
                "    config.json does not say hidden_channels: 32 is the default",
                "    not heeded in config.json: STEP_RULE; the law may have been trained otherwise",
                "    checkpoint_ep1.pth is not taken: it is a text",
                "training_checkpoints/ holds alone without an experiments/NAME/config.json",
            ]
        );
    }

    #[test]
    fn an_empty_folder_says_what_lies_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("experiments")).unwrap();
        let folder = dir.path().join("training_checkpoints/E");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("checkpoint_ep1.pth"), "x").unwrap();
        let text = table(&Catalog::new(dir.path().to_owned(), false).list());
        assert_eq!(
            text,
            "There are no experiments in this folder.\n\
             training_checkpoints/ holds E without an experiments/NAME/config.json\n"
        );
    }
}
