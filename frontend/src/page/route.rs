//! The page's address: what it says is opened, and what is open is what it says.

use std::time::Duration;

use atheria_shared::Cause;
use atheria_shared::error::{ApiError, ErrorCode};
use frontend::address::Address;
use frontend::camera::{Camera, Xy};
use frontend::notices::Told;
use frontend::spot::Spot;
use leptos::prelude::*;

use super::state::{App, Catalog};
use super::visits::Visit;
use crate::browser::memory::{self, pixel_ratio};

/// How long a camera rests before the address says where it is.
const REST: Duration = Duration::from_millis(300);

impl App {
    /// Keeps the address true.
    pub(super) fn begin_route(self) {
        let mut settle = debounce(REST, move |()| self.spot.set(self.spot_now()));
        Effect::new(move |_| {
            self.camera.track();
            settle(());
        });
        Effect::new(move |_| {
            let address = self.opening.with(|opening| {
                Some(Address {
                    session: opening.id.clone().filter(|_| !opening.is_over()),
                    ..Address::of(opening.request.as_ref()?)
                })
            });
            let (view, palette, at) = (self.view.get(), self.palette.get(), self.spot.get());
            let Some(mut address) = address else { return };
            address.view = Some(view);
            address.range = view.range;
            address.scale = view.scale;
            address.colormap = palette.chosen(&view);
            address.mix = palette.mix;
            address.at = at;
            memory::set_query(&address.query());
        });
    }

    fn spot_now(self) -> Option<Spot> {
        match self.camera.get_untracked() {
            Camera::Fit => None,
            Camera::At { centre, scale } => Some(Spot {
                centre,
                scale: scale / pixel_ratio(),
            }),
        }
    }

    /// Looks where an address says.
    pub(super) fn look_at(self, spot: Spot) {
        let Spot { centre, scale } = spot;
        let scale = scale * pixel_ratio();
        self.camera.set(Camera::At {
            centre: Xy::new(centre.x, centre.y),
            scale,
        });
        self.spot.set(Some(spot));
    }

    /// Gets ready to show a world as its author, or an address, wants it shown.
    pub(super) fn present_as(self, wanted: &Address) {
        let name = wanted.experiment.as_ref();
        if let Some(experiment) = name.and_then(|name| self.experiment(name.as_str())) {
            self.present(&experiment);
        }
        if let Some(view) = wanted.view {
            self.view.set(view);
        }
        self.view.update(|view| {
            view.range = wanted.range.filter(|_| view.has_range());
            view.scale = wanted.scale.filter(|scale| view.scales().contains(scale));
        });
        if let Some(map) = wanted.colormap {
            self.choose_colormap(map);
        }
        self.palette.update(|palette| palette.mix = wanted.mix);
    }

    /// Opens what an address describes.
    pub(super) fn open_address(self, wanted: &Address) {
        let Some(request) = wanted.request() else { return };
        let name = request.experiment.as_str();
        match self.experiment(name) {
            Some(experiment) if experiment.problem.is_none() => {
                self.present_as(wanted);
                self.open(request, Visit::Same);
                if let Some(spot) = wanted.at {
                    self.look_at(spot);
                }
            }
            Some(experiment) => {
                self.show_nothing();
                self.chosen.set(Some(experiment.name));
            }
            None => {
                self.show_nothing();
                if self
                    .catalog
                    .with_untracked(|catalog| matches!(catalog, Catalog::Here(_)))
                {
                    let message = format!("The address asks for {name:?}, which the list does not hold");
                    let error = ApiError::new(ErrorCode::ExperimentNotFound, message);
                    self.tell(Told::Failed(error.because(Cause::NoExperiment {
                        name: name.to_owned(),
                    })));
                }
            }
        }
    }
}
