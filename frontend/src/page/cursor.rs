//! The keyboard's cursor on the world: what is done where it is, and what a screen reader is told of it.

use std::time::Duration;

use atheria_shared::geometry::Cell;
use frontend::cursor;
use frontend::i18n::spoken;
use leptos::prelude::*;

use super::state::{App, app};
use crate::browser::memory::pixel_ratio;

/// How long the cursor rests before a screen reader is told where it is.
const REST: Duration = Duration::from_millis(350);
/// The mark is never smaller, in pixels of the page.
const MARK: f64 = 11.0;

/// Where the cursor is.
#[derive(Clone, Copy)]
pub(crate) struct Cursor {
    /// The cell; none while keys have nothing to do on the world.
    pub(super) at: RwSignal<Option<Cell>>,
    /// Where it was last.
    last: StoredValue<Option<Cell>>,
}

impl Cursor {
    pub(crate) fn new() -> Self {
        Self {
            at: RwSignal::new(None),
            last: StoredValue::new(None),
        }
    }
}

impl App {
    /// Whether there is something that keys could do on the world: a tool in hand, or a place to pick.
    pub(super) fn has_deed(self) -> bool {
        let deed = self.brush.with_untracked(|brush| brush.tool.is_some());
        (deed || self.form.picking.get_untracked()) && self.range.with_untracked(Option::is_some)
    }

    /// Shows the cursor, when keys have something to do.
    pub(super) fn show_cursor(self) {
        if self.has_deed() {
            self.put_cursor(self.cursor_or_start());
        }
    }

    /// Takes it away: the pointer is in use, or the focus is elsewhere.
    pub(super) fn hide_cursor(self) {
        if self.cursor.at.with_untracked(Option::is_some) {
            self.cursor.at.set(None);
        }
    }

    /// Moves it by so many cells; the view follows.
    pub(super) fn move_cursor(self, right: i8, down: i8) {
        let scene = self.scene.get_untracked();
        self.put_cursor(cursor::moved(&scene, self.cursor_or_start(), right, down));
    }

    /// Does at the cursor what there is to do.
    pub(super) fn act_at_cursor(self) {
        let Some(cell) = self.cursor.at.get_untracked() else {
            self.show_cursor();
            return;
        };
        if self.form.picking.get_untracked() {
            self.pick(cell);
        } else if let Some(tool) = self.brush.with_untracked(|brush| brush.tool) {
            self.apply_at(tool, cell);
        }
    }

    fn put_cursor(self, cell: Cell) {
        let scene = self.scene.get_untracked();
        let camera = self.camera.get_untracked();
        let followed = cursor::follow(&scene, camera, cell);
        if followed != camera {
            self.camera.set(followed);
        }
        self.cursor.last.set_value(Some(cell));
        self.cursor.at.set(Some(cell));
    }

    /// Where it is, or was, or the pointer, or the middle of what is seen.
    fn cursor_or_start(self) -> Cell {
        let (scene, camera) = (self.scene.get_untracked(), self.camera.get_untracked());
        let pointed = || {
            let pointer = self.pointer.get_untracked()?;
            Some(scene.place(camera).whole_cell_at(pointer))
        };
        let known = self
            .cursor
            .at
            .get_untracked()
            .or_else(|| self.cursor.last.get_value())
            .or_else(pointed);
        match known {
            // It may be of another world.
            Some(cell) => cursor::moved(&scene, cell, 0, 0),
            None => cursor::middle(&scene, camera),
        }
    }

    /// What is said of the cell under the cursor.
    fn under_cursor(self) -> Option<String> {
        let cell = self.cursor.at.get_untracked()?;
        let value = self.easel.painter.with_value(|painter| {
            let (header, pixels) = painter.as_ref()?.frame()?;
            let value = cursor::value_at(header, pixels, cell)?;
            Some((header.quantity, value))
        });
        Some(spoken::cell(self.lang.get_untracked(), cell, value))
    }
}

/// The mark about the cell, and what is said of it.
#[component]
pub(super) fn CursorMark() -> impl IntoView {
    let app = app();
    let said = RwSignal::new(String::new());
    let mut tell = debounce(REST, move |()| said.set(app.under_cursor().unwrap_or_default()));
    Effect::new(move |_| {
        app.cursor.at.track();
        tell(());
    });
    let mark = move || {
        let cell = app.cursor.at.get()?;
        if app.brush.with(|brush| brush.tool.is_none()) && !app.form.picking.get() {
            return None;
        }
        let place = app.scene.get().place(app.camera.get());
        let (middle, ratio) = (place.middle_of(cell), pixel_ratio());
        let size = (place.scale / ratio).max(MARK);
        let style = format!(
            "width:{size:.1}px;height:{size:.1}px;left:{:.1}px;top:{:.1}px",
            middle.x / ratio,
            middle.y / ratio
        );
        Some(view! { <i class="crosshair" style=style></i> })
    };
    view! {
        {mark}
        <p class="unseen-text" role="status" aria-live="polite">{move || said.get()}</p>
    }
}
