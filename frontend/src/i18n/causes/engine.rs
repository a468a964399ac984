//! What became of an engine or of CUDA.

use atheria_shared::cause::{CudaTrouble, Ending, Wait, signal_name};
use atheria_shared::session::Stage;

use crate::format::Numbers;
use crate::i18n::Lang;
use crate::i18n::words;

/// How a process ended: behind its name.
pub fn ending(lang: Lang, end: Ending) -> String {
    let signal = match end {
        Ending::Signal { signal } => signal,
        Ending::Status { status } => {
            return lang.pick(
                format!("ended with status {status}"),
                format!("terminó con estado {status}"),
            );
        }
        Ending::Unknown => return lang.pick("died", "murió").to_owned(),
    };
    let name = signal_name(signal).map_or_else(
        || lang.pick(format!("signal {signal}"), format!("la señal {signal}")),
        str::to_owned,
    );
    let meaning = match signal {
        4 => lang.pick(": illegal instruction", ": instrucción ilegal"),
        6 => lang.pick(": it gave up by itself", ": se abortó a sí mismo"),
        7 => lang.pick(": bus error", ": error de bus"),
        8 => lang.pick(": arithmetic", ": aritmética"),
        9 => lang.pick(
            ": killed from outside, perhaps out of memory",
            ": lo mataron desde fuera, quizá por falta de memoria",
        ),
        11 => lang.pick(": segmentation fault", ": violación de segmento"),
        15 => lang.pick(": ended from outside", ": lo terminaron desde fuera"),
        _ => "",
    };
    lang.pick(
        format!("was killed by {name}{meaning}"),
        format!("murió por {name}{meaning}"),
    )
}

/// In which stage: behind a sentence, with a space before it.
pub(super) fn during(lang: Lang, stage: Option<Stage>) -> String {
    stage.map_or_else(String::new, |stage| {
        let stage = stage_name(lang, stage);
        lang.pick(
            format!(" in the stage “{stage}”"),
            format!(" en la etapa «{stage}»"),
        )
    })
}

/// A stage without its dots.
fn stage_name(lang: Lang, stage: Stage) -> &'static str {
    words::stage(lang, stage).trim_end_matches('.')
}

/// What took too long: a sentence without its end.
pub(super) fn slow(lang: Lang, wait: Wait, seconds: f64) -> String {
    let seconds = format!("{}\u{a0}s", Numbers(lang).exact(seconds));
    match wait {
        Wait::Hello => lang.pick(
            format!("The engine did not start within {seconds}"),
            format!("El motor no arrancó en {seconds}"),
        ),
        Wait::Heartbeat => lang.pick(
            format!("The engine gave no sign of life for {seconds} and was ended"),
            format!("El motor no dio señales de vida en {seconds} y se detuvo"),
        ),
        Wait::Stage { stage } => {
            let stage = stage_name(lang, stage);
            lang.pick(
                format!("The engine took longer than {seconds} for “{stage}” and was ended"),
                format!("El motor tardó más de {seconds} en «{stage}» y se detuvo"),
            )
        }
        Wait::NextStage => lang.pick(
            format!("The engine did not begin the next stage within {seconds} and was ended"),
            format!("El motor no empezó la etapa siguiente en {seconds} y se detuvo"),
        ),
        Wait::Check => lang.pick(
            format!("The engine took longer than {seconds} for one check and was ended"),
            format!("El motor tardó más de {seconds} en una comprobación y se detuvo"),
        ),
        Wait::Step => lang.pick(
            format!("The engine took longer than {seconds} for one step or command and was ended"),
            format!("El motor tardó más de {seconds} en un paso o una orden y se detuvo"),
        ),
    }
}

/// Why CUDA cannot be used, and what to do.
pub(super) fn cuda(lang: Lang, why: &CudaTrouble) -> (String, String) {
    let cpu = lang.pick("Choose the CPU.", "Elige la CPU.");
    let look = lang.pick(
        "See what nvidia-smi says, or choose the CPU.",
        "Mira qué dice nvidia-smi, o elige la CPU.",
    );
    let (what, todo) = match why {
        CudaTrouble::Missing => (
            lang.pick(
                "There is no CUDA here: no NVIDIA driver, or no device for it",
                "Aquí no hay CUDA: no hay controlador de NVIDIA, o ningún dispositivo",
            )
            .to_owned(),
            cpu,
        ),
        CudaTrouble::NotInLibtorch => (
            lang.pick(
                "This libtorch was built without CUDA",
                "Esta libtorch se construyó sin CUDA",
            )
            .to_owned(),
            lang.pick(
                "Choose the CPU, or build with a libtorch that has CUDA.",
                "Elige la CPU, o construye con una libtorch que tenga CUDA.",
            ),
        ),
        CudaTrouble::TooOld { driver, runtime } => (
            lang.pick(
                format!("The NVIDIA driver is too old: it speaks CUDA {driver}, and libtorch needs {runtime}"),
                format!(
                    "El controlador de NVIDIA es demasiado antiguo: habla CUDA {driver}, y libtorch necesita {runtime}"
                ),
            ),
            lang.pick(
                "Install a newer driver, or choose the CPU.",
                "Instala uno más nuevo, o elige la CPU.",
            ),
        ),
        CudaTrouble::Refused { .. } => (
            lang.pick("The NVIDIA driver refuses", "El controlador de NVIDIA lo rechaza")
                .to_owned(),
            look,
        ),
        CudaTrouble::Hung { seconds } => {
            let seconds = Numbers(lang).exact(seconds.get());
            (
                lang.pick(
                    format!("The NVIDIA driver has not answered within {seconds}\u{a0}s"),
                    format!("El controlador de NVIDIA no respondió en {seconds}\u{a0}s"),
                ),
                look,
            )
        }
        CudaTrouble::Aborted { end } => {
            let end = ending(lang, *end);
            (
                lang.pick(
                    format!("The process that asked the NVIDIA driver {end}"),
                    format!("El proceso que consultó al controlador de NVIDIA {end}"),
                ),
                look,
            )
        }
        CudaTrouble::Unknown { .. } => (
            lang.pick("CUDA cannot be asked for", "No se puede consultar CUDA")
                .to_owned(),
            look,
        ),
        CudaTrouble::TorchScript => (
            lang.pick(
                "The TorchScript of somebody else is run on the CPU alone",
                "Un TorchScript ajeno solo se ejecuta en la CPU",
            )
            .to_owned(),
            cpu,
        ),
    };
    (what, todo.to_owned())
}
