//! What the page asks of the server: the list, and sessions. One session at a time; an answer to a question that was
//! overtaken by a later one is dropped. A world that is left lives on for its grace time: another page may be watching it, and
//! this one may come back ([`super::visits`]).

use atheria_shared::SessionId;
use atheria_shared::experiment::Experiment;
use atheria_shared::session::{Phase, SessionInfo, SessionRequest};
use atheria_shared::world::WorldStatus;
use frontend::accord::followed;
use frontend::address::Address;
use frontend::camera::Camera;
use frontend::colormap::{Colormap, Palette};
use frontend::history::History;
use frontend::notices::Told;
use frontend::opening::{Opening, Standing};
use frontend::region::Asked;
use frontend::remedy::Remedy;
use frontend::work::Work;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::state::{App, Catalog, Connection, Tab};
use super::visits::{self, Visit};
use crate::browser::fetch::{self, Failure};
use crate::browser::memory;

impl App {
    /// Asks for the list, opens what the address says, and keeps the address true from then on.
    pub(super) fn begin_sessions(self) {
        // Kept before the address is written anew, without it.
        let _ = memory::token();
        let (wanted, unread) = Address::read(&memory::query());
        if !unread.is_empty() {
            self.tell(Told::Unread(unread));
        }
        self.load_catalog(Some(wanted));
        self.check_version();
        self.begin_route();
        self.begin_visits();
        self.begin_vigil();
    }

    /// Asks for the list of experiments; then goes where an address wants.
    pub(super) fn load_catalog(self, wanted: Option<Address>) {
        self.catalog.set(Catalog::Loading);
        spawn_local(async move {
            match fetch::experiments().await {
                Ok(list) => self.catalog.set(Catalog::Here(list)),
                Err(Failure::Away) => self.catalog.set(Catalog::Away),
                Err(Failure::Refused(error)) => {
                    self.catalog.set(Catalog::Away);
                    self.tell(Told::Failed(error));
                }
            }
            if let Some(wanted) = wanted {
                self.go_to(&wanted);
            }
        });
    }

    /// Opens an experiment as its author wants it shown. One that cannot be opened only shows its figures, and why.
    pub(super) fn open_experiment(self, experiment: &Experiment) {
        self.chosen.set(Some(experiment.name.clone()));
        if experiment.problem.is_some() {
            if self.narrow.get_untracked() {
                self.tab.set(Tab::Law);
            }
            return;
        }
        if let Some(name) = experiment.checked_name() {
            self.present(experiment);
            self.open(SessionRequest::new(name), Visit::New);
        }
    }

    /// Shows an experiment's figures, and gets ready to show its world as its author wants it.
    pub(super) fn present(self, experiment: &Experiment) {
        let presentation = &experiment.presentation;
        self.chosen.set(Some(experiment.name.clone()));
        self.view.set(presentation.best_view());
        let map = presentation.colormap.as_deref().and_then(Colormap::from_name);
        self.palette
            .set(map.map_or(Palette::default(), |map| Palette::default().with(map)));
    }

    /// Opens a session, and leaves the one before.
    pub(super) fn open(self, request: SessionRequest, visit: Visit) {
        let epoch = self.begin_with(Opening::asked(request.clone()));
        self.tab.set(Tab::World);
        visits::note(&Address::of(&request), visit);
        spawn_local(self.ask_for(request, epoch));
    }

    /// Opens the same again.
    pub(super) fn open_again(self) {
        if let Some(request) = self.opening.with_untracked(|opening| opening.request.clone()) {
            self.open(request, Visit::Same);
        }
    }

    /// Opens the same otherwise.
    pub(super) fn open_with(self, remedy: &Remedy) {
        if let Some(request) = self.opening.with_untracked(|opening| opening.request.clone()) {
            self.open(remedy.apply(request), Visit::Same);
        }
    }

    /// Goes to a session that may still live; where it does not, what the address says besides is opened anew.
    pub(super) fn join(self, id: SessionId, wanted: Address) {
        let epoch = self.begin_with(Opening {
            id: Some(id.clone()),
            request: wanted.request(),
            standing: Standing::Asking,
            ..Opening::default()
        });
        self.tab.set(Tab::World);
        spawn_local(self.look_in(id, wanted, epoch));
    }

    /// Gives up what is opening: its session ends.
    pub(super) fn cancel(self) {
        if let Some(id) = self.on_its_way() {
            fetch::close_session(&id);
        }
        self.show_nothing();
        memory::set_query("");
    }

    /// Leaves what is open: its world stands still for as long as nobody watches it.
    pub(super) fn show_nothing(self) {
        self.begin_with(Opening::default());
        self.connection.set(Connection::Idle);
    }

    /// Leaves the session that there is, and begins with another.
    fn begin_with(self, opening: Opening) -> u64 {
        self.leave();
        let epoch = self.line.next_epoch();
        self.opening.set(opening);
        self.connection.set(Connection::Connecting);
        self.vigil.begin();
        self.status.set(WorldStatus::default());
        self.history.set(History::default());
        self.home.set(false);
        self.work.set_value(Work::default());
        self.asked.set_value(Asked::default());
        self.camera.set(Camera::Fit);
        self.spot.set(None);
        self.clear_easel();
        epoch
    }

    /// One that is still on its way ends, unless somebody else waits for it too. A world lives on.
    fn leave(self) {
        let alone = self.vigil.viewers.get_untracked() <= 1;
        if let Some(id) = self.on_its_way().filter(|_| alone) {
            fetch::close_session(&id);
        }
    }

    /// The session, while it has no world yet.
    fn on_its_way(self) -> Option<SessionId> {
        self.opening.with_untracked(|opening| {
            let id = opening.id.clone();
            id.filter(|_| opening.standing == Standing::Opening)
        })
    }

    async fn ask_for(self, request: SessionRequest, epoch: u64) {
        match fetch::open_session(&request).await {
            Ok(info) if self.line.is_now(epoch) => {
                self.vigil.hear();
                let id = info.id.clone();
                let news = self.update_opening(|opening| opening.apply_session(info));
                self.take(news);
                self.connect(id, epoch);
            }
            Ok(info) => fetch::close_session(&info.id),
            Err(failure) if self.line.is_now(epoch) => match failure {
                Failure::Away => {
                    self.nobody_answers();
                    self.line
                        .later(epoch, move || spawn_local(self.ask_for(request, epoch)));
                }
                Failure::Refused(error) => {
                    self.opening
                        .update(|opening| opening.standing = Standing::Failed(error));
                    self.connection.set(Connection::Idle);
                }
            },
            Err(_) => {}
        }
    }

    async fn look_in(self, id: SessionId, wanted: Address, epoch: u64) {
        let found = fetch::session(&id).await;
        if !self.line.is_now(epoch) {
            return;
        }
        match found {
            Ok(info) if lives(&info) && wanted.fits(&info.request) => self.come_back(info, &wanted, epoch),
            // It is there, and the address asks for something else.
            Ok(info) if lives(&info) => self.open_address(&wanted),
            Err(Failure::Away) => {
                self.nobody_answers();
                self.line
                    .later(epoch, move || spawn_local(self.look_in(id, wanted, epoch)));
            }
            Err(Failure::Refused(error)) if wanted.experiment.is_none() => {
                self.tell(Told::Failed(error));
                self.show_nothing();
            }
            Ok(_) | Err(Failure::Refused(_)) => {
                self.tell(Told::SessionOver);
                self.open_address(&wanted);
            }
        }
    }

    /// Goes on in a session that was open before.
    fn come_back(self, info: SessionInfo, wanted: &Address, epoch: u64) {
        let request = wanted.request().unwrap_or_else(|| info.request.clone());
        if self.chosen.get_untracked().is_none() {
            self.chosen.set(Some(request.experiment.to_string()));
        }
        self.opening.update(|opening| opening.request = Some(request));
        self.work.set_value(Work::of_older());
        if info.phase == Phase::Live
            && let Some(status) = &info.status
        {
            // Whoever watches it too has chosen what it shows.
            self.view.update(|view| *view = followed(*view, status.view));
        }
        if let Some(spot) = wanted.at {
            self.look_at(spot);
        }
        self.vigil.hear();
        // Its state comes with the first event, when it can be asked for something.
        self.connect(info.id, epoch);
    }

    fn nobody_answers(self) {
        self.opening
            .update(|opening| opening.standing = Standing::Unanswered);
        self.connection.set(Connection::Away);
    }
}

fn lives(info: &SessionInfo) -> bool {
    !matches!(info.phase, Phase::Failed { .. } | Phase::Closed)
}
