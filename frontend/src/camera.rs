//! Where the world lies on the canvas. Lengths are device pixels; the world's are cells, x to the right, y down.
//!
//! A world can be 2^40 cells away from its origin: places are 64-bit until they are relative to a frame that is seen
//! ([`Placement::texel_at_corner`]), and only then small enough for a shader.

use atheria_shared::GridShape;
use atheria_shared::frame::FrameHeader;
use atheria_shared::geometry::{Boundary, Cell, Region};
use atheria_shared::limits::PLANE_CELLS;

/// Most pixels a cell can take, beyond what fits.
const LARGEST: f64 = 128.0;
/// How small a world gets: a share of the size at which it fits.
const SMALLEST_SHARE: f64 = 0.5;
/// Least pixels a cell can take where there is no edge that could fit.
const SMALLEST_OPEN: f64 = 1e-5;
/// How far beyond the canvas an edge is still told apart.
const BEYOND: f64 = 4.0;
/// What is left free around matter that is fitted into the canvas: so much of its size on each side, and so many cells.
const MARGIN: (f64, f64) = (0.12, 2.0);
/// Most pixels that a cell of it takes.
const LARGEST_FITTED: f64 = 32.0;
/// What one press of `+` does.
pub const ZOOM_STEP: f64 = 1.5;

/// Two lengths or a point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Xy {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Xy {
    /// A point.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

/// How a user looks at the world.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Camera {
    /// All of it, as large as it can be.
    #[default]
    Fit,
    /// A part of it.
    At {
        /// The cell in the middle of the canvas.
        centre: Xy,
        /// Pixels a cell.
        scale: f64,
    },
}

/// The world on a canvas: cell (x, y) begins at pixel `offset + scale * (x, y)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Where cell (0, 0) begins.
    pub offset: Xy,
    /// Pixels a cell.
    pub scale: f64,
}

impl Placement {
    /// The point of the world under a pixel.
    pub fn cell_at(&self, pixel: Xy) -> Xy {
        Xy::new(
            (pixel.x - self.offset.x) / self.scale,
            (pixel.y - self.offset.y) / self.scale,
        )
    }

    /// The cell under a pixel.
    pub fn whole_cell_at(&self, pixel: Xy) -> Cell {
        let at = self.cell_at(pixel);
        Cell {
            y: at.y.floor() as i64,
            x: at.x.floor() as i64,
        }
    }

    /// The pixel in the middle of a cell.
    pub fn middle_of(&self, cell: Cell) -> Xy {
        Xy::new(
            self.offset.x + (cell.x as f64 + 0.5) * self.scale,
            self.offset.y + (cell.y as f64 + 0.5) * self.scale,
        )
    }

    /// The point of a frame, in its pixels from its upper left, that lies at the canvas's upper left corner.
    pub fn texel_at_corner(&self, frame: &FrameHeader) -> Xy {
        let corner = self.cell_at(Xy::default());
        let cells = f64::from(frame.cells_per_pixel.max(1));
        Xy::new(
            (corner.x - frame.origin_x as f64) / cells,
            (corner.y - frame.origin_y as f64) / cells,
        )
    }

    /// Pixels of a frame for one of the canvas.
    pub fn texels_a_pixel(&self, frame: &FrameHeader) -> f64 {
        1.0 / (self.scale * f64::from(frame.cells_per_pixel.max(1)))
    }
}

/// The world's edges on a canvas, no farther out than can be told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edges {
    /// Upper left.
    pub low: Xy,
    /// Lower right.
    pub high: Xy,
}

/// A canvas and the world on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    /// The canvas, in pixels.
    pub canvas: Xy,
    /// The world, in cells.
    pub world: Xy,
    /// Whether the plane goes on beyond that.
    pub open: bool,
}

impl Scene {
    /// The scene with another world.
    #[must_use]
    pub fn with_world(mut self, grid: GridShape, boundary: Boundary) -> Self {
        self.world = Xy::new(f64::from(grid.width()), f64::from(grid.height()));
        self.open = boundary == Boundary::Unbounded;
        self
    }

    /// The world's edges; none where it has none.
    pub fn edges(&self, place: &Placement) -> Option<Edges> {
        if self.open {
            return None;
        }
        let near = |pixel: f64, canvas: f64| pixel.clamp(-BEYOND, canvas + BEYOND);
        let (offset, scale) = (place.offset, place.scale);
        let (right, lower) = (offset.x + self.world.x * scale, offset.y + self.world.y * scale);
        Some(Edges {
            low: Xy::new(near(offset.x, self.canvas.x), near(offset.y, self.canvas.y)),
            high: Xy::new(near(right, self.canvas.x), near(lower, self.canvas.y)),
        })
    }

    /// Pixels a cell when all of the world is seen.
    pub fn fit_scale(&self) -> f64 {
        let scale = (self.canvas.x / self.world.x).min(self.canvas.y / self.world.y);
        if scale.is_finite() && scale > 0.0 {
            scale
        } else {
            1.0
        }
    }

    /// The camera that shows some cells with a margin; all of the world where they take up all of it.
    pub fn fit_box(&self, cells: Region) -> Camera {
        let side = |cells: u32| f64::from(cells) * (1.0 + 2.0 * MARGIN.0) + 2.0 * MARGIN.1;
        let (width, height) = (side(cells.width), side(cells.height));
        let scale = (self.canvas.x / width)
            .min(self.canvas.y / height)
            .min(LARGEST_FITTED);
        if !scale.is_finite() || scale <= 0.0 || (!self.open && scale <= self.fit_scale()) {
            return Camera::Fit;
        }
        let middle = |first: i64, cells: u32| first as f64 + f64::from(cells) / 2.0;
        Camera::At {
            centre: self.inside(Xy::new(
                middle(cells.x, cells.width),
                middle(cells.y, cells.height),
            )),
            scale: scale.max(SMALLEST_OPEN),
        }
    }

    /// Where the world lies.
    pub fn place(&self, camera: Camera) -> Placement {
        let (centre, scale) = self.resolve(camera);
        let offset = Xy::new(
            (self.canvas.x / 2.0 - centre.x * scale).round(),
            (self.canvas.y / 2.0 - centre.y * scale).round(),
        );
        Placement { offset, scale }
    }

    /// The camera after zooming by `factor`; the cell under `pixel` stays there.
    pub fn zoom(&self, camera: Camera, factor: f64, pixel: Xy) -> Camera {
        let (centre, scale) = self.resolve(camera);
        let least = if self.open {
            SMALLEST_OPEN
        } else {
            self.fit_scale().min(LARGEST) * SMALLEST_SHARE
        };
        let zoomed = (scale * factor).clamp(least.min(scale), LARGEST.max(scale));
        let (dx, dy) = (pixel.x - self.canvas.x / 2.0, pixel.y - self.canvas.y / 2.0);
        let moved = Xy::new(
            centre.x + dx / scale - dx / zoomed,
            centre.y + dy / scale - dy / zoomed,
        );
        Camera::At {
            centre: self.inside(moved),
            scale: zoomed,
        }
    }

    /// The camera after dragging the world by so many pixels.
    pub fn pan(&self, camera: Camera, by: Xy) -> Camera {
        let (centre, scale) = self.resolve(camera);
        Camera::At {
            centre: self.inside(Xy::new(centre.x - by.x / scale, centre.y - by.y / scale)),
            scale,
        }
    }

    /// The camera, brought to where it may be.
    #[must_use]
    pub fn bring(&self, camera: Camera) -> Camera {
        match camera {
            Camera::Fit => Camera::Fit,
            Camera::At { .. } => self.zoom(camera, 1.0, Xy::new(self.canvas.x / 2.0, self.canvas.y / 2.0)),
        }
    }

    /// The camera that shows a cell as `pixels` pixels, about the same centre.
    pub fn at_scale(&self, camera: Camera, pixels: f64) -> Camera {
        let (centre, _) = self.resolve(camera);
        Camera::At {
            centre,
            scale: pixels,
        }
    }

    /// The cell in the middle of the canvas, and the pixels a cell.
    pub fn resolve(&self, camera: Camera) -> (Xy, f64) {
        match camera {
            Camera::Fit => (Xy::new(self.world.x / 2.0, self.world.y / 2.0), self.fit_scale()),
            Camera::At { centre, scale } => (centre, scale),
        }
    }

    /// The centre never leaves the world, so that the world is never lost; without edges it goes as far as cells do.
    fn inside(&self, centre: Xy) -> Xy {
        if self.open {
            let far = PLANE_CELLS as f64;
            return Xy::new(centre.x.clamp(-far, far), centre.y.clamp(-far, far));
        }
        Xy::new(
            centre.x.clamp(0.0, self.world.x.max(0.0)),
            centre.y.clamp(0.0, self.world.y.max(0.0)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENE: Scene = Scene {
        canvas: Xy::new(800.0, 600.0),
        world: Xy::new(128.0, 64.0),
        open: false,
    };

    #[test]
    fn a_world_that_fits_is_centred_and_keeps_its_shape() {
        let placement = SCENE.place(Camera::Fit);
        assert!((placement.scale - 6.25).abs() < 1e-9);
        assert_eq!(placement.offset, Xy::new(0.0, 100.0));
    }

    #[test]
    fn zoom_keeps_the_cell_under_the_pointer() {
        let pixel = Xy::new(333.0, 222.0);
        let mut camera = Camera::Fit;
        let before = SCENE.place(camera).cell_at(pixel);
        for factor in [1.5, 1.5, 1.2, 0.9] {
            camera = SCENE.zoom(camera, factor, pixel);
            let after = SCENE.place(camera).cell_at(pixel);
            assert!(
                (before.x - after.x).abs() < 0.2 && (before.y - after.y).abs() < 0.2,
                "{after:?}"
            );
        }
    }

    #[test]
    fn zoom_has_ends() {
        let middle = Xy::new(400.0, 300.0);
        let (mut near, mut far) = (Camera::Fit, Camera::Fit);
        for _ in 0..100 {
            near = SCENE.zoom(near, 2.0, middle);
            far = SCENE.zoom(far, 0.5, middle);
        }
        assert!((SCENE.place(near).scale - 128.0).abs() < 1e-9);
        assert!((SCENE.place(far).scale - 3.125).abs() < 1e-9);
    }

    #[test]
    fn the_world_is_never_lost() {
        let mut camera = SCENE.at_scale(Camera::Fit, 1.0);
        assert!((SCENE.place(camera).scale - 1.0).abs() < 1e-9);
        for _ in 0..50 {
            camera = SCENE.pan(camera, Xy::new(500.0, -500.0));
        }
        let middle = SCENE.place(camera).cell_at(Xy::new(400.0, 300.0));
        assert!(
            (0.0..=128.0).contains(&middle.x) && (0.0..=64.0).contains(&middle.y),
            "{middle:?}"
        );
    }

    #[test]
    fn a_plane_without_edges_is_free() {
        let scene = Scene { open: true, ..SCENE };
        assert_eq!(scene.place(Camera::Fit), SCENE.place(Camera::Fit));
        let mut camera = scene.pan(Camera::Fit, Xy::new(80_000.0, 0.0));
        assert!(scene.place(camera).cell_at(Xy::default()).x < -10_000.0);
        for _ in 0..20 {
            camera = scene.zoom(camera, 0.5, Xy::new(400.0, 300.0));
        }
        assert!(scene.place(camera).scale < 1e-4);
        assert_eq!(scene.edges(&scene.place(camera)), None);
    }

    #[test]
    fn what_an_address_asks_for_is_brought_inside() {
        let lost = Camera::At {
            centre: Xy::new(1e9, -5.0),
            scale: 6.25,
        };
        let Camera::At { centre, scale } = SCENE.bring(lost) else {
            panic!("it fits")
        };
        assert_eq!((centre, scale), (Xy::new(128.0, 0.0), 6.25));
    }

    fn frame(origin: Cell, cells_per_pixel: u32) -> FrameHeader {
        FrameHeader {
            step: 0,
            quantity: atheria_shared::view::Quantity::Deviation,
            scale: atheria_shared::frame::Scale::Logarithmic,
            low: 1e-6,
            high: 2.0,
            full: 0.0,
            finite: true,
            height: 16,
            width: 16,
            origin_y: origin.y,
            origin_x: origin.x,
            cells_per_pixel,
        }
    }

    #[test]
    fn a_frame_lies_where_its_cells_are() {
        let place = SCENE.place(Camera::Fit);
        let frame = frame(Cell { y: 8, x: 32 }, 4);
        let corner = place.texel_at_corner(&frame);
        let texels = place.texels_a_pixel(&frame);
        // The first cell of its third pixel across: 40.
        let pixel = place.offset.x + 40.0 * place.scale;
        assert!((corner.x + pixel * texels - 2.0).abs() < 1e-9);
        let pixel = place.offset.y + 8.0 * place.scale;
        assert!((corner.y + pixel * texels).abs() < 1e-9);
    }

    #[test]
    fn far_out_and_deep_down_nothing_trembles() {
        let scene = Scene {
            canvas: Xy::new(1_600.0, 900.0),
            world: Xy::new(65_536.0, 65_536.0),
            open: false,
        };
        let far = Camera::At {
            centre: Xy::new(65_000.25, 64_999.75),
            scale: 128.0,
        };
        let place = scene.place(far);
        let frame = frame(Cell { y: 64_994, x: 64_991 }, 1);
        let exact = place.texel_at_corner(&frame);
        // What the shader is given is exact to far less than a pixel.
        assert!(
            (f64::from(exact.x as f32) - exact.x).abs() * 128.0 < 0.01,
            "{exact:?}"
        );
        // One pixel of dragging is one pixel of the picture.
        let dragged = scene.place(scene.pan(far, Xy::new(1.0, 0.0)));
        let moved = place.texel_at_corner(&frame).x - dragged.texel_at_corner(&frame).x;
        assert!((moved * 128.0 - 1.0).abs() < 1e-6, "{moved}");
        // Edges that are far away stay small numbers.
        let edges = scene.edges(&place).unwrap();
        assert_eq!(edges.low, Xy::new(-4.0, -4.0));
    }

    #[test]
    fn matter_is_fitted_with_a_margin() {
        let cells = |y, x, height, width| Region { y, x, height, width };
        let camera = SCENE.fit_box(cells(10, 20, 8, 40));
        let place = SCENE.place(camera);
        let (low, high) = (place.cell_at(Xy::default()), place.cell_at(SCENE.canvas));
        assert!(
            low.x < 18.0 && low.y < 8.0 && high.x > 62.0 && high.y > 20.0,
            "{camera:?}"
        );
        assert!(high.x - low.x < 60.0, "{camera:?}");
        // One cell is not the whole canvas, nor is a world that is full smaller than when it fits.
        let (_, scale) = SCENE.resolve(SCENE.fit_box(cells(0, 0, 1, 1)));
        assert!((scale - 32.0).abs() < 1e-9);
        assert_eq!(SCENE.fit_box(cells(0, 0, 64, 128)), Camera::Fit);
        let plane = Scene { open: true, ..SCENE };
        let (centre, scale) = plane.resolve(plane.fit_box(cells(-(1 << 39), 7, u32::MAX, 9)));
        assert!(scale < 1e-6 * 2.0 + SMALLEST_OPEN && centre.y < 0.0);
    }

    #[test]
    fn an_empty_canvas_is_no_trouble() {
        let scene = Scene {
            canvas: Xy::default(),
            world: Xy::default(),
            open: false,
        };
        assert!(scene.place(Camera::Fit).scale.is_finite());
    }
}
