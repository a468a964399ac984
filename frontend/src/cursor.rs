//! The keyboard's cursor on the world: a cell, where keys take it, and how the view follows.

use atheria_shared::frame::{FrameHeader, NOT_FINITE, Scale, TOP_LEVEL};
use atheria_shared::geometry::Cell;
use atheria_shared::limits::PLANE_CELLS;
use atheria_shared::view::Quantity;

use crate::camera::{Camera, Scene, Xy};

/// What an arrow with Shift goes, in cells.
pub const FAR_CELLS: i8 = 10;
/// How near the cursor comes to the canvas's edge before the view follows, in pixels.
const MARGIN: f64 = 24.0;

/// The cell in the middle of what is seen, inside the world.
pub fn middle(scene: &Scene, camera: Camera) -> Cell {
    let centre = Xy::new(scene.canvas.x / 2.0, scene.canvas.y / 2.0);
    inside(scene, scene.place(camera).whole_cell_at(centre))
}

/// The cell so many columns to the right and rows down. An edge stops it, also that of a torus.
pub fn moved(scene: &Scene, cell: Cell, right: i8, down: i8) -> Cell {
    let to = Cell {
        y: cell.y.saturating_add(i64::from(down)),
        x: cell.x.saturating_add(i64::from(right)),
    };
    inside(scene, to)
}

/// The camera that shows a cell: the same one, or one that was moved just far enough.
pub fn follow(scene: &Scene, camera: Camera, cell: Cell) -> Camera {
    let at = scene.place(camera).middle_of(cell);
    let by = Xy::new(beyond(at.x, scene.canvas.x), beyond(at.y, scene.canvas.y));
    if by == Xy::default() {
        camera
    } else {
        scene.pan(camera, by)
    }
}

/// What a scalar frame shows at a cell. None where it shows nothing, a colour instead of a number, or what is not
/// finite.
pub fn value_at(header: &FrameHeader, pixels: &[u8], cell: Cell) -> Option<f64> {
    if header.quantity == Quantity::Rgb {
        return None;
    }
    // Of a phase the angle comes first.
    let bytes = header.bytes_per_pixel();
    let side = i64::from(header.cells_per_pixel.max(1));
    let row = usize::try_from(cell.y.checked_sub(header.origin_y)?.div_euclid(side)).ok()?;
    let column = usize::try_from(cell.x.checked_sub(header.origin_x)?.div_euclid(side)).ok()?;
    if column >= header.width as usize {
        return None;
    }
    let pixel = row.checked_mul(header.width as usize)?.checked_add(column)?;
    let level = *pixels.get(pixel.checked_mul(bytes)?)?;
    if level == NOT_FINITE {
        return None;
    }
    let share = f64::from(level) / f64::from(TOP_LEVEL);
    let (low, high) = (f64::from(header.low), f64::from(header.high));
    Some(match header.scale {
        Scale::Logarithmic if level == 0 => 0.0,
        Scale::Logarithmic => low * (high / low).powf(share),
        Scale::Linear | Scale::Cyclic => low + (high - low) * share,
    })
}

/// Where the world, or the plane, still is.
fn inside(scene: &Scene, cell: Cell) -> Cell {
    if scene.open {
        let plane = -PLANE_CELLS..=PLANE_CELLS;
        return Cell {
            y: cell.y.clamp(*plane.start(), *plane.end()),
            x: cell.x.clamp(*plane.start(), *plane.end()),
        };
    }
    let last = |side: f64| (side as i64 - 1).max(0);
    Cell {
        y: cell.y.clamp(0, last(scene.world.y)),
        x: cell.x.clamp(0, last(scene.world.x)),
    }
}

/// How far the world has to be moved so that a pixel comes off the canvas's edge.
fn beyond(at: f64, canvas: f64) -> f64 {
    let margin = MARGIN.min(canvas / 4.0);
    if at < margin {
        margin - at
    } else if at > canvas - margin {
        canvas - margin - at
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SCENE: Scene = Scene {
        canvas: Xy::new(800.0, 600.0),
        world: Xy::new(128.0, 64.0),
        open: false,
    };

    #[test]
    fn it_starts_in_the_middle_and_stops_at_the_edges() {
        let start = middle(&SCENE, Camera::Fit);
        assert_eq!(start, Cell { y: 32, x: 64 });
        assert_eq!(moved(&SCENE, start, 1, -1), Cell { y: 31, x: 65 });
        assert_eq!(
            moved(&SCENE, Cell { y: 63, x: 120 }, FAR_CELLS, FAR_CELLS),
            Cell { y: 63, x: 127 }
        );
        assert_eq!(
            moved(&SCENE, Cell { y: 0, x: 3 }, -FAR_CELLS, -1),
            Cell { y: 0, x: 0 }
        );
    }

    #[test]
    fn a_plane_does_not_stop_it() {
        let open = Scene { open: true, ..SCENE };
        assert_eq!(
            moved(&open, Cell { y: 0, x: 0 }, -FAR_CELLS, -1),
            Cell { y: -1, x: -10 }
        );
    }

    #[test]
    fn what_is_seen_does_not_move_the_view() {
        assert_eq!(follow(&SCENE, Camera::Fit, Cell { y: 32, x: 64 }), Camera::Fit);
    }

    proptest! {
        #[test]
        fn the_view_follows_to_any_cell(y in 0..64i64, x in 0..128i64, scale in 1.0..100.0f64) {
            let camera = SCENE.at_scale(Camera::Fit, scale);
            let cell = Cell { y, x };
            let followed = SCENE.place(follow(&SCENE, camera, cell));
            let at = followed.middle_of(cell);
            prop_assert!((0.0..=800.0).contains(&at.x) && (0.0..=600.0).contains(&at.y), "{at:?}");
        }
    }

    fn frame(scale: Scale) -> FrameHeader {
        FrameHeader {
            step: 0,
            quantity: Quantity::Deviation,
            scale,
            low: 1e-6,
            high: 1.0,
            full: 0.0,
            finite: false,
            height: 2,
            width: 3,
            origin_y: -4,
            origin_x: 8,
            cells_per_pixel: 4,
        }
    }

    #[test]
    fn the_value_under_it_is_that_of_its_pixel() {
        let pixels = [0, 127, 254, 255, 10, 20];
        let log = frame(Scale::Logarithmic);
        assert_eq!(value_at(&log, &pixels, Cell { y: -1, x: 11 }), Some(0.0));
        let half = value_at(&log, &pixels, Cell { y: -4, x: 12 }).unwrap();
        assert!((half / 1e-3 - 1.0).abs() < 1e-4, "{half}");
        let linear = frame(Scale::Linear);
        let full = value_at(&linear, &pixels, Cell { y: -2, x: 16 }).unwrap();
        assert!((full - 1.0).abs() < 1e-6, "{full}");
        // Not finite, and outside.
        assert_eq!(value_at(&linear, &pixels, Cell { y: 0, x: 8 }), None);
        for outside in [(-5, 8), (4, 8), (0, 7), (0, 20)] {
            let cell = Cell {
                y: outside.0,
                x: outside.1,
            };
            assert_eq!(value_at(&linear, &pixels, cell), None, "{cell}");
        }
        let phase = FrameHeader {
            quantity: Quantity::Phase,
            height: 1,
            ..linear
        };
        let angle = value_at(&phase, &pixels, Cell { y: -4, x: 12 }).unwrap();
        assert!((angle - 1.0).abs() < 1e-6, "{angle}");
        let rgb = FrameHeader {
            quantity: Quantity::Rgb,
            ..linear
        };
        assert_eq!(value_at(&rgb, &pixels, Cell { y: -4, x: 12 }), None);
    }
}
