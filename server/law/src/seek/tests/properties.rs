//! Whatever wrappers do to names, the numbers are the same; and nothing that is not the law ever fits.

use proptest::prelude::*;

use super::*;

const WRAPPERS: [&str; 4] = [
    "module",
    "_orig_mod",
    "_fsdp_wrapped_module",
    "_checkpoint_wrapped_module",
];

fn architecture() -> impl Strategy<Value = Architecture> {
    proptest::sample::select(&Architecture::ALL[..])
}

fn wrappers(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(proptest::sample::select(&WRAPPERS[..]), 0..=most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_renaming_by_wrappers_gives_the_same_weights(
        architecture in architecture(),
        before in wrappers(3),
        within in proptest::collection::vec(wrappers(2), 8),
    ) {
        let own = seeded_tensors(architecture, SIZE, 5);
        let wrapped = renamed(own.clone(), |name| {
            let mut segments = before.clone();
            for (place, segment) in name.split('.').enumerate() {
                // After a segment, by the layer's name and depth: as a wrapped module wraps all that it holds.
                if place > 0 {
                    segments.extend(&within[(place + name.len()) % within.len()]);
                }
                segments.push(segment);
            }
            segments.join(".")
        });
        let wanted = Wanted { architecture, ..WANTED };
        let (tensors, _) = found(&wanted, &Held::of("state_dict", wrapped)).unwrap();
        prop_assert_eq!(tensors, own);
    }

    #[test]
    fn a_tensor_missing_doubled_or_of_another_shape_never_fits(
        architecture in architecture(),
        at in any::<proptest::sample::Index>(),
        wrapper in proptest::sample::select(&WRAPPERS[..]),
        prefix in wrappers(2),
        what in 0..4,
    ) {
        let prefix = prefix.iter().fold(String::new(), |prefix, segment| prefix + segment + ".");
        let mut tensors = prefixed(&prefix, seeded_tensors(architecture, SIZE, 5));
        let names: Vec<_> = tensors.keys().cloned().collect();
        let name = at.get(&names);
        match what {
            0 => {
                tensors.remove(name);
            }
            1 => {
                let (layer, tensor) = name.rsplit_once('.').unwrap();
                tensors.insert(format!("{layer}.{wrapper}.{tensor}"), tensors[name].clone());
            }
            2 => tensors.get_mut(name).unwrap().shape.push(1),
            _ => {
                tensors.insert(format!("{name}_v"), tensors[name].clone());
            }
        }
        let wanted = Wanted { architecture, cast: true, ..WANTED };
        prop_assert!(found(&wanted, &Held::of("", tensors)).is_err());
    }

    #[test]
    fn names_of_any_kind_are_read_to_their_end(names in proptest::collection::btree_set("[a-z.0-9é_]{0,24}", 0..12)) {
        let tensors = names.into_iter().map(|name| (name, floats(&[], [0.0]))).collect();
        prop_assert!(found(&WANTED, &Held::of("", tensors)).is_err());
    }
}
