//! Where the world lies on the canvas. Lengths are device pixels; the world's are cells, x to the right, y down.

/// Least and most pixels a cell can take, beyond what fits.
const SCALE: (f64, f64) = (0.02, 128.0);
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
}

/// A canvas and the world on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    /// The canvas, in pixels.
    pub canvas: Xy,
    /// The world, in cells.
    pub world: Xy,
}

impl Scene {
    /// Pixels a cell when all of the world is seen.
    pub fn fit_scale(&self) -> f64 {
        let scale = (self.canvas.x / self.world.x).min(self.canvas.y / self.world.y);
        if scale.is_finite() && scale > 0.0 {
            scale
        } else {
            1.0
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
        let least = self.fit_scale().min(SCALE.1) * 0.5;
        let zoomed = (scale * factor).clamp(least.max(SCALE.0), SCALE.1.max(scale));
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

    /// The camera that shows a cell as `pixels` pixels, about the same centre.
    pub fn at_scale(&self, camera: Camera, pixels: f64) -> Camera {
        let (centre, _) = self.resolve(camera);
        Camera::At {
            centre,
            scale: pixels,
        }
    }

    fn resolve(&self, camera: Camera) -> (Xy, f64) {
        match camera {
            Camera::Fit => (Xy::new(self.world.x / 2.0, self.world.y / 2.0), self.fit_scale()),
            Camera::At { centre, scale } => (centre, scale),
        }
    }

    /// The centre never leaves the world, so that the world is never lost.
    fn inside(&self, centre: Xy) -> Xy {
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
    fn an_empty_canvas_is_no_trouble() {
        let scene = Scene {
            canvas: Xy::default(),
            world: Xy::default(),
        };
        assert!(scene.place(Camera::Fit).scale.is_finite());
    }
}
