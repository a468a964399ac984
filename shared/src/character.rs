//! What a law is like, measured on an empty world and on a seed in it: known before anybody wonders where the matter went.

use serde::{Deserialize, Serialize};

/// What becomes of a seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum SeedFate {
    /// Nothing is left of it.
    Dissolves {
        /// The first step without matter.
        by_step: u32,
    },
    /// It stays about as large as it is.
    Keeps,
    /// Its edge moves outwards.
    Grows {
        /// How fast, in cells a step, over the second half of what was measured.
        cells_per_step: f64,
    },
}

crate::tagged::read_by_tag! {
    SeedFate by "fate":
    Dissolves { by_step },
    Keeps,
    Grows { cells_per_step },
}

/// A part of a character that is measured by itself, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trait {
    /// [`LawCharacter::lambda`]: first, since a bound on errors needs it.
    Lambda,
    /// [`LawCharacter::seed`] and [`LawCharacter::measured_steps`].
    Seed,
    /// [`LawCharacter::settling_steps`]
    Settling,
    /// [`LawCharacter::wall_depth_cells`]
    Walls,
}

impl Trait {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lambda, Self::Seed, Self::Settling, Self::Walls];
}

/// The character of a law. What is in it is whole: a part is there or it is [`missing`](Self::missing).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LawCharacter {
    /// Total stride p: the law commutes with shifts by p cells, and a background repeats after as many.
    pub period_cells: u32,
    /// How far one cell is felt in one step, at most, by the law's layers.
    pub reach_cells: u32,
    /// Growth per step of a difference of 1e-7 in one cell; above 1 the law is chaotic; none: not measured yet.
    pub lambda: Option<f64>,
    /// The step from which an empty plane repeats itself to 1e-6; none: it never did within `measured_steps`, or is missing.
    pub settling_steps: Option<u32>,
    /// How deep walls are felt in an empty world after `measured_steps`, in cells to eps 1e-6; none: it has not been measured
    /// (a law that sees no neighbours has none).
    pub wall_depth_cells: Option<u32>,
    /// What becomes of a seed; none: not watched yet.
    #[serde(flatten)]
    pub seed: Option<SeedFate>,
    /// Cells a side of the tiles that suit it.
    pub tile_cells: u32,
    /// How many steps it was watched for; 0: not yet.
    pub measured_steps: u32,
    /// On what: cells a side of the torus that the seed was put in.
    pub measured_side_cells: u32,
    /// What is not known of it: the law is so large that there was no time yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Trait>,
}

impl LawCharacter {
    /// Whether two worlds that differ by rounding part company, as far as that is known.
    pub fn is_chaotic(&self) -> bool {
        self.lambda.is_some_and(|lambda| lambda > 1.02)
    }

    /// Whether that part has been measured.
    pub fn has(&self, part: Trait) -> bool {
        !self.missing.contains(&part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn character() -> LawCharacter {
        LawCharacter {
            period_cells: 4,
            reach_cells: 31,
            lambda: Some(0.5),
            settling_steps: None,
            wall_depth_cells: None,
            seed: Some(SeedFate::Dissolves { by_step: 31 }),
            tile_cells: 16,
            measured_steps: 96,
            measured_side_cells: 128,
            missing: Vec::new(),
        }
    }

    #[test]
    fn a_whole_character_and_a_part_of_one_survive_their_json() {
        let whole = character();
        let json = serde_json::to_string(&whole).unwrap();
        assert!(
            json.contains(r#""lambda":0.5"#)
                && json.contains(r#""fate":"dissolves""#)
                && !json.contains("missing")
        );
        assert_eq!(serde_json::from_str::<LawCharacter>(&json).unwrap(), whole);
        let part = LawCharacter {
            seed: None,
            lambda: None,
            measured_steps: 0,
            missing: Trait::ALL.to_vec(),
            ..whole
        };
        let json = serde_json::to_string(&part).unwrap();
        assert_eq!(serde_json::from_str::<LawCharacter>(&json).unwrap(), part);
        assert!(!part.has(Trait::Lambda) && !part.is_chaotic());
    }
}
