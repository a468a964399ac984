//! Experiments on disk, read-only: folders, `config.json`, `atheria.json`, checkpoints, pictures.
//!
//! [`Root`] finds the folders and lets nothing out of them. [`config`] reads what a trainer wrote, however old, as [`json`] and
//! [`encoding`] take it in, and [`unheeded`] tells what is not heeded;
//! [`presentation`] reads what its author wants shown. [`files`] looks through a checkpoint folder, [`whole`]
//! into a file; [`latest`] orders checkpoints, [`checkpoints`] finds the one that is meant. [`cache`] is where exports go that
//! have no place there. [`Catalog`] puts an [`atheria_shared::experiment::Experiment`] together.
//! Whatever is wrong with an experiment is its `problem`, and what else there is to know a remark: it is listed all the same, and
//! nothing here panics.

mod cache;
mod cause;
mod checkpoints;
mod config;
mod encoding;
mod error;
mod files;
mod json;
mod latest;
mod listing;
mod presentation;
mod root;
mod unheeded;
mod whole;

pub use config::{Config, is_decay, read_config};
pub use error::CatalogError;
pub use listing::{Catalog, Law, Thumbnail};
pub use presentation::PresentationFault;
pub(crate) use presentation::needed;
pub use root::Root;
