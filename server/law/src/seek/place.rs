//! Places in a file, and what training systems usually keep there.

/// The file itself, as a place that can be named.
pub(super) const ITSELF: &str = ".";

/// Where the training systems put the weights, the later one first; then a state dict by itself.
const USUAL: [&str; 3] = ["model_state_dict", "state_dict", ""];

/// Words of places where the mean of several steps is kept, or the best one so far.
const AVERAGES: [&str; 8] = [
    "ema", "shadow", "averaged", "average", "avg", "swa", "best", "polyak",
];

/// Words of places where an optimizer keeps what has the shapes of weights and is none.
const OPTIMIZERS: [&str; 8] = [
    "optimizer",
    "optimizers",
    "optim",
    "momentum",
    "grad",
    "grads",
    "gradient",
    "gradients",
];

/// What Adam and its kin call the means that they keep.
const MEANS: [&str; 2] = ["exp_avg", "square_avg"];

/// What is usually kept in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    /// The weights; the first place first.
    Usual(usize),
    /// Anything.
    Anything,
    /// Averages of weights.
    Average,
    /// The state of an optimizer.
    Optimizer,
}

/// What is usually kept at a place.
pub(super) fn kept(place: &str) -> Kept {
    if let Some(rank) = USUAL.iter().position(|usual| *usual == place) {
        return Kept::Usual(rank);
    }
    let lower = place.to_ascii_lowercase();
    let has = |words: &[&str]| {
        lower
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| words.contains(&word))
    };
    if has(&OPTIMIZERS) || MEANS.iter().any(|mean| lower.contains(mean)) {
        Kept::Optimizer
    } else if has(&AVERAGES) {
        Kept::Average
    } else {
        Kept::Anything
    }
}

/// A place within a place.
pub(super) fn join(place: &str, within: &str) -> String {
    match (place, within.trim_end_matches('.')) {
        (place, "") => place.to_owned(),
        ("", within) => within.to_owned(),
        (place, within) => format!("{place}.{within}"),
    }
}

/// A place as it is said, and as it is asked for.
pub(super) fn named(place: &str) -> String {
    if place.is_empty() { ITSELF } else { place }.to_owned()
}

/// A place that was asked for.
pub(super) fn asked(named: &str) -> &str {
    if named == ITSELF { "" } else { named }
}
