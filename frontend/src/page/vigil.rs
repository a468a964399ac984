//! Whether the session answers, and what is said over its world while it does not.

use atheria_shared::pulse::Pulse;
use frontend::i18n::standing as words;
use frontend::opening::{Opening, Standing};
use frontend::silence::{Ear, Silence, TICK, Who};
use leptos::prelude::*;

use super::icon;
use super::state::{App, app};
use crate::browser::clock;

/// What was heard of the session, and what follows from it.
#[derive(Clone, Copy)]
pub(crate) struct Vigil {
    ear: StoredValue<Ear>,
    /// Who does not answer, and since when.
    pub(super) silence: RwSignal<Option<Silence>>,
    /// Seconds that the engine has been at one thing, when they are many.
    pub(super) busy_seconds: RwSignal<Option<u64>>,
    /// How many watch the session, this page included.
    pub(super) viewers: RwSignal<usize>,
}

impl Vigil {
    pub(crate) fn new() -> Self {
        Self {
            ear: StoredValue::new(Ear::default()),
            silence: RwSignal::new(None),
            busy_seconds: RwSignal::new(None),
            viewers: RwSignal::new(0),
        }
    }

    /// Begins with another session.
    pub(super) fn begin(self) {
        self.ear.set_value(Ear::new(clock::now_ms()));
        self.tell();
    }

    /// Something came from the server.
    pub(super) fn hear(self) {
        self.ear.update_value(|ear| ear.hear(clock::now_ms()));
        if self.silence.with_untracked(Option::is_some) {
            self.tell();
        }
    }

    /// A pulse came.
    pub(super) fn feel(self, pulse: Pulse) {
        self.ear.update_value(|ear| ear.feel(pulse, clock::now_ms()));
        self.tell();
    }

    fn tell(self) {
        let now = clock::now_ms();
        let silence = self.ear.try_update_value(|ear| ear.tick(now)).flatten();
        let ear = self.ear.get_value();
        change(self.silence, silence);
        change(self.busy_seconds, ear.busy_seconds());
        change(self.viewers, ear.viewers());
    }
}

/// Sets a signal whose readers hear of it only when it is something else.
fn change<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, now: T) {
    if signal.with_untracked(|before| *before != now) {
        signal.set(now);
    }
}

impl App {
    /// Judges for as long as the page lives.
    pub(super) fn begin_vigil(self) {
        set_interval(
            move || {
                let waits = self.opening.with_untracked(|opening| {
                    matches!(
                        opening.standing,
                        Standing::Asking | Standing::Opening | Standing::Live | Standing::Recovering
                    )
                });
                if waits {
                    self.vigil.tell();
                } else {
                    self.vigil.begin();
                }
            },
            TICK,
        );
    }

    /// Whether a world is there and answers: what is said of it holds now.
    pub(super) fn answers(self) -> bool {
        self.opening.with(Opening::is_live) && self.vigil.silence.with(Option::is_none)
    }
}

/// Over the world: who does not answer, since when, and what becomes of it.
#[component]
pub(super) fn Silent() -> impl IntoView {
    let app = app();
    let opening = Memo::new(move |_| app.opening.with(Opening::is_opening));
    let words = move || {
        let Silence { who, since_ms } = app.vigil.silence.get()?;
        let lang = app.lang.get();
        let (hours, minutes, seconds) = clock::of_day(since_ms);
        let step = (!opening.get()).then(|| app.status.with(|status| status.step));
        let since = words::no_answer_since(lang, &words::clock(hours, minutes, seconds), step);
        Some((who, words::silent(lang, who), since, words::goes_on(lang, who)))
    };
    move || {
        let (who, title, since, goes_on) = words()?;
        let picture = match who {
            Who::Server => icon::UNPLUGGED,
            Who::Engine => icon::PULSE,
        };
        Some(view! {
            <div class="silent" class:aside=move || opening.get() role="alert">
                <div class="glass card">
                    {icon::draw(picture)}
                    <b>{title}</b>
                    <p class="num">{since}</p>
                    <small>{goes_on}</small>
                </div>
            </div>
        })
    }
}

/// A step that takes long is told from a silence, quietly.
#[component]
pub(super) fn Busy() -> impl IntoView {
    let app = app();
    let live = Memo::new(move |_| app.answers());
    move || {
        let seconds = app.vigil.busy_seconds.get().filter(|_| live.get())?;
        Some(view! {
            <p class="glass chip busy" role="status" aria-live="off">
                <i class="spin"></i>
                {words::busy(app.lang.get(), seconds)}
            </p>
        })
    }
}
