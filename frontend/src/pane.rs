//! Rectangles of whole pixels on the canvas: what of it is the world, what the picture. A pixel belongs to what its middle is in.

use atheria_shared::frame::FrameHeader;

use crate::camera::{Edges, Placement, Xy};

/// Some pixels of the canvas, from its upper left; empty where an end is not behind its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pane {
    /// The first column.
    pub left: i32,
    /// The first row.
    pub top: i32,
    /// Behind the last column.
    pub right: i32,
    /// Behind the last row.
    pub bottom: i32,
}

impl Pane {
    /// All of a canvas.
    pub fn of(canvas: Xy) -> Self {
        Self {
            left: 0,
            top: 0,
            right: canvas.x as i32,
            bottom: canvas.y as i32,
        }
    }

    /// Those whose middles lie between two corners, and so many beyond them.
    fn between(self, low: Xy, high: Xy, beyond: f64) -> Self {
        let first = |low: f64, least: i32| ((low - beyond - 0.5).ceil() as i32).max(least);
        let end = |high: f64, most: i32| ((high + beyond - 0.5).ceil() as i32).min(most);
        Self {
            left: first(low.x, self.left),
            top: first(low.y, self.top),
            right: end(high.x, self.right),
            bottom: end(high.y, self.bottom),
        }
    }

    /// Those of the world.
    #[must_use]
    pub fn inside(self, edges: &Edges) -> Self {
        self.between(edges.low, edges.high, 0.0)
    }

    /// Those of the world and of the line around it, a pixel wide.
    #[must_use]
    pub fn with_edge(self, edges: &Edges) -> Self {
        self.between(edges.low, edges.high, 1.0)
    }

    /// Those of a frame. Walls end where it does, to rounding: what lies less than a pixel beyond it is still its last.
    #[must_use]
    pub fn covered_by(self, frame: &FrameHeader, place: &Placement) -> Self {
        let span = place.texels_a_pixel(frame);
        let corner = place.texel_at_corner(frame);
        let low = Xy::new(-corner.x / span, -corner.y / span);
        let high = Xy::new(
            low.x + f64::from(frame.width) / span,
            low.y + f64::from(frame.height) / span,
        );
        self.between(low, high, 0.5)
    }

    /// How many columns and rows; none of an empty one.
    pub fn size(&self) -> Option<[i32; 2]> {
        let size = [
            self.right.saturating_sub(self.left),
            self.bottom.saturating_sub(self.top),
        ];
        size.iter().all(|side| *side > 0).then_some(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::{Camera, Scene};
    use atheria_shared::view::{Quantity, Scale};

    const CANVAS: Xy = Xy::new(800.0, 600.0);

    fn scene(side: f64) -> Scene {
        Scene {
            canvas: CANVAS,
            world: Xy::new(side, side),
            open: false,
        }
    }

    #[test]
    fn a_world_that_fits_leaves_its_margin_and_a_line() {
        let scene = scene(64.0);
        let edges = scene.edges(&scene.place(Camera::Fit)).unwrap();
        let canvas = Pane::of(CANVAS);
        let world = canvas.inside(&edges);
        assert_eq!(
            (world.left, world.right, world.top, world.bottom),
            (100, 700, 0, 600)
        );
        let with_edge = canvas.with_edge(&edges);
        assert_eq!(
            (with_edge.left, with_edge.right, with_edge.bottom),
            (99, 701, 600)
        );
        assert_eq!(world.size(), Some([600, 600]));
    }

    #[test]
    fn a_frame_covers_the_pixels_of_its_cells() {
        let scene = scene(4096.0);
        let at = Camera::At {
            centre: Xy::new(2048.0, 2048.0),
            scale: 4.0,
        };
        let frame = FrameHeader {
            step: 0,
            quantity: Quantity::Deviation,
            scale: Scale::Logarithmic,
            low: 1e-6,
            high: 2.0,
            full: 0.0,
            finite: true,
            height: 10,
            width: 20,
            origin_y: 2048,
            origin_x: 2048,
            cells_per_pixel: 2,
        };
        let covered = Pane::of(CANVAS).covered_by(&frame, &scene.place(at));
        // 20 pixels of two cells of four pixels, and the half of one that rounding may take.
        assert!((399..=400).contains(&covered.left) && (560..=561).contains(&covered.right));
        assert!((299..=300).contains(&covered.top) && (380..=381).contains(&covered.bottom));
        let away = FrameHeader {
            origin_x: -(1 << 40),
            ..frame
        };
        assert_eq!(Pane::of(CANVAS).covered_by(&away, &scene.place(at)).size(), None);
    }
}
