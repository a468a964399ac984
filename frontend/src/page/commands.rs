//! What the page does to the world that is open.

use atheria_shared::session::Painted;
use atheria_shared::view::View;
use atheria_shared::world::{ExecutionChoice, WorldCommand};
use frontend::opening::Opening;
use frontend::pace::Rung;
use leptos::prelude::*;

use super::state::App;

impl App {
    /// Sends a command, if there is a world.
    pub(super) fn command(self, command: &WorldCommand) {
        if !self.opening.with_untracked(Opening::is_live) {
            return;
        }
        if let Ok(text) = serde_json::to_string(command) {
            self.line.socket.with_value(|socket| {
                if let Some(socket) = socket {
                    // A line that is down is shown as such, and the server tells the state when it is up.
                    let _ = socket.send(&text);
                }
            });
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
