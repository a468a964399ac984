//! What the parts of the page share: one signal for each thing that changes by itself.

use atheria_shared::experiment::{Experiment, ExperimentList};
use atheria_shared::view::View;
use atheria_shared::world::WorldStatus;
use frontend::accord::Accord;
use frontend::brush::Brush;
use frontend::camera::{Camera, Scene, Xy};
use frontend::colormap::{Colormap, Palette};
use frontend::format::Numbers;
use frontend::history::History;
use frontend::i18n::{Lang, Texts};
use frontend::legend::Range;
use frontend::notices::{Notices, Told, Weight};
use frontend::opening::Opening;
use frontend::region::Asked;
use frontend::spot::Spot;
use frontend::work::{Wiped, Work};
use leptos::prelude::*;
use std::ops::Deref;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::cursor::Cursor;
use super::diagnosis::Sheet;
use super::easel::Easel;
use super::icon;
use super::line::Line;
use super::painting::Drag;
use super::term::Explained;
use super::vigil::Vigil;
use super::world_form::Form;
use crate::browser::memory::{self, Choice};

/// How long a remark that is no error stays on the screen.
const REMARK: Duration = Duration::from_secs(8);
/// Below this width the columns are sheets.
const NARROW: &str = "(max-width: 900px)";
/// Whoever asks for this gets pictures that stand still.
const STILL: &str = "(prefers-reduced-motion: reduce)";

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Dark,
    Light,
}

impl Theme {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}

/// The list of experiments, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Catalog {
    /// It was asked for.
    Loading,
    /// The server does not answer.
    Away,
    /// It is here.
    Here(ExperimentList),
}

/// How the page is connected with its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connection {
    /// There is no session.
    Idle,
    /// It is being made.
    Connecting,
    /// It is there.
    Open,
    /// It was lost, and is being made again.
    Retrying,
    /// The server does not even answer.
    Away,
}

/// What a narrow page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Experiments,
    World,
    Law,
    Evolution,
}

impl Tab {
    pub(crate) const ALL: [Self; 4] = [Self::Experiments, Self::World, Self::Law, Self::Evolution];

    pub(crate) fn label(self, lang: Lang) -> &'static str {
        let texts = lang.texts();
        match self {
            Self::Experiments => texts.experiments,
            Self::World => texts.world,
            Self::Law => texts.law,
            Self::Evolution => texts.evolution,
        }
    }

    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Experiments => icon::FOLDER,
            Self::World => icon::GLOBE,
            Self::Law => icon::LAW,
            Self::Evolution => icon::CHART,
        }
    }
}

/// Why the canvas cannot show anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Graphics {
    /// It can.
    Fine,
    /// There is no WebGL2.
    Missing,
    /// The context was lost.
    Lost,
}

/// Everything that changes by itself.
pub(crate) struct Signals {
    pub(crate) lang: RwSignal<Lang>,
    pub(crate) theme: RwSignal<Theme>,
    pub(crate) narrow: RwSignal<bool>,
    /// Whether little shall move.
    pub(crate) still: RwSignal<bool>,
    pub(crate) left_folded: RwSignal<bool>,
    pub(crate) right_folded: RwSignal<bool>,
    pub(crate) tab: RwSignal<Tab>,
    /// Whether the gallery is looked at while a world is open.
    pub(crate) home: RwSignal<bool>,
    /// The word that is being explained.
    pub(crate) explained: RwSignal<Option<Explained>>,
    pub(crate) help: RwSignal<bool>,
    pub(crate) bell: RwSignal<bool>,
    /// The diagnosis that is looked at.
    pub(crate) diagnosis: RwSignal<Option<Sheet>>,
    /// Whether the server has another version than the page.
    pub(crate) stale: RwSignal<bool>,
    pub(crate) catalog: RwSignal<Catalog>,
    /// The folder name of the experiment whose figures are shown: not always the one that is open.
    pub(crate) chosen: RwSignal<Option<String>>,
    pub(crate) opening: RwSignal<Opening>,
    pub(crate) connection: RwSignal<Connection>,
    pub(crate) status: RwSignal<WorldStatus>,
    /// Whether the session answers.
    pub(crate) vigil: Vigil,
    /// Whose view is shown.
    pub(crate) accord: StoredValue<Accord>,
    /// What a reset would wipe, and that it is asked about.
    pub(crate) work: StoredValue<Work>,
    pub(crate) reset_asked: RwSignal<Option<Wiped>>,
    pub(crate) history: RwSignal<History>,
    pub(crate) notices: RwSignal<Notices>,
    /// What the user wants to see.
    pub(crate) view: RwSignal<View>,
    pub(crate) palette: RwSignal<Palette>,
    pub(crate) camera: RwSignal<Camera>,
    /// Where the camera came to rest, as the address says it.
    pub(crate) spot: RwSignal<Option<Spot>>,
    /// The cells that were asked for.
    pub(crate) asked: StoredValue<Asked>,
    pub(crate) brush: RwSignal<Brush>,
    pub(crate) drag: Drag,
    pub(crate) cursor: Cursor,
    pub(crate) form: Form,
    /// Where the pointer is over the canvas, in its pixels.
    pub(crate) pointer: RwSignal<Option<Xy>>,
    /// While Space is held with a tool in hand: whether the view was moved since.
    pub(crate) held: RwSignal<Option<bool>>,
    /// The canvas and the world on it.
    pub(crate) scene: RwSignal<Scene>,
    pub(crate) graphics: RwSignal<Graphics>,
    /// The range of the picture that is shown; none when there is no picture.
    pub(crate) range: RwSignal<Option<Range>>,
    pub(crate) easel: Easel,
    pub(crate) line: Line,
}

/// The state of the page. There is one, and it lives as long as the page does: a handle costs nothing to copy.
#[derive(Clone, Copy)]
pub(crate) struct App(&'static Signals);

impl Deref for App {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        self.0
    }
}

impl App {
    pub(crate) fn new() -> Self {
        let folded = |choice| memory::recall(choice).as_deref() == Some("yes");
        let theme = match memory::recall(Choice::Theme).as_deref() {
            Some("light") => Theme::Light,
            _ => Theme::Dark,
        };
        Self(Box::leak(Box::new(Signals {
            lang: RwSignal::new(memory::language()),
            theme: RwSignal::new(theme),
            narrow: watched(NARROW),
            still: watched(STILL),
            left_folded: RwSignal::new(folded(Choice::LeftFolded)),
            right_folded: RwSignal::new(folded(Choice::RightFolded)),
            tab: RwSignal::new(Tab::Experiments),
            home: RwSignal::new(false),
            explained: RwSignal::new(None),
            help: RwSignal::new(false),
            bell: RwSignal::new(false),
            diagnosis: RwSignal::new(None),
            stale: RwSignal::new(false),
            catalog: RwSignal::new(Catalog::Loading),
            chosen: RwSignal::new(None),
            opening: RwSignal::new(Opening::default()),
            connection: RwSignal::new(Connection::Idle),
            status: RwSignal::new(WorldStatus::default()),
            vigil: Vigil::new(),
            accord: StoredValue::new(Accord::default()),
            work: StoredValue::new(Work::default()),
            reset_asked: RwSignal::new(None),
            history: RwSignal::new(History::default()),
            notices: RwSignal::new(Notices::default()),
            view: RwSignal::new(View::default()),
            palette: RwSignal::new(Palette::default()),
            camera: RwSignal::new(Camera::Fit),
            spot: RwSignal::new(None),
            asked: StoredValue::new(Asked::default()),
            brush: RwSignal::new(Brush::default()),
            drag: Drag::new(),
            cursor: Cursor::new(),
            form: Form::new(),
            pointer: RwSignal::new(None),
            held: RwSignal::new(None),
            scene: RwSignal::new(Scene {
                canvas: Xy::new(1.0, 1.0),
                world: Xy::new(1.0, 1.0),
                open: false,
            }),
            graphics: RwSignal::new(Graphics::Fine),
            range: RwSignal::new(None),
            easel: Easel::new(),
            line: Line::new(),
        })))
    }

    /// Starts what the page does by itself: keeps its choices, asks for the list, opens what its address says.
    pub(crate) fn begin(self) {
        Effect::new(move |_| {
            let lang = self.lang.get();
            memory::set_root("lang", lang.code());
        });
        Effect::new(move |_| memory::set_root("data-theme", self.theme.get().name()));
        Effect::new(move |_| {
            let name = self.opened_title();
            memory::set_title(&name.map_or("Atheria".to_owned(), |name| format!("{name} · Atheria")));
        });
        self.begin_sessions();
        self.begin_easel();
        self.begin_painting();
        self.begin_regions();
        self.begin_form();
    }

    /// A text that follows the language.
    pub(crate) fn tr(
        self,
        pick: fn(&Texts) -> &'static str,
    ) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || pick(self.lang.get().texts())
    }

    /// Numbers in the page's language.
    pub(crate) fn numbers(self) -> Numbers {
        Numbers(self.lang.get())
    }

    /// What an experiment is called.
    pub(crate) fn title(self, experiment: &Experiment) -> String {
        let lang = self.lang.get();
        match &experiment.presentation.title {
            Some(title) => lang.pick(&title.en, &title.es).clone(),
            None => experiment.name.clone(),
        }
    }

    /// The experiment of a name, when the list is here and holds it.
    pub(crate) fn experiment(self, name: &str) -> Option<Experiment> {
        self.catalog.with(|catalog| match catalog {
            Catalog::Here(list) => list.experiments.iter().find(|e| e.name == name).cloned(),
            Catalog::Loading | Catalog::Away => None,
        })
    }

    /// The experiment whose figures are shown.
    pub(crate) fn shown(self) -> Option<Experiment> {
        self.chosen.get().and_then(|name| self.experiment(&name))
    }

    /// The experiment whose session is open or opening, when the list holds it.
    pub(crate) fn opened(self) -> Option<Experiment> {
        self.opened_name().and_then(|name| self.experiment(&name))
    }

    /// What the experiment is called whose session is open or opening.
    pub(crate) fn opened_title(self) -> Option<String> {
        let name = self.opened_name()?;
        let experiment = self.experiment(&name);
        Some(experiment.map_or(name, |experiment| self.title(&experiment)))
    }

    fn opened_name(self) -> Option<String> {
        self.opening
            .with(|opening| Some(opening.request.as_ref()?.experiment.to_string()))
    }

    /// Tells the user something. What is no error leaves the screen by itself, and stays in the list.
    pub(crate) fn tell(self, told: Told) {
        let brief = told.weight() == Weight::Info;
        let id = self.notices.try_update(|notices| notices.tell(told));
        if let (true, Some(id)) = (brief, id) {
            set_timeout(move || self.notices.update(|notices| notices.sink(id)), REMARK);
        }
    }

    pub(crate) fn switch_language(self) {
        let lang = self.lang.get_untracked().other();
        memory::keep(Choice::Language, lang.code());
        self.lang.set(lang);
    }

    pub(crate) fn switch_theme(self) {
        let theme = match self.theme.get_untracked() {
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::Dark,
        };
        memory::keep(Choice::Theme, theme.name());
        self.theme.set(theme);
    }

    /// Chooses a colormap for the views that it suits.
    pub(crate) fn choose_colormap(self, map: Colormap) {
        self.palette.update(|palette| *palette = palette.with(map));
    }
}

/// Folds a column away, or brings it back; and keeps that.
pub(crate) fn fold(side: RwSignal<bool>, choice: Choice) {
    let folded = !side.get_untracked();
    memory::keep(choice, if folded { "yes" } else { "no" });
    side.set(folded);
}

/// Whether a media query holds, now and from now on.
fn watched(query: &str) -> RwSignal<bool> {
    let holds = RwSignal::new(false);
    if let Some(Ok(Some(query))) = web_sys::window().map(|window| window.match_media(query)) {
        holds.set(query.matches());
        let heard = query.clone();
        let changed = Closure::<dyn FnMut()>::new(move || holds.set(heard.matches()));
        query.set_onchange(Some(changed.as_ref().unchecked_ref()));
        // The page is watched as long as it lives.
        changed.forget();
    }
    holds
}

/// The shared state, inside a component.
pub(crate) fn app() -> App {
    // Given by `Page`, around every component.
    use_context::<App>().unwrap_or_else(App::new)
}
