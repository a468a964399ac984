//! Which of several checkpoints is the later one, by its name and then by its age.
//!
//! 1. A name that says `best` comes after every other; one of an optimizer, a scheduler and the like after those.
//! 2. Among the others one with a number comes first, the highest number before the rest. The number is that of the epoch
//!    (`epoch=3`, `checkpoint_ep20`, `epoch_2`, `20epochs`); where none is named, that of the step (`step=400`, `iter-1080000-ckpt`,
//!    `80k_iters`); where neither is, the whole numbers of the name, one after the other (`model_12`, `checkpoint_5_10000`,
//!    `20240105_120000`). Of the same epoch the higher step is the later. Whatever belongs to a figure is no such number: part of
//!    a decimal (`0.9999`, `1e-3`), after `=` and another word (`val_loss=2`), after the word for a figure or a size (`loss_2`,
//!    `d4-h8`, `seed1`, `v2`, `fold_3`), in a size (`512x1024`), or in a hash (`3f2a91`).
//! 3. Equal so far: the higher version (`-v2`, as Lightning avoids names that are there), then the one that was changed later, to
//!    the nanosecond.
//!
//! What that leaves open is told ([`tied`]), and the last by name is taken.

use std::cmp::Ordering;

/// Words before or after an epoch's number.
const EPOCH: [&str; 6] = ["e", "ep", "epoch", "epochs", "episode", "episodes"];
/// The same of a step's.
const STEP: [&str; 11] = [
    "s",
    "step",
    "steps",
    "globalstep",
    "iter",
    "iters",
    "iteration",
    "iterations",
    "it",
    "update",
    "updates",
];
/// Words whose number says nothing of time.
const OF_A_FIGURE: [&str; 39] = [
    "acc",
    "accuracy",
    "auc",
    "b",
    "batch",
    "batchsize",
    "bs",
    "c",
    "ch",
    "channels",
    "d",
    "dim",
    "f",
    "fid",
    "fold",
    "g",
    "gpu",
    "grid",
    "h",
    "hidden",
    "layers",
    "loss",
    "lr",
    "map",
    "miou",
    "psnr",
    "r",
    "rank",
    "resnet",
    "score",
    "seed",
    "size",
    "ssim",
    "top",
    "v",
    "val",
    "version",
    "w",
    "worker",
];
/// Words of files that hold no law, but what trains it.
const BESIDE: [&str; 9] = [
    "opt",
    "optim",
    "optimizer",
    "optimizers",
    "rng",
    "scaler",
    "scheduler",
    "sched",
    "args",
];

/// What a number in a name counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Epochs,
    Steps,
    Unsaid,
}

/// What a file's name says of its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// It holds what trains a law, not the law.
    beside: bool,
    /// It is the best one, of whatever time.
    best: bool,
    /// It is called `last`, `latest` or `final`.
    last: bool,
    counted: Option<(Counted, Vec<u64>)>,
    version: u64,
}

impl Said {
    /// What a file's name says; its ending may be there or not.
    pub(super) fn of(name: &str) -> Self {
        let tokens = tokens(name);
        let word = |words: &[&str]| {
            tokens
                .iter()
                .any(|token| matches!(&token.kind, Kind::Word(word) if words.contains(&word.as_str())))
        };
        Self {
            beside: word(&BESIDE),
            best: word(&["best"]),
            last: word(&["last", "latest", "final"]),
            counted: counted(&tokens),
            version: tokens
                .iter()
                .rev()
                .find(|token| token.before.as_deref() == Some("v"))
                .and_then(Token::number)
                .unwrap_or(0),
        }
    }

    /// The epoch, or the step, or the only number there is.
    pub(super) fn number(&self) -> Option<u64> {
        match &self.counted {
            Some((Counted::Unsaid, numbers)) => match numbers.as_slice() {
                [number] => Some(*number),
                _ => None,
            },
            Some((_, numbers)) => numbers.first().copied(),
            None => None,
        }
    }

    /// Whether it is a best one.
    pub(super) fn is_best(&self) -> bool {
        self.best && !self.beside
    }

    /// Whether it is called the last one.
    pub(super) fn is_last(&self) -> bool {
        self.last && !self.best && !self.beside
    }

    /// Greater is later, as far as the name tells.
    pub(super) fn by_name(&self, other: &Self) -> Ordering {
        let class = |said: &Self| (!said.beside, !said.best, said.counted.is_some());
        class(self)
            .cmp(&class(other))
            .then_with(|| self.numbers().cmp(&other.numbers()))
            .then_with(|| self.version.cmp(&other.version))
    }

    fn numbers(&self) -> Option<&[u64]> {
        self.counted.as_ref().map(|(_, numbers)| numbers.as_slice())
    }

    fn counts_otherwise(&self, other: &Self) -> bool {
        match (&self.counted, &other.counted) {
            (Some((one, _)), Some((another, _))) => one != another,
            _ => false,
        }
    }
}

/// A file among others: what its name says, and its age in nanoseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) said: Said,
    pub(super) modified_ns: u128,
}

impl Time {
    /// Greater is later.
    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        self.said
            .by_name(&other.said)
            .then_with(|| self.modified_ns.cmp(&other.modified_ns))
    }
}

/// Which of the others may be the latest just as well as `first`, which comes before all of them: those that neither name nor
/// age sets apart, the first that counts something else, and one called `last` that is newer.
pub(super) fn tied(first: &Time, others: &[&Time]) -> Vec<usize> {
    let of_time = |time: &Time| !time.said.beside && time.said.best == first.said.best;
    let there = || others.iter().enumerate().filter(|(_, time)| of_time(time));
    let mut tied: Vec<usize> = there()
        .filter(|(_, time)| time.cmp(first) == Ordering::Equal)
        .map(|(place, _)| place)
        .collect();
    tied.extend(
        there()
            .find(|(_, time)| time.said.counts_otherwise(&first.said))
            .map(|(place, _)| place),
    );
    if first.said.counted.is_some() {
        tied.extend(
            there()
                .find(|(_, time)| {
                    time.said.counted.is_none() && time.said.is_last() && time.modified_ns > first.modified_ns
                })
                .map(|(place, _)| place),
        );
    }
    tied.sort_unstable();
    tied.dedup();
    tied
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Word(String),
    /// None: more digits than a number of ours has.
    Number(Option<u64>),
    /// `512x1024`, `0.1`, `1e-3`.
    Figure,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    kind: Kind,
    /// The word right before it, or with one separator between.
    before: Option<String>,
    /// Whether that separator is `=`.
    is_value: bool,
    /// The word right after it, when nothing is between.
    after: Option<String>,
}

impl Token {
    fn number(&self) -> Option<u64> {
        match self.kind {
            Kind::Number(number) => number,
            _ => None,
        }
    }

    fn is_of(&self, words: &[&str]) -> bool {
        let of = |word: &Option<String>| word.as_deref().is_some_and(|word| words.contains(&word));
        of(&self.before) || of(&self.after)
    }
}

fn counted(tokens: &[Token]) -> Option<(Counted, Vec<u64>)> {
    let last = |words: &[&str]| {
        let mut named = tokens.iter().rev().filter(|token| token.is_of(words));
        named.find_map(Token::number)
    };
    match (last(&EPOCH), last(&STEP)) {
        (Some(epoch), step) => return Some((Counted::Epochs, [epoch].into_iter().chain(step).collect())),
        (None, Some(step)) => return Some((Counted::Steps, vec![step])),
        (None, None) => {}
    }
    let unsaid: Vec<u64> = tokens
        .iter()
        .filter(|token| !token.is_value && !token.is_of(&OF_A_FIGURE) && token.after.is_none())
        .filter_map(Token::number)
        .collect();
    (!unsaid.is_empty()).then_some((Counted::Unsaid, unsaid))
}

/// The words and numbers of a name, in small letters.
fn tokens(name: &str) -> Vec<Token> {
    let lower = name.to_lowercase();
    let mut found: Vec<Token> = Vec::new();
    let mut word: Option<String> = None;
    let mut separators = String::new();
    let mut rest = lower.as_str();
    while let Some(c) = rest.chars().next() {
        let glued = separators.is_empty();
        if c.is_ascii_digit() {
            let (kind, length) = number(rest);
            rest = rest.get(length..).unwrap_or_default();
            let mut token = Token {
                kind,
                is_value: separators == "=",
                before: word.take().filter(|_| separators.chars().count() <= 1),
                after: None,
            };
            let letters = leading_letters(rest);
            match letters {
                "" => {}
                // Thousands and millions.
                "k" | "m" => {
                    let times = if letters == "k" { 1_000 } else { 1_000_000 };
                    if let Kind::Number(number) = &mut token.kind {
                        *number = number.and_then(|number| number.checked_mul(times));
                    }
                    rest = rest.get(1..).unwrap_or_default();
                }
                letters => token.after = Some(letters.to_owned()),
            }
            found.push(token);
            separators.clear();
        } else if c.is_alphabetic() {
            let letters = leading_letters(rest);
            rest = rest.get(letters.len()..).unwrap_or_default();
            // `80k_iters`: a word after a separator is its number's too, if it counts.
            if let Some(last) = found
                .last_mut()
                .filter(|_| word.is_none() && separators.len() == 1)
                && last.after.is_none()
                && last.before.is_none()
                && (STEP.contains(&letters) || EPOCH.contains(&letters))
                && !leading_number_follows(rest)
            {
                last.after = Some(letters.to_owned());
            }
            // `global_step`
            let joined = match word.take() {
                Some(before) if before == "global" => format!("{before}{letters}"),
                _ => letters.to_owned(),
            };
            found.push(Token {
                kind: Kind::Word(letters.to_owned()),
                before: None,
                is_value: false,
                after: None,
            });
            // Letters between digits are part of a hash, not a word of the next number: `3f2a91`.
            let of_a_hash = glued
                && found
                    .iter()
                    .rev()
                    .nth(1)
                    .is_some_and(|token| token.after.is_some());
            word = Some(if of_a_hash { "v".to_owned() } else { joined });
            separators.clear();
        } else {
            separators.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    found
}

fn leading_letters(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Whether a number comes next, with a separator or without: then a word is that number's.
fn leading_number_follows(text: &str) -> bool {
    text.trim_start_matches(['=', '_', '-', ':', '.', ' '])
        .starts_with(|c: char| c.is_ascii_digit())
}

/// The number that a text begins with, and its length.
fn number(text: &str) -> (Kind, usize) {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let after = |from: usize| text.get(from..).unwrap_or_default();
    let mut end = whole;
    let mut figure = false;
    for mark in [".", "x", "e-", "e+"] {
        if let Some(rest) = after(end).strip_prefix(mark)
            && digits(rest) > 0
        {
            end += mark.len() + digits(rest);
            figure = true;
        }
    }
    if figure {
        (Kind::Figure, end)
    } else {
        (Kind::Number(text.get(..whole).and_then(|n| n.parse().ok())), end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(name: &str, modified_ns: u128) -> Time {
        Time {
            said: Said::of(name),
            modified_ns,
        }
    }

    /// Names as programs give them, with the number that tells their time.
    #[test]
    fn the_number_of_a_name_is_that_of_its_time() {
        for (name, number) in [
            // this trainer
            ("checkpoint_ep100", Some(100)),
            ("checkpoint_epoch20", Some(20)),
            ("checkpoint_ep2,loss=0.1", Some(2)),
            ("checkpoint_ep2[final]", Some(2)),
            ("checkpoint_ep2🌸", Some(2)),
            ("unet-d4-h8-g32_ep7", Some(7)),
            // Lightning
            ("epoch=3-step=400", Some(3)),
            ("epoch=3-step=400-v1", Some(3)),
            ("step=900", Some(900)),
            ("epoch=09-val_loss=0.23", Some(9)),
            ("epoch=9-val_acc=93", Some(9)),
            ("val_loss=2-epoch=1", Some(1)),
            ("last-v1", None),
            // Hugging Face, diffusers
            ("checkpoint-500", Some(500)),
            ("pytorch_model", None),
            ("pytorch_lora_weights_global_step_1500", Some(1500)),
            // timm, torchvision
            ("checkpoint-12", Some(12)),
            ("model_best", None),
            ("model_25", Some(25)),
            ("resnet50", None),
            ("resnet50_epoch_3", Some(3)),
            // fairseq
            ("checkpoint12", Some(12)),
            ("checkpoint_best", None),
            // YOLO
            ("epoch50", Some(50)),
            ("best", None),
            // mmcv, detectron2
            ("epoch_12", Some(12)),
            ("iter_80000", Some(80_000)),
            ("best_mIoU_iter_20000", Some(20_000)),
            ("model_0004999", Some(4_999)),
            ("model_final", None),
            ("segmenter_512x1024_80k", Some(80_000)),
            // others
            ("iter-1080000-ckpt", Some(1_080_000)),
            ("ema_0.9999_050000", Some(50_000)),
            ("ema_12", Some(12)),
            ("model050000", Some(50_000)),
            ("80k_iters", Some(80_000)),
            ("20epochs", Some(20)),
            ("model_3f2a91", None),
            ("lr_1e-3_step_20", Some(20)),
            ("fold_3_seed_1", None),
            ("weights", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(Said::of(name).number(), number, "{name}");
        }
    }

    fn later(one: &str, other: &str) -> Ordering {
        time(one, 0).cmp(&time(other, 0))
    }

    #[test]
    fn the_later_of_two_by_name() {
        for (later_one, earlier) in [
            ("checkpoint_ep100", "checkpoint_ep9"),
            ("checkpoint_epoch20", "checkpoint_ep3"),
            ("iter-1080000-ckpt", "iter-40000-ckpt"),
            ("epoch_1", "best_model"),
            ("last", "best_epoch_9"),
            ("last", "best"),
            ("best", "optimizer_5"),
            ("epoch=3-step=400", "epoch=3-step=90"),
            ("epoch=3-step=400", "epoch=2-step=500"),
            ("epoch=3-step=400-v2", "epoch=3-step=400-v1"),
            ("epoch=3-step=400-v1", "epoch=3-step=400"),
            ("checkpoint_5_10000", "checkpoint_5_9000"),
            ("checkpoint_6_100", "checkpoint_5_9000"),
            ("run_20240106_010000", "run_20240105_235959"),
            ("2024-01-06", "2024-01-05"),
            ("model050000", "opt060000"),
            ("best_epoch_9", "best_epoch_8"),
            ("checkpoint_ep2,loss=0.1", "checkpoint_ep1"),
            ("checkpoint_ep2[final]", "checkpoint_ep1"),
            ("epoch_3", "weights"),
        ] {
            assert_eq!(
                later(later_one, earlier),
                Ordering::Greater,
                "{later_one} {earlier}"
            );
            assert_eq!(later(earlier, later_one), Ordering::Less, "{later_one} {earlier}");
        }
    }

    #[test]
    fn age_decides_between_equals_to_the_nanosecond() {
        assert_eq!(
            time("a", 1_700_000_000_200_000_000).cmp(&time("z", 1_700_000_000_200_000_001)),
            Ordering::Less
        );
        assert_eq!(time("a_ep1", 9).cmp(&time("b_ep2", 1)), Ordering::Less);
        assert_eq!(time("a_ep1", 9).cmp(&time("b_ep1", 1)), Ordering::Greater);
    }

    #[test]
    fn a_tie_is_found() {
        let tied = |first: (&str, u128), others: &[(&str, u128)]| {
            let others: Vec<Time> = others.iter().map(|&(name, age)| time(name, age)).collect();
            tied(&time(first.0, first.1), &others.iter().collect::<Vec<_>>())
        };
        assert_eq!(tied(("a", 5), &[("b", 5), ("c", 4), ("best", 5)]), [0]);
        assert_eq!(tied(("a_ep3", 5), &[("b_ep3", 5), ("b_ep2", 5)]), [0]);
        assert_eq!(tied(("iter_900", 5), &[("epoch_9", 9), ("epoch_8", 9)]), [0]);
        assert_eq!(tied(("epoch_9", 5), &[("last", 6)]), [0]);
        assert_eq!(
            tied(("epoch_9", 5), &[("last", 5), ("best", 9), ("weights", 9)]),
            Vec::<usize>::new()
        );
        assert_eq!(tied(("best", 5), &[]), Vec::<usize>::new());
    }
}
