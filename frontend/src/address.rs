//! The page's address: experiment, session, world settings, view, colormap and camera as a query string, there and back.
//!
//! What is not said is the experiment's own choice. A part that cannot be read is left out and told, and the rest stands.

use std::str::FromStr;

use atheria_shared::range::ValueRange;
use atheria_shared::session::SessionRequest;
use atheria_shared::view::{Part, Quantity, Scale, View};
use atheria_shared::world::{DeviceChoice, ExecutionChoice, Placement, StartingMatter, Vacuum};
use atheria_shared::{Boundary, CheckpointChoice, ExperimentName, GridShape, SessionId};

use crate::colormap::{Colormap, Mix};
use crate::spot::Spot;

/// What an address says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Address {
    /// The experiment.
    pub experiment: Option<ExperimentName>,
    /// The session, for as long as it lives; the rest says how it was opened.
    pub session: Option<SessionId>,
    /// Which checkpoint.
    pub checkpoint: CheckpointChoice,
    /// Which of its dictionaries of tensors holds the weights.
    pub weights: Option<String>,
    /// Whether weights of another float type are cast.
    pub cast: bool,
    /// The world's size.
    pub grid: Option<GridShape>,
    /// Its boundary.
    pub boundary: Option<Boundary>,
    /// What lies in it.
    pub init: Option<StartingMatter>,
    /// Where that lies.
    pub place: Placement,
    /// What is around it.
    pub vacuum: Vacuum,
    /// Its seed.
    pub seed: u64,
    /// Where it is computed.
    pub device: DeviceChoice,
    /// Which cells are computed.
    pub execution: ExecutionChoice,
    /// What counts as matter.
    pub eps: Option<f64>,
    /// What is shown.
    pub view: Option<View>,
    /// The range that is pinned.
    pub range: Option<ValueRange>,
    /// The scale, where it is not the usual one.
    pub scale: Option<Scale>,
    /// In which colours.
    pub colormap: Option<Colormap>,
    /// How three channels are mixed.
    pub mix: Mix,
    /// Where one looks; none: at all of it.
    pub at: Option<Spot>,
}

impl Address {
    /// The address of a session as it was asked for.
    pub fn of(request: &SessionRequest) -> Self {
        Self {
            experiment: Some(request.experiment.clone()),
            session: None,
            checkpoint: request.checkpoint.clone(),
            weights: request.weights.clone(),
            cast: request.cast,
            grid: request.grid,
            boundary: request.boundary,
            init: request.init.clone(),
            place: request.place,
            vacuum: request.vacuum,
            seed: request.seed,
            device: request.device,
            execution: request.execution,
            eps: request.eps,
            view: None,
            range: None,
            scale: None,
            colormap: None,
            mix: Mix::default(),
            at: None,
        }
    }

    /// The session that it asks for.
    pub fn request(&self) -> Option<SessionRequest> {
        Some(SessionRequest {
            checkpoint: self.checkpoint.clone(),
            weights: self.weights.clone(),
            cast: self.cast,
            grid: self.grid,
            boundary: self.boundary,
            init: self.init.clone(),
            place: self.place,
            vacuum: self.vacuum,
            seed: self.seed,
            device: self.device,
            execution: self.execution,
            eps: self.eps,
            ..SessionRequest::new(self.experiment.clone()?)
        })
    }

    /// Whether a session that was opened so is what the rest of the address asks for: an address that was edited asks for another.
    /// Which cells are computed may have changed since.
    pub fn fits(&self, opened: &SessionRequest) -> bool {
        fn is<T: PartialEq>(said: Option<&T>, opened: Option<&T>) -> bool {
            said.is_none() || said == opened
        }
        fn is_usual_or<T: PartialEq + Default>(said: &T, opened: &T) -> bool {
            *said == T::default() || said == opened
        }
        is(self.experiment.as_ref(), Some(&opened.experiment))
            && is_usual_or(&self.checkpoint, &opened.checkpoint)
            && is(self.weights.as_ref(), opened.weights.as_ref())
            && is_usual_or(&self.cast, &opened.cast)
            && is(self.grid.as_ref(), opened.grid.as_ref())
            && is(self.boundary.as_ref(), opened.boundary.as_ref())
            && is(self.init.as_ref(), opened.init.as_ref())
            && is_usual_or(&self.place, &opened.place)
            && is_usual_or(&self.vacuum, &opened.vacuum)
            && is_usual_or(&self.seed, &opened.seed)
            && is_usual_or(&self.device, &opened.device)
            && is(self.eps.as_ref(), opened.eps.as_ref())
    }

    /// As a query string, `?` included; empty when there is nothing to say.
    pub fn query(&self) -> String {
        let Some(experiment) = &self.experiment else {
            return String::new();
        };
        let mut parts = Parts::default();
        parts.add("experiment", experiment);
        parts.add_some("session", self.session.as_ref());
        if self.checkpoint != CheckpointChoice::Latest {
            parts.add("checkpoint", &self.checkpoint);
        }
        parts.add_some("weights", self.weights.as_ref());
        parts.add_unless_usual("cast", &self.cast);
        parts.add_some("grid", self.grid);
        parts.add_some("boundary", self.boundary);
        parts.add_some("init", self.init.as_ref());
        parts.add_unless_usual("place", &self.place);
        parts.add_unless_usual("vacuum", &self.vacuum);
        parts.add_unless_usual("seed", &self.seed);
        parts.add_unless_usual("device", &self.device);
        parts.add_unless_usual("execution", &self.execution);
        parts.add_some("eps", self.eps.map(|eps| format!("{eps:e}")));
        parts.add_some("view", self.view.as_ref().map(view_text));
        parts.add_some("range", self.range);
        parts.add_some("scale", self.scale.map(scale_text));
        parts.add_some("colormap", self.colormap.map(Colormap::name));
        if self.mix != Mix::default() {
            parts.add("mix", &self.mix.name());
        }
        parts.add_some("at", self.at);
        parts.0
    }

    /// From a query string, with or without its `?`; and what of it cannot be read.
    pub fn read(query: &str) -> (Self, Vec<Unread>) {
        let mut address = Self::default();
        let mut unread = Vec::new();
        for pair in query.trim_start_matches('?').split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(setting) = Setting::of(key) else { continue };
            let value = unescape(value);
            if address.take(setting, &value).is_none() {
                unread.push(Unread { setting, value });
            }
        }
        (address, unread)
    }

    /// Takes a setting in; none if it cannot be read.
    fn take(&mut self, setting: Setting, value: &str) -> Option<()> {
        match setting {
            Setting::Experiment => self.experiment = Some(ExperimentName::new(value).ok()?),
            Setting::Session => self.session = Some(SessionId::new(value).ok()?),
            Setting::Checkpoint => self.checkpoint = value.parse().ok()?,
            Setting::Weights => self.weights = Some(value.to_owned()),
            Setting::Cast => self.cast = value.parse().ok()?,
            Setting::Grid => self.grid = Some(value.parse().ok()?),
            Setting::Boundary => self.boundary = Some(value.parse().ok()?),
            Setting::Init => self.init = Some(value.parse().ok()?),
            Setting::Place => self.place = value.parse().ok()?,
            Setting::Vacuum => self.vacuum = value.parse().ok()?,
            Setting::Seed => self.seed = value.parse().ok()?,
            Setting::Device => self.device = value.parse().ok()?,
            Setting::Execution => self.execution = value.parse().ok()?,
            Setting::Eps => {
                let eps = value.parse().ok().filter(|eps| *eps > 0.0 && *eps <= 1.0)?;
                self.eps = Some(eps);
            }
            Setting::At => self.at = Some(value.parse().ok()?),
            Setting::View => self.view = Some(view_from(value)?),
            Setting::Range => self.range = Some(value.parse().ok()?),
            Setting::Scale => self.scale = Some(scale_from(value)?),
            Setting::Colormap => self.colormap = Some(Colormap::from_name(value)?),
            Setting::Mix => self.mix = Mix::from_name(value)?,
        }
        Some(())
    }
}

/// A setting of an address that cannot be read: the experiment's own is used instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Which.
    pub setting: Setting,
    /// What is written.
    pub value: String,
}

/// What an address can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// [`Address::experiment`]
    Experiment,
    /// [`Address::session`]
    Session,
    /// [`Address::checkpoint`]
    Checkpoint,
    /// [`Address::weights`]
    Weights,
    /// [`Address::cast`]
    Cast,
    /// [`Address::grid`]
    Grid,
    /// [`Address::boundary`]
    Boundary,
    /// [`Address::init`]
    Init,
    /// [`Address::place`]
    Place,
    /// [`Address::vacuum`]
    Vacuum,
    /// [`Address::seed`]
    Seed,
    /// [`Address::device`]
    Device,
    /// [`Address::execution`]
    Execution,
    /// [`Address::eps`]
    Eps,
    /// [`Address::view`]
    View,
    /// [`Address::range`]
    Range,
    /// [`Address::scale`]
    Scale,
    /// [`Address::colormap`]
    Colormap,
    /// [`Address::mix`]
    Mix,
    /// [`Address::at`]
    At,
}

impl Setting {
    /// All of them, in the order in which an address says them.
    pub const ALL: [Self; 20] = [
        Self::Experiment,
        Self::Session,
        Self::Checkpoint,
        Self::Weights,
        Self::Cast,
        Self::Grid,
        Self::Boundary,
        Self::Init,
        Self::Place,
        Self::Vacuum,
        Self::Seed,
        Self::Device,
        Self::Execution,
        Self::Eps,
        Self::View,
        Self::Range,
        Self::Scale,
        Self::Colormap,
        Self::Mix,
        Self::At,
    ];

    /// Its key in an address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Experiment => "experiment",
            Self::Session => "session",
            Self::Checkpoint => "checkpoint",
            Self::Weights => "weights",
            Self::Cast => "cast",
            Self::Grid => "grid",
            Self::Boundary => "boundary",
            Self::Init => "init",
            Self::Place => "place",
            Self::Vacuum => "vacuum",
            Self::Seed => "seed",
            Self::Device => "device",
            Self::Execution => "execution",
            Self::Eps => "eps",
            Self::View => "view",
            Self::Range => "range",
            Self::Scale => "scale",
            Self::Colormap => "colormap",
            Self::Mix => "mix",
            Self::At => "at",
        }
    }

    /// The one of a key; none of a key that is no setting.
    fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.key() == key)
    }
}

#[derive(Default)]
struct Parts(String);

impl Parts {
    fn add(&mut self, key: &str, value: &impl ToString) {
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.push_str(key);
        self.0.push('=');
        self.0.push_str(&escape(&value.to_string()));
    }

    fn add_unless_usual<T: ToString + Default + PartialEq>(&mut self, key: &str, value: &T) {
        if *value != T::default() {
            self.add(key, value);
        }
    }

    fn add_some(&mut self, key: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.add(key, &value);
        }
    }
}

/// `deviation`, `phase:2`, `channel:1:real`, `rgb:1:2:3`, `change`.
fn view_text(view: &View) -> String {
    match view.quantity {
        Quantity::Deviation => "deviation".to_owned(),
        Quantity::Phase => format!("phase:{}", view.channel),
        Quantity::Channel => {
            let part = match view.part {
                Part::Modulus => "modulus",
                Part::Real => "real",
                Part::Imaginary => "imaginary",
            };
            format!("channel:{}:{part}", view.channel)
        }
        Quantity::Rgb => format!("rgb:{}:{}:{}", view.rgb[0], view.rgb[1], view.rgb[2]),
        Quantity::Change => "change".to_owned(),
    }
}

fn view_from(text: &str) -> Option<View> {
    let mut words = text.split(':');
    let mut view = View::default();
    match words.next()? {
        "deviation" => view.quantity = Quantity::Deviation,
        "change" => view.quantity = Quantity::Change,
        "phase" => {
            view.quantity = Quantity::Phase;
            view.channel = number(words.next())?;
        }
        "channel" => {
            view.quantity = Quantity::Channel;
            view.channel = number(words.next())?;
            view.part = match words.next()? {
                "modulus" => Part::Modulus,
                "real" => Part::Real,
                "imaginary" => Part::Imaginary,
                _ => return None,
            };
        }
        "rgb" => {
            view.quantity = Quantity::Rgb;
            view.rgb = [
                number(words.next())?,
                number(words.next())?,
                number(words.next())?,
            ];
        }
        _ => return None,
    }
    words.next().is_none().then_some(view)
}

fn scale_text(scale: Scale) -> &'static str {
    match scale {
        Scale::Linear => "linear",
        Scale::Logarithmic => "logarithmic",
        Scale::Cyclic => "cyclic",
    }
}

fn scale_from(text: &str) -> Option<Scale> {
    [Scale::Linear, Scale::Logarithmic, Scale::Cyclic]
        .into_iter()
        .find(|scale| scale_text(*scale) == text)
}

fn number<T: FromStr>(word: Option<&str>) -> Option<T> {
    word?.parse().ok()
}

/// Percent-encoding of all but what a query may hold as it is.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// The value of a key in a query string.
pub fn value(query: &str, key: &str) -> Option<String> {
    let mut pairs = query.trim_start_matches('?').split('&');
    pairs.find_map(|pair| pair.strip_prefix(key)?.strip_prefix('=').map(unescape))
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        let digit = |b: Option<&u8>| b.and_then(|&b| char::from(b).to_digit(16));
        match (first, digit(tail.first()), digit(tail.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = tail.get(2..).unwrap_or_default();
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_what_it_writes() {
        let mut address = Address {
            experiment: ExperimentName::new("señal + (2)").ok(),
            session: Some(SessionId::from_bits(0xa1)),
            checkpoint: "best".parse().unwrap(),
            weights: Some("ema.shadow & \"more\"".to_owned()),
            cast: true,
            grid: GridShape::new(96, 128).ok(),
            boundary: Some(Boundary::Torus),
            init: Some(StartingMatter::Blob { side_cells: 8 }),
            place: "scatter:9".parse().unwrap(),
            vacuum: "harmonic:0.25:3:7".parse().unwrap(),
            seed: 7,
            device: DeviceChoice::Cpu,
            execution: ExecutionChoice::Sparse,
            eps: Some(1e-4),
            view: Some(View::default()),
            range: "-1e-6,0.25".parse().ok(),
            scale: Some(Scale::Linear),
            colormap: Some(Colormap::Cividis),
            mix: Mix::OkabeIto,
            at: "-12.5,30000.25,0.0625".parse().ok(),
        };
        for view in [
            "deviation",
            "phase:3",
            "channel:0:imaginary",
            "rgb:0:2:1",
            "change",
        ] {
            address.view = view_from(view);
            assert!(address.view.is_some(), "{view}");
            assert_eq!(Address::read(&address.query()), (address.clone(), Vec::new()));
            assert_eq!(address.view.as_ref().map(view_text).as_deref(), Some(view));
        }
    }

    #[test]
    fn a_single_value_is_found() {
        assert_eq!(value("?a=1&token=x%2By", "token").as_deref(), Some("x+y"));
        assert_eq!(value("?tokens=1", "token"), None);
    }

    #[test]
    fn what_is_usual_is_not_said() {
        let address = Address::of(&SessionRequest::new(ExperimentName::new("flower").unwrap()));
        assert_eq!(address.query(), "?experiment=flower");
        assert_eq!(Address::default().query(), "");
    }

    #[test]
    fn nonsense_is_told_and_the_rest_stands() {
        let (address, unread) = Address::read(
            "?experiment=flower&grid=big&seed=-1&view=rgb:1&colormap=jet&range=2,1&scale=cubic&mix=paint&%zz&init=%2e%2e&cast=maybe&eps=2&more=1",
        );
        assert_eq!(address.query(), "?experiment=flower");
        let told: Vec<_> = unread
            .iter()
            .map(|unread| (unread.setting.key(), unread.value.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("grid", "big"),
                ("seed", "-1"),
                ("view", "rgb:1"),
                ("colormap", "jet"),
                ("range", "2,1"),
                ("scale", "cubic"),
                ("mix", "paint"),
                ("init", ".."),
                ("cast", "maybe"),
                ("eps", "2"),
            ]
        );
        let (address, unread) = Address::read("experiment=../etc");
        assert_eq!(address, Address::default());
        assert_eq!(unread[0].setting, Setting::Experiment);
        assert_eq!(Address::read(""), (Address::default(), Vec::new()));
    }

    #[test]
    fn every_setting_that_is_written_is_one_that_is_read() {
        for setting in Setting::ALL {
            assert_eq!(Setting::of(setting.key()), Some(setting));
        }
    }

    #[test]
    fn a_session_is_told_from_the_one_that_an_edited_address_asks_for() {
        let mut opened = SessionRequest::new(ExperimentName::new("flower").unwrap());
        // The server fills in what was left open; a viewer changes which cells are computed.
        opened.grid = GridShape::new(128, 128).ok();
        opened.eps = Some(1e-6);
        opened.place = Placement::Tile;
        for same in [
            "",
            "?experiment=flower",
            "?experiment=flower&grid=128x128&execution=dense&view=change",
        ] {
            assert!(Address::read(same).0.fits(&opened), "{same}");
        }
        for other in [
            "?experiment=colony",
            "?experiment=flower&grid=64x64",
            "?experiment=flower&seed=3",
            "?experiment=flower&checkpoint=best",
            "?experiment=flower&weights=ema",
            "?experiment=flower&eps=0.01",
        ] {
            assert!(!Address::read(other).0.fits(&opened), "{other}");
        }
    }

    #[test]
    fn a_session_comes_out_as_it_went_in() {
        let mut request = SessionRequest::new(ExperimentName::new("a").unwrap());
        request.seed = 9;
        request.weights = Some(".".to_owned());
        request.cast = true;
        request.boundary = Some(Boundary::Unbounded);
        request.place = Placement::Tile;
        request.execution = ExecutionChoice::Dense;
        request.eps = Some(0.01);
        assert_eq!(Address::of(&request).request(), Some(request));
    }
}
