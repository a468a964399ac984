//! Opens the experiment anew, in another world.

use atheria_shared::Boundary;
use atheria_shared::world::{DeviceChoice, ExecutionChoice};
use frontend::i18n::{state, words};
use frontend::settings::{Matter, Settings};
use leptos::prelude::*;

use super::state::{App, app};
use super::visits::Visit;

/// What is typed.
type Typed = RwSignal<Settings>;

#[component]
pub(super) fn WorldForm() -> impl IntoView {
    let app = app();
    let typed = RwSignal::new(Settings::default());
    let session = Memo::new(move |_| app.opening.with(|o| (o.id.clone(), o.world.is_some())));
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads never runs.
        let _ = session.get();
        app.opening.with_untracked(|opening| {
            if let Some(request) = &opening.request {
                typed.set(Settings::of(request, opening.world.as_ref()));
            }
        });
    });
    view! {
        <details class="form">
            <summary>{app.tr(|t| t.open_anew_label)}</summary>
            {form(app, typed)}
        </details>
    }
}

fn form(app: App, typed: Typed) -> AnyView {
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
    let grid = Field {
        label: |app| app.lang.get().texts().height_width,
        hint: |app| app.lang.get().texts().grid_hint,
        usual: |_| "",
        at: |typed| &mut typed.grid,
        good: |typed| typed.grid().is_ok(),
    };
    let seed = Field {
        label: |app| app.lang.get().texts().seed,
        hint: |app| app.lang.get().texts().seed_hint,
        at: |typed| &mut typed.seed,
        good: |typed| typed.seed().is_ok(),
        ..grid
    };
    let vacuum = Field {
        label: |app| app.lang.get().texts().vacuum,
        hint: |app| app.lang.get().texts().vacuum_hint,
        at: |typed| &mut typed.vacuum,
        good: |typed| typed.vacuum().is_ok(),
        ..grid
    };
    let eps = Field {
        label: |app| app.lang.get().texts().eps,
        hint: |app| app.lang.get().texts().eps_hint,
        usual: |app| app.lang.get().texts().usual,
        at: |typed| &mut typed.eps,
        good: |typed| typed.eps().is_ok(),
    };
    view! {
        <form on:submit=submit>
            {grid.draw(app, typed)}
            {choice(
                app.tr(|t| t.boundary),
                [Boundary::Walls, Boundary::Torus, Boundary::Unbounded],
                move || typed.with(|typed| typed.boundary),
                |boundary| boundary.to_string(),
                move |boundary| words::boundary(app.lang.get(), boundary),
                move |boundary| typed.update(|typed| typed.boundary = boundary),
            )}
            {choice(
                app.tr(|t| t.starting_matter),
                Matter::ALL,
                move || typed.with(|typed| typed.matter),
                |matter| matter.name().to_owned(),
                move |matter| matter_name(app, matter),
                move |matter| typed.update(|typed| typed.matter = matter),
            )}
            {matter(app, typed, grid)}
            {seed.draw(app, typed)}
            {vacuum.draw(app, typed)}
            {eps.draw(app, typed)}
            {choice(
                app.tr(|t| t.device),
                [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Cuda],
                move || typed.with(|typed| typed.device),
                |device| device.to_string(),
                |device| match device {
                    DeviceChoice::Auto => "auto",
                    DeviceChoice::Cpu => "CPU",
                    DeviceChoice::Cuda => "CUDA",
                },
                move |device| typed.update(|typed| typed.device = device),
            )}
            {choice(
                app.tr(|t| t.execution),
                [ExecutionChoice::Auto, ExecutionChoice::Dense, ExecutionChoice::Sparse],
                move || typed.with(|typed| typed.execution),
                |execution| execution.to_string(),
                move |execution| state::choice(app.lang.get(), execution),
                move |execution| typed.update(|typed| typed.execution = execution),
            )}
            {weights(app, typed)}
            <button class="button main" type="submit" disabled=move || !ready()>
                {app.tr(|t| t.open_anew)}
            </button>
        </form>
    }
    .into_any()
}

/// What goes with the starting matter that is chosen.
fn matter(app: App, typed: Typed, usual: Field) -> AnyView {
    let matter = Memo::new(move |_| typed.with(|typed| typed.matter));
    let count = Field {
        label: |app| app.lang.get().texts().blob_count,
        hint: |app| app.lang.get().texts().seed_hint,
        at: |typed| &mut typed.blobs,
        good: |typed| typed.init().is_ok(),
        ..usual
    };
    let side = Field {
        label: |app| app.lang.get().texts().blob_side,
        hint: |app| app.lang.get().texts().seed_hint,
        at: |typed| &mut typed.blob,
        good: |typed| typed.init().is_ok(),
        ..usual
    };
    let place = Field {
        label: |app| app.lang.get().texts().place,
        hint: |app| app.lang.get().texts().place_hint,
        at: |typed| &mut typed.place,
        good: |typed| typed.place().is_ok(),
        ..usual
    };
    (move || match matter.get() {
        Matter::Own => place.draw(app, typed),
        Matter::Blob => side.draw(app, typed),
        Matter::Blobs => view! { {count.draw(app, typed)} {side.draw(app, typed)} }.into_any(),
        Matter::ComplexNoise | Matter::Random | Matter::Zeros => ().into_any(),
    })
    .into_any()
}

/// Where the checkpoint's weights lie, and whether they may be cast.
fn weights(app: App, typed: Typed) -> AnyView {
    let place = Field {
        label: |app| app.lang.get().texts().weights,
        hint: |app| app.lang.get().texts().weights_hint,
        usual: |app| app.lang.get().texts().weights_usual,
        at: |typed| &mut typed.weights,
        good: |_| true,
    };
    view! {
            {place.draw(app, typed)}
            {choice(
                app.tr(|t| t.other_types),
                [false, true],
                move || typed.with(|typed| typed.cast),
                |cast| cast.to_string(),
                move |cast| {
                    let texts = app.lang.get().texts();
                    if cast { texts.types_cast } else { texts.types_refused }
                },
                move |cast| typed.update(|typed| typed.cast = cast),
            )}
    }
    .into_any()
}

/// A text of the form: which one, and whether it can be read.
#[derive(Clone, Copy)]
struct Field {
    label: fn(App) -> &'static str,
    hint: fn(App) -> &'static str,
    /// What stands there while it is empty.
    usual: fn(App) -> &'static str,
    at: fn(&mut Settings) -> &mut String,
    good: fn(&Settings) -> bool,
}

impl Field {
    fn draw(self, app: App, typed: Typed) -> AnyView {
        let Self {
            label,
            hint,
            usual,
            at,
            good,
        } = self;
        let good = move || typed.with(good);
        view! {
            <label class:wrong=move || !good()>
                <span>{move || label(app)}</span>
                <input
                    type="text"
                    class="num"
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=move || (!good()).to_string()
                    title=move || hint(app)
                    placeholder=move || usual(app)
                    prop:value=move || at(&mut typed.get()).clone()
                    on:input=move |event| typed.update(|typed| *at(typed) = event_target_value(&event))
                />
                {move || (!good()).then(|| view! { <small role="alert">{hint(app)}</small> })}
            </label>
        }
        .into_any()
    }
}

fn choice<T: Copy + PartialEq + Send + Sync + 'static, const N: usize>(
    label: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    all: [T; N],
    now: impl Fn() -> T + Copy + Send + Sync + 'static,
    name: fn(T) -> String,
    words: impl Fn(T) -> &'static str + Copy + Send + Sync + 'static,
    choose: impl Fn(T) + Copy + 'static,
) -> AnyView {
    let options: Vec<_> = all
        .into_iter()
        .map(|one| {
            view! {
                <option value=name(one) prop:selected=move || now() == one>
                    {move || words(one)}
                </option>
            }
        })
        .collect();
    view! {
        <label>
            <span>{label}</span>
            <select on:change=move |event| {
                let chosen = event_target_value(&event);
                if let Some(one) = all.into_iter().find(|&one| name(one) == chosen) {
                    choose(one);
                }
            }>{options}</select>
        </label>
    }
    .into_any()
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
