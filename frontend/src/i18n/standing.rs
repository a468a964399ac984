//! What is said of a session: that it is silent, at one thing for long, over; and what a reset of it would wipe.

use super::Lang;
use crate::format::Numbers;
use crate::silence::Who;
use crate::work::Wiped;

/// An hour of the day in words that both languages share: `12:03:05`.
pub fn clock(hours: u32, minutes: u32, seconds: u32) -> String {
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

/// Who does not answer.
pub fn silent(lang: Lang, who: Who) -> &'static str {
    match who {
        Who::Server => lang.texts().away_title,
        Who::Engine => lang.pick("The engine does not answer", "El motor no responde"),
    }
}

/// Since when, and what the world was like then; without a step where none is known.
pub fn no_answer_since(lang: Lang, clock: &str, step: Option<u64>) -> String {
    let since = lang.pick("No answer since", "Sin respuesta desde las");
    match step {
        Some(step) => {
            let word = lang.texts().step;
            format!("{since} {clock}, {word} {}", Numbers(lang).integer(step))
        }
        None => format!("{since} {clock}"),
    }
}

/// What becomes of it.
pub fn goes_on(lang: Lang, who: Who) -> &'static str {
    match who {
        Who::Server => lang.pick(
            "The page keeps looking for it, and goes on by itself as soon as it answers.",
            "La página lo sigue buscando y continúa sola en cuanto responda.",
        ),
        Who::Engine => lang.pick(
            "If it stays silent, the server starts another one from the last saved world.",
            "Si sigue en silencio, el servidor inicia otro desde el último mundo guardado.",
        ),
    }
}

/// The engine is at one thing for long.
pub fn busy(lang: Lang, seconds: u64) -> String {
    let seconds = Numbers(lang).integer(seconds);
    match lang {
        Lang::En => format!("This step has taken {seconds}\u{a0}s so far"),
        Lang::Es => format!("Este paso lleva {seconds}\u{a0}s"),
    }
}

/// The server is away, and what was asked for is kept.
pub fn opens_when_back(lang: Lang, name: &str) -> String {
    match lang {
        Lang::En => format!("{name} opens by itself as soon as the server answers."),
        Lang::Es => format!("{name} se abre en cuanto el servidor responda."),
    }
}

/// A session that is over: what is lost with it.
pub fn lost(lang: Lang, step: u64) -> String {
    let step = Numbers(lang).integer(step);
    match lang {
        Lang::En => format!(
            "It was closed, or the server was started again. Its world is lost; it was last seen at step {step}. Opened anew, it begins at step 0."
        ),
        Lang::Es => format!(
            "Se cerró, o el servidor se inició de nuevo. Su mundo se perdió; se vio por última vez en el paso {step}. Al abrirla de nuevo empieza en el paso 0."
        ),
    }
}

/// How many watch.
pub fn viewers(lang: Lang, count: usize) -> String {
    let word = lang.pick("watching", "mirando");
    format!("{count} {word}")
}

/// What a reset would wipe.
pub fn wiped(lang: Lang, wiped: Wiped) -> String {
    let steps = counted(lang, wiped.steps, ["step", "steps"], ["paso", "pasos"]);
    let strokes = ["stroke of a tool", "strokes of tools"];
    let strokes = counted(
        lang,
        wiped.strokes,
        strokes,
        ["trazo de herramienta", "trazos de herramientas"],
    );
    let and = lang.pick("and", "y");
    let all = match (wiped.steps, wiped.strokes) {
        (0, _) => strokes,
        (_, 0) => steps,
        _ => format!("{steps} {and} {strokes}"),
    };
    match lang {
        Lang::En => format!("This wipes {all}. It cannot be undone."),
        Lang::Es => format!("Esto borra {all}. No se puede deshacer."),
    }
}

/// A number of things: the words are for one of them and for more.
fn counted(lang: Lang, count: u64, en: [&str; 2], es: [&str; 2]) -> String {
    let [one, more] = lang.pick(en, es);
    let number = Numbers(lang).integer(count);
    format!("{number} {}", if count == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_in_words() {
        let clock = clock(9, 3, 5);
        assert_eq!(
            no_answer_since(Lang::En, &clock, Some(1_804)),
            "No answer since 09:03:05, step 1,804"
        );
        assert_eq!(
            no_answer_since(Lang::Es, &clock, Some(1_804)),
            "Sin respuesta desde las 09:03:05, paso 1\u{a0}804"
        );
        assert_eq!(
            no_answer_since(Lang::En, &clock, None),
            "No answer since 09:03:05"
        );
    }

    #[test]
    fn what_is_wiped_is_counted() {
        let some = Wiped {
            steps: 1_200,
            strokes: 3,
        };
        assert!(wiped(Lang::En, some).starts_with("This wipes 1,200 steps and 3 strokes of tools."));
        let steps = Wiped { strokes: 0, ..some };
        assert!(wiped(Lang::Es, steps).starts_with("Esto borra 1\u{a0}200 pasos."));
        let one = Wiped { steps: 0, strokes: 1 };
        assert!(wiped(Lang::En, one).starts_with("This wipes 1 stroke of a tool."));
    }
}
