//! What the page does to the world that is open.

use atheria_shared::session::Painted;
use atheria_shared::view::View;
use atheria_shared::world::{ExecutionChoice, WorldCommand};
use frontend::accord::Accord;
use frontend::notices::Told;
use frontend::opening::Opening;
use frontend::pace::Rung;
use leptos::prelude::*;

use super::state::App;
use crate::browser::clock;

impl App {
    /// Sends a command, if there is a world; one that cannot be sent is said to be lost. A view is not: it is asked for again once
    /// the line is up.
    pub(super) fn command(self, command: &WorldCommand) {
        if !self.opening.with_untracked(Opening::is_live) {
            return;
        }
        let Ok(text) = serde_json::to_string(command) else {
            return;
        };
        let sent = self
            .line
            .socket
            .with_value(|socket| socket.as_ref().is_some_and(|socket| socket.send(&text)));
        if !sent && !matches!(command, WorldCommand::View(_)) {
            self.tell(Told::Unsent);
        }
    }

    /// Goes back to the beginning; asks first where that wipes much.
    pub(super) fn reset(self) {
        if !self.opening.with_untracked(Opening::is_live) {
            return;
        }
        let at_stake = self
            .status
            .with_untracked(|status| self.work.with_value(|work| work.at_stake(status)));
        match at_stake {
            Some(wiped) => self.reset_asked.set(Some(wiped)),
            None => self.command(&WorldCommand::Reset),
        }
    }

    /// Shows what the session shows, where that was chosen elsewhere.
    pub(super) fn follow(self, told: View) {
        let (own, now) = (self.view.get_untracked(), clock::now_ms());
        let chosen = self
            .accord
            .try_update_value(|accord| accord.told(own, told, now))
            .flatten();
        if let Some(view) = chosen {
            self.view.set(view);
        }
    }

    /// Asks once more for a view that may not have arrived.
    pub(super) fn ask_again(self) {
        if self.accord.with_value(Accord::is_open) {
            self.command(&WorldCommand::View(self.view_wanted()));
        }
    }

    pub(super) fn toggle_play(self) {
        let playing = self.status.with_untracked(|status| status.playing);
        self.command(if playing {
            &WorldCommand::Pause
        } else {
            &WorldCommand::Play
        });
    }

    pub(super) fn choose_pace(self, rung: Rung) {
        self.command(&WorldCommand::Speed {
            steps_per_second: rung.pace(),
        });
    }

    /// Shows something else.
    pub(super) fn choose_view(self, view: View) {
        self.view.set(view);
        self.command(&WorldCommand::View(self.view_wanted()));
    }

    /// The same, however often it is asked for, once for each drawing of the screen.
    pub(super) fn choose_view_soon(self, view: View) {
        self.view.set(view);
        if self.line.view_due.get_value() {
            return;
        }
        self.line.view_due.set_value(true);
        request_animation_frame(move || {
            self.line.view_due.set_value(false);
            self.command(&WorldCommand::View(self.view_wanted()));
        });
    }

    /// Tells the server that so many frames of this connection were painted, or passed over: it sends more.
    pub(super) fn say_painted(self, painted: u64) {
        // After a new connection was made it is not of this one.
        if painted > self.line.frames.get_value() {
            return;
        }
        if let Ok(text) = serde_json::to_string(&Painted { painted }) {
            self.line.socket.with_value(|socket| {
                if let Some(socket) = socket {
                    // A line that is down is opened anew, and counts anew.
                    let _ = socket.send(&text);
                }
            });
        }
    }

    /// Changes which cells are computed; the session that is opened again keeps it.
    pub(super) fn choose_execution(self, execution: ExecutionChoice) {
        self.command(&WorldCommand::Execution { execution });
        self.opening.update(|opening| {
            if let Some(request) = &mut opening.request {
                request.execution = execution;
            }
        });
    }
}
