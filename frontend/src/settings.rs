//! The settings of a world as they are typed into a form: texts, until all of them can be read.

use std::str::FromStr;

use atheria_shared::session::SessionRequest;
use atheria_shared::world::{DeviceChoice, ExecutionChoice, Placement, StartingMatter, Vacuum, WorldInfo};
use atheria_shared::{Boundary, GridShape};

const USUAL_BLOB_CELLS: u32 = 16;
const USUAL_BLOBS: u32 = 12;

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
    /// Its size; empty: that of the experiment.
    pub grid: String,
    /// Its boundary.
    pub boundary: Boundary,
    /// What lies in it.
    pub matter: Matter,
    /// Cells a side of a blob.
    pub blob: String,
    /// How many blobs.
    pub blobs: String,
    /// Where the experiment's own matter lies.
    pub place: String,
    /// What is around it.
    pub vacuum: String,
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
            grid: String::new(),
            boundary: Boundary::default(),
            matter: Matter::default(),
            blob: USUAL_BLOB_CELLS.to_string(),
            blobs: USUAL_BLOBS.to_string(),
            place: Placement::default().to_string(),
            vacuum: Vacuum::default().to_string(),
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
            place: request.place.to_string(),
            vacuum: request.vacuum.to_string(),
            seed: request.seed.to_string(),
            eps: request.eps.map(|eps| format!("{eps:e}")).unwrap_or_default(),
            device: request.device,
            execution: request.execution,
            ..Self::default()
        };
        let grid = world.map(|world| world.grid).or(request.grid);
        settings.grid = grid.map(|grid| grid.to_string()).unwrap_or_default();
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
        settings
    }

    /// Its size, when it can be read; none within: that of the experiment.
    pub fn grid(&self) -> Result<Option<GridShape>, Unreadable> {
        optional(&self.grid)
    }

    /// What lies in it, when it can be read; none within: the experiment's own.
    pub fn init(&self) -> Result<Option<StartingMatter>, Unreadable> {
        let (blob, blobs) = (self.blob.trim(), self.blobs.trim());
        match self.matter {
            Matter::Own => Ok(None),
            Matter::Blob => format!("blob:{blob}").parse().map(Some).map_err(|_| Unreadable),
            Matter::Blobs => format!("blobs:{blobs}:{blob}")
                .parse()
                .map(Some)
                .map_err(|_| Unreadable),
            Matter::ComplexNoise => Ok(Some(StartingMatter::ComplexNoise)),
            Matter::Random => Ok(Some(StartingMatter::Random)),
            Matter::Zeros => Ok(Some(StartingMatter::Zeros)),
        }
    }

    /// Where it lies, when that can be read.
    pub fn place(&self) -> Result<Placement, Unreadable> {
        self.place.trim().parse().map_err(|_| Unreadable)
    }

    /// What is around it, when that can be read.
    pub fn vacuum(&self) -> Result<Vacuum, Unreadable> {
        self.vacuum.trim().parse().map_err(|_| Unreadable)
    }

    /// Its seed, when it can be read.
    pub fn seed(&self) -> Result<u64, Unreadable> {
        self.seed.trim().parse().map_err(|_| Unreadable)
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

fn optional<T: FromStr>(text: &str) -> Result<Option<T>, Unreadable> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Unreadable),
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
        assert_eq!(settings.grid, "4096x65536");
        assert_eq!(settings.eps, "1e-4");
        assert_eq!(settings.request(request()), Ok(open));
    }

    #[test]
    fn what_cannot_be_read_asks_for_nothing() {
        let good = Settings::default();
        assert!(good.request(request()).is_ok());
        for spoil in [
            |s: &mut Settings| s.grid = "big".to_owned(),
            |s: &mut Settings| s.seed = "-1".to_owned(),
            |s: &mut Settings| s.place = "somewhere".to_owned(),
            |s: &mut Settings| s.vacuum = "full".to_owned(),
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
    fn matter_has_names() {
        for matter in Matter::ALL {
            assert_eq!(Matter::from_name(matter.name()), matter);
        }
    }
}
