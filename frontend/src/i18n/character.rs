//! What a law is like, in words.

use atheria_shared::character::{self, LawCharacter, SeedFate};

use super::Lang;
use super::words::steps;
use crate::format::Numbers;

/// A figure of a character: what it is, how much, and what that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trait {
    /// Its name.
    pub name: &'static str,
    /// How much.
    pub value: String,
    /// What it means, in one line.
    pub meaning: &'static str,
}

/// The character in two or three words.
pub fn headline(lang: Lang, character: &LawCharacter) -> &'static str {
    match character.seed {
        Some(SeedFate::Dissolves { .. }) => lang.pick("It dissolves matter", "Disuelve la materia"),
        Some(SeedFate::Keeps) => lang.pick("It keeps what there is", "Conserva lo que hay"),
        Some(SeedFate::Grows { .. }) => lang.pick("It grows", "Crece"),
        None => lang.pick("Not known yet", "Aún no se sabe"),
    }
}

/// What becomes of a seed, and whether the future can be told, a sentence each.
pub fn sentences(lang: Lang, character: &LawCharacter) -> Vec<String> {
    let numbers = Numbers(lang);
    let mut said = vec![match character.seed {
        None => lang
            .pick(
                "This law is large: what becomes of a seed has not been measured yet.",
                "Esta ley es grande: aún no se ha medido qué le pasa a una semilla.",
            )
            .to_owned(),
        Some(SeedFate::Dissolves { by_step }) => {
            let steps = steps(lang, u64::from(by_step));
            match lang {
                Lang::En => format!("This law dissolves what you inject within about {steps}."),
                Lang::Es => format!("Esta ley disuelve lo que inyectes en unos {steps}."),
            }
        }
        Some(SeedFate::Keeps) => lang
            .pick(
                "A seed stays about as large as it is.",
                "Una semilla conserva más o menos su tamaño.",
            )
            .to_owned(),
        Some(SeedFate::Grows { cells_per_step }) => {
            let speed = numbers.level(cells_per_step);
            match lang {
                Lang::En => format!("A seed grows at {speed} cells a step."),
                Lang::Es => format!("Una semilla crece {speed} celdas por paso."),
            }
        }
    }];
    if character.is_chaotic() {
        let chaotic = lang.pick(
            "It is chaotic: two runs that differ by rounding part company.",
            "Es caótica: dos ejecuciones que difieren en el redondeo acaban separándose.",
        );
        said.push(chaotic.to_owned());
    }
    said
}

/// The figures that a user can make something of.
pub fn traits(lang: Lang, character: &LawCharacter) -> Vec<Trait> {
    let numbers = Numbers(lang);
    let cells = |count: u32| {
        let unit = if count == 1 {
            lang.pick("cell", "celda")
        } else {
            lang.pick("cells", "celdas")
        };
        format!("{} {unit}", numbers.integer(u64::from(count)))
    };
    let unknown = || lang.pick("not measured yet", "aún no medida").to_owned();
    let mut traits = vec![
        Trait {
            name: lang.pick("Reach", "Alcance"),
            value: cells(character.reach_cells),
            meaning: lang.pick(
                "How far a cell is felt in one step",
                "Hasta dónde se nota una celda en un paso",
            ),
        },
        Trait {
            name: lang.pick("Period", "Periodo"),
            value: cells(character.period_cells),
            meaning: lang.pick(
                "Shifted by so many cells, the law is the same",
                "Desplazada esas celdas, la ley es la misma",
            ),
        },
        Trait {
            name: "λ",
            value: character
                .lambda
                .map_or_else(unknown, |lambda| numbers.decimal(lambda, 2)),
            meaning: lang.pick(
                "How a tiny difference grows in a step; above 1 it is chaotic",
                "Cuánto crece una diferencia ínfima en un paso; sobre 1, caos",
            ),
        },
        Trait {
            name: lang.pick("Settling", "Asentamiento"),
            value: match character.settling_steps {
                Some(count) => steps(lang, u64::from(count)),
                None if character.has(character::Trait::Settling) => lang.pick("never", "nunca").to_owned(),
                None => unknown(),
            },
            meaning: lang.pick(
                "Until an empty plane repeats itself",
                "Hasta que un plano vacío se repite",
            ),
        },
    ];
    if let Some(depth) = character.wall_depth_cells {
        traits.push(Trait {
            name: lang.pick("Wall depth", "Fondo de pared"),
            value: cells(depth),
            meaning: lang.pick(
                "How deep walls are felt in an empty world",
                "Hasta qué fondo se notan las paredes en un mundo vacío",
            ),
        });
    }
    traits
}

/// How it was measured.
pub fn measured(lang: Lang, character: &LawCharacter) -> String {
    if character.measured_steps == 0 {
        return lang
            .pick(
                "It is being measured; `ath inspect` measures all of it",
                "Se está midiendo; `ath inspect` la mide entera",
            )
            .to_owned();
    }
    let steps = steps(lang, u64::from(character.measured_steps));
    let side = Numbers(lang).integer(u64::from(character.measured_side_cells));
    match lang {
        Lang::En => format!("Measured over {steps} on a torus of {side} × {side} cells"),
        Lang::Es => format!("Medido durante {steps} en un toro de {side} × {side} celdas"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn character(seed: SeedFate, lambda: f64) -> LawCharacter {
        LawCharacter {
            period_cells: 1,
            reach_cells: 3,
            lambda: Some(lambda),
            settling_steps: None,
            wall_depth_cells: None,
            seed: Some(seed),
            tile_cells: 16,
            measured_steps: 128,
            measured_side_cells: 256,
            missing: Vec::new(),
        }
    }

    #[test]
    fn a_ghost_is_explained() {
        let character = character(SeedFate::Dissolves { by_step: 31 }, 0.9);
        assert_eq!(
            sentences(Lang::En, &character),
            ["This law dissolves what you inject within about 31 steps."]
        );
        assert_eq!(
            sentences(Lang::Es, &character),
            ["Esta ley disuelve lo que inyectes en unos 31 pasos."]
        );
    }

    #[test]
    fn growth_has_a_speed_and_chaos_is_told() {
        let character = character(SeedFate::Grows { cells_per_step: 0.4 }, 1.3);
        let said = sentences(Lang::Es, &character);
        assert_eq!(said[0], "Una semilla crece 0,4 celdas por paso.");
        assert!(said[1].contains("caótica"));
    }

    #[test]
    fn figures_have_units_and_a_meaning() {
        let character = character(SeedFate::Keeps, 0.97);
        let traits = traits(Lang::En, &character);
        let values: Vec<_> = traits.iter().map(|t| t.value.as_str()).collect();
        assert_eq!(values, ["3 cells", "1 cell", "0.97", "never"]);
        assert!(traits.iter().all(|t| !t.meaning.is_empty()));
        assert!(measured(Lang::En, &character).contains("128 steps"));
    }

    #[test]
    fn what_is_not_known_yet_is_said() {
        let begun = LawCharacter {
            lambda: None,
            seed: None,
            measured_steps: 0,
            missing: character::Trait::ALL.to_vec(),
            ..character(SeedFate::Keeps, 0.97)
        };
        assert_eq!(headline(Lang::Es, &begun), "Aún no se sabe");
        let values: Vec<_> = traits(Lang::En, &begun).into_iter().map(|t| t.value).collect();
        assert_eq!(
            values,
            ["3 cells", "1 cell", "not measured yet", "not measured yet"]
        );
        assert!(measured(Lang::En, &begun).contains("being measured"));
    }
}
