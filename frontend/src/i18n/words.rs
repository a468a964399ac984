//! Words for the values of wire types.

use atheria_shared::Boundary;
use atheria_shared::error::ApiError;
use atheria_shared::session::{Notice, Stage};
use atheria_shared::view::{Part, Quantity};
use atheria_shared::world::StartingMatter;

use super::{Lang, errors};
use crate::colormap::{Colormap, Mix};
use crate::format::{Numbers, error_size};

/// What a stage does.
pub fn stage(lang: Lang, stage: Stage) -> &'static str {
    match stage {
        Stage::Start => lang.pick("Starting the engine...", "Iniciando el motor..."),
        Stage::Find => lang.pick("Looking for the experiment...", "Buscando el experimento..."),
        Stage::ReadCheckpoint => lang.pick("Reading the checkpoint...", "Leyendo el punto de control..."),
        Stage::Export => lang.pick(
            "Exporting the model to TorchScript...",
            "Exportando modelo a TorchScript...",
        ),
        Stage::VerifyCpu => lang.pick("Verifying on the CPU...", "Verificando en CPU..."),
        Stage::MoveToCuda => lang.pick("Moving the law to CUDA...", "Llevando la ley a CUDA..."),
        Stage::VerifyCuda => lang.pick("Verifying on CUDA...", "Verificando en CUDA..."),
        Stage::Character => lang.pick("Measuring the law...", "Midiendo la ley..."),
        Stage::WarmUp => lang.pick("Warming up the world...", "Preparando el mundo..."),
        Stage::Ready => lang.pick("Ready", "Listo"),
    }
}

/// The name of a quantity, as the view switch shows it.
pub fn quantity(lang: Lang, quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Deviation => lang.pick("Deviation", "Desviación"),
        Quantity::Phase => lang.pick("Phase", "Fase"),
        Quantity::Channel => lang.pick("Channel", "Canal"),
        Quantity::Rgb => "RGB",
        Quantity::Change => lang.pick("Change", "Cambio"),
    }
}

/// What a quantity shows, for its tooltip.
pub fn quantity_meaning(lang: Lang, quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Deviation => lang.pick(
            "How far each cell is from the background: what is matter",
            "Cuánto se aparta cada celda del fondo: lo que es materia",
        ),
        Quantity::Phase => lang.pick(
            "The phase of one channel, as bright as its modulus is large",
            "La fase de un canal, tan brillante como grande es su módulo",
        ),
        Quantity::Channel => lang.pick(
            "One channel: modulus, real or imaginary part",
            "Un canal: módulo, parte real o imaginaria",
        ),
        Quantity::Rgb => lang.pick(
            "Three channels as three colours of light",
            "Tres canales como luz de tres colores",
        ),
        Quantity::Change => lang.pick(
            "How much each cell changed in the last step",
            "Cuánto cambió cada celda en el último paso",
        ),
    }
}

/// The name of a part of a channel.
pub fn part(lang: Lang, part: Part) -> &'static str {
    let texts = lang.texts();
    match part {
        Part::Modulus => texts.modulus,
        Part::Real => texts.real,
        Part::Imaginary => texts.imaginary,
    }
}

/// The name of a colormap.
pub fn colormap(lang: Lang, map: Colormap) -> &'static str {
    match map {
        Colormap::Magma => "magma",
        Colormap::Viridis => "viridis",
        Colormap::Cividis => "cividis",
        Colormap::Twilight => "twilight",
        Colormap::HueWheel => lang.pick("hue wheel", "rueda de tonos"),
        Colormap::BlueBlackRed => lang.pick("blue, black, red", "azul, negro, rojo"),
        Colormap::BlueWhiteRed => lang.pick("blue, white, red", "azul, blanco, rojo"),
    }
}

/// The name of a mix of three colours.
pub fn mix(lang: Lang, mix: Mix) -> &'static str {
    match mix {
        Mix::RedGreenBlue => lang.pick("red, green, blue", "rojo, verde, azul"),
        Mix::OkabeIto => lang.pick("colour-blind safe", "apta para daltonismo"),
    }
}

/// What the three colours of a mix are called.
pub fn primaries(lang: Lang, mix: Mix) -> [&'static str; 3] {
    let texts = lang.texts();
    match mix {
        Mix::RedGreenBlue => [texts.red, texts.green, texts.blue],
        Mix::OkabeIto => [texts.vermillion, texts.bluish_green, texts.blue],
    }
}

/// So many cells.
pub fn cells(lang: Lang, count: u64) -> String {
    let unit = if count == 1 {
        lang.pick("cell", "celda")
    } else {
        lang.texts().cells
    };
    format!("{}\u{a0}{unit}", Numbers(lang).integer(count))
}

/// The name of a boundary.
pub fn boundary(lang: Lang, boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Walls => lang.texts().walls,
        Boundary::Torus => lang.texts().torus,
        Boundary::Unbounded => lang.texts().unbounded,
    }
}

/// What starting matter is.
pub fn starting_matter(lang: Lang, matter: &StartingMatter) -> String {
    let texts = lang.texts();
    match matter {
        StartingMatter::Blob { side_cells } => {
            format!("{} · {side_cells}", texts.matter_blob)
        }
        StartingMatter::Blobs { count, side_cells } => {
            format!("{} · {count} × {side_cells}", texts.matter_blobs)
        }
        StartingMatter::ComplexNoise => texts.matter_complex_noise.to_owned(),
        StartingMatter::Random => texts.matter_random.to_owned(),
        StartingMatter::Zeros => texts.matter_zeros.to_owned(),
        StartingMatter::File(path) => path.display().to_string(),
    }
}

/// So many steps.
pub fn steps(lang: Lang, count: u64) -> String {
    let unit = if count == 1 {
        lang.pick("step", "paso")
    } else {
        lang.pick("steps", "pasos")
    };
    format!("{} {unit}", Numbers(lang).integer(count))
}

/// A notice in two parts: what happened, and more about it.
pub fn notice(lang: Lang, notice: &Notice) -> (String, String) {
    let numbers = Numbers(lang);
    match notice {
        Notice::Exported { export, seconds } => (
            lang.pick("Exported to TorchScript", "Exportado a TorchScript")
                .to_owned(),
            format!(
                "{} · {} · {} {}",
                export.file,
                numbers.seconds(*seconds),
                lang.texts().error,
                error_size(export.max_abs_error),
            ),
        ),
        Notice::CudaFellBack { error } => (
            lang.pick(
                "CUDA failed; the session goes on with the CPU",
                "CUDA falló; la sesión sigue en la CPU",
            )
            .to_owned(),
            because(lang, error),
        ),
        Notice::EngineRestarted {
            error,
            from_step,
            lost_steps,
        } => (
            lang.pick(
                "The engine has stopped and was started again",
                "El motor se detuvo y se inició de nuevo",
            )
            .to_owned(),
            match lang {
                Lang::En => format!(
                    "{} It goes on from step {}; {} steps were lost.",
                    because(lang, error),
                    numbers.integer(*from_step),
                    numbers.integer(*lost_steps)
                ),
                Lang::Es => format!(
                    "{} Sigue desde el paso {}; se perdieron {} pasos.",
                    because(lang, error),
                    numbers.integer(*from_step),
                    numbers.integer(*lost_steps)
                ),
            },
        ),
        Notice::CommandRefused { error } => (
            lang.pick("That could not be done", "Eso no se pudo hacer")
                .to_owned(),
            because(lang, error),
        ),
        Notice::Missed { events } => (
            match lang {
                Lang::En => format!("{} events were skipped", numbers.integer(*events)),
                Lang::Es => format!("Se saltaron {} eventos", numbers.integer(*events)),
            },
            lang.pick(
                "This page was too slow for all of them; what it shows is current.",
                "Esta página fue demasiado lenta para todos; lo que muestra está al día.",
            )
            .to_owned(),
        ),
    }
}

fn because(lang: Lang, error: &ApiError) -> String {
    let text = errors::error(lang, error);
    format!("{}. {}", text.what, text.todo)
}

#[cfg(test)]
mod tests {
    use atheria_shared::ErrorCode;

    use super::*;

    #[test]
    fn the_export_stage_says_what_users_know() {
        assert_eq!(
            stage(Lang::Es, Stage::Export),
            "Exportando modelo a TorchScript..."
        );
        assert_eq!(
            stage(Lang::En, Stage::Export),
            "Exporting the model to TorchScript..."
        );
    }

    #[test]
    fn colours_have_names_in_both_languages() {
        for mix in Mix::ALL {
            assert_ne!(super::mix(Lang::En, mix), super::mix(Lang::Es, mix));
            for (en, es) in primaries(Lang::En, mix).iter().zip(primaries(Lang::Es, mix)) {
                assert_ne!(*en, es);
            }
        }
        for map in [Colormap::HueWheel, Colormap::BlueBlackRed, Colormap::BlueWhiteRed] {
            assert_ne!(colormap(Lang::En, map), colormap(Lang::Es, map));
        }
        assert_eq!(cells(Lang::En, 1), "1\u{a0}cell");
        assert_eq!(cells(Lang::Es, 3_412), "3\u{a0}412\u{a0}celdas");
    }

    #[test]
    fn a_restart_is_told_with_what_it_cost() {
        let restarted = Notice::EngineRestarted {
            error: ApiError::new(ErrorCode::EngineDied, "killed by signal 9"),
            from_step: 12_345,
            lost_steps: 7,
        };
        let (_, more) = notice(Lang::Es, &restarted);
        assert!(more.contains("12\u{a0}345") && more.contains("7 pasos"), "{more}");
        let (_, more) = notice(Lang::En, &restarted);
        assert!(more.contains("12,345"), "{more}");
    }
}
