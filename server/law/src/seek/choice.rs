//! Which of a file's dictionaries the weights are taken from: the one that fits, or the one that was asked for.

use atheria_checkpoint::TensorDict;

use crate::error::LawError;
use crate::graph::Graph;

use super::Wanted;
use super::candidate::{Candidate, candidates};
use super::naming::Names;
use super::nearest;
use super::place::{self, Kept};

/// What was chosen.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    /// The weights.
    pub(super) chosen: Candidate<'a>,
    /// Places of others that fit as well.
    pub(super) others: Vec<String>,
}

/// Chooses. What an optimizer keeps has the names and shapes of weights and is none: it is taken only when it was asked for.
pub(super) fn choose<'a>(
    wanted: &Wanted<'_>,
    graph: &Graph,
    dicts: &'a [TensorDict],
) -> Result<Choice<'a>, LawError> {
    let mut all = vec![Names::of(graph)];
    all.extend(Names::shortened(graph));
    let found: Vec<_> = dicts
        .iter()
        .flat_map(|dict| candidates(graph, &all, dict))
        .collect();
    if let Some(asked) = wanted.weights {
        return of_place(wanted, graph, dicts, found, asked);
    }
    let found: Vec<_> = found
        .into_iter()
        .filter(|candidate| candidate.kept() != Kept::Optimizer)
        .collect();
    pick(wanted, found)?.ok_or_else(|| nearest::explain(wanted, graph, &dicts.iter().collect::<Vec<_>>()))
}

/// The one at a place that was asked for.
fn of_place<'a>(
    wanted: &Wanted<'_>,
    graph: &Graph,
    dicts: &'a [TensorDict],
    found: Vec<Candidate<'a>>,
    asked: &str,
) -> Result<Choice<'a>, LawError> {
    let place = place::asked(asked);
    let fitting: Vec<_> = found
        .iter()
        .map(|candidate| place::named(&candidate.place))
        .collect();
    let exactly_there = found.iter().any(|candidate| candidate.place == place);
    let there: Vec<_> = found
        .into_iter()
        .filter(|candidate| {
            candidate.place == place
                || !exactly_there
                    && (candidate.dict.key == place
                        || place::join(&candidate.dict.key, candidate.prefix) == place)
        })
        .collect();
    if let Some(choice) = pick(wanted, there)? {
        return Ok(choice);
    }
    let there: Vec<_> = dicts.iter().filter(|dict| dict.key == place).collect();
    if there.is_empty() {
        return Err(LawError::NoSuchPlace {
            asked: asked.to_owned(),
            fitting,
            there: dicts.iter().map(|dict| place::named(&dict.key)).collect(),
        });
    }
    Err(nearest::explain(wanted, graph, &there))
}

/// The one that fits; none where none does.
fn pick<'a>(wanted: &Wanted<'_>, found: Vec<Candidate<'a>>) -> Result<Option<Choice<'a>>, LawError> {
    let (mut fitting, casts): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|candidate| wanted.cast || candidate.is_exact());
    if fitting.is_empty() {
        // Where several would, which of them is asked once it is known that a cast is wanted.
        let first = casts.into_iter().min_by_key(Candidate::kept);
        return first.map_or(Ok(None), |candidate| Err(needs_cast(&candidate)));
    }
    fitting.sort_by_key(Candidate::kept);
    let kept: Vec<_> = fitting.iter().map(Candidate::kept).collect();
    let is_clear = match kept.as_slice() {
        [Kept::Usual(_), others @ ..] => !others.contains(&Kept::Anything),
        others => others.len() == 1,
    };
    let mut places: Vec<_> = fitting
        .iter()
        .map(|candidate| place::named(&candidate.place))
        .collect();
    if !is_clear {
        return Err(LawError::Ambiguous { places });
    }
    places.remove(0);
    Ok(fitting.into_iter().next().map(|chosen| Choice {
        chosen,
        others: places,
    }))
}

/// The weights fit, but for their float type.
fn needs_cast(candidate: &Candidate<'_>) -> LawError {
    let named = |(dtype, names): (&&str, &Vec<&str>)| -> Vec<String> {
        names.iter().map(|name| format!("{name} is {dtype}")).collect()
    };
    LawError::Dtype {
        place: candidate.place.clone(),
        dtypes: candidate.dtypes(),
        tensors: candidate.casts.iter().flat_map(named).collect(),
    }
}
