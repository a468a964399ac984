//! What is wrong with a world, a state or a command.

use atheria_shared::cause::{Counted, ModuleFault, NotFinitePlace, Quantity, Range, StateFault, VacuumFault};
use atheria_shared::geometry::GridError;
use atheria_shared::limits::{DENSE_CELLS, GRID_SIDE_CELLS};
use atheria_shared::number::Number;
use atheria_shared::{Cell, GridShape};

use super::{Told, files, pick};
use crate::format::Numbers;
use crate::i18n::{Lang, kinds};

/// A number that a request gives, with its article.
pub fn quantity(lang: Lang, what: Quantity) -> &'static str {
    match what {
        Quantity::Gamma => lang.pick("The decay γ", "El decaimiento γ"),
        Quantity::Eps => lang.pick("The threshold ε of matter", "El umbral ε de la materia"),
        Quantity::Steps => lang.pick("The number of steps", "El número de pasos"),
        Quantity::StepsPerSecond => {
            lang.pick("The number of steps a second", "El número de pasos por segundo")
        }
        Quantity::Radius => lang.pick("The radius in cells", "El radio en celdas"),
        Quantity::Strength => lang.pick("The strength", "La fuerza"),
        Quantity::Angle => lang.pick("The angle in radians", "El ángulo en radianes"),
        Quantity::Wavelength => lang.pick("The wavelength in cells", "La longitud de onda en celdas"),
        Quantity::Distance => lang.pick(
            "The distance from the origin in cells",
            "La distancia al origen en celdas",
        ),
    }
}

/// That there are too many, and what to do.
pub(super) fn too_many(lang: Lang, what: Counted, found: Option<u64>, limit: u64) -> (String, &'static str) {
    let numbers = Numbers(lang);
    let limit = numbers.integer(limit);
    let things = counted(lang, what);
    let told = match found.map(|found| numbers.integer(found)) {
        Some(found) => lang.pick(
            format!("It would be {found} {things}, and {limit} may be"),
            format!("Serían {found} {things}, y puede haber {limit}"),
        ),
        None => lang.pick(
            format!("There are {limit} {things} already, as many as there may be"),
            format!("Ya hay {limit} {things}, el máximo"),
        ),
    };
    let todo = match what {
        Counted::Sessions => lang.pick(
            "Close one in another tab and try again.",
            "Cierra una en otra pestaña y reintenta.",
        ),
        Counted::Viewers => lang.pick(
            "Close this world in another tab and try again.",
            "Cierra este mundo en otra pestaña y reintenta.",
        ),
        Counted::Diagnoses => lang.pick(
            "Wait until one of them is over.",
            "Espera a que termine una de ellas.",
        ),
        Counted::Strokes => lang.pick("Reset the world to go on.", "Reinicia el mundo para seguir."),
        Counted::Tiles => lang.pick(
            "Choose a smaller world, or less matter.",
            "Elige un mundo menor, o menos materia.",
        ),
        Counted::Pieces => lang.pick("Choose fewer pieces.", "Elige menos piezas."),
        Counted::Requests => lang.pick(
            "Wait until the engine has answered.",
            "Espera a que el motor responda.",
        ),
    };
    (told, todo)
}

/// Things that are counted, in the plural.
pub fn counted(lang: Lang, what: Counted) -> &'static str {
    match what {
        Counted::Sessions => lang.pick("open sessions", "sesiones abiertas"),
        Counted::Viewers => lang.pick("viewers of this session", "espectadores de esta sesión"),
        Counted::Diagnoses => lang.pick("diagnoses under way", "diagnósticos en curso"),
        Counted::Strokes => lang.pick("strokes in the world's past", "trazos en el pasado del mundo"),
        Counted::Tiles => lang.pick(
            "tiles in which matter is felt",
            "teselas donde se nota la materia",
        ),
        Counted::Pieces => lang.pick("pieces", "piezas"),
        Counted::Requests => lang.pick("requests waiting for the engine", "peticiones esperando al motor"),
    }
}

/// What is wrong with a grid, and what to do.
pub(super) fn grid(lang: Lang, wrong: &GridError) -> (String, String) {
    let numbers = Numbers(lang);
    let cells = |height: u32, width: u32| sides(lang, height, width);
    match wrong {
        GridError::Syntax { text } => (
            lang.pick(
                format!("{text:?} is no size of a world"),
                format!("{text:?} no es el tamaño de un mundo"),
            ),
            lang.pick(
                "Write height × width in cells, for example 128x192.",
                "Escribe alto × ancho en celdas, por ejemplo 128x192.",
            )
            .to_owned(),
        ),
        GridError::Side { height, width } => {
            let (size, most) = (
                cells(*height, *width),
                numbers.integer(u64::from(GRID_SIDE_CELLS)),
            );
            (
                lang.pick(
                    format!("No world can have {size} cells"),
                    format!("Ningún mundo puede tener {size} celdas"),
                ),
                lang.pick(
                    format!("Choose sides from 1 to {most}."),
                    format!("Elige lados de 1 a {most}."),
                ),
            )
        }
        GridError::Cells { height, width } => {
            let size = cells(*height, *width);
            let all = numbers.integer(u64::from(*height) * u64::from(*width));
            let most = numbers.integer(DENSE_CELLS);
            (
                lang.pick(
                    format!(
                        "Too many cells: {size} are {all}, and where every cell is kept there may be {most}"
                    ),
                    format!(
                        "Demasiadas celdas: {size} son {all}, y donde se guarda cada celda puede haber {most}"
                    ),
                ),
                lang.pick(
                    "Choose a smaller world, or matter in a few places and sparse execution.",
                    "Elige un mundo menor, o materia en pocos lugares y ejecución dispersa.",
                )
                .to_owned(),
            )
        }
        GridError::Period {
            height,
            width,
            period,
        } => {
            let size = cells(*height, *width);
            (
                lang.pick(
                    format!("This law needs sides that are multiples of {period}, and {size} are not"),
                    format!("Esta ley necesita lados múltiplos de {period}, y {size} no lo son"),
                ),
                lang.pick(
                    format!(
                        "Choose for example {}.",
                        cells(multiple(*height, *period), multiple(*width, *period))
                    ),
                    format!(
                        "Elige por ejemplo {}.",
                        cells(multiple(*height, *period), multiple(*width, *period))
                    ),
                ),
            )
        }
    }
}

/// The next multiple of a period, or the last that is a side.
fn multiple(side: u32, period: u32) -> u32 {
    let period = period.max(1);
    let next = side.max(1).div_ceil(period).saturating_mul(period);
    if next > GRID_SIDE_CELLS {
        GRID_SIDE_CELLS / period * period
    } else {
        next
    }
}

fn sides(lang: Lang, height: u32, width: u32) -> String {
    let numbers = Numbers(lang);
    format!(
        "{} × {}",
        numbers.integer(height.into()),
        numbers.integer(width.into())
    )
}

/// A grid's sides: `128 × 192`.
pub(super) fn shape(lang: Lang, grid: GridShape) -> String {
    sides(lang, grid.height(), grid.width())
}

fn at(lang: Lang, cell: Cell) -> String {
    lang.pick(
        format!("row {}, column {}", cell.y, cell.x),
        format!("fila {}, columna {}", cell.y, cell.x),
    )
}

/// What is wrong with a file of starting matter, behind its name; and what to do.
#[expect(clippy::too_many_lines, reason = "one entry for each fault")]
pub(super) fn state(lang: Lang, wrong: &StateFault) -> (String, &'static str) {
    let other = lang.pick(
        "Choose a file that fits the law, or another starting matter.",
        "Elige un archivo que encaje con la ley, u otra materia inicial.",
    );
    let place = lang.pick(
        "Choose another place for it, or a larger world.",
        "Elige otro lugar para ella, o un mundo mayor.",
    );
    match wrong {
        StateFault::Larger { size, grid } => {
            let (size, grid) = (shape(lang, *size), shape(lang, *grid));
            (
                lang.pick(
                    format!("has {size} cells and does not fit into a world of {grid}"),
                    format!("tiene {size} celdas y no cabe en un mundo de {grid}"),
                ),
                lang.pick("Choose a larger world.", "Elige un mundo mayor."),
            )
        }
        StateFault::Outside { at: cell, size, grid } => {
            let (cell, size, grid) = (at(lang, *cell), shape(lang, *size), shape(lang, *grid));
            (
                lang.pick(
                    format!("has {size} cells and at {cell} reaches beyond a world of {grid}"),
                    format!("tiene {size} celdas y en {cell} se sale de un mundo de {grid}"),
                ),
                place,
            )
        }
        StateFault::Far { at: cell, limit } => {
            let (cell, limit) = (at(lang, *cell), Numbers(lang).integer(*limit));
            (
                lang.pick(
                    format!("would lie at {cell}, more than {limit} cells from the origin"),
                    format!("quedaría en {cell}, a más de {limit} celdas del origen"),
                ),
                place,
            )
        }
        StateFault::OffPeriod { at: cell, period } => {
            let cell = at(lang, *cell);
            (
                lang.pick(
                    format!("has memory and would lie at {cell}, which are no multiples of {period}"),
                    format!("tiene memoria y quedaría en {cell}, que no son múltiplos de {period}"),
                ),
                place,
            )
        }
        StateFault::Kind { kind: None } => (
            lang.pick("is of a kind that is not read", "es de una clase que no se lee")
                .to_owned(),
            lang.pick(
                "Give an .npz, .npy, .pt or .png.",
                "Indica un .npz, .npy, .pt o .png.",
            ),
        ),
        StateFault::Kind { kind: Some(kind) } => {
            let kind = kinds::kind(lang, *kind);
            (
                lang.pick(
                    format!("is {kind} and no state of a world"),
                    format!("es {kind} y no un estado de un mundo"),
                ),
                other,
            )
        }
        StateFault::Array { array } => (
            lang.pick(
                format!("lacks the array {array:?} that the law needs, or has it otherwise"),
                format!("no trae la matriz {array:?} que la ley necesita, o la trae distinta"),
            ),
            other,
        ),
        StateFault::Snapshot => (
            lang.pick(
                "is a snapshot that does not fit this law",
                "es una instantánea que no encaja con esta ley",
            )
            .to_owned(),
            other,
        ),
        StateFault::Picture => (
            lang.pick(
                "is a picture that cannot be read",
                "es una imagen que no se puede leer",
            )
            .to_owned(),
            lang.pick("Save it again as PNG.", "Vuelve a guardarla como PNG."),
        ),
        StateFault::PictureChannels => (
            lang.pick(
                "is a picture, and the law has no second channel to draw it in",
                "es una imagen, y la ley no tiene un segundo canal donde dibujarla",
            )
            .to_owned(),
            other,
        ),
        StateFault::Memory => (
            lang.pick(
                "carries memory, and this law has none",
                "trae memoria, y esta ley no tiene",
            )
            .to_owned(),
            other,
        ),
        StateFault::Inexact { array } => (
            lang.pick(
                format!("has numbers in {array:?} that float32 does not have"),
                format!("tiene en {array:?} números que float32 no tiene"),
            ),
            lang.pick("Round it to float32.", "Redondéalo a float32."),
        ),
        StateFault::NotFinite { array, element } => {
            let element = Numbers(lang).integer(*element);
            (
                lang.pick(
                    format!("is not finite in {array:?} at element {element}"),
                    format!("no es finito en {array:?}, elemento {element}"),
                ),
                other,
            )
        }
        StateFault::Seed { limit_cells } => {
            let limit = sides(lang, *limit_cells, *limit_cells);
            (
                lang.pick(
                    format!("is no seed: one piece of matter of at most {limit} cells"),
                    format!("no es una semilla: una sola pieza de materia de hasta {limit} celdas"),
                ),
                lang.pick(
                    "Correct “seed” in atheria.json, or cut the file to one piece.",
                    "Corrige «seed» en atheria.json, o recorta el archivo a una pieza.",
                ),
            )
        }
        StateFault::Step { found, needed } => {
            let numbers = Numbers(lang);
            let (found, needed) = (numbers.integer(*found), numbers.integer(*needed));
            (
                lang.pick(
                    format!("is of step {found}, and {needed} was asked for"),
                    format!("es del paso {found}, y se pidió el {needed}"),
                ),
                other,
            )
        }
    }
}

/// Where a value that is not finite was made, with a space before it.
fn not_finite_place(lang: Lang, place: NotFinitePlace) -> String {
    match place {
        NotFinitePlace::Cell { at: cell } => {
            let cell = at(lang, cell);
            lang.pick(
                format!(" in the cell of {cell}"),
                format!(" en la celda de {cell}"),
            )
        }
        NotFinitePlace::Memory { at: cell } => {
            let cell = at(lang, cell);
            lang.pick(
                format!(" in the memory of {cell}"),
                format!(" en la memoria de {cell}"),
            )
        }
        NotFinitePlace::Background => lang.pick(" in the background", " en el fondo").to_owned(),
    }
}

/// Why a harmonic vacuum cannot be used, and what to do.
pub fn vacuum(lang: Lang, wrong: VacuumFault) -> (&'static str, &'static str) {
    let one = lang.pick("Choose the vacuum one.", "Elige el vacío one.");
    match wrong {
        VacuumFault::Norm => (
            lang.pick(
                "This law takes a norm over the whole world, and so has no harmonic vacuum",
                "Esta ley calcula una norma sobre todo el mundo, así que no admite un vacío armónico",
            ),
            one,
        ),
        VacuumFault::Unbounded => (
            lang.pick(
                "A harmonic vacuum needs a world with an end",
                "Un vacío armónico necesita un mundo con bordes",
            ),
            lang.pick("Choose walls, or a torus.", "Elige paredes, o un toro."),
        ),
        VacuumFault::TooLarge => (
            lang.pick(
                "A harmonic vacuum is worked out cell by cell, and this world has more than 1,048,576",
                "Un vacío armónico se calcula celda por celda, y este mundo tiene más de 1\u{a0}048\u{a0}576",
            ),
            lang.pick("Choose a smaller world.", "Elige un mundo menor."),
        ),
        VacuumFault::Dense => (
            lang.pick(
                "In a harmonic vacuum only matter and what is near it is computed",
                "En un vacío armónico solo se calcula la materia y lo que está cerca",
            ),
            lang.pick(
                "Choose the execution auto or sparse.",
                "Elige la ejecución automática o dispersa.",
            ),
        ),
    }
}

/// Why a TorchScript cannot be computed so, and what to do.
pub fn module(lang: Lang, wrong: ModuleFault) -> (&'static str, &'static str) {
    match wrong {
        ModuleFault::Precision => (
            lang.pick(
                "A TorchScript is computed in float32 alone",
                "Un TorchScript solo se calcula en float32",
            ),
            lang.pick("Choose float32.", "Elige float32."),
        ),
        ModuleFault::Device => (
            lang.pick(
                "A TorchScript is computed on the CPU alone",
                "Un TorchScript solo se calcula en la CPU",
            ),
            lang.pick("Choose the CPU.", "Elige la CPU."),
        ),
        ModuleFault::NoWindows => (
            lang.pick(
                "This TorchScript needs every cell of a world that has an end",
                "Este TorchScript necesita cada celda de un mundo con bordes",
            ),
            lang.pick(
                "Choose the execution auto or dense, and walls.",
                "Elige la ejecución automática o densa, y paredes.",
            ),
        ),
        ModuleFault::LastTile => (
            lang.pick(
                "The last tile of this torus is smaller than a cell is felt",
                "La última tesela de este toro es menor que el alcance de una celda",
            ),
            lang.pick(
                "Choose sides that are multiples of 16.",
                "Elige lados múltiplos de 16.",
            ),
        ),
        ModuleFault::Torus => (
            lang.pick(
                "This TorchScript looks farther than a torus can be continued for it",
                "Este TorchScript mira más lejos de lo que se le puede continuar un toro",
            ),
            lang.pick("Choose walls.", "Elige paredes."),
        ),
    }
}

/// A blob that is larger than its world.
pub(super) fn blob(lang: Lang, side: u32, grid: GridShape) -> Told {
    let (blob, grid) = (sides(lang, side, side), shape(lang, grid));
    (
        lang.pick(
            format!("A blob of {blob} cells does not fit into a world of {grid}"),
            format!("Una mancha de {blob} celdas no cabe en un mundo de {grid}"),
        ),
        lang.pick(
            "Choose a smaller blob, or a larger world.",
            "Elige una mancha menor, o un mundo mayor.",
        )
        .to_owned(),
    )
}

/// Blobs with more cells than can be kept.
pub(super) fn blobs(lang: Lang, count: u32, side: u32, limit: u64) -> Told {
    let numbers = Numbers(lang);
    let (count, blob) = (numbers.integer(count.into()), sides(lang, side, side));
    let limit = numbers.integer(limit);
    (
        lang.pick(
            format!("Too many cells: {count} blobs of {blob}, and {limit} cells of matter can be drawn"),
            format!(
                "Demasiadas celdas: {count} manchas de {blob}, y se pueden sortear {limit} celdas de materia"
            ),
        ),
        lang.pick(
            "Choose fewer blobs, or smaller ones.",
            "Elige menos manchas, o menores.",
        )
        .to_owned(),
    )
}

/// A seed in a channel that the law does not have.
pub(super) fn seed_channel(lang: Lang, channel: u16, channels: u16) -> Told {
    let last = channels.saturating_sub(1);
    (
        lang.pick(
            format!(
                "The experiment's seed lies in channel {channel}, and its law has the channels 0 to {last}"
            ),
            format!(
                "La semilla del experimento está en el canal {channel}, y su ley tiene los canales 0 a {last}"
            ),
        ),
        lang.pick(
            "Correct “seed” in atheria.json.",
            "Corrige «seed» en atheria.json.",
        )
        .to_owned(),
    )
}

/// A law that cannot be computed in tiles.
pub(super) fn not_sparse(lang: Lang) -> Told {
    pick(
        lang,
        (
            "This law cannot be computed sparsely",
            "Choose the execution auto or dense.",
        ),
        (
            "Esta ley no se puede calcular de forma dispersa",
            "Elige la ejecución automática o densa.",
        ),
    )
}

/// An unbounded world, cell by cell.
pub(super) fn endless(lang: Lang) -> Told {
    pick(
        lang,
        (
            "An unbounded world has no end, and cannot be computed cell by cell",
            "Choose sparse execution on the CPU, or walls or a torus.",
        ),
        (
            "Un mundo sin bordes no acaba, y no se puede calcular celda por celda",
            "Elige ejecución dispersa en la CPU, o paredes o un toro.",
        ),
    )
}

/// A number outside of its range.
pub(super) fn out_of_range(lang: Lang, what: Quantity, value: Number, range: &Range) -> Told {
    let (what, value) = (quantity(lang, what), Numbers(lang).exact(value.get()));
    let range = files::range(lang, range);
    (
        lang.pick(
            format!("{what} cannot be {value}"),
            format!("{what} no puede ser {value}"),
        ),
        lang.pick(format!("It can be {range}."), format!("Puede ser {range}.")),
    )
}

/// A value that is not finite.
pub(super) fn not_finite(lang: Lang, step: Option<u64>, place: Option<NotFinitePlace>) -> Told {
    let place = place.map_or_else(String::new, |place| not_finite_place(lang, place));
    let what = match step.map(|step| Numbers(lang).integer(step)) {
        Some(step) => lang.pick(
            format!("In step {step} the law made values that are not finite{place}"),
            format!("En el paso {step} la ley produjo valores no finitos{place}"),
        ),
        None => lang.pick(
            format!("The law makes values that are not finite{place}"),
            format!("La ley produce valores no finitos{place}"),
        ),
    };
    let todo = lang.pick(
        "Reset, or open it with another starting matter.",
        "Reinicia, o ábrela con otra materia inicial.",
    );
    (what, todo.to_owned())
}

/// A world that cannot go back to its beginning.
pub(super) fn restored(lang: Lang, step: u64) -> Told {
    let step = Numbers(lang).integer(step);
    (
        lang.pick(
            format!("This world was restored at step {step} and cannot go back before it"),
            format!("Este mundo se restauró en el paso {step} y no puede volver más atrás"),
        ),
        lang.pick(
            "Open it anew to begin at step 0.",
            "Ábrelo de nuevo para empezar en el paso 0.",
        )
        .to_owned(),
    )
}
