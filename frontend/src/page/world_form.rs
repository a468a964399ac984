//! Opens the experiment anew, in another world.

use atheria_shared::geometry::{GridError, UnknownWord};
use atheria_shared::session::SessionRequest;
use atheria_shared::world::{DeviceChoice, StartingMatter};
use atheria_shared::{Boundary, GridShape};
use frontend::i18n::words;
use leptos::prelude::*;

use super::state::{App, app};

/// What `init` offers: a word of the address, or nothing for the experiment's own.
const MATTER: [&str; 5] = ["", "blob", "complex_noise", "random", "zeros"];
const USUAL_BLOB_CELLS: u32 = 16;

/// The fields, as they are typed.
#[derive(Clone, Copy)]
struct Fields {
    grid: RwSignal<String>,
    boundary: RwSignal<Boundary>,
    matter: RwSignal<String>,
    blob: RwSignal<String>,
    seed: RwSignal<String>,
    device: RwSignal<DeviceChoice>,
}

impl Fields {
    fn new() -> Self {
        Self {
            grid: RwSignal::new(String::new()),
            boundary: RwSignal::new(Boundary::default()),
            matter: RwSignal::new(String::new()),
            blob: RwSignal::new(USUAL_BLOB_CELLS.to_string()),
            seed: RwSignal::new(String::from("0")),
            device: RwSignal::new(DeviceChoice::default()),
        }
    }

    /// Fills them in as the world is that is open.
    fn fill(self, app: App) {
        app.opening.with_untracked(|opening| {
            let request = opening.request.as_ref();
            let world = opening.world.as_ref();
            let grid = world.map(|w| w.grid).or(request.and_then(|r| r.grid));
            let boundary = world.map(|w| w.boundary).or(request.and_then(|r| r.boundary));
            let init = request.and_then(|r| r.init.as_ref());
            let (matter, blob) = match init {
                Some(StartingMatter::Blob { side_cells }) => ("blob".to_owned(), *side_cells),
                Some(StartingMatter::File(_)) | None => (String::new(), USUAL_BLOB_CELLS),
                Some(other) => (other.to_string(), USUAL_BLOB_CELLS),
            };
            self.grid
                .set(grid.map(|grid| grid.to_string()).unwrap_or_default());
            self.boundary.set(boundary.unwrap_or_default());
            self.matter.set(matter);
            self.blob.set(blob.to_string());
            self.seed.set(request.map_or(0, |r| r.seed).to_string());
            self.device.set(request.map(|r| r.device).unwrap_or_default());
        });
    }

    fn grid(self) -> Result<Option<GridShape>, GridError> {
        let text = self.grid.get();
        if text.trim().is_empty() {
            return Ok(None);
        }
        text.trim().parse().map(Some)
    }

    fn init(self) -> Result<Option<StartingMatter>, UnknownWord> {
        match self.matter.get().as_str() {
            "" => Ok(None),
            "blob" => format!("blob:{}", self.blob.get().trim()).parse().map(Some),
            word => word.parse().map(Some),
        }
    }

    fn seed(self) -> Option<u64> {
        self.seed.get().trim().parse().ok()
    }

    /// The request with what was typed, when all of it can be read.
    fn request(self, mut request: SessionRequest) -> Option<SessionRequest> {
        request.grid = self.grid().ok()?;
        request.boundary = Some(self.boundary.get());
        let init = self.init().ok()?;
        // A file of the experiment's own stays what it was.
        let file = matches!(request.init, Some(StartingMatter::File(_)));
        if !(file && init.is_none()) {
            request.init = init;
        }
        request.seed = self.seed()?;
        request.device = self.device.get();
        Some(request)
    }
}

#[component]
pub(super) fn WorldForm() -> impl IntoView {
    let app = app();
    let fields = Fields::new();
    let session = Memo::new(move |_| app.opening.with(|o| (o.id.clone(), o.world.is_some())));
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads never runs.
        let _ = session.get();
        fields.fill(app);
    });
    view! {
        <details class="form">
            <summary>{app.tr(|t| t.open_anew_label)}</summary>
            {form(app, fields)}
        </details>
    }
}

fn form(app: App, fields: Fields) -> AnyView {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let open = app.opening.with_untracked(|opening| opening.request.clone());
        if let Some(request) = open.and_then(|open| untrack(|| fields.request(open))) {
            app.open(request);
        }
    };
    let ready = move || fields.grid().is_ok() && fields.init().is_ok() && fields.seed().is_some();
    view! {
        <form on:submit=submit>
            {text_field(app.tr(|t| t.height_width), fields.grid, move || fields.grid().is_ok(), app.tr(|t| t.grid_hint))}
            <label>
                <span>{app.tr(|t| t.boundary)}</span>
                <select on:change=move |event| {
                    fields.boundary.set(event_target_value(&event).parse().unwrap_or_default());
                }>
                    {[Boundary::Walls, Boundary::Torus]
                        .map(|boundary| {
                            view! {
                                <option value=boundary.to_string() prop:selected=move || fields.boundary.get() == boundary>
                                    {move || words::boundary(app.lang.get(), boundary)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <label>
                <span>{app.tr(|t| t.starting_matter)}</span>
                <select on:change=move |event| fields.matter.set(event_target_value(&event))>
                    {MATTER
                        .map(|word| {
                            view! {
                                <option value=word prop:selected=move || fields.matter.get() == word>
                                    {move || matter(app, word)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <Show when=move || fields.matter.get() == "blob">
                {text_field(app.tr(|t| t.blob_side), fields.blob, move || fields.init().is_ok(), app.tr(|t| t.seed_hint))}
            </Show>
            {text_field(app.tr(|t| t.seed), fields.seed, move || fields.seed().is_some(), app.tr(|t| t.seed_hint))}
            <label>
                <span>{app.tr(|t| t.device)}</span>
                <select on:change=move |event| {
                    fields.device.set(event_target_value(&event).parse().unwrap_or_default());
                }>
                    {[(DeviceChoice::Auto, "auto"), (DeviceChoice::Cpu, "CPU"), (DeviceChoice::Cuda, "CUDA")]
                        .map(|(device, label)| {
                            view! {
                                <option value=device.to_string() prop:selected=move || fields.device.get() == device>
                                    {label}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <button class="button main" type="submit" disabled=move || !ready()>
                {app.tr(|t| t.open_anew)}
            </button>
        </form>
    }
    .into_any()
}

fn text_field(
    label: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    value: RwSignal<String>,
    good: impl Fn() -> bool + Copy + Send + Sync + 'static,
    hint: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
) -> AnyView {
    view! {
        <label class:wrong=move || !good()>
            <span>{label}</span>
            <input
                type="text"
                class="num"
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || (!good()).to_string()
                title=hint
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {move || (!good()).then(|| view! { <small role="alert">{hint}</small> })}
        </label>
    }
    .into_any()
}

fn matter(app: App, word: &str) -> &'static str {
    let texts = app.lang.get().texts();
    match word {
        "blob" => texts.matter_blob,
        "complex_noise" => texts.matter_complex_noise,
        "random" => texts.matter_random,
        "zeros" => texts.matter_zeros,
        _ => texts.matter_file,
    }
}
