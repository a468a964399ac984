//! What became of the engine, and what the server or the page cannot do now.

use atheria_shared::cause::{Ending, IoFault, Wait};
use atheria_shared::number::Number;
use atheria_shared::session::Stage;

use super::{Told, engine, files, pick};
use crate::i18n::Lang;

pub(super) fn running(lang: Lang) -> Told {
    pick(
        lang,
        ("A run is under way", "Pause it first."),
        ("Hay una ejecución en curso", "Páusala primero."),
    )
}

pub(super) fn not_started(lang: Lang, program: &str, why: &IoFault) -> Told {
    let why = files::io(lang, why);
    (
        lang.pick(
            format!("The engine {program} could not be started: {why}"),
            format!("No se pudo iniciar el motor {program}: {why}"),
        ),
        lang.pick(
            "Build it with make build, so that ath-engine lies beside ath.",
            "Constrúyelo con make build, para que ath-engine esté junto a ath.",
        )
        .to_owned(),
    )
}

pub(super) fn version(lang: Lang, found: u32, expected: u32) -> Told {
    (
        lang.pick(
            format!("The engine is of another build: it speaks version {found}, and the server {expected}"),
            format!("El motor es de otra compilación: habla la versión {found}, y el servidor la {expected}"),
        ),
        lang.pick(
            "Build both with make build, and start ath serve again.",
            "Construye ambos con make build, y reinicia ath serve.",
        )
        .to_owned(),
    )
}

pub(super) fn slow(lang: Lang, wait: Wait, seconds: Number) -> Told {
    let todo = match wait {
        Wait::Hello | Wait::Heartbeat | Wait::NextStage => lang.pick(
            "See whether the machine is busy or out of memory, and try again.",
            "Mira si la máquina está ocupada o sin memoria, y reintenta.",
        ),
        Wait::Stage { .. } | Wait::Step => lang.pick(
            "Try a smaller world, or try again.",
            "Prueba un mundo menor, o reintenta.",
        ),
        Wait::Check => lang.pick(
            "See whether the machine is busy, and diagnose again.",
            "Mira si la máquina está ocupada, y repite el diagnóstico.",
        ),
    };
    (engine::slow(lang, wait, seconds.get()), todo.to_owned())
}

pub(super) fn died(lang: Lang, end: Ending, stage: Option<Stage>) -> Told {
    let (how, when) = (engine::ending(lang, end), engine::during(lang, stage));
    let todo = match end {
        Ending::Signal { signal: 9 } => lang.pick(
            "Try a smaller world, or make memory free.",
            "Prueba un mundo menor, o libera memoria.",
        ),
        Ending::Signal { .. } | Ending::Status { .. } | Ending::Unknown => lang.pick(
            "If it happens again, try a smaller world, or the CPU where CUDA is used.",
            "Si se repite, prueba un mundo menor, o la CPU donde se use CUDA.",
        ),
    };
    (
        lang.pick(
            format!("The engine process {how}{when}"),
            format!("El proceso del motor {how}{when}"),
        ),
        todo.to_owned(),
    )
}

pub(super) fn nonsense(lang: Lang, stage: Option<Stage>) -> Told {
    let when = engine::during(lang, stage);
    (
        lang.pick(
            format!("The engine said something that cannot be{when}, and was ended"),
            format!("El motor dijo algo imposible{when}, y se detuvo"),
        ),
        lang.pick(
            "Build server and engine together with make build; if it happens again, report it.",
            "Construye servidor y motor juntos con make build; si se repite, comunícalo.",
        )
        .to_owned(),
    )
}

pub(super) fn diagnosing(lang: Lang, name: &str) -> Told {
    (
        lang.pick(
            format!("{name} is being diagnosed already"),
            format!("{name} ya se está diagnosticando"),
        ),
        lang.pick("Wait until that is over.", "Espera a que termine.")
            .to_owned(),
    )
}

pub(super) fn not_diagnosed(lang: Lang, name: &str) -> Told {
    (
        lang.pick(
            format!("{name} has not been diagnosed since the server was started"),
            format!("{name} no se ha diagnosticado desde que se inició el servidor"),
        ),
        lang.pick("Run the diagnosis again.", "Repite el diagnóstico.")
            .to_owned(),
    )
}

pub(super) fn diagnosis_ended(lang: Lang) -> Told {
    pick(
        lang,
        (
            "The diagnosis was ended before it was over",
            "Run it again when the server is there.",
        ),
        (
            "El diagnóstico se interrumpió antes de terminar",
            "Repítelo cuando el servidor esté de vuelta.",
        ),
    )
}

pub(super) fn not_understood(lang: Lang, asked: &str, status: Option<u16>) -> Told {
    let what = match status {
        Some(status) => lang.pick(
            format!("{asked} was answered with HTTP {status}, and not by Atheria"),
            format!("La respuesta a {asked} fue HTTP {status}, y no de Atheria"),
        ),
        None => lang.pick(
            format!("The server's answer to {asked} is not one that this page understands"),
            format!("La respuesta del servidor a {asked} no es una que esta página entienda"),
        ),
    };
    let todo = lang.pick(
        "Reload the page; behind a proxy, see that it passes everything on.",
        "Recarga la página; tras un proxy, comprueba que lo deja pasar todo.",
    );
    (what, todo.to_owned())
}
