//! An error in words: by its cause where it has one, else by its code. What happened, and what to do about it.

use atheria_shared::{ApiError, ErrorCode};

use super::{Lang, causes};

/// An error in words. Neither part ends in a full stop twice: `what` has none, `todo` has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorText {
    /// What happened.
    pub what: String,
    /// What to do.
    pub todo: String,
    /// More of it, a line each: keys that do not fit, files that were passed over.
    pub lines: Vec<String>,
    /// The program's own words, English: its message, an engine's last words. Never the reason alone.
    pub technical: Vec<String>,
}

/// The text of an error. Whatever shows one, shows this.
pub fn error(lang: Lang, error: &ApiError) -> ErrorText {
    let (what, todo) = match &error.cause {
        Some(cause) => causes::cause(lang, cause),
        None => code(lang, error.code),
    };
    let lines = error.cause.as_deref();
    let technical = std::iter::once(&error.message).chain(&error.details);
    ErrorText {
        what,
        todo,
        lines: lines.map_or_else(Vec::new, |cause| causes::lines(lang, cause)),
        technical: technical
            .filter(|line| !line.trim().is_empty())
            .cloned()
            .collect(),
    }
}

/// The text of a code: what happened, and what to do.
pub fn code(lang: Lang, code: ErrorCode) -> (String, String) {
    let [en, es] = both(code);
    let (what, todo) = lang.pick(en, es);
    (what.to_owned(), todo.to_owned())
}

#[expect(clippy::too_many_lines, reason = "one entry for each code, in both languages")]
const fn both(code: ErrorCode) -> [(&'static str, &'static str); 2] {
    match code {
        ErrorCode::BadRequest => [
            ("The request is not valid", "Check the values that were given."),
            ("La petición no es válida", "Revisa los valores indicados."),
        ],
        ErrorCode::NotFound => [
            ("There is nothing at that address", "Reload the page."),
            ("No hay nada en esa dirección", "Recarga la página."),
        ],
        ErrorCode::RootUnreadable => [
            (
                "The folder of experiments cannot be read",
                "Start ath serve with another --root, or allow reading it.",
            ),
            (
                "No se puede leer la carpeta de experimentos",
                "Inicia ath serve con otro --root, o permite su lectura.",
            ),
        ],
        ErrorCode::ExperimentNotFound => [
            (
                "There is no such experiment",
                "Choose one of the list; it may have been renamed.",
            ),
            (
                "No existe ese experimento",
                "Elige uno de la lista; quizá le cambiaron el nombre.",
            ),
        ],
        ErrorCode::ExperimentName => [
            (
                "The folder's name cannot be used",
                "Rename it: neither / nor control characters, and no . or - at its start.",
            ),
            (
                "El nombre de la carpeta no sirve",
                "Cámbialo: sin / ni caracteres de control, y sin . ni - al principio.",
            ),
        ],
        ErrorCode::ConfigUnreadable => [
            (
                "config.json is missing or is no JSON",
                "Restore it from the training run.",
            ),
            ("config.json falta o no es JSON", "Recupéralo del entrenamiento."),
        ],
        ErrorCode::ConfigInvalid => [
            (
                "config.json lacks something or is out of range",
                "Correct the keys that the details name.",
            ),
            (
                "A config.json le falta algo o está fuera de rango",
                "Corrige las claves que indican los detalles.",
            ),
        ],
        ErrorCode::ArchitectureUnknown => [
            (
                "The architecture is unknown",
                "MODEL_ARCHITECTURE in config.json must be one of the seven that Atheria knows.",
            ),
            (
                "La arquitectura es desconocida",
                "MODEL_ARCHITECTURE en config.json debe ser una de las siete que Atheria conoce.",
            ),
        ],
        ErrorCode::CheckpointMissing => [
            (
                "There is no checkpoint",
                "Train it, or copy a .pth into its folder under training_checkpoints.",
            ),
            (
                "No hay punto de control",
                "Entrénalo, o copia un .pth en su carpeta de training_checkpoints.",
            ),
        ],
        ErrorCode::CheckpointUnreadable => [
            (
                "The checkpoint is damaged",
                "Choose another one, or copy the file again.",
            ),
            (
                "El punto de control está dañado",
                "Elige otro, o vuelve a copiar el archivo.",
            ),
        ],
        ErrorCode::LatestUnusable => [
            (
                "The latest checkpoint cannot be used",
                "It is damaged or still being written, or it leads out of the folder; open another one.",
            ),
            (
                "No se puede usar el último punto de control",
                "Está dañado o aún se está escribiendo, o lleva fuera de la carpeta; abre otro.",
            ),
        ],
        ErrorCode::WeightsAmbiguous => [
            (
                "Several sets of weights in the file fit the law",
                "Choose one of them by its place in the file.",
            ),
            (
                "Varios conjuntos de pesos del archivo encajan con la ley",
                "Elige uno por su lugar en el archivo.",
            ),
        ],
        ErrorCode::WeightsDtype => [
            (
                "The weights are of another float type",
                "Open it with a cast to float32, or save law.float().state_dict().",
            ),
            (
                "Los pesos son de otro tipo de coma flotante",
                "Ábrelo convirtiéndolos a float32, o guarda law.float().state_dict().",
            ),
        ],
        ErrorCode::CheckpointReplaced => [
            (
                "The checkpoint was replaced while its world played",
                "Open it anew to go on with the new weights.",
            ),
            (
                "El punto de control cambió mientras su mundo avanzaba",
                "Ábrelo de nuevo para seguir con los pesos nuevos.",
            ),
        ],
        ErrorCode::CheckpointMismatch => [
            (
                "The checkpoint does not fit the law",
                "Compare config.json with what was trained; the details name the keys.",
            ),
            (
                "El punto de control no encaja con la ley",
                "Compara config.json con lo entrenado; los detalles nombran las claves.",
            ),
        ],
        ErrorCode::ExportFailed => [
            (
                "The export to TorchScript failed",
                "See the details; the checkpoint's folder or the cache must be writable.",
            ),
            (
                "La exportación a TorchScript falló",
                "Mira los detalles; la carpeta del punto de control o la caché deben admitir escritura.",
            ),
        ],
        ErrorCode::VerificationFailed => [
            (
                "The export does not compute what the law computes",
                "It is not used. Report it with the details.",
            ),
            (
                "La exportación no calcula lo que calcula la ley",
                "No se usa. Comunícalo con los detalles.",
            ),
        ],
        ErrorCode::GridInvalid => [
            (
                "The grid does not suit the law",
                "Choose sides that are a multiple of what the law needs; the details say of what.",
            ),
            (
                "La cuadrícula no sirve para la ley",
                "Elige lados múltiplos de lo que la ley necesita; los detalles dicen de cuánto.",
            ),
        ],
        ErrorCode::StateInvalid => [
            (
                "The starting matter cannot be used",
                "Choose another, or a file that fits the law and the grid.",
            ),
            (
                "La materia inicial no sirve",
                "Elige otra, o un archivo que encaje con la ley y la cuadrícula.",
            ),
        ],
        ErrorCode::NoSeed => [
            (
                "This world has no seed to plant",
                "Its starting matter is not one compact piece and its experiment declares no seed; noise lays random cells.",
            ),
            (
                "Este mundo no tiene semilla que plantar",
                "Su materia inicial no es una sola pieza compacta y su experimento no declara una semilla; Ruido pone celdas al azar.",
            ),
        ],
        ErrorCode::StateUnwritable => [
            (
                "The state could not be written",
                "Check the free space and the rights of the output folder.",
            ),
            (
                "No se pudo escribir el estado",
                "Comprueba el espacio libre y los permisos de la carpeta de salida.",
            ),
        ],
        ErrorCode::CudaMissing => [
            ("There is no CUDA here", "Choose the CPU."),
            ("Aquí no hay CUDA", "Elige la CPU."),
        ],
        ErrorCode::CudaFailed => [
            ("CUDA failed", "The CPU is used instead; see the details."),
            ("CUDA falló", "Se usa la CPU en su lugar; mira los detalles."),
        ],
        ErrorCode::EngineTimeout => [
            ("The engine took too long and was ended", "Try a smaller grid."),
            (
                "El motor tardó demasiado y se detuvo",
                "Prueba una cuadrícula menor.",
            ),
        ],
        ErrorCode::EngineDied => [
            (
                "The engine process died",
                "If it happens again, try a smaller grid and see the details.",
            ),
            (
                "El proceso del motor murió",
                "Si se repite, prueba una cuadrícula menor y mira los detalles.",
            ),
        ],
        ErrorCode::EngineMissing => [
            (
                "The engine could not be started",
                "Build it with make build, so that ath-engine lies beside ath.",
            ),
            (
                "No se pudo iniciar el motor",
                "Constrúyelo con make build, para que ath-engine esté junto a ath.",
            ),
        ],
        ErrorCode::EngineFailed => [
            ("The engine reported an error", "See the details."),
            ("El motor comunicó un error", "Mira los detalles."),
        ],
        ErrorCode::NotFinite => [
            (
                "The law made values that are not finite",
                "Reset, or open it with another starting matter.",
            ),
            (
                "La ley produjo valores no finitos",
                "Reinicia, o ábrela con otra materia inicial.",
            ),
        ],
        ErrorCode::SessionNotFound => [
            ("The session is gone", "Open the experiment anew."),
            ("La sesión ya no existe", "Abre de nuevo el experimento."),
        ],
        ErrorCode::TooMany => [
            (
                "Too many sessions are open",
                "Close one in another tab and try again.",
            ),
            (
                "Hay demasiadas sesiones abiertas",
                "Cierra una en otra pestaña y reintenta.",
            ),
        ],
        ErrorCode::NotReady => [
            ("The session cannot do that now", "Wait until the world is there."),
            (
                "La sesión no puede hacer eso ahora",
                "Espera a que el mundo esté listo.",
            ),
        ],
        ErrorCode::Forbidden => [
            (
                "The server refuses requests from this address",
                "Open the address that ath serve printed; where it asks for a token, with ?token= at the end.",
            ),
            (
                "El servidor rechaza peticiones desde esta dirección",
                "Abre la dirección que mostró ath serve; si pide un token, con ?token= al final.",
            ),
        ],
        ErrorCode::Internal => [
            ("A fault of the program", "Report it with the details."),
            ("Un fallo del programa", "Comunícalo con los detalles."),
        ],
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::Cause;

    use super::*;

    #[test]
    fn every_code_says_what_and_what_to_do_in_both_languages() {
        for one in ErrorCode::ALL {
            let [en, es] = [Lang::En, Lang::Es].map(|lang| code(lang, one));
            for (what, todo) in [&en, &es] {
                assert!(
                    !what.is_empty() && !what.ends_with('.') && todo.ends_with('.'),
                    "{what} {todo}"
                );
            }
            assert!(en.0 != es.0 && en.1 != es.1, "{en:?}");
        }
    }

    #[test]
    fn the_cause_is_told_and_the_programs_words_stay_apart() {
        let bare = ApiError::new(ErrorCode::NotReady, "the world was restored")
            .with_details(vec!["more".to_owned(), " ".to_owned()]);
        let told = error(Lang::Es, &bare);
        assert_eq!(told.what, code(Lang::Es, ErrorCode::NotReady).0);
        assert_eq!(told.technical, ["the world was restored", "more"]);
        let told = error(Lang::Es, &bare.because(Cause::Restored { step: 1_200 }));
        assert!(told.what.contains("paso 1\u{a0}200"), "{told:?}");
    }
}
