//! Strokes: what the tool in hand does where the pointer is. At most one batch for each drawing of the screen.

use atheria_shared::error::{ApiError, ErrorCode};
use atheria_shared::geometry::Cell;
use atheria_shared::tool::Tool;
use atheria_shared::world::WorldCommand;
use frontend::brush::{self, Trail};
use frontend::camera::Xy;
use frontend::notices::Told;
use leptos::prelude::*;

use super::state::{App, Tab};
use crate::browser::focus;

/// A drag of a tool, while it lasts.
#[derive(Clone, Copy)]
pub(crate) struct Drag {
    trail: StoredValue<Option<Trail>>,
    /// Where the pointer is, in cells; none when all of its way has been painted.
    heading: StoredValue<Option<Xy>>,
    /// Strokes so far, in the page's life.
    count: StoredValue<u64>,
}

impl Drag {
    pub(crate) fn new() -> Self {
        Self {
            trail: StoredValue::new(None),
            heading: StoredValue::new(None),
            count: StoredValue::new(0),
        }
    }
}

impl App {
    /// Keeps what is planted that of the world that is open.
    pub(super) fn begin_painting(self) {
        let planted = Memo::new(move |_| {
            self.opening
                .with(|opening| opening.world.as_ref().and_then(|world| world.planted.clone()))
        });
        Effect::new(move |_| {
            let seed = planted.get();
            self.brush.update(|brush| brush.plant(seed));
        });
    }

    /// Whether the world has a tool; if not, the user is told why.
    fn may(self, tool: Tool) -> bool {
        let has = self.brush.with_untracked(|brush| brush.has(tool));
        if !has {
            self.tell(Told::Failed(ApiError::new(
                ErrorCode::NoSeed,
                "this world has no seed to plant",
            )));
        }
        has
    }

    /// Takes a tool into the hand, or puts it away.
    pub(super) fn choose_tool(self, tool: Option<Tool>) {
        self.brush.update(|brush| brush.tool = tool);
    }

    /// Shows the tools, and puts the focus on the one in hand.
    pub(super) fn open_tools(self) {
        if self.narrow.get_untracked() {
            self.tab.set(Tab::World);
        } else {
            self.right_folded.set(false);
        }
        request_animation_frame(|| focus::put(".tools [aria-checked=true]"));
    }

    /// Applies a tool once, at the keyboard's cursor; where that is not shown, at the pointer or in the middle of what is
    /// seen.
    pub(super) fn apply_here(self, tool: Tool) {
        if let Some(cell) = self.cursor.at.get_untracked() {
            self.apply_at(tool, cell);
            return;
        }
        let canvas = self.scene.with_untracked(|scene| scene.canvas);
        let middle = Xy::new(canvas.x / 2.0, canvas.y / 2.0);
        let at = self.pointer.get_untracked().unwrap_or(middle);
        let place = self.scene.get_untracked().place(self.camera.get_untracked());
        self.apply_at(tool, place.whole_cell_at(at));
    }

    /// Applies a tool once, at a cell.
    pub(super) fn apply_at(self, tool: Tool, cell: Cell) {
        if self.may(tool) {
            self.stroke(tool, Xy::new(cell.x as f64, cell.y as f64));
        }
    }

    /// Begins to paint at a pixel.
    pub(super) fn begin_to_paint(self, at: Xy) {
        let Some(tool) = self.brush.with_untracked(|brush| brush.tool) else {
            return;
        };
        if !self.may(tool) {
            self.drag.trail.set_value(None);
            return;
        }
        let point = self.cell_under(at);
        self.drag.trail.set_value(Some(Trail::begin(point)));
        self.stroke(tool, point);
    }

    /// Paints on to a pixel.
    pub(super) fn paint_to(self, at: Xy) {
        let due = self.drag.heading.with_value(Option::is_some);
        self.drag.heading.set_value(Some(self.cell_under(at)));
        if !due {
            request_animation_frame(move || self.paint_on());
        }
    }

    fn paint_on(self) {
        let heading = self.drag.heading.try_update_value(Option::take).flatten();
        let brush = self.brush.get_untracked();
        let (Some(to), Some(tool)) = (heading, brush.tool) else {
            return;
        };
        let spacing = brush.spacing_cells(tool);
        let due = self.drag.trail.try_update_value(|trail| {
            let trail = trail.as_mut();
            trail.map(|trail| trail.follow(to, spacing)).unwrap_or_default()
        });
        for point in due.unwrap_or_default() {
            self.stroke(tool, point);
        }
    }

    fn cell_under(self, pixel: Xy) -> Xy {
        let place = self.scene.get_untracked().place(self.camera.get_untracked());
        place.cell_at(pixel)
    }

    fn stroke(self, tool: Tool, point: Xy) {
        let at = Cell {
            y: point.y.floor() as i64,
            x: point.x.floor() as i64,
        };
        let count = self.drag.count.get_value();
        self.drag.count.set_value(count + 1);
        let seed = brush::seed(count, js_sys::Date::now());
        let stroke = self.brush.with_untracked(|brush| brush.stroke(tool, at, seed));
        let world = self
            .opening
            .with_untracked(|opening| opening.world.as_ref().map(|world| (world.grid, world.boundary)));
        if world.is_some_and(|(grid, boundary)| brush::reaches(&stroke, grid, boundary))
            && stroke.check().is_ok()
        {
            self.command(&WorldCommand::Tool { stroke });
            if self.brush.with_untracked(|brush| !brush.was_used(tool)) {
                self.brush.update(|brush| brush.used(tool));
            }
        }
    }
}
