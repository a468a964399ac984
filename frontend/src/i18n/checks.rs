//! The checks of a diagnosis and how they come out, in words. What a check found is the server's to say.

use atheria_shared::diagnosis::{CheckId, DiagnosisState, Verdict};

use super::Lang;
use crate::diagnosis::count;
use crate::format::Numbers;

/// A check: what it is called, and what it looks at.
pub fn check(lang: Lang, check: CheckId) -> (&'static str, &'static str) {
    match check {
        CheckId::Device => lang.pick(
            (
                "The device computes",
                "A known product, and CPU against CUDA where there is one.",
            ),
            (
                "El dispositivo calcula",
                "Un producto conocido, y CPU frente a CUDA donde la hay.",
            ),
        ),
        CheckId::Export => lang.pick(
            (
                "Checkpoint and export",
                "The checkpoint can be read, and its export is current and verified.",
            ),
            (
                "Punto de control y exportación",
                "El punto de control se puede leer, y su exportación está vigente y verificada.",
            ),
        ),
        CheckId::WriteRead => lang.pick(
            (
                "Written and read back",
                "A world is written and read back cell by cell, matter told from background.",
            ),
            (
                "Escrito y vuelto a leer",
                "Un mundo se escribe y se vuelve a leer celda por celda, la materia distinguida del fondo.",
            ),
        ),
        CheckId::Restore => lang.pick(
            (
                "On after a crash",
                "A saved world whose engine is killed goes on as one whose engine was not.",
            ),
            (
                "Seguir tras una caída",
                "Un mundo guardado cuyo motor muere sigue igual que otro cuyo motor no murió.",
            ),
        ),
        CheckId::SparseDense => lang.pick(
            (
                "Sparse against dense",
                "Both ways of computing agree for eight steps.",
            ),
            (
                "Dispersa frente a densa",
                "Las dos formas de calcular coinciden durante ocho pasos.",
            ),
        ),
        CheckId::Matter => lang.pick(
            (
                "Where matter goes",
                "Whether the law itself dissolves matter, and by which step.",
            ),
            (
                "Adónde va la materia",
                "Si la propia ley disuelve la materia, y en qué paso.",
            ),
        ),
        CheckId::Views => lang.pick(
            ("What the views show", "Whether a view is constant, and why."),
            (
                "Lo que muestran las vistas",
                "Si alguna vista es constante, y por qué.",
            ),
        ),
    }
}

/// How a check came out.
pub fn verdict(lang: Lang, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => lang.pick("passed", "superada"),
        Verdict::Explained => lang.pick("explained", "explicada"),
        Verdict::Failed => lang.pick("failed", "fallida"),
        Verdict::Skipped => lang.pick("skipped", "omitida"),
    }
}

/// How all of it came out, or is coming out.
pub fn summary(lang: Lang, state: &DiagnosisState) -> String {
    let made = state.diagnosis.checks.len() as u64;
    let numbers = Numbers(lang);
    if state.running {
        let (made, all) = (numbers.integer(made), CheckId::ALL.len());
        return match lang {
            Lang::En => format!("{made} of {all} checks made"),
            Lang::Es => format!("{made} de {all} comprobaciones hechas"),
        };
    }
    match (count(state, Verdict::Failed), state.error.is_some()) {
        (_, true) => lang.pick("It could not go on", "No pudo continuar").to_owned(),
        (0, false) => lang
            .pick("Nothing is wrong here", "Aquí no falla nada")
            .to_owned(),
        (1, false) => lang.pick("One check failed", "Falló una comprobación").to_owned(),
        (failed, false) => match lang {
            Lang::En => format!("{failed} checks failed"),
            Lang::Es => format!("Fallaron {failed} comprobaciones"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_name_and_an_explanation_in_both_languages() {
        for id in CheckId::ALL {
            let (en, es) = (check(Lang::En, id), check(Lang::Es, id));
            assert_ne!(en, es);
            for text in [en, es] {
                assert!(!text.0.ends_with('.') && text.1.ends_with('.'), "{text:?}");
            }
        }
    }
}
