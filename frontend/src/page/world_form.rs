//! Opens the experiment anew, in another world.

use atheria_shared::Boundary;
use atheria_shared::geometry::Cell;
use atheria_shared::world::{DeviceChoice, ExecutionChoice};
use frontend::i18n::glossary::Term;
use frontend::i18n::{state, words};
use frontend::settings::{Around, Matter, Place, Settings};
use leptos::prelude::*;

use super::fields::{Choice, Field, Kind};
use super::state::{App, Tab, app};
use super::visits::Visit;
use crate::browser::focus;

/// The button that begins to pick.
const PICK: &str = ".form .pick";

const SEED: Field = Field {
    name: "seed",
    label: |t| t.seed,
    hint: |t| t.seed_hint,
    usual: |_| "",
    term: None,
    kind: Kind::Whole,
    at: |typed| &mut typed.seed,
    good: |typed| typed.seed().is_ok(),
};
const HEIGHT: Field = Field {
    name: "height",
    label: |t| t.height,
    hint: |t| t.side_hint,
    at: |typed| &mut typed.height,
    good: |typed| typed.grid().is_ok(),
    ..SEED
};
const WIDTH: Field = Field {
    name: "width",
    label: |t| t.width,
    at: |typed| &mut typed.width,
    ..HEIGHT
};
const BLOB_SIDE: Field = Field {
    name: "blob",
    label: |t| t.blob_side,
    at: |typed| &mut typed.blob,
    good: |typed| typed.init().is_ok(),
    ..SEED
};
const BLOB_COUNT: Field = Field {
    name: "blobs",
    label: |t| t.blob_count,
    at: |typed| &mut typed.blobs,
    ..BLOB_SIDE
};
const ROW: Field = Field {
    name: "row",
    label: |t| t.row,
    at: |typed| &mut typed.row,
    good: |typed| typed.place().is_ok(),
    ..SEED
};
const COLUMN: Field = Field {
    name: "column",
    label: |t| t.column,
    at: |typed| &mut typed.column,
    ..ROW
};
const COPIES: Field = Field {
    name: "copies",
    label: |t| t.copies,
    hint: |t| t.copies_hint,
    at: |typed| &mut typed.copies,
    ..ROW
};
const AMPLITUDE: Field = Field {
    name: "amplitude",
    label: |t| t.amplitude,
    hint: |t| t.amplitude_hint,
    kind: Kind::Share,
    at: |typed| &mut typed.amplitude,
    good: |typed| typed.vacuum().is_ok(),
    ..SEED
};
const WAVES: Field = Field {
    name: "waves",
    label: |t| t.waves,
    hint: |t| t.waves_hint,
    kind: Kind::Whole,
    at: |typed| &mut typed.waves,
    ..AMPLITUDE
};
const WAVE_SEED: Field = Field {
    name: "wave-seed",
    label: |t| t.wave_seed,
    hint: |t| t.seed_hint,
    at: |typed| &mut typed.wave_seed,
    ..WAVES
};
const EPS: Field = Field {
    name: "eps",
    label: |t| t.eps,
    hint: |t| t.eps_hint,
    usual: |t| t.usual,
    term: Some(Term::Eps),
    kind: Kind::Text,
    at: |typed| &mut typed.eps,
    good: |typed| typed.eps().is_ok(),
};
const WEIGHTS: Field = Field {
    name: "weights",
    label: |t| t.weights,
    hint: |t| t.weights_hint,
    usual: |t| t.weights_usual,
    term: None,
    at: |typed| &mut typed.weights,
    good: |_| true,
    ..EPS
};

/// The form, whether it is seen or not.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// What is typed.
    pub(super) typed: RwSignal<Settings>,
    /// Whether it is unfolded.
    pub(super) unfolded: RwSignal<bool>,
    /// Whether the next click on the world says where the starting matter lies.
    pub(super) picking: RwSignal<bool>,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self {
            typed: RwSignal::new(Settings::default()),
            unfolded: RwSignal::new(false),
            picking: RwSignal::new(false),
        }
    }
}

impl App {
    /// Keeps the form at the settings of the world that is open.
    pub(super) fn begin_form(self) {
        let session = Memo::new(move |_| self.opening.with(|o| (o.id.clone(), o.world.is_some())));
        Effect::new(move |_| {
            // Read, not only tracked: a memo that nobody reads never runs.
            let _ = session.get();
            self.form.picking.set(false);
            self.opening.with_untracked(|opening| {
                if let Some(request) = &opening.request {
                    let settings = Settings::of(request, opening.world.as_ref());
                    self.form.typed.set(settings);
                }
            });
        });
    }

    /// Lets the next click on the world say where the starting matter lies.
    fn begin_picking(self) {
        self.form.picking.set(true);
        if self.narrow.get_untracked() {
            self.tab.set(Tab::World);
        }
        request_animation_frame(|| focus::put("#world canvas"));
    }

    /// Takes the cell that was picked.
    pub(super) fn pick(self, cell: Cell) {
        self.form.typed.update(|typed| typed.put_at(cell));
        self.stop_picking();
    }

    /// Goes back to the form, whatever was picked.
    pub(super) fn stop_picking(self) {
        self.form.picking.set(false);
        self.hide_cursor();
        if self.narrow.get_untracked() {
            self.tab.set(Tab::Law);
        }
        request_animation_frame(|| focus::put(PICK));
    }
}

#[component]
pub(super) fn WorldForm() -> impl IntoView {
    let app = app();
    let unfolded = app.form.unfolded;
    view! {
        <details
            class="form"
            prop:open=move || unfolded.get()
            on:toggle=move |event| unfolded.set(event_target::<web_sys::HtmlDetailsElement>(&event).open())
        >
            <summary>{app.tr(|t| t.open_anew_label)}</summary>
            {form(app)}
        </details>
    }
}

/// What is said over the world while a place is picked.
#[component]
pub(super) fn Picking() -> impl IntoView {
    let app = app();
    view! {
        <Show when=move || app.form.picking.get()>
            <p class="glass chip" role="status">
                {app.tr(|t| t.pick_hint)}
                <button class="button" on:click=move |_| app.stop_picking()>{app.tr(|t| t.cancel)}</button>
            </p>
        </Show>
    }
}

fn form(app: App) -> AnyView {
    let typed = app.form.typed;
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let open = app.opening.with_untracked(|opening| opening.request.clone());
        if let Some(request) = open.and_then(|open| typed.with_untracked(|typed| typed.request(open).ok())) {
            app.open(request, Visit::New);
        }
    };
    let base = Memo::new(move |_| app.opening.with(|opening| opening.request.clone()));
    let ready = move || {
        let base = base.get();
        base.is_some_and(|base| typed.with(|typed| typed.request(base).is_ok()))
    };
    view! {
        <form on:submit=submit novalidate>
            {HEIGHT.draw(app)}
            {WIDTH.draw(app)}
            {Choice {
                name: "boundary",
                label: |t| t.boundary,
                term: None,
                all: [Boundary::Walls, Boundary::Torus, Boundary::Unbounded],
                at: |typed| &mut typed.boundary,
                value: |boundary| boundary.to_string(),
                words: |app, boundary| words::boundary(app.lang.get(), boundary),
            }.draw(app)}
            {Choice {
                name: "matter",
                label: |t| t.starting_matter,
                term: Some(Term::Matter),
                all: Matter::ALL,
                at: |typed| &mut typed.matter,
                value: |matter| matter.name().to_owned(),
                words: |app, matter| matter_name(app, matter),
            }.draw(app)}
            {of_matter(app)}
            {SEED.draw(app)}
            {Choice {
                name: "vacuum",
                label: |t| t.vacuum,
                term: Some(Term::Vacuum),
                all: Around::ALL,
                at: |typed| &mut typed.vacuum,
                value: |around| around.name().to_owned(),
                words: |app, around| around_name(app, around),
            }.draw(app)}
            {of_vacuum(app)}
            {EPS.draw(app)}
            {Choice {
                name: "device",
                label: |t| t.device,
                term: None,
                all: [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Cuda],
                at: |typed| &mut typed.device,
                value: |device| device.to_string(),
                words: |_, device| match device {
                    DeviceChoice::Auto => "auto",
                    DeviceChoice::Cpu => "CPU",
                    DeviceChoice::Cuda => "CUDA",
                },
            }.draw(app)}
            {Choice {
                name: "execution",
                label: |t| t.execution,
                term: None,
                all: [ExecutionChoice::Auto, ExecutionChoice::Dense, ExecutionChoice::Sparse],
                at: |typed| &mut typed.execution,
                value: |execution| execution.to_string(),
                words: |app, execution| state::choice(app.lang.get(), execution),
            }.draw(app)}
            {weights(app)}
            <button class="button main" type="submit" disabled=move || !ready()>
                {app.tr(|t| t.open_anew)}
            </button>
        </form>
    }
    .into_any()
}

/// What goes with the starting matter that is chosen.
fn of_matter(app: App) -> AnyView {
    let matter = Memo::new(move |_| app.form.typed.with(|typed| typed.matter));
    (move || match matter.get() {
        Matter::Own => place(app),
        Matter::Blob => BLOB_SIDE.draw(app),
        Matter::Blobs => view! { {BLOB_COUNT.draw(app)} {BLOB_SIDE.draw(app)} }.into_any(),
        Matter::ComplexNoise | Matter::Random | Matter::Zeros => ().into_any(),
    })
    .into_any()
}

/// Where the experiment's own matter lies.
fn place(app: App) -> AnyView {
    let place = Memo::new(move |_| app.form.typed.with(|typed| typed.place));
    let more = move || match place.get() {
        Place::Centre | Place::Tile => ().into_any(),
        Place::Scatter => COPIES.draw(app),
        Place::At => view! {
            {ROW.draw(app)}
            {COLUMN.draw(app)}
            <button
                type="button"
                class="button pick"
                disabled=move || app.range.with(Option::is_none)
                on:click=move |_| app.begin_picking()
            >
                {app.tr(|t| t.pick)}
            </button>
        }
        .into_any(),
    };
    let choice = Choice {
        name: "place",
        label: |t| t.place,
        term: None,
        all: Place::ALL,
        at: |typed| &mut typed.place,
        value: |place| place.name().to_owned(),
        words: |app, place| place_name(app, place),
    };
    view! { {choice.draw(app)} {more} }.into_any()
}

/// What goes with the vacuum that is chosen.
fn of_vacuum(app: App) -> AnyView {
    let around = Memo::new(move |_| app.form.typed.with(|typed| typed.vacuum));
    (move || match around.get() {
        Around::One => ().into_any(),
        Around::Harmonic => view! {
            {AMPLITUDE.draw(app)}
            {WAVES.draw(app)}
            {WAVE_SEED.draw(app)}
        }
        .into_any(),
    })
    .into_any()
}

/// Where the checkpoint's weights lie, and whether they may be cast.
fn weights(app: App) -> AnyView {
    let cast = Choice {
        name: "cast",
        label: |t| t.other_types,
        term: None,
        all: [false, true],
        at: |typed| &mut typed.cast,
        value: |cast| cast.to_string(),
        words: |app, cast| {
            let texts = app.lang.get().texts();
            if cast {
                texts.types_cast
            } else {
                texts.types_refused
            }
        },
    };
    view! { {WEIGHTS.draw(app)} {cast.draw(app)} }.into_any()
}

fn matter_name(app: App, matter: Matter) -> &'static str {
    let texts = app.lang.get().texts();
    match matter {
        Matter::Own => texts.matter_file,
        Matter::Blob => texts.matter_blob,
        Matter::Blobs => texts.matter_blobs,
        Matter::ComplexNoise => texts.matter_complex_noise,
        Matter::Random => texts.matter_random,
        Matter::Zeros => texts.matter_zeros,
    }
}

fn place_name(app: App, place: Place) -> &'static str {
    let texts = app.lang.get().texts();
    match place {
        Place::Centre => texts.place_centre,
        Place::At => texts.place_at,
        Place::Tile => texts.place_tile,
        Place::Scatter => texts.place_scatter,
    }
}

fn around_name(app: App, around: Around) -> &'static str {
    let texts = app.lang.get().texts();
    match around {
        Around::One => texts.vacuum_one,
        Around::Harmonic => texts.vacuum_harmonic,
    }
}
