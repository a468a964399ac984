//! The words of the lab, explained in one or two sentences each.

use super::Lang;

/// A word that a newcomer cannot know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// The state of a cell.
    Psi,
    /// Where it is empty.
    Vacuum,
    /// What the vacuum becomes.
    Background,
    /// How far a cell is from it.
    Deviation,
    /// What is not background.
    Matter,
    /// From when on it counts.
    Eps,
    /// Decay.
    Gamma,
    /// Growth of a difference.
    Lambda,
    /// How far a cell is felt.
    Reach,
    /// What is computed at a time.
    Tile,
    /// A round of training.
    Episode,
    /// What training saves.
    Checkpoint,
    /// What is run.
    Export,
}

impl Term {
    /// All of them, each after those that explain it.
    pub const ALL: [Self; 13] = [
        Self::Psi,
        Self::Vacuum,
        Self::Background,
        Self::Deviation,
        Self::Matter,
        Self::Eps,
        Self::Gamma,
        Self::Lambda,
        Self::Reach,
        Self::Tile,
        Self::Episode,
        Self::Checkpoint,
        Self::Export,
    ];

    /// The word.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Psi => "ψ (psi)",
            Self::Vacuum => lang.pick("Vacuum", "Vacío"),
            Self::Background => lang.pick("Background", "Fondo"),
            Self::Deviation => lang.pick("Deviation", "Desviación"),
            Self::Matter => lang.pick("Matter", "Materia"),
            Self::Eps => lang.pick("ε (eps)", "ε (épsilon)"),
            Self::Gamma => lang.pick("γ (gamma)", "γ (gama)"),
            Self::Lambda => "λ (lambda)",
            Self::Reach => lang.pick("Reach", "Alcance"),
            Self::Tile => lang.pick("Tile", "Tesela"),
            Self::Episode => lang.pick("Episode", "Episodio"),
            Self::Checkpoint => lang.pick("Checkpoint", "Punto de control"),
            Self::Export => lang.pick("Export", "Exportación"),
        }
    }

    /// What it means.
    pub fn meaning(self, lang: Lang) -> &'static str {
        match self {
            Self::Psi => lang.pick(
                "The state of a cell: a few complex numbers, one for each channel. The law makes the next ψ of a cell from its own and its neighbours'.",
                "El estado de una celda: unos pocos números complejos, uno por canal. La ley obtiene el ψ siguiente de una celda a partir del suyo y del de sus vecinas.",
            ),
            Self::Vacuum => lang.pick(
                "Empty space before the first step: channel 0 is 1 and the others are 0, or a pattern of waves that you choose.",
                "El espacio vacío antes del primer paso: el canal 0 vale 1 y los demás 0, o un patrón de ondas que eliges tú.",
            ),
            Self::Background => lang.pick(
                "What the law makes of the vacuum as time goes by. It may pulse or change, and is the same wherever there is no matter.",
                "En lo que la ley convierte el vacío con el tiempo. Puede latir o cambiar, y es igual en todo lugar sin materia.",
            ),
            Self::Deviation => lang.pick(
                "How far the state of a cell is from the background. 0 is background; the brighter a cell, the farther it is.",
                "Cuánto se aparta el estado de una celda del fondo. 0 es fondo; cuanto más brilla una celda, más se aparta.",
            ),
            Self::Matter => lang.pick(
                "Every cell whose deviation is more than ε: what there is in a world besides its background.",
                "Toda celda cuya desviación supera ε: lo que hay en un mundo además de su fondo.",
            ),
            Self::Eps => lang.pick(
                "The deviation from which a cell counts as matter. Traces below it are dropped, which is what makes large worlds quick.",
                "La desviación a partir de la cual una celda cuenta como materia. Los rastros menores se descartan, y así los mundos grandes son rápidos.",
            ),
            Self::Gamma => lang.pick(
                "Decay: the share of ψ that each step takes away before it is brought back to its norm. 0 is none; it is fixed in training.",
                "Decaimiento: la parte de ψ que cada paso quita antes de devolverla a su norma. 0 es nada; se fija al entrenar.",
            ),
            Self::Lambda => lang.pick(
                "By what a small difference grows in one step. Below 1 it dies out; above 1 the law is chaotic and nothing can be foretold for long.",
                "Por cuánto se multiplica una pequeña diferencia en cada paso. Por debajo de 1 se apaga; por encima la ley es caótica y nada se puede predecir por mucho tiempo.",
            ),
            Self::Reach => lang.pick(
                "How many cells away a cell can be felt one step later.",
                "A cuántas celdas de distancia se puede notar una celda un paso después.",
            ),
            Self::Tile => lang.pick(
                "A square block of cells that is computed as a whole. Only tiles with matter, and their neighbours, cost any time.",
                "Un bloque cuadrado de celdas que se calcula entero. Solo cuestan tiempo las teselas con materia y sus vecinas.",
            ),
            Self::Episode => lang.pick(
                "One round of training: the law runs for some steps, is judged, and is mended a little.",
                "Una ronda de entrenamiento: la ley corre unos pasos, se la juzga y se la corrige un poco.",
            ),
            Self::Checkpoint => lang.pick(
                "A file that training saves: the numbers the law has learned by then.",
                "Un archivo que guarda el entrenamiento: los números que la ley ha aprendido hasta entonces.",
            ),
            Self::Export => lang.pick(
                "The law as a TorchScript file, made from a checkpoint and compared with it before anything runs.",
                "La ley como archivo TorchScript, hecha a partir de un punto de control y comparada con él antes de ejecutar nada.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_explained_once_in_both_languages() {
        for (place, term) in Term::ALL.into_iter().enumerate() {
            assert!(!Term::ALL[..place].contains(&term), "{term:?} twice");
            let (en, es) = (term.meaning(Lang::En), term.meaning(Lang::Es));
            assert!(en.len() > 40 && es.len() > 40 && en != es, "{term:?}");
            assert!(!term.name(Lang::En).is_empty() && !term.name(Lang::Es).is_empty());
        }
    }
}
