//! Where in a file the weights lie.

use atheria_checkpoint::TensorDict;

use super::*;

fn from(key: &str, others: &[&str]) -> Remark {
    Remark::WeightsFrom {
        key: key.to_owned(),
        others: others.iter().map(|&other| other.to_owned()).collect(),
    }
}

#[test]
fn the_usual_places_need_no_word() {
    for key in ["model_state_dict", "state_dict", ""] {
        assert_eq!(opens(&Held::of(key, weights(1))), (weights(1), vec![]), "{key}");
    }
}

#[test]
fn the_only_dictionary_that_fits_is_taken_wherever_it_lies_and_said() {
    for key in [
        "MODEL_STATE_DICT",
        "model",
        "module",
        "net",
        "0",
        "a.b.c",
        "best",
        "ema",
    ] {
        let (tensors, remarks) = opens(&Held::of(key, weights(1)));
        assert_eq!(tensors, weights(1), "{key}");
        assert_eq!(remarks, [from(key, &[])]);
    }
}

#[test]
fn what_does_not_fit_is_passed_by_and_nothing_of_it_is_read() {
    let optimizer = [("exp_avg".to_owned(), floats(&[4], [0.0; 4]))].into();
    let file = Held::default()
        .and("state_dict", TensorMap::new())
        .and("state_dict.state.0", optimizer)
        .and("model", weights(1));
    let (tensors, remarks) = opens(&file);
    assert_eq!((tensors, remarks), (weights(1), vec![from("model", &[])]));
    let read = file.read.borrow();
    assert_eq!(read.len(), 6);
    assert!(read.iter().all(|name| name.starts_with("model/")), "{read:?}");
}

#[test]
fn averages_beside_the_usual_place_are_offered() {
    let names = [
        "state_dict_ema",
        "ema.shadow",
        "swa_model",
        "averaged",
        "best_model_state",
    ];
    for name in names {
        let file = Held::of("state_dict", weights(1)).and(name, prefixed("module.", weights(2)));
        let (tensors, remarks) = opens(&file);
        assert_eq!(tensors, weights(1));
        assert_eq!(remarks, [from("state_dict", &[name])]);
        let said = remarks[0].to_string();
        assert!(said.contains(name) && said.contains("--weights"), "{said}");
        let asked = Wanted {
            weights: Some(name),
            ..WANTED
        };
        assert_eq!(found(&asked, &file).unwrap().0, weights(2));
    }
}

#[test]
fn the_later_of_two_usual_places_goes_first_and_the_other_is_said() {
    let file = Held::of("", weights(1))
        .and("state_dict", weights(2))
        .and("model_state_dict", weights(3));
    let (tensors, remarks) = opens(&file);
    assert_eq!(tensors, weights(3));
    assert_eq!(remarks, [from("model_state_dict", &["state_dict", "."])]);
    for (asked, seed) in [("", 1), (".", 1), ("state_dict", 2), ("model_state_dict", 3)] {
        let wanted = Wanted {
            weights: Some(asked),
            ..WANTED
        };
        assert_eq!(found(&wanted, &file).unwrap().0, weights(seed), "{asked}");
    }
}

#[test]
fn several_that_fit_are_asked_for() {
    let file = Held::of("gen", weights(1)).and("ema", weights(2));
    let error = refused(&file);
    assert_eq!(
        error.to_string(),
        "several places in the checkpoint hold weights that fit the law: gen, ema; choose one with --weights KEY"
    );
    let file = Held::of("state_dict", weights(1)).and("generator", weights(1));
    assert!(
        matches!(refused(&file), LawError::Ambiguous { places } if places == ["state_dict", "generator"])
    );
}

#[test]
fn what_an_optimizer_keeps_is_never_taken_unasked() {
    let file = Held::of("optimizer.exp_avg", weights(1));
    let error = refused(&file);
    assert!(error.to_string().contains("optimizer"), "{error}");
    let both = file.and("state_dict", weights(2));
    assert_eq!(opens(&both), (weights(2), vec![]));
    let asked = Wanted {
        weights: Some("optimizer.exp_avg"),
        ..WANTED
    };
    assert_eq!(found(&asked, &both).unwrap().0, weights(1));
}

#[test]
fn a_place_that_is_not_there_is_told_with_those_that_are() {
    let asked = Wanted {
        weights: Some("emma"),
        ..WANTED
    };
    let file = Held::of("state_dict", weights(1)).and("ema", weights(2));
    let error = found(&asked, &file).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the checkpoint has no weights at \"emma\": weights that fit the law are at state_dict, ema"
    );
    let mut short = weights(1);
    short.remove("net.0.bias");
    let error = found(&asked, &Held::of("", short.clone())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the checkpoint has no weights at \"emma\": there are tensors at ., and none of them fit the law"
    );
    let asked = Wanted {
        weights: Some("short"),
        ..WANTED
    };
    let error = found(&asked, &Held::of("short", short).and("whole", weights(1))).unwrap_err();
    assert!(error.to_string().contains("net.0.bias is missing"), "{error}");
}

#[test]
fn one_dictionary_may_hold_the_law_twice() {
    let mut both = prefixed("online_model.", weights(1));
    both.extend(prefixed("ema_model.", weights(2)));
    both.insert("initted".to_owned(), floats(&[], [1.0]));
    let file = Held::of("ema", both);
    let LawError::Ambiguous { places } = refused(&file) else {
        panic!("not asked")
    };
    assert_eq!(places.len(), 2);
    for (asked, seed) in [("ema.online_model", 1), ("ema.ema_model", 2)] {
        assert!(places.contains(&asked.to_owned()), "{places:?}");
        let wanted = Wanted {
            weights: Some(asked),
            ..WANTED
        };
        assert_eq!(found(&wanted, &file).unwrap().0, weights(seed));
    }
    let mut both = weights(1);
    both.extend(prefixed("ema.", weights(2)));
    let (tensors, remarks) = opens(&Held::of("state_dict", both));
    assert_eq!(tensors, weights(1));
    assert_eq!(remarks[0], from("state_dict", &["state_dict.ema"]));
}

#[test]
fn a_whole_model_is_taken_by_its_names() {
    let file = Held::of("", weights(1)).but(|dict| dict.whole_model = Some("__main__.Law".to_owned()));
    let (tensors, remarks) = opens(&file);
    assert_eq!(tensors, weights(1));
    let class = "__main__.Law".to_owned();
    assert_eq!(remarks, [Remark::WholeModel { class }]);
}

#[test]
fn all_zeros_open_with_a_word() {
    let mut zeros = weights(1);
    for tensor in zeros.values_mut() {
        tensor.bytes.fill(0);
    }
    let (tensors, remarks) = opens(&Held::of("model_state_dict", zeros.clone()));
    assert_eq!((tensors, remarks), (zeros.clone(), vec![Remark::AllZero]));
    zeros.get_mut("net.4.bias").unwrap().bytes[3] = 0x3f;
    assert_eq!(opens(&Held::of("", zeros)).1, []);
}

#[test]
fn more_numbers_than_are_read_are_refused_before_the_first() {
    let params = LawParams {
        d_state: 64,
        hidden_channels: 1024,
    };
    let architecture = Architecture::Unet;
    let graph = Law::draw(architecture, params);
    let tensors = graph.params().iter().map(|spec| {
        let info = atheria_checkpoint::TensorInfo {
            element: atheria_checkpoint::Element::Number(Dtype::F32),
            shape: spec.shape.clone(),
        };
        (spec.name.clone(), info)
    });
    let file = Held {
        dicts: vec![TensorDict {
            tensors: tensors.collect(),
            ..TensorDict::default()
        }],
        ..Held::default()
    };
    let wanted = Wanted {
        architecture,
        params,
        ..WANTED
    };
    let error = Law::seek(&wanted, &file).unwrap_err();
    assert!(matches!(error, LawError::TooManyNumbers { .. }), "{error}");
}
