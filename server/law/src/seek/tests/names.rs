//! What wrappers and systems put before a law's names, and between their segments.

use super::*;

fn stripped(prefix: &str) -> Remark {
    Remark::PrefixStripped {
        prefix: prefix.to_owned(),
    }
}

#[test]
fn one_prefix_before_every_name_is_taken_away_and_said() {
    for prefix in [
        "module.",
        "_orig_mod.",
        "module._orig_mod.",
        "_orig_mod.module.",
        "_fsdp_wrapped_module.",
        "model.",
        "net.law.",
        "model._orig_mod.",
        "_forward_module.model.module.",
    ] {
        let (tensors, remarks) = opens(&Held::of("state_dict", prefixed(prefix, weights(1))));
        assert_eq!((tensors, remarks), (weights(1), vec![stripped(prefix)]));
    }
}

#[test]
fn wrappers_of_single_layers_are_taken_away() {
    let one = renamed(weights(1), |name| {
        name.replace("net.0.", "net.0._checkpoint_wrapped_module.")
    });
    let (tensors, remarks) = opens(&Held::of("model_state_dict", one));
    assert_eq!(
        (tensors, remarks),
        (weights(1), vec![stripped("_checkpoint_wrapped_module")])
    );
    let all = renamed(weights(1), |name| {
        format!(
            "_fsdp_wrapped_module.{}",
            name.replace("net.", "net._orig_mod.")
                .replace(".2.", ".2.module.")
        )
    });
    let (tensors, remarks) = opens(&Held::of("model_state_dict", all));
    assert_eq!(
        (tensors, remarks),
        (
            weights(1),
            vec![stripped("_fsdp_wrapped_module. _orig_mod module")]
        )
    );
}

#[test]
fn a_prefix_that_every_name_lacks_is_put_before_it() {
    let short = |prefix: &str| renamed(weights(1), |name| name.replace("net.", prefix));
    let added = Remark::PrefixAdded {
        prefix: "net.".to_owned(),
    };
    let (tensors, remarks) = opens(&Held::of("model_state_dict", short("")));
    assert_eq!((tensors, remarks), (weights(1), vec![added.clone()]));
    let (tensors, remarks) = opens(&Held::of("model_state_dict", short("module.")));
    assert_eq!((tensors, remarks), (weights(1), vec![stripped("module."), added]));
    // Only where nothing else is there, and nothing but wrappers before it: the numbers of a Sequential name anything.
    let mut more = short("");
    more.insert("6.weight".to_owned(), floats(&[1], [1.0]));
    refused(&Held::of("", more));
    refused(&Held::of("", short("encoder.")));
}

#[test]
fn other_modules_beside_a_prefix_are_left_out_and_said() {
    let mut lightning = prefixed("model.", weights(1));
    lightning.insert("loss.weight".to_owned(), floats(&[2], [1.0, 2.0]));
    lightning.insert("loss.bias".to_owned(), floats(&[], [1.0]));
    lightning.insert("scale".to_owned(), floats(&[], [1.0]));
    let file = Held::of("state_dict", lightning).but(|dict| dict.others.push(beside("epoch", Thing::Number)));
    let (tensors, remarks) = opens(&file);
    assert_eq!(tensors, weights(1));
    let what = vec![
        beside("state_dict.loss", Thing::Tensors { count: 2 }),
        beside("state_dict.scale", Thing::Tensors { count: 1 }),
        beside("state_dict.epoch", Thing::Number),
    ];
    assert_eq!(remarks, [stripped("model."), Remark::LeftOut { what, more: 0 }]);
    assert_eq!(file.read.borrow().len(), 6);
}

#[test]
fn other_parameters_of_the_law_itself_are_no_remark() {
    for prefix in ["", "model."] {
        let mut more = prefixed(prefix, weights(1));
        more.insert(format!("{prefix}head.weight"), floats(&[1], [1.0]));
        let error = refused(&Held::of("state_dict", more));
        let said = format!("the key {prefix}head.weight is not one of this law");
        assert!(error.to_string().contains(&said), "{error}");
    }
}

#[test]
fn the_mean_of_several_models_is_said() {
    let count = RawTensor {
        dtype: Dtype::I64,
        shape: vec![],
        bytes: 7i64.to_le_bytes().to_vec(),
    };
    let averaged = Remark::Averaged { models: 7 };
    for (prefix, counter, stripped) in [
        ("module.", "n_averaged", Some("module.")),
        ("", "n_averaged", None),
        ("model.module.", "model.n_averaged", Some("model.module.")),
    ] {
        let mut tensors = prefixed(prefix, weights(1));
        tensors.insert(counter.to_owned(), count.clone());
        let (tensors, remarks) = opens(&Held::of("", tensors));
        let mut expected = vec![averaged.clone()];
        expected.extend(stripped.map(super::names::stripped));
        assert_eq!((tensors, remarks), (weights(1), expected));
    }
    // It is beside the weights: what is wrong with it is no refusal.
    let mut tensors = prefixed("module.", weights(1));
    tensors.insert("n_averaged".to_owned(), floats(&[3], [0.0; 3]));
    assert_eq!(opens(&Held::of("", tensors)).0, weights(1));
}

#[test]
fn every_architectures_own_names_are_left_as_they_are() {
    for architecture in Architecture::ALL {
        let tensors = seeded_tensors(architecture, SIZE, 3);
        let wanted = Wanted {
            architecture,
            ..WANTED
        };
        let file = Held::of("", tensors.clone());
        assert_eq!(found(&wanted, &file).unwrap(), (tensors.clone(), vec![]));
        let wrapped = Held::of("", prefixed("module.", tensors.clone()));
        assert_eq!(
            found(&wanted, &wrapped).unwrap(),
            (tensors, vec![stripped("module.")])
        );
    }
}
