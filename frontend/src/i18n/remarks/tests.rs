//! Every remark has its text, in both languages.

use atheria_shared::beside::{Beside, Thing};
use atheria_shared::cause::IoFault;
use atheria_shared::error::{ApiError, ErrorCode};
use atheria_shared::name::NameError;
use atheria_shared::session::ExportMethod;
use atheria_shared::sniff::Kind;
use atheria_shared::{Architecture, Cause};

use super::*;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("name{n}")).collect()
}

/// One of each kind, with figures that a text has to show.
#[expect(clippy::too_many_lines, reason = "one entry for each kind")]
fn all() -> Vec<(Remark, &'static str)> {
    let text = |text: &str| text.to_owned();
    let passed = |reason| Remark::PassedOver {
        file: text("ep9.pth"),
        reason,
    };
    let mut all = vec![
        (
            Remark::UnheededKeys {
                keys: vec![text("STEP_RULE")],
            },
            "STEP_RULE",
        ),
        (
            Remark::FoundUnder {
                key: text("GAMMA_DECAY"),
                found: text("gamma_decay"),
            },
            "gamma_decay",
        ),
        (
            Remark::DefaultSize {
                key: text("hidden_channels"),
                value: 32,
            },
            "32",
        ),
        (
            Remark::LatestTied {
                taken: text("a.pth"),
                others: vec![text("b.pth")],
            },
            "b.pth",
        ),
        (
            Remark::MoreExperiments {
                listed: 10,
                there: 77,
            },
            "77",
        ),
        (
            Remark::CheckpointsAlone {
                names: vec![text("lost")],
            },
            "lost",
        ),
        (
            Remark::OtherRoot {
                listed: "one".into(),
                other: "two".into(),
            },
            "two",
        ),
        (
            Remark::WeightsFrom {
                key: text("model"),
                others: vec![text("ema.shadow")],
            },
            "ema.shadow",
        ),
        (
            Remark::WeightsFrom {
                key: text("model"),
                others: Vec::new(),
            },
            "model",
        ),
        (
            Remark::PrefixStripped {
                prefix: text("module."),
            },
            "module.",
        ),
        (Remark::PrefixAdded { prefix: text("net.") }, "net."),
        (
            Remark::LeftOut {
                what: vec![Beside {
                    place: text("optimizer"),
                    what: Thing::Dictionary,
                }],
                more: 0,
            },
            "optimizer",
        ),
        (
            Remark::Folded {
                how: Folding::WeightNorm,
                names: vec![text("conv1")],
            },
            "conv1",
        ),
        (
            Remark::Folded {
                how: Folding::Pruned,
                names: vec![text("conv2")],
            },
            "conv2",
        ),
        (
            Remark::Cast {
                from: text("float64"),
                tensors: 12,
            },
            "12",
        ),
        (
            Remark::Cast {
                from: text("float64"),
                tensors: 1,
            },
            "float64",
        ),
        (Remark::AllZero, "skip_data"),
        (Remark::Averaged { models: 5 }, "5"),
        (
            Remark::WholeModel {
                class: text("DEEP_QCA"),
            },
            "DEEP_QCA",
        ),
        (Remark::NoChecksums, ""),
        (
            Remark::ExportElsewhere {
                folder: "cache".into(),
            },
            "cache",
        ),
    ];
    for reason in [
        PassedOver::Name {
            wrong: NameError::Empty,
        },
        PassedOver::LinkOutside,
        PassedOver::LinkBroken,
        PassedOver::Ending,
        PassedOver::NotAFile,
        PassedOver::CutOff,
        PassedOver::TooLarge {
            bytes: 99,
            limit_bytes: 77,
        },
        PassedOver::Kind { kind: Kind::Gzip },
        PassedOver::State,
        PassedOver::TooMany { more: 3 },
    ] {
        all.push((passed(reason), "ep9.pth"));
    }
    for because in [
        ExportStale::NotOurs,
        ExportStale::Changed,
        ExportStale::NotVerified,
        ExportStale::OtherBytes,
        ExportStale::Unreadable,
    ] {
        all.push((Remark::ExportMadeAgain { because }, ""));
    }
    all.push((
        Remark::ExportNotKept {
            path: "full-disk".into(),
            why: IoFault::NoRoom,
        },
        "full-disk",
    ));
    let error = ApiError::new(ErrorCode::ExportFailed, "no room").because(Cause::CannotTrace {
        architecture: Architecture::UnetConvLstm,
        memory: true,
    });
    all.push((
        Remark::MethodFailed {
            method: ExportMethod::Trace,
            error,
        },
        "UNET_CONVLSTM",
    ));
    all
}

#[test]
fn every_remark_is_said_in_both_languages_with_its_figures() {
    let mut said = Vec::new();
    for (kind, figure) in all() {
        let [en, es] = [Lang::En, Lang::Es].map(|lang| remark(lang, &kind));
        for text in [&en, &es] {
            assert!(text.contains(figure) && !text.ends_with('.'), "{text}");
            assert!(!said.contains(text), "said twice: {text}");
        }
        assert_ne!(en, es);
        said.extend([en, es]);
    }
}

#[test]
fn a_long_list_is_cut_and_counted() {
    let keys = names(LISTED + 3);
    for (lang, end) in [(Lang::En, "name7 and 3 more"), (Lang::Es, "name7 y 3 más")] {
        let text = remark(lang, &Remark::UnheededKeys { keys: keys.clone() });
        assert!(text.contains(end) && !text.contains("name8"), "{text}");
    }
}

#[test]
fn the_file_itself_has_a_name() {
    let from = Remark::WeightsFrom {
        key: String::new(),
        others: vec![".".to_owned()],
    };
    assert!(remark(Lang::En, &from).contains("those of the file itself"));
    assert!(remark(Lang::Es, &from).contains("los del propio archivo"));
}
