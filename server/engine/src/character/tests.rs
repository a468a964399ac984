//! Golden laws against what was measured of them in Python (dense, float32, 64 cells a side), and the file that keeps it.

use std::path::Path;

use atheria_shared::character::{LawCharacter, SeedFate};
use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::session::ExportMethod;
use atheria_shared::{Architecture, Boundary};

use super::*;
use crate::checkpoint::Checkpoint;
use crate::law::Law;
use crate::law::testing::seeded_tensors;
use crate::world::WorldError;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/golden");
const GAMMA: f64 = 0.01;
const SIZE: LawParams = LawParams {
    d_state: 4,
    hidden_channels: 8,
};

fn golden(name: &str) -> Law {
    let file = Path::new(FIXTURES).join(name).join("checkpoint_ep59.pth");
    let architecture = name.split('-').next().unwrap().parse().unwrap();
    Law::build(
        architecture,
        SIZE,
        &Checkpoint::read(&file).unwrap().weights().unwrap(),
    )
    .unwrap()
}

fn measured(name: &str) -> LawCharacter {
    let character = of(&golden(name), GAMMA).unwrap();
    println!("{name}: {character:?}");
    character
}

#[track_caller]
fn lambda_within(character: &LawCharacter, range: std::ops::RangeInclusive<f64>) {
    assert!(range.contains(&character.lambda), "{character:?}");
}

#[test]
fn unet_dissolves_its_matter() {
    let law = measured("UNET-d4-h8-g32");
    assert!(
        matches!(law.seed, SeedFate::Dissolves { by_step: 25..=40 }),
        "{law:?}"
    );
    assert_eq!((law.period_cells, law.reach_cells), (4, 31));
    lambda_within(&law, 0.5..=0.7);
    assert!(matches!(law.settling_steps, Some(20..=40)) && matches!(law.wall_depth_cells, Some(20..=56)));
    assert!(!law.is_chaotic());
}

#[test]
fn unet_convlstm_dissolves_its_matter_though_its_memory_stays() {
    let law = measured("UNET_CONVLSTM-d4-h8-g32");
    assert!(
        matches!(law.seed, SeedFate::Dissolves { by_step: 25..=40 }),
        "{law:?}"
    );
    assert_eq!((law.period_cells, law.reach_cells), (4, 35));
    lambda_within(&law, 0.5..=0.7);
}

#[test]
fn unet_unitary_keeps_its_matter_in_an_unstable_vacuum_that_never_settles() {
    let law = measured("UNET_UNITARY-d4-h8-g32");
    assert_eq!((law.seed, law.settling_steps), (SeedFate::Keeps, None));
    // 1.00 within its matter; in Python 1.12 to 1.16 over 64 steps, most of them after it had grown large.
    lambda_within(&law, 1.5..=3.5);
    assert!(law.is_chaotic());
}

#[test]
fn unet_unitary_rmsnorm_spreads_and_dissolves() {
    let law = measured("UNET_UNITARY_RMSNORM-d4-h8-g32");
    assert!(
        matches!(law.seed, SeedFate::Dissolves { by_step: 30..=60 }),
        "{law:?}"
    );
    lambda_within(&law, 0.7..=0.9);
}

#[test]
fn deep_qca_grows_into_an_unstable_vacuum() {
    let law = measured("DEEP_QCA-d4-h8-g32");
    let SeedFate::Grows { cells_per_step } = law.seed else {
        panic!("{law:?}")
    };
    assert!((0.4..0.5).contains(&cells_per_step), "{law:?}");
    assert_eq!((law.period_cells, law.reach_cells), (1, 1));
    lambda_within(&law, 1.1..=1.2);
    assert!(matches!(law.wall_depth_cells, Some(30..=60)));
}

#[test]
fn mlp_never_spreads() {
    let law = measured("MLP-d4-h8-g32");
    assert_eq!(
        (law.seed, law.reach_cells, law.wall_depth_cells),
        (SeedFate::Keeps, 0, None)
    );
    lambda_within(&law, 0.75..=0.95);
}

#[test]
fn resting_neurons_are_still_and_spiking_ones_grow() {
    let still = measured("SNN_UNET-d4-h8-g32");
    assert_eq!((still.seed, still.settling_steps), (SeedFate::Keeps, Some(0)));
    let spiking = measured("SNN_UNET-d4-h8-g32-spiking");
    assert!(
        matches!(spiking.seed, SeedFate::Grows { cells_per_step } if (0.7..1.2).contains(&cells_per_step))
    );
    for law in [still, spiking] {
        lambda_within(&law, 0.95..=1.02);
    }
}

#[test]
fn random_weights_fill_any_world() {
    let law = Law::build(
        Architecture::Unet,
        SIZE,
        &seeded_tensors(Architecture::Unet, SIZE, 1),
    )
    .unwrap();
    let character = of(&law, GAMMA).unwrap();
    println!("{character:?}");
    assert!(
        matches!(character.seed, SeedFate::Grows { cells_per_step } if cells_per_step > 2.0),
        "{character:?}"
    );
}

fn job(folder: &Path) -> LawJob {
    LawJob {
        experiment: "mlp".to_owned(),
        architecture: Some(Architecture::Mlp),
        params: SIZE,
        params_defaulted: vec![],
        gamma: GAMMA,
        trained_boundary: Boundary::Walls,
        checkpoint_dir: folder.to_owned(),
        checkpoint: "checkpoint_ep59.pth".parse().unwrap(),
        weights: None,
        cast: false,
        expected_sha256: None,
        cache_dir: None,
        method: ExportMethod::Auto,
        force: false,
    }
}

#[test]
fn a_character_is_kept_and_read_back_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let (job, law) = (job(folder.path()), golden("MLP-d4-h8-g32"));
    let (first, cached) = kept_or_measured(&job, &law, "a", GAMMA).unwrap();
    assert!(!cached);
    let (again, cached) = kept_or_measured(&job, &law, "a", GAMMA).unwrap();
    assert!(cached);
    assert_eq!((&again, again.lambda.to_bits()), (&first, first.lambda.to_bits()));
    // Of another checkpoint or decay it is measured again, and kept in its place.
    assert!(!kept_or_measured(&job, &law, "b", GAMMA).unwrap().1);
    assert!(!kept_or_measured(&job, &law, "b", 0.02).unwrap().1);
    assert!(kept_or_measured(&job, &law, "b", 0.02).unwrap().1);
}

#[test]
fn a_damaged_older_or_foreign_file_is_measured_again() {
    let folder = tempfile::tempdir().unwrap();
    let (job, law) = (job(folder.path()), golden("MLP-d4-h8-g32"));
    let file = folder.path().join("model_checkpoint_ep59.character.json");
    let (first, _) = kept_or_measured(&job, &law, "a", GAMMA).unwrap();
    let sound = std::fs::read_to_string(&file).unwrap();
    let older = sound.replacen("\"format_version\": 1", "\"format_version\": 0", 1);
    assert_ne!(older, sound);
    for text in [
        &sound[..sound.len() / 2],
        older.as_str(),
        "",
        "[]",
        "{\"format_version\": 1}",
    ] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(
            kept_or_measured(&job, &law, "a", GAMMA).unwrap(),
            (first.clone(), false)
        );
        assert!(kept_or_measured(&job, &law, "a", GAMMA).unwrap().1);
    }
}

#[test]
fn where_none_can_be_written_it_is_measured_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(&folder.path().join("missing"));
    let law = golden("MLP-d4-h8-g32");
    for _ in 0..2 {
        assert!(!kept_or_measured(&job, &law, "a", GAMMA).unwrap().1);
    }
}

#[test]
fn a_law_that_makes_no_number_has_no_character() {
    let mut tensors = seeded_tensors(Architecture::Mlp, SIZE, 1);
    for tensor in tensors.values_mut() {
        for value in tensor.bytes.as_chunks_mut::<4>().0 {
            *value = 1e30_f32.to_le_bytes();
        }
    }
    let law = Law::build(Architecture::Mlp, SIZE, &tensors).unwrap();
    assert!(matches!(of(&law, GAMMA), Err(WorldError::NotFinite { .. })));
}
