//! How much there is in a world and how it is computed, in words.

use atheria_shared::tool::Tool;
use atheria_shared::world::{Emptiness, Execution, ExecutionChoice, ExecutionReason};

use super::Lang;
use crate::format::Numbers;

/// Which cells are computed, in a word.
pub fn execution(lang: Lang, execution: Execution) -> &'static str {
    match execution {
        Execution::Dense => lang.pick("dense", "densa"),
        Execution::Sparse => lang.pick("sparse", "dispersa"),
    }
}

/// Which cells are to be computed, in a word.
pub fn choice(lang: Lang, choice: ExecutionChoice) -> &'static str {
    match choice {
        ExecutionChoice::Auto => lang.pick("automatic", "automática"),
        ExecutionChoice::Dense => execution(lang, Execution::Dense),
        ExecutionChoice::Sparse => execution(lang, Execution::Sparse),
    }
}

/// What that means, for its tooltip.
pub fn choice_meaning(lang: Lang, choice: ExecutionChoice) -> &'static str {
    match choice {
        ExecutionChoice::Auto => lang.pick(
            "Whichever is faster now; the answer is the same",
            "La que sea más rápida ahora; el resultado es el mismo",
        ),
        ExecutionChoice::Dense => lang.pick("Every cell of the grid", "Todas las celdas de la cuadrícula"),
        ExecutionChoice::Sparse => lang.pick(
            "Where matter is, and where it can be felt",
            "Donde hay materia, y donde se puede notar",
        ),
    }
}

/// Why it is computed as it is.
pub fn reason(lang: Lang, reason: ExecutionReason) -> &'static str {
    match reason {
        ExecutionReason::Asked => lang.pick("as it was asked for", "como se pidió"),
        ExecutionReason::LittleMatter => lang.pick("little of the world is matter", "hay poca materia"),
        ExecutionReason::MuchMatter => lang.pick("much of the world is matter", "hay mucha materia"),
        ExecutionReason::Device => lang.pick(
            "so small a world is no work for the device",
            "un mundo tan pequeño no da trabajo al dispositivo",
        ),
        ExecutionReason::Law => lang.pick(
            "this law can only be computed everywhere",
            "esta ley solo se puede calcular en todas partes",
        ),
    }
}

/// Why there is no matter, in a few words.
pub fn emptiness(lang: Lang, emptiness: Emptiness) -> String {
    let numbers = Numbers(lang);
    match (emptiness, lang) {
        (Emptiness::NothingPut, _) => lang.pick("nothing was put in", "no se puso nada").to_owned(),
        (Emptiness::Dissolved { step }, Lang::En) => format!("dissolved by step {}", numbers.integer(step)),
        (Emptiness::Dissolved { step }, Lang::Es) => {
            format!("disuelta en el paso {}", numbers.integer(step))
        }
        (Emptiness::Erased { step }, Lang::En) => format!("erased at step {}", numbers.integer(step)),
        (Emptiness::Erased { step }, Lang::Es) => format!("borrada en el paso {}", numbers.integer(step)),
    }
}

/// Why the picture is dark, in a sentence.
pub fn darkness(lang: Lang, emptiness: Emptiness) -> String {
    let numbers = Numbers(lang);
    match (emptiness, lang) {
        (Emptiness::NothingPut, _) => lang
            .pick(
                "No matter: nothing was put into this world.",
                "Sin materia: no se puso nada en este mundo.",
            )
            .to_owned(),
        (Emptiness::Dissolved { step }, Lang::En) => {
            format!(
                "No matter: the law dissolved it by step {}.",
                numbers.integer(step)
            )
        }
        (Emptiness::Dissolved { step }, Lang::Es) => {
            format!(
                "Sin materia: la ley la disolvió en el paso {}.",
                numbers.integer(step)
            )
        }
        (Emptiness::Erased { step }, Lang::En) => {
            format!(
                "No matter: the last of it was erased at step {}.",
                numbers.integer(step)
            )
        }
        (Emptiness::Erased { step }, Lang::Es) => {
            format!(
                "Sin materia: la última se borró en el paso {}.",
                numbers.integer(step)
            )
        }
    }
}

/// The name of a tool.
pub fn tool(lang: Lang, tool: Tool) -> &'static str {
    match tool {
        Tool::Inject => lang.pick("Inject", "Inyectar"),
        Tool::Noise => lang.pick("Noise", "Ruido"),
        Tool::Erase => lang.pick("Erase", "Borrar"),
        Tool::Collapse => lang.pick("Collapse", "Colapsar"),
        Tool::Vortex => lang.pick("Vortex", "Vórtice"),
        Tool::Wave => lang.pick("Wave", "Onda"),
    }
}

/// What a tool does.
pub fn tool_meaning(lang: Lang, tool: Tool) -> &'static str {
    match tool {
        Tool::Inject => lang.pick(
            "Plants the world's seed, whole",
            "Planta la semilla del mundo, entera",
        ),
        Tool::Noise => lang.pick("Lays random cells", "Pone celdas al azar"),
        Tool::Erase => lang.pick(
            "Brings cells back to the background",
            "Devuelve las celdas al fondo",
        ),
        Tool::Collapse => lang.pick(
            "Measures: each cell falls into one of its channels",
            "Mide: cada celda cae en uno de sus canales",
        ),
        Tool::Vortex => lang.pick(
            "Winds the phase about the pointer",
            "Enrolla la fase en torno al puntero",
        ),
        Tool::Wave => lang.pick("Adds a plane wave to the phase", "Suma una onda plana a la fase"),
    }
}

/// That a show starts over in so many seconds.
pub fn starts_over(lang: Lang, seconds: u32) -> String {
    match lang {
        Lang::En => format!("starts over in {seconds} s"),
        Lang::Es => format!("vuelve a empezar en {seconds} s"),
    }
}

/// How many strokes there are in a world's past.
pub fn strokes(lang: Lang, count: u64) -> String {
    let number = Numbers(lang).integer(count);
    match (count, lang) {
        (1, Lang::En) => format!("{number} stroke"),
        (_, Lang::En) => format!("{number} strokes"),
        (1, Lang::Es) => format!("{number} trazo"),
        (_, Lang::Es) => format!("{number} trazos"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_always_has_a_reason() {
        let ways = [
            Emptiness::NothingPut,
            Emptiness::Dissolved { step: 31 },
            Emptiness::Erased { step: 1_200 },
        ];
        for way in ways {
            assert_ne!(emptiness(Lang::En, way), emptiness(Lang::Es, way));
            assert!(darkness(Lang::En, way).ends_with('.'));
        }
        assert_eq!(emptiness(Lang::En, ways[1]), "dissolved by step 31");
        assert!(darkness(Lang::Es, ways[2]).contains("1\u{a0}200"));
    }

    #[test]
    fn tools_have_names_and_meanings() {
        for one in Tool::ALL {
            assert_ne!(tool_meaning(Lang::En, one), tool_meaning(Lang::Es, one));
            assert_ne!(tool(Lang::En, one), tool(Lang::Es, one));
        }
        assert_eq!(strokes(Lang::En, 1), "1 stroke");
        assert_eq!(strokes(Lang::Es, 12), "12 trazos");
    }
}
