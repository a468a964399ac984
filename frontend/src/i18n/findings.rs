//! What the checks of a diagnosis found, what to do about it, and the figures that it rests on. The English is that of the command
//! line; the matches name each kind, so that a new one has to be given its Spanish.

use atheria_shared::character::SeedFate;
use atheria_shared::diagnosis::{
    Advice, CheckReport, Constancy, ConstantView, Figure, FigureName, Finding, Instead, Known, Unit,
    ViewFault,
};
use atheria_shared::number::Number;

use super::{Lang, errors, remarks, words};
use crate::format::Numbers;

/// What was found, a sentence or more, with the error that it comes of.
pub fn found(lang: Lang, report: &CheckReport) -> String {
    let because = report.error.as_ref().map(|error| {
        let text = errors::error(lang, error);
        format!("{}.", text.what)
    });
    match (&report.finding, because) {
        (Finding::Broken, Some(because)) => because,
        (other, None) => finding(lang, other),
        (other, Some(because)) => format!("{} {because}", finding(lang, other)),
    }
}

/// What was found by itself.
pub fn finding(lang: Lang, finding: &Finding) -> String {
    match lang {
        Lang::En => finding.to_string(),
        Lang::Es => spanish(finding),
    }
}

/// What to do about it.
pub fn advice(lang: Lang, advice: Advice) -> String {
    match lang {
        Lang::En => advice.to_string(),
        Lang::Es => spanish_advice(advice).to_owned(),
    }
}

/// What a figure is.
pub fn figure_name(lang: Lang, name: FigureName) -> String {
    match lang {
        Lang::En => name.to_string(),
        Lang::Es => spanish_figure(name).to_owned(),
    }
}

/// A unit; one that is told with the number 1 is in the plural too.
pub fn unit(lang: Lang, unit: Unit) -> String {
    match lang {
        Lang::En => unit.to_string(),
        Lang::Es => match unit {
            Unit::Cells => "celdas",
            Unit::Steps => "pasos",
            Unit::Bytes => "bytes",
            Unit::Seconds => "s",
            Unit::Gflops => "GFLOP/s",
            Unit::Levels => "niveles de 254",
        }
        .to_owned(),
    }
}

/// A figure's number and its unit.
pub fn figure_value(lang: Lang, figure: &Figure) -> String {
    let value = figure.value.get();
    let number = if value.is_finite() {
        Numbers(lang).figure(value)
    } else {
        value.to_string()
    };
    match figure.unit {
        Some(one) => format!("{number} {}", unit(lang, one)),
        None => number,
    }
}

#[expect(clippy::too_many_lines, reason = "one entry for each finding")]
fn spanish(finding: &Finding) -> String {
    let numbers = Numbers(Lang::Es);
    let integer = |number: u64| numbers.integer(number);
    let apart = |number: Number| numbers.difference(number.get());
    match finding {
        Finding::Broken => "La comprobación no se pudo hacer.".to_owned(),
        Finding::Foreign => {
            "No se puede hacer: la ley es un TorchScript, cuyo código se ejecuta tal cual: no hay capas que exportar o comparar."
                .to_owned()
        }
        Finding::NoLaw => {
            "No hay una ley con que hacerla: mira la comprobación de la exportación.".to_owned()
        }
        Finding::Unopened => "El experimento no se puede abrir.".to_owned(),
        Finding::NoEngine => "No hay un motor con que hacerla.".to_owned(),
        Finding::LeftOut => "El motor no la hizo.".to_owned(),
        Finding::EngineEnded => "El motor terminó en una comprobación anterior.".to_owned(),
        Finding::WrongArithmetic { off_by } => format!(
            "La aritmética de libtorch falla: un producto o una convolución de números conocidos se desvía {}.",
            apart(*off_by)
        ),
        Finding::NoCuda => "Se pidió CUDA, y libtorch no la encuentra.".to_owned(),
        Finding::CpuComputes {
            looked_for_cuda: false,
        } => "La CPU calcula lo mismo que unos bucles sencillos. Aquí no se usa CUDA.".to_owned(),
        Finding::CpuComputes {
            looked_for_cuda: true,
        } => {
            "La CPU calcula lo mismo que unos bucles sencillos. Aquí no hay un dispositivo CUDA con que compararla."
                .to_owned()
        }
        Finding::CudaComputes { stepped: false } => {
            "CUDA calcula lo mismo que unos bucles sencillos. No había una ley con que dar un paso.".to_owned()
        }
        Finding::CudaComputes { stepped: true } => {
            "CUDA calcula lo mismo que unos bucles sencillos, y su paso es el de la CPU.".to_owned()
        }
        Finding::CudaDiffers {
            apart: far,
            allowed,
        } => format!(
            "Un paso en CUDA dista {} del de la CPU; se permite {}.",
            apart(*far),
            apart(*allowed)
        ),
        Finding::ExportDiffers {
            file,
            apart: far,
            allowed,
        } => format!(
            "La exportación {file} difiere de la ley en {}; se permite {}.",
            apart(*far),
            apart(*allowed)
        ),
        Finding::ExportCurrent { checkpoint, file } => format!(
            "{checkpoint} se puede leer y encaja con su ley, y su exportación {file} está vigente y verificada."
        ),
        Finding::ExportMade {
            checkpoint,
            file,
            because,
        } if because.is_empty() => format!(
            "{checkpoint} se puede leer y encaja con su ley. No tenía exportación: {file} se hizo ahora, y se verificó."
        ),
        Finding::ExportMade {
            checkpoint,
            file,
            because,
        } => {
            let reasons: Vec<_> = because
                .iter()
                .map(|reason| remarks::remark(Lang::Es, reason))
                .collect();
            format!(
                "{checkpoint} se puede leer y encaja con su ley. Su exportación {file} se rehízo, y se verificó: {}.",
                reasons.join("; ")
            )
        }
        Finding::Forgotten => {
            "Se puso materia en el mundo, y el mundo no tiene ninguna: no recordó nada.".to_owned()
        }
        Finding::CellsDiffer { differ, compared } => format!(
            "{} de {} celdas se leyeron distintas de como se escribieron.",
            integer(*differ),
            integer(*compared)
        ),
        Finding::BackgroundDiffers { differ, compared } => format!(
            "El fondo se leyó distinto en {} de {} celdas.",
            integer(*differ),
            integer(*compared)
        ),
        Finding::MatterDiffers {
            written,
            read,
            there,
        } => format!(
            "Se escribieron {} celdas de materia, se leyeron {}, y hay {}.",
            integer(*written),
            integer(*read),
            integer(*there)
        ),
        Finding::ReadBack {
            step,
            compared,
            matter,
        } => format!(
            "Un mundo en el paso {} se escribió y se volvió a leer: las {} celdas son iguales hasta el último bit, y {} son materia.",
            integer(*step),
            integer(*compared),
            integer(*matter)
        ),
        Finding::Restored { steps } => format!(
            "Un mundo guardado, matado y restaurado es igual hasta el último bit {} pasos después.",
            integer(*steps)
        ),
        Finding::RestoredOther { steps } => format!(
            "Un mundo guardado, matado y restaurado es otro {} pasos después.",
            integer(*steps)
        ),
        Finding::SparseIsDense {
            steps,
            step,
            all,
            instead,
        } => format!(
            "{} pasos dispersos son los densos en float64, hasta {} por paso y {} al final{}.",
            integer((*steps).into()),
            apart(*step),
            apart(*all),
            changed(*instead)
        ),
        Finding::SparseStepOff {
            apart: far,
            allowed,
            instead,
        } => format!(
            "Un paso disperso dista {} del mismo paso denso; se permite {}{}.",
            apart(*far),
            apart(*allowed),
            changed(*instead)
        ),
        Finding::SparseParts {
            steps,
            apart: far,
            allowed,
            instead,
        } => format!(
            "Tras {} pasos el mundo disperso dista {} del denso; se permite {}{}.",
            integer((*steps).into()),
            apart(*far),
            apart(*allowed),
            changed(*instead)
        ),
        Finding::NothingPut => "En este mundo no se puso materia: está vacío desde el principio.".to_owned(),
        Finding::Ghost { left } => format!(
            "Un fantasma: la materia desaparece en un paso, y la propia ley deja {} celdas de ella.",
            integer(*left)
        ),
        Finding::Miscounted { cells, least, most } => format!(
            "Tras un paso {} celdas son materia, y la propia ley da de {} a {}.",
            integer(*cells),
            integer(*least),
            integer(*most)
        ),
        Finding::Dissolved { step, known } => format!(
            "La ley disuelve esta materia en el paso {}: una imagen vacía después es obra de la ley.{}",
            integer(*step),
            character(known.as_ref())
        ),
        Finding::Kept {
            start,
            last,
            steps,
            known,
        } => format!(
            "La materia está donde la ley la tiene: {} celdas al principio, {} tras {} pasos.{}",
            integer(*start),
            integer(*last),
            integer(*steps),
            character(known.as_ref())
        ),
        Finding::NoView => "No se pudo hacer ninguna vista.".to_owned(),
        Finding::WrongView { view, step, wrong } => format!(
            "La vista {} en el paso {} {}.",
            words::quantity(Lang::Es, *view),
            integer(*step),
            view_fault(*wrong)
        ),
        Finding::Shown { constant } if constant.is_empty() => {
            "Cada vista muestra sus celdas, y ninguna es constante.".to_owned()
        }
        Finding::Shown { constant } => {
            let told: Vec<_> = constant.iter().map(constant_view).collect();
            format!("Cada vista muestra sus celdas. Son constantes: {}.", told.join(", "))
        }
    }
}

fn view_fault(wrong: ViewFault) -> &'static str {
    match wrong {
        ViewFault::Constant => "es constante, y sus celdas no lo son",
        ViewFault::NotItsCells => "no muestra sus celdas",
        ViewFault::NoMatter => "no muestra materia, y la hay",
    }
}

fn constant_view(one: &ConstantView) -> String {
    let why = match one.why {
        Constancy::NoStep => "antes no se dio ningún paso",
        Constancy::NothingMoves => "nada se mueve",
        Constancy::NoMatter => "no hay materia",
        Constancy::AllAlike => "todas las celdas se desvían igual",
        Constancy::OneChannel => "una celda de un solo canal tiene módulo 1 por construcción",
        Constancy::Background => "psi es su fondo en todas partes",
        Constancy::Alike => "todas las celdas son iguales en ella",
    };
    let view = words::quantity(Lang::Es, one.view);
    let step = Numbers(Lang::Es).integer(one.step);
    format!("{view} en el paso {step} ({why})")
}

fn changed(instead: Option<Instead>) -> &'static str {
    match instead {
        None => "",
        Some(Instead::Torus) => " (en un toro: un mundo sin bordes no tiene respuesta densa)",
        Some(Instead::Vacuum) => " (con el vacío one: uno dado no se calcula)",
    }
}

/// What is known of the law, as a sentence with a space before it.
fn character(known: Option<&Known>) -> String {
    let Some(known) = known else {
        return String::new();
    };
    let numbers = Numbers(Lang::Es);
    let fate = match known.seed {
        None => "aún no se ha medido qué le pasa a una semilla".to_owned(),
        Some(SeedFate::Dissolves { by_step }) => format!(
            "disuelve una semilla de 16 celdas en el paso {}",
            numbers.integer(by_step.into())
        ),
        Some(SeedFate::Keeps) => format!(
            "conserva una semilla de 16 celdas durante {} pasos",
            numbers.integer(known.watched_steps.into())
        ),
        Some(SeedFate::Grows { cells_per_step }) => format!(
            "hace crecer una semilla de 16 celdas {} celdas por paso",
            numbers.decimal(cells_per_step, 2)
        ),
    };
    let chaos = known.chaos.map_or_else(String::new, |growth| {
        let growth = numbers.decimal(growth.get(), 2);
        format!(", y es caótica: una diferencia crece {growth} por paso")
    });
    format!(" Su carácter: {fate}{chaos}.")
}

fn spanish_advice(advice: Advice) -> &'static str {
    match advice {
        Advice::TryCpuThenReinstall => {
            "Repite el diagnóstico en la CPU; si también falla ahí, vuelve a instalar libtorch."
        }
        Advice::CpuOrInstallCuda => {
            "Elige la CPU o el dispositivo automático, o instala una libtorch con CUDA y su controlador."
        }
        Advice::CpuOrNoTf32 => "Elige la CPU. TF32 debe estar desactivado: define NVIDIA_TF32_OVERRIDE=0.",
        Advice::TryCpu => {
            "Repite el diagnóstico en la CPU; si también falla ahí, mira el registro del motor."
        }
        Advice::GoOnWithCpu => "Sigue con la CPU (--device cpu).",
        Advice::ExportAgain => "Vuelve a exportar con --force; si falla, mira el registro del motor.",
        Advice::ExportOtherwise => {
            "Vuelve a exportar con --force; si falla, elige el otro método, script o trace."
        }
        Advice::SaveElsewhere => {
            "Es un fallo de Atheria o del disco: guarda en otro sitio, y comunícalo con el registro del motor."
        }
        Advice::DistrustRestored => {
            "No te fíes de los mundos de este experimento tras una recuperación, y comunícalo con sus cifras."
        }
        Advice::ComputeDensely => {
            "Ejecuta este experimento con --execution dense, y comunícalo con el registro del motor."
        }
        Advice::OtherMatter => "Elige otra materia inicial, por ejemplo blob:16.",
        Advice::LookEarlier => "Mira pasos anteriores, pon más materia, o elige otro punto de control.",
        Advice::OtherView => "Mira una vista que no sea constante, o un paso anterior.",
        Advice::OtherWorld => "Elige otro tamaño u otra materia inicial, y repite el diagnóstico.",
        Advice::CorrectWorld => "Corrige la materia inicial o el tamaño en el atheria.json del experimento.",
        Advice::Inspect => "Inspecciona la ley con ath inspect: dice lo que se puede decir de ella.",
        Advice::OtherCheckpoint => "Toma otro punto de control, o vuelve a guardar este con torch.save.",
        Advice::CompareConfig => "Compara MODEL_ARCHITECTURE y MODEL_PARAMS de config.json con lo entrenado.",
        Advice::CorrectConfig => "Corrige el config.json o el atheria.json del experimento.",
        Advice::TrainOn => {
            "La ley produce valores no finitos: sigue entrenando, o elige un punto de control anterior."
        }
        Advice::MakeRoom => "Libera espacio en el disco, o permite escribir en la carpeta.",
        Advice::TemporaryFolder => {
            "Comprueba que se puede escribir en la carpeta temporal (TMPDIR) y que queda espacio."
        }
        Advice::Build => "Construye servidor y motor juntos con make build, o indica el motor con --engine.",
        Advice::BusyMachine => "Mira si la máquina está ocupada o sin memoria, y repite el diagnóstico.",
        Advice::ReadLog => {
            "Busca las palabras del motor en el registro (ATHERIA_LOG=info); prueba --device cpu donde se use CUDA."
        }
        Advice::Again => "Repite el diagnóstico; si se repite el fallo, comunícalo con el registro.",
        Advice::Report => "Es un fallo de Atheria: comunícalo con el registro del motor.",
    }
}

fn spanish_figure(name: FigureName) -> &'static str {
    match name {
        FigureName::ProductError => "mayor diferencia de un producto de matrices",
        FigureName::ConvolutionError => "mayor diferencia de una convolución",
        FigureName::ProductSpeed => "velocidad de un producto de matrices",
        FigureName::CudaError => "mayor diferencia de un paso en CUDA",
        FigureName::ExportError => "mayor diferencia entre exportación y ley",
        FigureName::Parameters => "parámetros entrenados",
        FigureName::CellsCompared => "celdas comparadas",
        FigureName::CellsDiffer => "celdas distintas",
        FigureName::BackgroundDiffers => "celdas de fondo distinto",
        FigureName::MatterWritten => "materia escrita",
        FigureName::MatterRead => "materia leída",
        FigureName::BytesCompared => "comparados",
        FigureName::BytesDiffer => "distintos",
        FigureName::Time => "tiempo",
        FigureName::SparseStep => "mayor diferencia de un paso disperso",
        FigureName::DenseStep => "la de un paso denso en float32",
        FigureName::SparseSteps => "mayor diferencia tras todos los pasos",
        FigureName::DenseSteps => "la de los densos en float32",
        FigureName::MatterLast => "materia al final",
        FigureName::MatterFirst => "materia al principio",
        FigureName::MatterAfterOne => "materia tras un paso",
        FigureName::MatterLeast => "la de float64 denso, como mínimo",
        FigureName::MatterMost => "la de float64 denso, como máximo",
        FigureName::StepsWatched => "pasos observados",
        FigureName::FirstEmptyStep => "primer paso sin materia",
        FigureName::ViewsMade => "vistas hechas",
        FigureName::ViewsConstant => "vistas constantes",
        FigureName::PixelError => "mayor diferencia entre un píxel y su celda",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{complete, samples};
    use super::*;

    #[test]
    fn every_finding_is_said_in_both_languages_with_its_figures() {
        for (one, figures) in samples::findings() {
            let [en, es] = [Lang::En, Lang::Es].map(|lang| finding(lang, &one));
            complete(&en, &es, &figures);
            assert!(en.ends_with('.') && es.ends_with('.'), "{en} {es}");
        }
    }

    #[test]
    fn all_advice_names_and_units_are_in_both_languages() {
        for one in Advice::ALL {
            complete(&advice(Lang::En, one), &advice(Lang::Es, one), &[]);
        }
        for one in FigureName::ALL {
            complete(&figure_name(Lang::En, one), &figure_name(Lang::Es, one), &[]);
        }
        for one in Unit::ALL {
            let [en, es] = [Lang::En, Lang::Es].map(|lang| unit(lang, one));
            let same = matches!(one, Unit::Bytes | Unit::Seconds | Unit::Gflops);
            assert!(!en.is_empty() && (en != es) != same, "{en} {es}");
        }
    }

    #[test]
    fn a_figure_that_is_no_number_is_told_as_it_is() {
        let figure = Figure::new(FigureName::SparseStep, f64::NAN);
        assert_eq!(figure_value(Lang::Es, &figure), "NaN");
        let figure = Figure::new(FigureName::MatterLast, 12_345.0);
        assert_eq!(figure_value(Lang::Es, &figure), "12\u{a0}345 celdas");
    }
}
