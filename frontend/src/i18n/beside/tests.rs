//! Everything that can lie beside weights is said in both languages, and no word of English is left in the Spanish.

use atheria_shared::{Cause, Remark};

use super::*;
use crate::i18n::{causes, complete, remarks, samples};

/// Words that both languages have, beside the file's own names.
const COMMON: [&str; 5] = ["a", "tensor", "numpy", "meta", "bool"];

/// Whether a thing is told by a name alone, the same in both languages.
fn is_name(one: &Thing) -> bool {
    matches!(one, Thing::None | Thing::Bytes | Thing::Object { .. })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| word.chars().all(char::is_alphabetic) && !word.is_empty())
}

#[test]
fn every_thing_is_said_in_both_languages() {
    for (one, figures) in samples::things() {
        let [en, es] = [Lang::En, Lang::Es].map(|lang| thing(lang, &one));
        if is_name(&one) {
            assert_eq!(en, es, "a name is what it is");
        } else {
            complete(&en, &es, &figures);
        }
    }
    for (kind, figures) in samples::tensors() {
        let [en, es] = [Lang::En, Lang::Es].map(|lang| tensor(lang, &kind));
        if matches!(kind, TensorKind::Numbers { .. }) {
            assert_eq!([&*en, &*es], [figures[0]; 2], "a type is what it is");
        } else {
            complete(&en, &es, &figures);
        }
        let of = Thing::Tensor { of: kind };
        let [en, es] = [Lang::En, Lang::Es].map(|lang| thing(lang, &of));
        complete(&en, &es, &figures);
    }
}

/// The words are those of the command line, which speaks English, and of the page in English.
#[test]
fn the_spanish_of_what_lies_beside_weights_has_no_word_of_the_english() {
    let tensors = samples::tensors().into_iter();
    let tensors = tensors.map(|(of, figures)| (Thing::Tensor { of }, figures));
    for (one, figures) in samples::things().into_iter().chain(tensors) {
        let english = [one.to_string(), thing(Lang::En, &one)].join(" ");
        let names: Vec<&str> = figures.iter().flat_map(|figure| words(figure)).collect();
        let is_english = |word: &&str| !names.contains(word) && !COMMON.contains(word);
        let english: Vec<_> = words(&english).filter(is_english).collect();
        for place in ["", "beside7"] {
            let what = vec![Beside {
                place: place.to_owned(),
                what: one.clone(),
            }];
            let (found, more) = (what.clone(), 12);
            let left_out = remarks::remark(Lang::Es, &Remark::LeftOut { what, more });
            let file = "ep9.pth".to_owned();
            let (no_weights, _) = causes::cause(Lang::Es, &Cause::NoWeights { file, found, more });
            for told in [left_out, no_weights] {
                for word in words(&told) {
                    assert!(!english.contains(&word), "{word} in: {told}");
                }
                for word in ["more", "file", "itself"] {
                    assert!(!words(&told).any(|found| found == word), "{word} in: {told}");
                }
            }
        }
    }
}

#[test]
fn a_list_is_cut_and_all_of_the_rest_is_counted() {
    let number = |n: usize| Beside {
        place: format!("value{n}"),
        what: Thing::Number,
    };
    let many: Vec<_> = (0..10).map(number).collect();
    let told = beside(Lang::Es, &many, 1_936);
    assert!(told.ends_with("value7 (un número) y 1\u{a0}938 más"), "{told}");
    assert_eq!(beside(Lang::En, &many[..1], 3), "value0 (a number) and 3 more");
}

#[test]
fn a_file_that_is_one_thing_is_told_by_what_it_is() {
    let itself = [Beside {
        place: String::new(),
        what: Thing::List,
    }];
    assert_eq!(held(Lang::Es, &itself, 0), "una lista");
    assert_eq!(beside(Lang::Es, &itself, 0), "el propio archivo (una lista)");
}
