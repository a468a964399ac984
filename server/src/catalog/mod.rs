//! Experiments on disk, read-only: folders, `config.json`, `atheria.json`, checkpoints, pictures.
//!
//! [`Root`] finds the folders and lets nothing out of them; [`config`] reads what a trainer wrote, however old;
//! [`checkpoints`] orders the `.pth` files, [`torchscript`] finds the laws of others; [`Catalog`] puts an [`atheria_shared::experiment::Experiment`] together.
//! Whatever is wrong with an experiment is its `problem`: it is listed all the same, and nothing here panics.

mod checkpoints;
mod config;
mod error;
mod listing;
mod root;
mod torchscript;

pub use checkpoints::{choose, list};
pub use config::{Config, read_config};
pub use error::CatalogError;
pub use listing::{Catalog, Thumbnail};
pub use root::Root;
