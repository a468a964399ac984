//! What an engine is asked for a session: the request, with what it leaves open taken from the experiment's
//! presentation, then from the defaults. Looks files up (blocking), starts nothing.

use std::path::Path;

use atheria_shared::cause::{Quantity, Range};
use atheria_shared::engine::LawJob;
use atheria_shared::experiment::Presentation;
use atheria_shared::geometry::UnknownWord;
use atheria_shared::planting::SeedMatter;
use atheria_shared::session::SessionRequest;
use atheria_shared::show::Show;
use atheria_shared::view::View;
use atheria_shared::world::{EPS, Placement, Precision, StartingMatter, Vacuum, WorldSpec};
use atheria_shared::{ApiError, Cause, ErrorCode, Remark};

use crate::catalog::{Catalog, CatalogError, Law, is_decay, needed};

/// Which state files a request may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Those in the experiment's own folder: for whoever comes over HTTP.
    OfTheExperiment,
    /// Any: for the user of the command line, who can read them anyway.
    Any,
}

/// Why a request cannot become a session.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The experiment cannot be opened.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The presentation's starting matter is none.
    #[error("atheria.json of {experiment:?} has an \"init\" that cannot be used: {source}")]
    Init {
        /// The experiment.
        experiment: String,
        /// Why.
        #[source]
        source: UnknownWord,
    },
    /// The starting matter's file is none that may be opened.
    #[error("the starting state of {experiment:?} cannot be used: {source}")]
    State {
        /// The experiment.
        experiment: String,
        /// Why.
        #[source]
        source: Box<CatalogError>,
    },
    /// The presentation's seed is a file that may not be opened.
    #[error("atheria.json of {experiment:?} has a \"seed\" that cannot be used: {source}")]
    Seed {
        /// The experiment.
        experiment: String,
        /// Why.
        #[source]
        source: Box<CatalogError>,
    },
    /// The decay is no decay.
    #[error("gamma = {gamma}: it has to be a number from 0 to 1")]
    Gamma {
        /// What was asked for.
        gamma: f64,
    },
    /// What is to count as matter is no such number.
    #[error("eps = {eps}: it has to be a number above 0, up to 1")]
    Eps {
        /// What was asked for.
        eps: f64,
    },
    /// The same, of the presentation.
    #[error("atheria.json of {experiment:?} has \"eps\": {eps}: it has to be a number above 0, up to 1")]
    OwnEps {
        /// The experiment.
        experiment: String,
        /// What it has.
        eps: f64,
    },
}

impl From<PlanError> for ApiError {
    fn from(error: PlanError) -> Self {
        let message = error.to_string();
        let own = |key: &str, value: String| Cause::Value {
            file: "atheria.json".to_owned(),
            key: key.to_owned(),
            value,
            needed: needed(key),
        };
        let (code, cause) = match error {
            PlanError::Catalog(error) => return error.into(),
            PlanError::Init { source, .. } => (
                ErrorCode::ConfigInvalid,
                own("init", format!("{:?}", source.text)),
            ),
            PlanError::OwnEps { eps, .. } => (ErrorCode::ConfigInvalid, own("eps", eps.to_string())),
            PlanError::State { source, .. } | PlanError::Seed { source, .. } => {
                (ErrorCode::StateInvalid, source.cause())
            }
            PlanError::Gamma { gamma } => {
                let cause = Cause::OutOfRange {
                    what: Quantity::Gamma,
                    value: gamma.into(),
                    range: Range::of(0.0, 1.0),
                };
                (ErrorCode::BadRequest, cause)
            }
            PlanError::Eps { eps } => {
                let cause = Cause::OutOfRange {
                    what: Quantity::Eps,
                    value: eps.into(),
                    range: Range::above_zero(1.0),
                };
                (ErrorCode::BadRequest, cause)
            }
        };
        Self::new(code, message).because(cause)
    }
}

/// Everything that opening a world takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The request, with what was missing filled in.
    pub request: SessionRequest,
    /// The law.
    pub law: LawJob,
    /// The world.
    pub world: WorldSpec,
    /// What to show first.
    pub view: View,
    /// The pace.
    pub steps_per_second: Option<f32>,
    /// What it plays by itself.
    pub show: Option<Show>,
    /// What to know of the experiment and of the choice, before anything is read.
    pub remarks: Vec<Remark>,
}

/// Makes the plan of a request.
pub fn plan(catalog: &Catalog, mut request: SessionRequest, files: Files) -> Result<Plan, PlanError> {
    let Law {
        name,
        config,
        presentation,
        folder: checkpoint_dir,
        checkpoint,
        remarks,
    } = catalog.law(&request.experiment, &request.checkpoint)?;
    let experiment = name.to_string();
    request.experiment = name;
    let show = presentation
        .show
        .clone()
        .filter(|_| is_as_presented(&request, &presentation));
    if let Some(gamma) = request.gamma
        && !is_decay(gamma)
    {
        return Err(PlanError::Gamma { gamma });
    }
    let eps = eps(&request, &presentation)?;
    let trained_boundary = presentation.boundary.unwrap_or_default();
    let boundary = request.boundary.unwrap_or(trained_boundary);

    let own_init = request.init.is_some();
    let init = match (&request.init, &presentation.init) {
        (Some(init), _) => init.clone(),
        (None, Some(text)) => text.parse().map_err(|source| PlanError::Init {
            experiment: experiment.clone(),
            source,
        })?,
        (None, None) => StartingMatter::default(),
    };
    // A file of the caller's brings its own size.
    let file_of_the_caller = own_init && matches!(init, StartingMatter::File(_));
    let grid = request.grid.or(presentation.grid.filter(|_| !file_of_the_caller));
    // Where the experiment's own matter lies is the experiment's to say, unless it was said here.
    if !own_init && request.place == Placement::default() {
        request.place = presentation.place.unwrap_or_default();
    }
    request.boundary = Some(boundary);
    request.grid = grid;
    request.init = Some(init.clone());
    request.eps = Some(eps);

    let anywhere = own_init && files == Files::Any;
    let init = match init {
        StartingMatter::File(file) if !anywhere => StartingMatter::File(
            state(catalog, &request, &file).map_err(|source| PlanError::State {
                experiment: experiment.clone(),
                source: Box::new(source),
            })?,
        ),
        init => init,
    };
    let planted = planted(catalog, &request, &presentation)?;
    let world = WorldSpec {
        grid,
        boundary,
        init,
        place: request.place,
        vacuum: request.vacuum,
        planted,
        seed: request.seed,
        gamma: request.gamma,
        device: request.device,
        execution: request.execution,
        eps,
        precision: Precision::default(),
    };
    let law = LawJob {
        experiment,
        architecture: config.architecture,
        params: config.params,
        params_defaulted: defaulted(&remarks),
        gamma: config.gamma,
        trained_boundary,
        cache_dir: catalog.cache_of(&checkpoint_dir),
        checkpoint_dir,
        checkpoint: checkpoint.file,
        weights: request.weights.clone(),
        cast: request.cast,
        expected_sha256: None,
        method: request.method,
        force: false,
    };
    Ok(Plan {
        view: presentation.best_view().within(config.params.d_state),
        steps_per_second: presentation
            .steps_per_second
            .filter(|pace| pace.is_finite() && *pace > 0.0),
        show,
        request,
        law,
        world,
        remarks,
    })
}

/// What a click plants, by the experiment's own word.
fn planted(
    catalog: &Catalog,
    request: &SessionRequest,
    presentation: &Presentation,
) -> Result<SeedMatter, PlanError> {
    let refused = |source| PlanError::Seed {
        experiment: request.experiment.to_string(),
        source: Box::new(source),
    };
    Ok(match presentation.seed.clone().unwrap_or_default() {
        SeedMatter::File(file) => SeedMatter::File(state(catalog, request, &file).map_err(refused)?),
        rule => rule,
    })
}

/// Whether a request is for the world as its author shows it, said or left open: a show is made for that one alone.
fn is_as_presented(request: &SessionRequest, presentation: &Presentation) -> bool {
    let init = |init: &StartingMatter| match &presentation.init {
        Some(presented) => init.to_string() == *presented,
        None => *init == StartingMatter::default(),
    };
    let place = [Placement::default(), presentation.place.unwrap_or_default()];
    request.grid.is_none_or(|grid| presentation.grid == Some(grid))
        && (request.boundary).is_none_or(|boundary| boundary == presentation.boundary.unwrap_or_default())
        && request.init.as_ref().is_none_or(init)
        && place.contains(&request.place)
        && request.vacuum == Vacuum::default()
        && request.seed == 0
        && request.gamma.is_none()
}

/// The sizes that `config.json` does not say.
fn defaulted(remarks: &[Remark]) -> Vec<String> {
    let keys = remarks.iter().filter_map(|remark| match remark {
        Remark::DefaultSize { key, .. } => Some(key.clone()),
        _ => None,
    });
    keys.collect()
}

fn eps(request: &SessionRequest, presentation: &Presentation) -> Result<f64, PlanError> {
    let suits = |eps: f64| eps > 0.0 && eps <= 1.0;
    match (request.eps, presentation.eps) {
        (Some(eps), _) if !suits(eps) => Err(PlanError::Eps { eps }),
        (None, Some(eps)) if !suits(eps) => Err(PlanError::OwnEps {
            experiment: request.experiment.to_string(),
            eps,
        }),
        (asked, own) => Ok(asked.or(own).unwrap_or(EPS)),
    }
}

fn state(
    catalog: &Catalog,
    request: &SessionRequest,
    file: &Path,
) -> Result<std::path::PathBuf, CatalogError> {
    catalog.state(&request.experiment, file)
}

#[cfg(test)]
mod tests {
    use atheria_shared::{Boundary, ExperimentName, GridShape};

    use super::*;

    fn folder(atheria: &str) -> (tempfile::TempDir, Catalog) {
        let dir = tempfile::tempdir().unwrap();
        let experiment = dir.path().join("experiments/e");
        let checkpoints = dir.path().join("training_checkpoints/e");
        std::fs::create_dir_all(&experiment).unwrap();
        std::fs::create_dir_all(&checkpoints).unwrap();
        std::fs::write(
            experiment.join("config.json"),
            r#"{"MODEL_ARCHITECTURE": "MLP", "D_STATE": 4, "GAMMA_DECAY": 0.01}"#,
        )
        .unwrap();
        std::fs::write(experiment.join("atheria.json"), atheria).unwrap();
        std::fs::write(experiment.join("start.npz"), "x").unwrap();
        std::fs::write(checkpoints.join("checkpoint_ep3.pth"), "x").unwrap();
        let catalog = Catalog::new(dir.path().to_owned(), false);
        (dir, catalog)
    }

    fn request() -> SessionRequest {
        SessionRequest::new(ExperimentName::new("e").unwrap())
    }

    const SHOWN: &str = r#"{"grid": [64, 96], "boundary": "torus", "init": "start.npz", "view": "rgb",
                            "rgb": [1, 2, 9], "steps_per_second": 15}"#;

    #[test]
    fn a_bare_request_is_filled_in_from_the_presentation() {
        let (dir, catalog) = folder(SHOWN);
        let plan = plan(&catalog, request(), Files::OfTheExperiment).unwrap();
        assert_eq!(plan.world.grid, GridShape::new(64, 96).ok());
        assert_eq!(
            (plan.world.boundary, plan.law.trained_boundary),
            (Boundary::Torus, Boundary::Torus)
        );
        let start = dir.path().canonicalize().unwrap().join("experiments/e/start.npz");
        assert_eq!(plan.world.init, StartingMatter::File(start));
        assert_eq!(plan.request.init, Some(StartingMatter::File("start.npz".into())));
        assert_eq!((plan.view.rgb, plan.steps_per_second), ([1, 2, 3], Some(15.0)));
        assert_eq!(plan.law.checkpoint.as_str(), "checkpoint_ep3.pth");
    }

    #[test]
    fn what_is_asked_for_wins() {
        let (_dir, catalog) = folder(SHOWN);
        let asked = SessionRequest {
            grid: GridShape::new(32, 32).ok(),
            boundary: Some(Boundary::Walls),
            init: Some(StartingMatter::Random),
            ..request()
        };
        let plan = plan(&catalog, asked, Files::OfTheExperiment).unwrap();
        assert_eq!(plan.world.grid, GridShape::new(32, 32).ok());
        assert_eq!(
            (plan.world.boundary, plan.law.trained_boundary),
            (Boundary::Walls, Boundary::Torus)
        );
        assert_eq!(plan.world.init, StartingMatter::Random);
    }

    #[test]
    fn files_elsewhere_are_for_the_command_line() {
        let (dir, catalog) = folder(SHOWN);
        let outside = dir.path().join("other.npz");
        std::fs::write(&outside, "x").unwrap();
        let asked = SessionRequest {
            init: Some(StartingMatter::File(outside.clone())),
            ..request()
        };
        let error = plan(&catalog, asked.clone(), Files::OfTheExperiment).unwrap_err();
        assert!(matches!(error, PlanError::State { .. }), "{error}");
        let plan = plan(&catalog, asked, Files::Any).unwrap();
        assert_eq!(
            (plan.world.init, plan.world.grid),
            (StartingMatter::File(outside), None)
        );
    }

    #[test]
    fn the_place_and_eps_come_from_the_presentation_with_its_matter() {
        let (_dir, catalog) = folder(r#"{"init": "start.npz", "place": "tile", "eps": 1e-4}"#);
        let plan = |asked| plan(&catalog, asked, Files::OfTheExperiment).unwrap();
        let own = plan(request());
        assert_eq!((own.world.place, own.world.eps), (Placement::Tile, 1e-4));
        assert_eq!(
            (own.request.place, own.request.eps),
            (Placement::Tile, Some(1e-4))
        );
        let asked = plan(SessionRequest {
            place: Placement::Scatter { count: 3 },
            eps: Some(1.0),
            ..request()
        });
        assert_eq!(
            (asked.world.place, asked.world.eps),
            (Placement::Scatter { count: 3 }, 1.0)
        );
        let other_matter = plan(SessionRequest {
            init: Some(StartingMatter::Random),
            ..request()
        });
        assert_eq!(other_matter.world.place, Placement::Centre);
        let (_dir, catalog) = folder("{}");
        let usual = super::plan(&catalog, request(), Files::OfTheExperiment).unwrap();
        assert_eq!((usual.world.place, usual.world.eps), (Placement::Centre, EPS));
    }

    #[test]
    fn what_a_click_plants_is_the_experiments_to_say() {
        let (_dir, catalog) = folder("{}");
        let usual = plan(&catalog, request(), Files::Any).unwrap();
        assert_eq!(usual.world.planted, SeedMatter::Start);
        let (dir, catalog) = folder(r#"{"seed": "start.npz"}"#);
        let file = plan(&catalog, request(), Files::OfTheExperiment).unwrap();
        let start = dir.path().canonicalize().unwrap().join("experiments/e/start.npz");
        assert_eq!(file.world.planted, SeedMatter::File(start));
        for bad in ["gone.npz", "../f/start.npz", "/start.npz"] {
            let (_dir, catalog) = folder(&format!(r#"{{"seed": "{bad}"}}"#));
            let error = plan(&catalog, request(), Files::Any).unwrap_err();
            assert!(matches!(error, PlanError::Seed { .. }), "{bad}: {error}");
        }
        let (_dir, catalog) = folder(r#"{"seed": "soup"}"#);
        let error = ApiError::from(plan(&catalog, request(), Files::Any).unwrap_err());
        assert!(error.message.contains("disc:RADIUS:CHANNEL"), "{error}");
    }

    #[test]
    fn a_show_is_of_the_world_as_it_is_presented() {
        let (_dir, catalog) = folder(r#"{"grid": [64, 64], "show": {"steps": 30}}"#);
        let show = |asked: SessionRequest| plan(&catalog, asked, Files::Any).unwrap().show;
        assert_eq!(show(request()).map(|show| show.steps()), Some(30));
        let execution = atheria_shared::world::ExecutionChoice::Dense;
        assert!(
            show(SessionRequest {
                execution,
                ..request()
            })
            .is_some()
        );
        // What the page's address says of it is the same world.
        let said = plan(&catalog, request(), Files::Any).unwrap().request;
        assert!(said.grid.is_some() && show(said).is_some());
        for other in [
            SessionRequest {
                grid: GridShape::new(64, 65).ok(),
                ..request()
            },
            SessionRequest {
                boundary: Some(Boundary::Torus),
                ..request()
            },
            SessionRequest {
                init: Some(StartingMatter::Zeros),
                ..request()
            },
            SessionRequest { seed: 1, ..request() },
            SessionRequest {
                gamma: Some(0.0),
                ..request()
            },
        ] {
            assert_eq!(show(other.clone()), None, "{other:?}");
        }
    }

    #[test]
    fn what_is_known_before_goes_with_the_plan() {
        let (dir, catalog) = folder("{}");
        let cache = dir.path().join("cache");
        let catalog = catalog.caching_in(Some(cache.clone()));
        std::fs::write(dir.path().join("training_checkpoints/e/notes.zip"), "x").unwrap();
        let plan = plan(&catalog, request(), Files::OfTheExperiment).unwrap();
        assert_eq!(plan.law.cache_dir, catalog.cache_of(&plan.law.checkpoint_dir));
        assert!(plan.law.cache_dir.is_some_and(|folder| folder.starts_with(cache)));
        assert_eq!(
            plan.remarks,
            [
                Remark::DefaultSize {
                    key: "hidden_channels".into(),
                    value: 32
                },
                Remark::PassedOver {
                    file: "notes.zip".into(),
                    reason: atheria_shared::remark::PassedOver::Ending
                }
            ]
        );
    }

    #[test]
    fn an_experiment_goes_by_the_name_of_its_folder() {
        let (dir, catalog) = folder("{}");
        let apart = "e\u{301}";
        for within in ["experiments", "training_checkpoints"] {
            let within = dir.path().join(within);
            std::fs::rename(within.join("e"), within.join(apart)).unwrap();
        }
        let asked = SessionRequest::new(ExperimentName::new("\u{e9}").unwrap());
        let plan = plan(&catalog, asked, Files::OfTheExperiment).unwrap();
        assert_eq!(
            (plan.request.experiment.as_str(), plan.law.experiment.as_str()),
            (apart, apart)
        );
    }

    #[test]
    fn nonsense_is_refused() {
        let (_dir, catalog) = folder(r#"{"init": "soup"}"#);
        let init = plan(&catalog, request(), Files::OfTheExperiment).unwrap_err();
        assert!(matches!(init, PlanError::Init { .. }));
        for gamma in [-0.1, 1.1, f64::NAN] {
            let asked = SessionRequest {
                gamma: Some(gamma),
                ..request()
            };
            let error = plan(&catalog, asked, Files::OfTheExperiment).unwrap_err();
            assert!(matches!(error, PlanError::Gamma { .. }));
        }
        for eps in [0.0, -1e-6, 1.001, f64::NAN] {
            let asked = SessionRequest {
                eps: Some(eps),
                ..request()
            };
            let error = plan(&catalog, asked, Files::OfTheExperiment).unwrap_err();
            assert!(matches!(error, PlanError::Eps { .. }), "{eps}: {error}");
        }
        let (_dir, catalog) = folder(r#"{"eps": 0}"#);
        let own = ApiError::from(plan(&catalog, request(), Files::OfTheExperiment).unwrap_err());
        assert_eq!(own.code, ErrorCode::ConfigInvalid);
    }
}
