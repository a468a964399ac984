//! The browser's history: a visit for each world that was opened. Going back shows the one before, where it is by now; a change of the
//! view, the colours or the camera is part of the visit.

use frontend::address::Address;
use frontend::opening::{Opening, Standing};
use leptos::prelude::*;

use super::state::{App, Tab};
use crate::browser::memory;

/// Whether what is opened is a visit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    /// It is: the browser's Back leads to what was there before.
    New,
    /// It takes the place of what was there before.
    Same,
}

impl App {
    /// Goes where the browser's Back and Forward lead.
    pub(super) fn begin_visits(self) {
        let _ = window_event_listener(leptos::ev::popstate, move |_| {
            let (wanted, _) = Address::read(&memory::query());
            // A link to a part of the page leads nowhere else.
            if !self.opening.with_untracked(|opening| is_at(opening, &wanted)) {
                self.go_to(&wanted);
            }
        });
        let _ = window_event_listener(leptos::ev::pageshow, move |event| {
            if event.persisted() {
                memory::reload();
            }
        });
    }

    /// Shows what an address asks for: the session that it names, what it describes, or nothing.
    pub(super) fn go_to(self, wanted: &Address) {
        match (&wanted.session, &wanted.experiment) {
            (Some(id), _) => {
                self.present_as(wanted);
                self.join(id.clone(), wanted.clone());
            }
            (None, Some(_)) => self.open_address(wanted),
            (None, None) => self.open_nothing(),
        }
    }

    /// Nothing is open, and nothing is looked at: what a page without an address shows.
    fn open_nothing(self) {
        self.show_nothing();
        self.chosen.set(None);
        self.tab.set(Tab::Experiments);
    }

    /// Leaves what is there, to choose something else.
    pub(super) fn choose_another(self) {
        memory::push_query("");
        self.open_nothing();
    }
}

/// Notes in the browser's history that something is opened; the address follows by itself.
pub(super) fn note(address: &Address, visit: Visit) {
    if visit == Visit::New {
        memory::push_query(&address.query());
    }
}

/// Whether an address asks for what is there already.
fn is_at(opening: &Opening, wanted: &Address) -> bool {
    match (&wanted.session, wanted.request()) {
        (Some(_), _) => opening.id == wanted.session && opening.standing != Standing::Closed,
        (None, Some(request)) => opening.request == Some(request),
        (None, None) => opening.standing == Standing::Idle,
    }
}
