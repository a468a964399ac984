//! Every cause has its text, in both languages.

use atheria_shared::beside::{Beside, Thing};
use atheria_shared::cause::{Counted, Expected, ModuleFault, Quantity, VacuumFault};
use atheria_shared::number::Number;
use atheria_shared::sniff::Kind;
use atheria_shared::tensor::TensorKind;
use atheria_shared::unfit::Misfit;

use super::*;
use crate::i18n::{complete, kinds, samples};

const BOTH: [Lang; 2] = [Lang::En, Lang::Es];

#[test]
fn every_cause_is_told_in_both_languages_with_its_figures() {
    let mut said = Vec::new();
    for (one, figures) in samples::causes() {
        let [en, es] = BOTH.map(|lang| cause(lang, &one));
        for (what, todo) in [&en, &es] {
            assert!(
                !what.is_empty() && !what.ends_with('.') && todo.ends_with('.'),
                "{what} | {todo}"
            );
        }
        complete(&en.0, &es.0, &[]);
        let [en, es] = [en, es].map(|(what, todo)| format!("{what}. {todo}"));
        complete(&en, &es, &figures);
        for text in [en, es] {
            assert!(!said.contains(&text), "said twice: {text}");
            said.push(text);
        }
    }
}

#[test]
fn the_words_of_a_cause_are_in_both_languages() {
    let pairs = |word: &dyn Fn(Lang) -> String| {
        let [en, es] = BOTH.map(word);
        complete(&en, &es, &[]);
    };
    for one in Quantity::ALL {
        pairs(&|lang| world::quantity(lang, one).to_owned());
    }
    for one in Counted::ALL {
        pairs(&|lang| world::counted(lang, one).to_owned());
    }
    for one in Expected::ALL {
        pairs(&|lang| files::expected(lang, one).to_owned());
    }
    for one in Kind::ALL {
        pairs(&|lang| kinds::kind(lang, one).to_owned());
        pairs(&|lang| kinds::advice(lang, one).to_owned());
    }
    for one in VacuumFault::ALL {
        pairs(&|lang| world::vacuum(lang, one).0.to_owned());
    }
    for one in ModuleFault::ALL {
        pairs(&|lang| world::module(lang, one).0.to_owned());
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one entry for each misfit")]
fn every_misfit_is_a_line_with_its_figures() {
    let key = || "net.0.bias".to_owned();
    let object = || Thing::Object {
        class: "torch.Size".to_owned(),
    };
    let (first, second) = (|| "m.a".to_owned(), || "n.a".to_owned());
    for (one, figures) in [
        (Misfit::Missing { key: key() }, vec!["net.0.bias"]),
        (Misfit::Unknown { key: key() }, vec!["net.0.bias"]),
        (
            Misfit::NoTensor {
                key: key(),
                what: object(),
            },
            vec!["net.0.bias", "torch.Size"],
        ),
        (
            Misfit::Beside(Beside {
                place: key(),
                what: Thing::Number,
            }),
            vec!["net.0.bias"],
        ),
        (
            Misfit::Shape {
                key: key(),
                found: vec![4],
                needed: vec![8],
            },
            vec!["[4]", "[8]"],
        ),
        (
            Misfit::Type {
                key: key(),
                found: TensorKind::Numbers {
                    dtype: "int8".to_owned(),
                },
                needed: "float32".to_owned(),
            },
            vec!["int8", "float32"],
        ),
        (
            Misfit::Bytes {
                key: key(),
                bytes: 12,
                elements: 5,
            },
            vec!["12", "5"],
        ),
        (
            Misfit::NotFinite {
                key: key(),
                element: 5,
            },
            vec!["net.0.bias", "5"],
        ),
        (
            Misfit::TooLarge {
                key: key(),
                value: Number::from(1e39),
                element: 5,
            },
            vec!["1e39", "5"],
        ),
        (
            Misfit::Spike {
                key: key(),
                factor: Number::from(2.0),
            },
            vec!["2", "1"],
        ),
        (
            Misfit::Doubled {
                key: key(),
                first: first(),
                second: second(),
            },
            vec!["m.a", "n.a"],
        ),
        (
            Misfit::Half {
                key: key(),
                part: first(),
            },
            vec!["m.a"],
        ),
        (
            Misfit::Spectral {
                key: key(),
                part: first(),
            },
            vec!["m.a"],
        ),
        (
            Misfit::Parametrized {
                key: key(),
                part: first(),
            },
            vec!["m.a"],
        ),
        (Misfit::More { more: 12 }, vec!["12"]),
    ] {
        let [en, es] = BOTH.map(|lang| unfit::misfit(lang, &one));
        complete(&en, &es, &figures);
    }
}

#[test]
fn a_long_name_is_cut_and_what_cannot_be_seen_is_told() {
    let long = "a".repeat(300);
    let wrong = atheria_shared::name::NameError::TooLong {
        bytes: 300,
        limit: 255,
    };
    let (what, _) = cause(Lang::En, &Cause::Name { name: long, wrong });
    assert!(what.len() < 120 && what.contains("300 bytes"), "{what}");
    let wrong = atheria_shared::name::NameError::Character {
        name: "a\u{7f}".to_owned(),
        found: '\u{7f}',
    };
    let name = "a\u{7f}".to_owned();
    let (what, _) = cause(Lang::Es, &Cause::Name { name, wrong });
    assert!(what.contains("«a\\u{7f}»"), "{what}");
}
