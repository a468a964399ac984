//! The settings of a world as a form has them: choices, and numbers that are texts until all of them can be read.

use std::str::FromStr;

use atheria_shared::geometry::Cell;
use atheria_shared::session::SessionRequest;
use atheria_shared::world::{DeviceChoice, ExecutionChoice, Placement, StartingMatter, Vacuum, WorldInfo};
use atheria_shared::{Boundary, GridShape};

const USUAL_BLOB_CELLS: u32 = 16;
const USUAL_BLOBS: u32 = 12;
const USUAL_COPIES: u32 = 12;
const USUAL_AMPLITUDE: f64 = 0.1;
const USUAL_WAVES: u32 = 8;

/// What lies in a world at first, as the form offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Matter {
    /// The experiment's own.
    #[default]
    Own,
    /// One blob.
    Blob,
    /// Several blobs.
    Blobs,
    /// Complex noise.
    ComplexNoise,
    /// Uniform noise.
    Random,
    /// Nothing at all.
    Zeros,
}

impl Matter {
    /// All of them, as they are offered.
    pub const ALL: [Self; 6] = [
        Self::Own,
        Self::Blob,
        Self::Blobs,
        Self::ComplexNoise,
        Self::Random,
        Self::Zeros,
    ];

    /// Its name in the form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::Blob => "blob",
            Self::Blobs => "blobs",
            Self::ComplexNoise => "complex_noise",
            Self::Random => "random",
            Self::Zeros => "zeros",
        }
    }

    /// From its name; the experiment's own from any other.
    pub fn from_name(name: &str) -> Self {
        let named = |matter: &Self| matter.name() == name;
        Self::ALL.into_iter().find(named).unwrap_or_default()
    }
}

/// Where the experiment's own matter lies, as the form offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// In the middle.
    #[default]
    Centre,
    /// With its upper left cell at a row and a column.
    At,
    /// Everywhere, side by side.
    Tile,
    /// So many copies here and there.
    Scatter,
}

impl Place {
    /// All of them, as they are offered.
    pub const ALL: [Self; 4] = [Self::Centre, Self::At, Self::Tile, Self::Scatter];

    /// Its name in the form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::At => "at",
            Self::Tile => "tile",
            Self::Scatter => "scatter",
        }
    }
}

/// What is around matter, as the form offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Around {
    /// Nothing.
    #[default]
    One,
    /// Waves.
    Harmonic,
}

impl Around {
    /// All of them, as they are offered.
    pub const ALL: [Self; 2] = [Self::One, Self::Harmonic];

    /// Its name in the form.
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Harmonic => "harmonic",
        }
    }
}

/// A text that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// What was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where in the checkpoint the weights lie; empty: those that fit.
    pub weights: String,
    /// Whether weights of another float type are cast.
    pub cast: bool,
    /// Its rows; with an empty width: those of the experiment.
    pub height: String,
    /// Its columns; with an empty height: those of the experiment.
    pub width: String,
    /// Its boundary.
    pub boundary: Boundary,
    /// What lies in it.
    pub matter: Matter,
    /// Cells a side of a blob.
    pub blob: String,
    /// How many blobs.
    pub blobs: String,
    /// Where the experiment's own matter lies.
    pub place: Place,
    /// The row of its upper left cell, at [`Place::At`].
    pub row: String,
    /// The column of its upper left cell, at [`Place::At`].
    pub column: String,
    /// How many copies of it, at [`Place::Scatter`].
    pub copies: String,
    /// What is around it.
    pub vacuum: Around,
    /// How high the waves of [`Around::Harmonic`] are together.
    pub amplitude: String,
    /// How many they are.
    pub waves: String,
    /// What they are drawn from.
    pub wave_seed: String,
    /// The seed.
    pub seed: String,
    /// What counts as matter; empty: what is usual.
    pub eps: String,
    /// Where it is computed.
    pub device: DeviceChoice,
    /// Which cells are computed.
    pub execution: ExecutionChoice,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            weights: String::new(),
            cast: false,
            height: String::new(),
            width: String::new(),
            boundary: Boundary::default(),
            matter: Matter::default(),
            blob: USUAL_BLOB_CELLS.to_string(),
            blobs: USUAL_BLOBS.to_string(),
            place: Place::default(),
            row: "0".to_owned(),
            column: "0".to_owned(),
            copies: USUAL_COPIES.to_string(),
            vacuum: Around::default(),
            amplitude: USUAL_AMPLITUDE.to_string(),
            waves: USUAL_WAVES.to_string(),
            wave_seed: "0".to_owned(),
            seed: "0".to_owned(),
            eps: String::new(),
            device: DeviceChoice::default(),
            execution: ExecutionChoice::default(),
        }
    }
}

impl Settings {
    /// Those of a world that is open, or asked for.
    pub fn of(request: &SessionRequest, world: Option<&WorldInfo>) -> Self {
        let mut settings = Self {
            weights: request.weights.clone().unwrap_or_default(),
            cast: request.cast,
            seed: request.seed.to_string(),
            eps: request.eps.map(|eps| format!("{eps:e}")).unwrap_or_default(),
            device: request.device,
            execution: request.execution,
            ..Self::default()
        };
        let grid = world.map(|world| world.grid).or(request.grid);
        if let Some(grid) = grid {
            settings.height = grid.height().to_string();
            settings.width = grid.width().to_string();
        }
        let boundary = world.map(|world| world.boundary).or(request.boundary);
        settings.boundary = boundary.unwrap_or_default();
        match &request.init {
            Some(StartingMatter::Blob { side_cells }) => {
                settings.matter = Matter::Blob;
                settings.blob = side_cells.to_string();
            }
            Some(StartingMatter::Blobs { count, side_cells }) => {
                settings.matter = Matter::Blobs;
                settings.blob = side_cells.to_string();
                settings.blobs = count.to_string();
            }
            Some(StartingMatter::ComplexNoise) => settings.matter = Matter::ComplexNoise,
            Some(StartingMatter::Random) => settings.matter = Matter::Random,
            Some(StartingMatter::Zeros) => settings.matter = Matter::Zeros,
            Some(StartingMatter::File(_)) | None => {}
        }
        settings.take_place(request.place);
        settings.take_vacuum(request.vacuum);
        settings
    }

    fn take_place(&mut self, place: Placement) {
        match place {
            Placement::Centre => self.place = Place::Centre,
            Placement::At(cell) => self.put_at(cell),
            Placement::Tile => self.place = Place::Tile,
            Placement::Scatter { count } => {
                self.place = Place::Scatter;
                self.copies = count.to_string();
            }
        }
    }

    fn take_vacuum(&mut self, vacuum: Vacuum) {
        match vacuum {
            Vacuum::One => self.vacuum = Around::One,
            Vacuum::Harmonic {
                amplitude,
                waves,
                seed,
            } => {
                self.vacuum = Around::Harmonic;
                self.amplitude = amplitude.to_string();
                self.waves = waves.to_string();
                self.wave_seed = seed.to_string();
            }
        }
    }

    /// Lets the experiment's own matter lie with its upper left cell here.
    pub fn put_at(&mut self, cell: Cell) {
        self.place = Place::At;
        self.row = cell.y.to_string();
        self.column = cell.x.to_string();
    }

    /// Its size, when it can be read; none within: that of the experiment.
    pub fn grid(&self) -> Result<Option<GridShape>, Unreadable> {
        let (height, width) = (optional(&self.height)?, optional(&self.width)?);
        match (height, width) {
            (None, None) => Ok(None),
            (Some(height), Some(width)) => GridShape::new(height, width).map(Some).map_err(|_| Unreadable),
            (Some(_), None) | (None, Some(_)) => Err(Unreadable),
        }
    }

    /// What lies in it, when it can be read; none within: the experiment's own.
    pub fn init(&self) -> Result<Option<StartingMatter>, Unreadable> {
        let (blob, blobs) = (self.blob.trim(), self.blobs.trim());
        match self.matter {
            Matter::Own => Ok(None),
            Matter::Blob => spelt(&format!("blob:{blob}")).map(Some),
            Matter::Blobs => spelt(&format!("blobs:{blobs}:{blob}")).map(Some),
            Matter::ComplexNoise => Ok(Some(StartingMatter::ComplexNoise)),
            Matter::Random => Ok(Some(StartingMatter::Random)),
            Matter::Zeros => Ok(Some(StartingMatter::Zeros)),
        }
    }

    /// Where it lies, when that can be read.
    pub fn place(&self) -> Result<Placement, Unreadable> {
        match self.place {
            Place::Centre => Ok(Placement::Centre),
            Place::At => {
                let (y, x) = (number(&self.row)?, number(&self.column)?);
                Ok(Placement::At(Cell { y, x }))
            }
            Place::Tile => Ok(Placement::Tile),
            Place::Scatter => spelt(&format!("scatter:{}", self.copies.trim())),
        }
    }

    /// What is around it, when that can be read.
    pub fn vacuum(&self) -> Result<Vacuum, Unreadable> {
        match self.vacuum {
            Around::One => Ok(Vacuum::One),
            Around::Harmonic => {
                let amplitude = self.amplitude.replace(',', ".");
                spelt(&format!(
                    "harmonic:{}:{}:{}",
                    amplitude.trim(),
                    self.waves.trim(),
                    self.wave_seed.trim()
                ))
            }
        }
    }

    /// Its seed, when it can be read.
    pub fn seed(&self) -> Result<u64, Unreadable> {
        number(&self.seed)
    }

    /// What counts as matter, when it can be read; none within: what is usual.
    pub fn eps(&self) -> Result<Option<f64>, Unreadable> {
        match optional::<f64>(&self.eps.replace(',', "."))? {
            Some(eps) if !(eps > 0.0 && eps <= 1.0) => Err(Unreadable),
            eps => Ok(eps),
        }
    }

    /// The request with what was typed, when all of it can be read.
    pub fn request(&self, mut request: SessionRequest) -> Result<SessionRequest, Unreadable> {
        let weights = self.weights.trim();
        request.weights = (!weights.is_empty()).then(|| weights.to_owned());
        request.cast = self.cast;
        request.grid = self.grid()?;
        request.boundary = Some(self.boundary);
        let init = self.init()?;
        // A file of the experiment's own stays what it was.
        let file = matches!(request.init, Some(StartingMatter::File(_)));
        if !(file && init.is_none()) {
            request.init = init;
        }
        request.place = self.place()?;
        request.vacuum = self.vacuum()?;
        request.seed = self.seed()?;
        request.eps = self.eps()?;
        request.device = self.device;
        request.execution = self.execution;
        Ok(request)
    }
}

fn number<T: FromStr>(text: &str) -> Result<T, Unreadable> {
    text.trim().parse().map_err(|_| Unreadable)
}

/// What a setting's own spelling makes of texts: it knows what they may be.
fn spelt<T: FromStr>(text: &str) -> Result<T, Unreadable> {
    text.parse().map_err(|_| Unreadable)
}

fn optional<T: FromStr>(text: &str) -> Result<Option<T>, Unreadable> {
    match text.trim() {
        "" => Ok(None),
        text => number(text).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::ExperimentName;

    use super::*;

    fn request() -> SessionRequest {
        SessionRequest::new(ExperimentName::new("flower").unwrap())
    }

    #[test]
    fn what_is_open_is_what_the_form_shows_and_asks_for() {
        let mut open = request();
        open.boundary = Some(Boundary::Unbounded);
        open.grid = GridShape::new(4_096, 65_536).ok();
        open.init = Some(StartingMatter::Blobs {
            count: 40,
            side_cells: 9,
        });
        open.place = "scatter:7".parse().unwrap();
        open.vacuum = "harmonic:0.2:4:1".parse().unwrap();
        open.eps = Some(1e-4);
        open.seed = 11;
        open.weights = Some("ema.shadow".to_owned());
        open.cast = true;
        open.execution = ExecutionChoice::Sparse;
        let settings = Settings::of(&open, None);
        assert_eq!(
            (settings.height.as_str(), settings.width.as_str()),
            ("4096", "65536")
        );
        assert_eq!(settings.place, Place::Scatter);
        assert_eq!(settings.amplitude, "0.2");
        assert_eq!(settings.eps, "1e-4");
        assert_eq!(settings.request(request()), Ok(open));
    }

    #[test]
    fn what_cannot_be_read_asks_for_nothing() {
        let good = Settings::default();
        assert!(good.request(request()).is_ok());
        for spoil in [
            |s: &mut Settings| s.height = "big".to_owned(),
            |s: &mut Settings| s.width = "12".to_owned(),
            |s: &mut Settings| (s.height, s.width) = ("0".to_owned(), "12".to_owned()),
            |s: &mut Settings| s.seed = "-1".to_owned(),
            |s: &mut Settings| (s.place, s.row) = (Place::At, "north".to_owned()),
            |s: &mut Settings| (s.place, s.copies) = (Place::Scatter, "0".to_owned()),
            |s: &mut Settings| (s.vacuum, s.amplitude) = (Around::Harmonic, "2".to_owned()),
            |s: &mut Settings| (s.vacuum, s.waves) = (Around::Harmonic, "65".to_owned()),
            |s: &mut Settings| (s.vacuum, s.wave_seed) = (Around::Harmonic, String::new()),
            |s: &mut Settings| s.eps = "0".to_owned(),
            |s: &mut Settings| s.eps = "2".to_owned(),
            |s: &mut Settings| (s.matter, s.blob) = (Matter::Blob, "0".to_owned()),
            |s: &mut Settings| (s.matter, s.blobs) = (Matter::Blobs, "many".to_owned()),
        ] {
            let mut settings = good.clone();
            spoil(&mut settings);
            assert_eq!(settings.request(request()), Err(Unreadable), "{settings:?}");
        }
    }

    #[test]
    fn a_file_of_the_experiments_own_stays() {
        let mut open = request();
        open.init = Some(StartingMatter::File("flower.npz".into()));
        let settings = Settings::of(&open, None);
        assert_eq!(settings.matter, Matter::Own);
        assert_eq!(settings.request(open.clone()).map(|r| r.init), Ok(open.init));
    }

    #[test]
    fn every_place_and_vacuum_comes_out_as_it_went_in() {
        for place in ["centre", "-3,40", "tile", "scatter:9"] {
            for vacuum in ["one", "harmonic:0.25:3:7"] {
                let mut open = request();
                open.boundary = Some(Boundary::Torus);
                (open.place, open.vacuum) = (place.parse().unwrap(), vacuum.parse().unwrap());
                let settings = Settings::of(&open, None);
                assert_eq!(settings.request(request()), Ok(open), "{place} {vacuum}");
            }
        }
    }

    #[test]
    fn what_is_picked_on_the_world_is_where_it_lies() {
        let mut settings = Settings::default();
        settings.put_at(Cell { y: 12, x: 40 });
        assert_eq!(settings.place(), Ok(Placement::At(Cell { y: 12, x: 40 })));
    }

    #[test]
    fn what_is_not_chosen_is_not_read() {
        let settings = Settings {
            copies: "none".to_owned(),
            row: String::new(),
            amplitude: "9".to_owned(),
            ..Settings::default()
        };
        assert!(settings.request(request()).is_ok());
    }

    #[test]
    fn matter_has_names() {
        for matter in Matter::ALL {
            assert_eq!(Matter::from_name(matter.name()), matter);
        }
    }
}
