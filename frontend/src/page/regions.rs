//! Asking for the cells that are seen, whenever the camera leaves what was asked for.

use std::time::Duration;

use atheria_shared::view::View;
use atheria_shared::world::WorldCommand;
use frontend::opening::Opening;
use frontend::region::Asked;
use leptos::prelude::*;

use super::state::App;
use crate::browser::clock;

/// Between two questions, while the camera moves: eight a second.
const PAUSE: Duration = Duration::from_millis(125);

impl App {
    /// Watches the camera.
    pub(super) fn begin_regions(self) {
        let live = Memo::new(move |_| self.opening.with(Opening::is_live));
        let due = StoredValue::new(false);
        Effect::new(move |_| {
            if !live.get() || self.suffices(self.scene.get(), self.camera.get()) || due.get_value() {
                return;
            }
            due.set_value(true);
            set_timeout(
                move || {
                    due.set_value(false);
                    let (scene, camera) = (self.scene.get_untracked(), self.camera.get_untracked());
                    if !self.suffices(scene, camera) {
                        self.command(&WorldCommand::View(self.view_wanted()));
                    }
                },
                PAUSE,
            );
        });
    }

    fn suffices(self, scene: frontend::camera::Scene, camera: frontend::camera::Camera) -> bool {
        self.asked.get_value().suffices(&scene, camera)
    }

    /// The view that the user wants, of the cells that the camera needs; it is about to be asked for.
    pub(super) fn view_wanted(self) -> View {
        let (scene, camera) = (self.scene.get_untracked(), self.camera.get_untracked());
        let asked = Asked::for_camera(&scene, camera);
        self.asked.set_value(asked);
        self.accord.update_value(|accord| accord.ask(clock::now_ms()));
        asked.of(self.view.get_untracked())
    }
}
