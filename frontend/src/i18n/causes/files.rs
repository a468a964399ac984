//! What is wrong with a file, a name or a value.

use atheria_shared::cause::{EncodingFault, Expected, IoFault, JsonFault, Needed, Range};
use atheria_shared::limits::{CONFIG_DEPTH, CONFIG_KEYS};
use atheria_shared::name::NameError;

use crate::format::Numbers;
use crate::i18n::Lang;

/// Why the system would not: behind a colon.
pub fn io(lang: Lang, why: &IoFault) -> String {
    match why {
        IoFault::NotThere => lang.pick("it is not there", "no está ahí"),
        IoFault::Denied => lang.pick("that is not allowed", "no está permitido"),
        IoFault::NoRoom => lang.pick("there is no room", "no queda espacio"),
        IoFault::OtherKind => lang.pick(
            "a file is needed, or a folder, and it is the other",
            "hace falta un archivo, o una carpeta, y es lo otro",
        ),
        // Nothing more is known of it than the system's own words, which are beside it.
        IoFault::Other { .. } => lang.pick("the system refuses", "el sistema lo rechaza"),
    }
    .to_owned()
}

/// What to do when the system would not read.
pub(super) fn io_advice(lang: Lang, why: &IoFault) -> &'static str {
    match why {
        IoFault::NotThere => lang.pick(
            "Put it back, or read the folder again.",
            "Vuelve a ponerlo, o lee otra vez la carpeta.",
        ),
        IoFault::Denied => lang.pick(
            "Allow whoever runs ath serve to use it.",
            "Da permiso a quien ejecuta ath serve.",
        ),
        IoFault::NoRoom => lang.pick("Make room on the disk.", "Libera espacio en el disco."),
        IoFault::OtherKind => lang.pick(
            "Put the right one in its place.",
            "Pon lo que corresponde en su lugar.",
        ),
        IoFault::Other { .. } => lang.pick(
            "The technical words say more.",
            "Las palabras técnicas dicen más.",
        ),
    }
}

/// What is wrong with a name: behind a colon.
pub fn name(lang: Lang, wrong: &NameError) -> String {
    let numbers = Numbers(lang);
    match wrong {
        NameError::Empty => lang.pick("it is empty", "está vacío").to_owned(),
        NameError::TooLong { bytes, limit } => {
            let (bytes, limit) = (numbers.integer(*bytes as u64), numbers.integer(*limit as u64));
            lang.pick(
                format!("it has {bytes} bytes, and {limit} may be"),
                format!("tiene {bytes} bytes, y puede tener {limit}"),
            )
        }
        NameError::Start { found, .. } => lang.pick(
            format!("it begins with {found:?}"),
            format!("empieza con {found:?}"),
        ),
        NameError::Character { found, .. } => lang.pick(
            format!("it holds the character {found:?}"),
            format!("contiene el carácter {found:?}"),
        ),
        NameError::NotText { .. } => lang.pick("it is not UTF-8", "no es UTF-8").to_owned(),
        NameError::NotACheckpoint { .. } => lang
            .pick(
                "its ending is none of a checkpoint's",
                "su extensión no es la de un punto de control",
            )
            .to_owned(),
    }
}

/// What to do about it.
pub(super) fn name_advice(lang: Lang, wrong: &NameError) -> &'static str {
    match wrong {
        NameError::Empty => lang.pick("Give it a name.", "Ponle un nombre."),
        NameError::TooLong { .. } => lang.pick(
            "Rename it: letters with accents take two bytes or more.",
            "Ponle un nombre más corto: las letras con tilde ocupan dos bytes o más.",
        ),
        NameError::Start { .. } => lang.pick(
            "Rename it, with neither . nor - at its start.",
            "Cámbiale el nombre, sin . ni - al principio.",
        ),
        NameError::Character { .. } => lang.pick(
            "Rename it, with neither / nor control characters.",
            "Cámbiale el nombre, sin / ni caracteres de control.",
        ),
        NameError::NotText { .. } => lang.pick("Rename it in UTF-8.", "Cámbiale el nombre, en UTF-8."),
        NameError::NotACheckpoint { .. } => lang.pick(
            "Rename it to end in .pth, or choose a checkpoint.",
            "Cámbiale la extensión a .pth, o elige un punto de control.",
        ),
    }
}

/// What a file is instead of a text in UTF-8: behind its name.
pub(super) fn encoding(lang: Lang, wrong: &EncodingFault) -> (String, &'static str) {
    let save = lang.pick("Save it as UTF-8.", "Guárdalo como UTF-8.");
    let again = lang.pick(
        "Restore it from the training run.",
        "Recupéralo del entrenamiento.",
    );
    match wrong {
        EncodingFault::Empty => (lang.pick("is empty", "está vacío").to_owned(), again),
        EncodingFault::Zeros => (
            lang.pick(
                "holds zeros alone, as after a power cut",
                "solo contiene ceros, como tras un corte de luz",
            )
            .to_owned(),
            again,
        ),
        EncodingFault::Utf16 => (lang.pick("is UTF-16", "es UTF-16").to_owned(), save),
        EncodingFault::Utf32 => (lang.pick("is UTF-32", "es UTF-32").to_owned(), save),
        EncodingFault::NotUtf8 { line } => (
            lang.pick(
                format!("is not UTF-8 in line {line}; it may be Latin-1"),
                format!("no es UTF-8 en la línea {line}; quizá sea Latin-1"),
            ),
            save,
        ),
    }
}

/// What is wrong with a file's JSON: behind its name.
pub(super) fn json(lang: Lang, wrong: &JsonFault) -> (String, &'static str) {
    let numbers = Numbers(lang);
    let correct = lang.pick("Correct it there.", "Corrígelo ahí.");
    match wrong {
        JsonFault::Syntax {
            line,
            column,
            expected: there,
        } => {
            let (line, column) = (numbers.integer(*line as u64), numbers.integer(*column as u64));
            let there = expected(lang, *there);
            (
                lang.pick(
                    format!("is no JSON: in line {line}, column {column} there should be {there}"),
                    format!("no es JSON: en la línea {line}, columna {column} debería haber {there}"),
                ),
                correct,
            )
        }
        JsonFault::End { expected: there } => {
            let there = expected(lang, *there);
            (
                lang.pick(
                    format!("is cut off: it ends where there should be {there}"),
                    format!("está cortado: termina donde debería haber {there}"),
                ),
                lang.pick(
                    "Restore it from the training run; it may still be being written.",
                    "Recupéralo del entrenamiento; quizá aún se está escribiendo.",
                ),
            )
        }
        JsonFault::Depth => {
            let most = numbers.integer(CONFIG_DEPTH as u64);
            (
                lang.pick(
                    format!("has lists in lists more than {most} deep"),
                    format!("tiene listas dentro de listas a más de {most} de profundidad"),
                ),
                correct,
            )
        }
        JsonFault::Keys => {
            let most = numbers.integer(CONFIG_KEYS as u64);
            (
                lang.pick(
                    format!("has more than {most} keys"),
                    format!("tiene más de {most} claves"),
                ),
                correct,
            )
        }
        JsonFault::NotAnObject => (
            lang.pick(
                "is JSON, but no object ({...})",
                "es JSON, pero no un objeto ({...})",
            )
            .to_owned(),
            correct,
        ),
    }
}

/// What JSON has at a place.
pub fn expected(lang: Lang, expected: Expected) -> &'static str {
    match expected {
        Expected::End => lang.pick("the end", "el final"),
        Expected::Key => lang.pick("a key in double quotes", "una clave entre comillas dobles"),
        Expected::Colon => lang.pick("a colon", "dos puntos"),
        Expected::CommaOrBrace => lang.pick("a comma or }", "una coma o }"),
        Expected::CommaOrBracket => lang.pick("a comma or ]", "una coma o ]"),
        Expected::Value => lang.pick("a value", "un valor"),
        Expected::Digit => lang.pick("a digit", "una cifra"),
        Expected::Quote => lang.pick("the end of a text (\")", "el final de un texto (\")"),
        Expected::Escape => lang.pick("an escape that JSON has", "un escape propio de JSON"),
        Expected::HexDigits => lang.pick("four hexadecimal digits", "cuatro cifras hexadecimales"),
    }
}

/// What a value has to be: a sentence.
pub(super) fn needed(lang: Lang, needed: &Needed) -> String {
    match needed {
        Needed::Number { whole, range } => {
            let range = self::range(lang, range);
            let number = if *whole {
                lang.pick("a whole number", "un número entero")
            } else {
                lang.pick("a number", "un número")
            };
            lang.pick(
                format!("It has to be {number} {range}."),
                format!("Debe ser {number} {range}."),
            )
        }
        Needed::Text => lang.pick("It has to be a text.", "Debe ser un texto.").to_owned(),
        Needed::Like { example } => lang.pick(
            format!("It has to be as in this example: {example}."),
            format!("Debe ser como en este ejemplo: {example}."),
        ),
    }
}

/// From where to where: `from 0 to 1`.
pub fn range(lang: Lang, range: &Range) -> String {
    let numbers = Numbers(lang);
    let (low, high) = (numbers.exact(range.low.get()), numbers.exact(range.high.get()));
    if range.above_low {
        lang.pick(
            format!("above {low}, up to {high}"),
            format!("mayor que {low} y hasta {high}"),
        )
    } else {
        lang.pick(format!("from {low} to {high}"), format!("de {low} a {high}"))
    }
}
