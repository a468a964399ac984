//! Why nothing fits, in one line.

use atheria_checkpoint::Element;
use atheria_shared::tensor::TensorKind;
use atheria_shared::unfit::Unfit;

use super::*;

fn cause(wanted: &Wanted<'_>, file: &Held) -> (Unfit, Vec<String>) {
    match found(wanted, file).unwrap_err() {
        LawError::Mismatch { unfit, problems, .. } => {
            (*unfit, problems.iter().map(ToString::to_string).collect())
        }
        error => panic!("{error}"),
    }
}

#[test]
fn half_of_the_keys_has_a_prefix() {
    let half = renamed(weights(1), |name| {
        if name.starts_with("net.0") {
            format!("module.{name}")
        } else {
            name.to_owned()
        }
    });
    assert_eq!(
        refused(&Held::of("model_state_dict", half)).to_string(),
        "the checkpoint does not fit the law MLP: 2 of its 6 keys have the prefix \"module.\", and the others do not; \
         save the state_dict() of one law"
    );
}

#[test]
fn a_tensor_that_is_there_twice_is_no_guess() {
    let mut twice = weights(1);
    twice.insert("net.0.module.bias".to_owned(), floats(&[4], [0.0; 4]));
    let (cause, problems) = cause(&WANTED, &Held::of("", twice));
    assert!(matches!(cause, Unfit::Doubled { name, .. } if name == "net.0.bias"));
    assert_eq!(problems.len(), 1);
    let mut twice = weights(1);
    twice.extend(prefixed("module.", weights(1)).into_iter().take(1));
    refused(&Held::of("", twice));
}

#[test]
fn meta_tensors_hold_no_numbers() {
    let file = Held::of("", weights(1)).but(|dict| {
        for info in dict.tensors.values_mut() {
            info.element = Element::Other(TensorKind::Meta);
        }
    });
    assert_eq!(
        refused(&file).to_string(),
        "the checkpoint does not fit the law MLP: 6 of its tensors are meta tensors, which hold no numbers; \
         save the state_dict() of a law that is on the CPU or on CUDA"
    );
}

#[test]
fn types_that_are_no_floats_are_named() {
    let integers = Held::of("", as_type(weights(1), Dtype::I32));
    let said = refused(&integers).to_string();
    assert!(said.contains("are int32, and the law needs float32"), "{said}");
    assert!(!said.contains("another architecture"), "{said}");
    let quantised = Held::of("", weights(1)).but(|dict| {
        dict.tensors.get_mut("net.2.weight").unwrap().element = Element::Other(TensorKind::Numbers {
            dtype: "qint8".to_owned(),
        });
    });
    let (cause, problems) = cause(&WANTED, &quantised);
    assert_eq!(
        cause.to_string(),
        "net.2.weight is qint8, and the law needs float32"
    );
    assert_eq!(problems, ["net.2.weight is qint8, and the law needs float32"]);
}

#[test]
fn another_size_is_told_and_whether_it_was_a_default() {
    let other = Wanted {
        params: LawParams {
            d_state: 2,
            hidden_channels: 32,
        },
        ..WANTED
    };
    let file = Held::of("", weights(1));
    let (said, problems) = cause(&other, &file);
    assert_eq!(
        said.to_string(),
        "its weights are of hidden_channels 4; config.json says 32"
    );
    assert_eq!(problems.len(), 5);
    let defaulted = ["hidden_channels".to_owned()];
    let (said, _) = cause(
        &Wanted {
            defaulted: &defaulted,
            ..other
        },
        &file,
    );
    assert_eq!(
        said.to_string(),
        "its weights are of hidden_channels 4; config.json does not say hidden_channels, and 32 is the default"
    );
    for architecture in Architecture::ALL {
        let wanted = Wanted {
            architecture,
            params: LawParams {
                d_state: 3,
                hidden_channels: 16,
            },
            ..WANTED
        };
        let tensors = prefixed("module.", seeded_tensors(architecture, SIZE, 1));
        let (said, _) = cause(&wanted, &Held::of("model_state_dict", tensors));
        assert_eq!(
            said.to_string(),
            "its weights are of d_state 2; config.json says 3, and its weights are of hidden_channels 4; config.json says 16",
            "{architecture}"
        );
    }
}

#[test]
fn another_architecture_is_told_with_its_size() {
    let file = Held::of("state_dict", seeded_tensors(Architecture::UnetUnitary, SIZE, 1));
    let (said, _) = cause(&WANTED, &file);
    assert_eq!(
        said.to_string(),
        "its weights are those of UNET or UNET_UNITARY with d_state 2 and hidden_channels 4; set MODEL_ARCHITECTURE in config.json"
    );
    for architecture in Architecture::ALL {
        for wanted in Architecture::ALL {
            let graph = Law::draw(architecture, SIZE);
            if graph.params() == Law::draw(wanted, SIZE).params() {
                continue;
            }
            let file = Held::of("", seeded_tensors(architecture, SIZE, 1));
            let wanted = Wanted {
                architecture: wanted,
                ..WANTED
            };
            let (said, problems) = cause(&wanted, &file);
            assert!(
                matches!(&said, Unfit::Architecture { architectures, params } if architectures.contains(&architecture) && *params == SIZE),
                "{architecture}: {said}"
            );
            assert!(!problems.is_empty());
        }
    }
}

#[test]
fn an_optimizer_and_nothing_at_all_are_named() {
    let moments = |name: &str| [(name.to_owned(), floats(&[4], [0.0; 4]))].into();
    let file = Held::of("optimizer.state.0", moments("exp_avg")).and("optimizer.state.1", moments("exp_avg"));
    assert_eq!(cause(&WANTED, &file).0, Unfit::Optimizer);
    let by_names = Held::of("state.0", moments("momentum_buffer"));
    assert_eq!(cause(&WANTED, &by_names).0, Unfit::Optimizer);
    assert_eq!(cause(&WANTED, &Held::default()).0, Unfit::Nothing);
    let empty =
        Held::of("state_dict", TensorMap::new()).but(|dict| dict.others.push(beside("lr", Thing::Number)));
    assert_eq!(
        cause(&WANTED, &empty),
        (Unfit::Nothing, vec!["lr (a number)".to_owned()])
    );
}

#[test]
fn the_nearest_of_several_is_the_one_that_is_explained() {
    let mut near = weights(1);
    near.remove("net.4.bias");
    let mut far = weights(1);
    far.retain(|name, _| name == "net.0.bias");
    let file = Held::of("far", far)
        .and("near", near)
        .and("optimizer.momentum", weights(1));
    assert_eq!(
        refused(&file).to_string(),
        "the checkpoint does not fit the law MLP: near comes nearest: the key net.4.bias is missing \
         (it has other parameters, or config.json names another architecture or size)"
    );
}

#[test]
fn a_value_in_a_tensors_place_is_named() {
    let mut tensors = weights(1);
    tensors.remove("net.4.bias");
    let file = Held::of("", tensors).but(|dict| dict.others.push(beside("net.4.bias", Thing::Text)));
    let (_, problems) = cause(&WANTED, &file);
    assert_eq!(
        problems,
        ["the key net.4.bias is no tensor that can be read: a text"]
    );
}

#[test]
fn values_are_checked_as_ever() {
    let mut tensors = weights(1);
    tensors.get_mut("net.0.bias").unwrap().bytes[4..8].copy_from_slice(&f32::NAN.to_le_bytes());
    let said = refused(&Held::of("state_dict", tensors)).to_string();
    assert!(
        said.contains("net.0.bias holds a value that is not finite (element 1)"),
        "{said}"
    );
    let wanted = Wanted {
        architecture: Architecture::SnnUnet,
        ..WANTED
    };
    let mut tensors = seeded_tensors(Architecture::SnnUnet, SIZE, 1);
    tensors.get_mut("lif1.graded_spikes_factor").unwrap().bytes = 2f32.to_le_bytes().to_vec();
    let said = found(&wanted, &Held::of("", tensors)).unwrap_err().to_string();
    assert!(said.contains("only spikes of height 1"), "{said}");
}

#[test]
fn a_flood_of_strangers_is_counted() {
    let mut tensors = weights(1);
    for stranger in 0..2_000 {
        tensors.insert(format!("s{stranger}"), floats(&[], [0.0]));
    }
    let (_, problems) = cause(&WANTED, &Held::of("", tensors.clone()));
    assert_eq!(
        (problems.len(), problems.last().map(String::as_str)),
        (1_001, Some("and 1000 more"))
    );
    let (_, remarks) = opens(&Held::of("", {
        let mut beside = prefixed("model.", weights(1));
        beside.extend(tensors.into_iter().filter(|(name, _)| name.starts_with('s')));
        beside
    }));
    let Some(Remark::LeftOut { what, more }) = remarks.last() else {
        panic!("{remarks:?}")
    };
    assert_eq!((what.len(), *more), (64, 1_936));
}
