//! Golden laws against what was measured of them in Python (dense, float32, 64 cells a side), and the file that keeps it.

use std::time::Duration;

use atheria_law::{Law, seeded_tensors};
use atheria_shared::Architecture;
use atheria_shared::character::{LawCharacter, SeedFate, Trait};
use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;

use super::testing::{GAMMA, golden, job};
use super::*;
use crate::testing::GOLDEN_SIZE;
use crate::world::WorldError;

fn measured(name: &str) -> LawCharacter {
    let character = of(&golden(name), GAMMA).unwrap();
    println!("{name}: {character:?}");
    character
}

#[track_caller]
fn lambda_within(character: &LawCharacter, range: std::ops::RangeInclusive<f64>) {
    assert!(range.contains(&character.lambda.unwrap()), "{character:?}");
}

#[test]
fn unet_dissolves_its_matter() {
    let law = measured("UNET-d4-h8-g32");
    assert!(
        matches!(law.seed, Some(SeedFate::Dissolves { by_step: 25..=40 })),
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
        matches!(law.seed, Some(SeedFate::Dissolves { by_step: 25..=40 })),
        "{law:?}"
    );
    assert_eq!((law.period_cells, law.reach_cells), (4, 35));
    lambda_within(&law, 0.5..=0.7);
}

#[test]
fn unet_unitary_keeps_its_matter_in_an_unstable_vacuum_that_never_settles() {
    let law = measured("UNET_UNITARY-d4-h8-g32");
    assert_eq!((law.seed, law.settling_steps), (Some(SeedFate::Keeps), None));
    // 1.00 within its matter; in Python 1.12 to 1.16 over 64 steps, most of them after it had grown large.
    lambda_within(&law, 1.5..=3.5);
    assert!(law.is_chaotic());
}

#[test]
fn unet_unitary_rmsnorm_spreads_and_dissolves() {
    let law = measured("UNET_UNITARY_RMSNORM-d4-h8-g32");
    assert!(
        matches!(law.seed, Some(SeedFate::Dissolves { by_step: 30..=60 })),
        "{law:?}"
    );
    lambda_within(&law, 0.7..=0.9);
}

#[test]
fn deep_qca_grows_into_an_unstable_vacuum() {
    let law = measured("DEEP_QCA-d4-h8-g32");
    let Some(SeedFate::Grows { cells_per_step }) = law.seed else {
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
        (Some(SeedFate::Keeps), 0, None)
    );
    lambda_within(&law, 0.75..=0.95);
}

#[test]
fn resting_neurons_are_still_and_spiking_ones_grow() {
    let still = measured("SNN_UNET-d4-h8-g32");
    assert_eq!(
        (still.seed, still.settling_steps),
        (Some(SeedFate::Keeps), Some(0))
    );
    let spiking = measured("SNN_UNET-d4-h8-g32-spiking");
    assert!(
        matches!(spiking.seed, Some(SeedFate::Grows { cells_per_step }) if (0.7..1.2).contains(&cells_per_step))
    );
    for law in [still, spiking] {
        lambda_within(&law, 0.95..=1.02);
    }
}

#[test]
fn random_weights_fill_any_world() {
    let law = Law::build(
        Architecture::Unet,
        GOLDEN_SIZE,
        &seeded_tensors(Architecture::Unet, GOLDEN_SIZE, 1),
    )
    .unwrap();
    let character = of(&law, GAMMA).unwrap();
    println!("{character:?}");
    assert!(
        matches!(character.seed, Some(SeedFate::Grows { cells_per_step }) if cells_per_step > 2.0),
        "{character:?}"
    );
}

/// What is kept of the MLP in that folder, or measured, within an allowance: its character, and whether it was found.
fn known(job: &LawJob, sha256: &str, gamma: f64, allowance: &Allowance) -> (LawCharacter, bool) {
    let of = Measured {
        job,
        law: &golden("MLP-d4-h8-g32"),
        checkpoint_sha256: sha256,
        gamma,
    };
    kept_or_measured(of, allowance, &mut |_| {}).unwrap()
}

fn all_known(job: &LawJob, sha256: &str, gamma: f64) -> (LawCharacter, bool) {
    known(job, sha256, gamma, &Allowance::unlimited())
}

const FILE: &str = "model_checkpoint_ep59.character.json";

#[test]
fn a_character_is_kept_and_read_back_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job(folder.path());
    let (first, cached) = all_known(&job, "a", GAMMA);
    assert!(!cached && first.missing.is_empty());
    let (again, cached) = all_known(&job, "a", GAMMA);
    assert!(cached);
    let bits = |law: &LawCharacter| law.lambda.map(f64::to_bits);
    assert_eq!((&again, bits(&again)), (&first, bits(&first)));
    // Of another checkpoint, decay or dictionary it is measured again, and kept in its place.
    assert!(!all_known(&job, "b", GAMMA).1);
    assert!(!all_known(&job, "b", 0.02).1);
    assert!(all_known(&job, "b", 0.02).1);
    job.weights = Some("ema".to_owned());
    assert!(!all_known(&job, "b", 0.02).1);
}

#[test]
fn a_damaged_older_or_foreign_file_is_measured_again() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path());
    let file = folder.path().join(FILE);
    let (first, _) = all_known(&job, "a", GAMMA);
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
        assert_eq!(all_known(&job, "a", GAMMA), (first.clone(), false));
        assert!(all_known(&job, "a", GAMMA).1);
    }
}

#[test]
fn numbers_that_no_measurement_gives_are_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path());
    let file = folder.path().join(FILE);
    let (first, _) = all_known(&job, "a", GAMMA);
    let sound: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    for (field, value) in [
        ("lambda", serde_json::json!(-1.0)),
        ("lambda", serde_json::json!(1e300)),
        ("lambda", serde_json::json!(null)),
        ("period_cells", serde_json::json!(2)),
        ("measured_steps", serde_json::json!(97)),
        ("measured_steps", serde_json::json!(0)),
        ("settling_steps", serde_json::json!(4_000_000)),
        ("wall_depth_cells", serde_json::json!(513)),
        ("tile_cells", serde_json::json!(0)),
        ("measured_side_cells", serde_json::json!(4_000_000_000_u32)),
        ("fate", serde_json::json!("wins")),
        ("missing", serde_json::json!(["lambda"])),
        ("missing", serde_json::json!(["walls", "settling"])),
    ] {
        let mut forged = sound.clone();
        forged["character"][field] = value;
        std::fs::write(&file, forged.to_string()).unwrap();
        assert_eq!(all_known(&job, "a", GAMMA), (first.clone(), false), "{forged}");
    }
}

#[test]
fn where_none_can_be_written_it_is_measured_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(&folder.path().join("missing"));
    for _ in 0..2 {
        assert!(!all_known(&job, "a", GAMMA).1);
    }
}

#[test]
fn beside_a_checkpoint_that_nothing_can_be_written_to_it_is_kept_in_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let job = LawJob {
        cache_dir: Some(cache.clone()),
        ..job(&folder.path().join("missing"))
    };
    assert!(!all_known(&job, "a", GAMMA).1);
    assert!(all_known(&job, "a", GAMMA).1);
    assert!(cache.join(FILE).is_file());
}

#[test]
fn what_there_is_no_time_for_is_missing_and_completed_later() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path());
    let none = Allowance::lasting(Duration::ZERO);
    let (begun, found) = known(&job, "a", GAMMA, &none);
    assert_eq!((begun.period_cells, begun.reach_cells, found), (1, 0, false));
    assert_eq!((begun.missing.as_slice(), begun.lambda), (&Trait::ALL[..], None));
    assert!(!folder.path().join(FILE).exists(), "nothing was measured");
    // The file of one that was given up after lambda.
    let whole = of(&golden("MLP-d4-h8-g32"), GAMMA).unwrap();
    let half = LawCharacter {
        lambda: Some(0.75),
        ..begun
    };
    let kept = serde_json::json!({
        "format_version": 1, "checkpoint_sha256": "a", "gamma": GAMMA,
        "character": LawCharacter { missing: Trait::ALL[1..].to_vec(), ..half },
    });
    std::fs::write(folder.path().join(FILE), kept.to_string()).unwrap();
    let (done, found) = all_known(&job, "a", GAMMA);
    assert!(!found);
    assert_eq!(done.lambda, Some(0.75), "what was kept is not measured again");
    assert_eq!(
        done,
        LawCharacter {
            lambda: Some(0.75),
            ..whole
        }
    );
    assert_eq!(all_known(&job, "a", GAMMA), (done, true));
}

#[test]
fn a_law_too_large_for_the_time_has_what_there_was_time_for() {
    let size = LawParams {
        d_state: 8,
        hidden_channels: 128,
    };
    let law = Law::build(
        Architecture::Unet,
        size,
        &seeded_tensors(Architecture::Unet, size, 3),
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let of = Measured {
        job: &job(folder.path()),
        law: &law,
        checkpoint_sha256: "a",
        gamma: GAMMA,
    };
    let (character, _) = kept_or_measured(of, &Allowance::lasting(Duration::ZERO), &mut |_| {}).unwrap();
    assert_eq!(character.missing, Trait::ALL);
    assert!(character.reach_cells > 0 && character.seed.is_none());
}

#[test]
fn a_law_that_makes_no_number_has_no_character() {
    let mut tensors = seeded_tensors(Architecture::Mlp, GOLDEN_SIZE, 1);
    for tensor in tensors.values_mut() {
        for value in tensor.bytes.as_chunks_mut::<4>().0 {
            *value = 1e30_f32.to_le_bytes();
        }
    }
    let law = Law::build(Architecture::Mlp, GOLDEN_SIZE, &tensors).unwrap();
    assert!(matches!(of(&law, GAMMA), Err(WorldError::NotFinite { .. })));
}
