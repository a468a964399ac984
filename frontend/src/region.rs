//! Which cells of a world the page asks for: all of one that fits into a frame, what is seen of a larger one.
//!
//! What is asked for is larger than what is seen, so that a small movement needs nothing new.

use atheria_shared::Region;
use atheria_shared::limits::PLANE_CELLS;
use atheria_shared::view::View;

use crate::camera::{Camera, Scene, Xy};

/// Longest side of a world, in cells, that is asked for as a whole: that of a frame.
const WHOLE_CELLS: f64 = 1_024.0;
/// What is asked for beyond what is seen: a share of it on each side.
const MARGIN: f64 = 0.25;
/// Zooming by more than this asks anew, for a finer or a coarser picture.
const ZOOMED: f64 = 1.5;
/// Sides of a frame of a part of a world, in pixels.
const SIDE_PIXELS: (f64, f64) = (256.0, 2_048.0);

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// The cells; none: the whole grid.
    region: Option<Region>,
    /// The longest side of the frame, in pixels.
    side_pixels: u32,
    /// The pixels a cell at which it was asked for.
    scale: f64,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            region: None,
            side_pixels: View::default().side_pixels,
            scale: 1.0,
        }
    }
}

impl Asked {
    /// What a camera needs.
    pub fn for_camera(scene: &Scene, camera: Camera) -> Self {
        if fits(scene) {
            return Self::default();
        }
        let scale = scene.place(camera).scale;
        let region = widened(scene, camera);
        let longest = f64::from(region.height.max(region.width));
        // The engine reduces by powers of two: the one at which a pixel of the frame is about one of the canvas.
        let block = (-scale.log2()).round().max(0.0).exp2();
        let side = (longest / block).ceil() + 2.0; // it begins and ends at a multiple of the block
        Self {
            region: Some(region),
            side_pixels: side.clamp(SIDE_PIXELS.0, SIDE_PIXELS.1) as u32,
            scale,
        }
    }

    /// Whether a camera needs nothing else.
    pub fn suffices(&self, scene: &Scene, camera: Camera) -> bool {
        if fits(scene) {
            return self.region.is_none();
        }
        let Some(region) = self.region else { return false };
        let zoomed = scene.place(camera).scale / self.scale;
        let (low, high) = seen(scene, camera);
        let (left, top) = (region.x as f64, region.y as f64);
        (1.0 / ZOOMED..=ZOOMED).contains(&zoomed)
            && left <= low.x
            && top <= low.y
            && left + f64::from(region.width) >= high.x
            && top + f64::from(region.height) >= high.y
    }

    /// A view with what was asked for.
    #[must_use]
    pub fn of(&self, view: View) -> View {
        View {
            region: self.region,
            side_pixels: self.side_pixels,
            ..view
        }
    }
}

/// Whether all of a world goes into one frame, cell by cell.
fn fits(scene: &Scene) -> bool {
    !scene.open && scene.world.x <= WHOLE_CELLS && scene.world.y <= WHOLE_CELLS
}

/// The cells that are seen, as far as there are any: their upper left and lower right corners.
fn seen(scene: &Scene, camera: Camera) -> (Xy, Xy) {
    let place = scene.place(camera);
    between(scene, place.cell_at(Xy::default()), place.cell_at(scene.canvas))
}

/// Whole cells between two corners, at least one, inside the world.
fn between(scene: &Scene, low: Xy, high: Xy) -> (Xy, Xy) {
    let far = PLANE_CELLS as f64;
    let side = |low: f64, high: f64, world: f64| {
        let ends = if scene.open {
            (-far, far)
        } else {
            (0.0, world.max(1.0))
        };
        let low = low.floor().clamp(ends.0, ends.1 - 1.0);
        (low, high.ceil().clamp(low + 1.0, ends.1))
    };
    let (left, right) = side(low.x, high.x, scene.world.x);
    let (top, bottom) = side(low.y, high.y, scene.world.y);
    (Xy::new(left, top), Xy::new(right, bottom))
}

fn widened(scene: &Scene, camera: Camera) -> Region {
    let place = scene.place(camera);
    let (low, high) = (place.cell_at(Xy::default()), place.cell_at(scene.canvas));
    let more = Xy::new((high.x - low.x) * MARGIN, (high.y - low.y) * MARGIN);
    let (low, high) = between(
        scene,
        Xy::new(low.x - more.x, low.y - more.y),
        Xy::new(high.x + more.x, high.y + more.y),
    );
    Region {
        y: low.y as i64,
        x: low.x as i64,
        height: (high.y - low.y) as u32,
        width: (high.x - low.x) as u32,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CANVAS: Xy = Xy::new(840.0, 760.0);

    fn scene(side: f64, open: bool) -> Scene {
        Scene {
            canvas: CANVAS,
            world: Xy::new(side, side),
            open,
        }
    }

    fn at(x: f64, y: f64, scale: f64) -> Camera {
        Camera::At {
            centre: Xy::new(x, y),
            scale,
        }
    }

    #[test]
    fn a_world_that_fits_is_asked_for_as_a_whole() {
        let scene = scene(1_024.0, false);
        for camera in [Camera::Fit, at(10.0, 20.0, 50.0)] {
            let asked = Asked::for_camera(&scene, camera);
            assert_eq!(asked.of(View::default()), View::default());
            assert!(asked.suffices(&scene, camera));
        }
    }

    #[test]
    fn a_larger_one_is_asked_for_as_far_as_it_is_seen() {
        let asked = Asked::for_camera(&scene(65_536.0, false), at(30_000.0, 40_000.0, 1.0));
        let region = asked.region.unwrap();
        assert_eq!((region.x, region.width), (29_370, 1_260));
        assert_eq!((region.y, region.height), (39_430, 1_140));
        // One pixel of the frame for one of the canvas.
        assert_eq!(asked.side_pixels, 1_262);
        // Nothing has been asked for yet.
        assert!(!Asked::default().suffices(&scene(65_536.0, false), Camera::Fit));
    }

    #[test]
    fn zooming_asks_anew_and_panning_out_of_the_margin_too() {
        let scene = scene(65_536.0, false);
        let asked = Asked::for_camera(&scene, at(30_000.0, 40_000.0, 2.0));
        assert!(asked.suffices(&scene, at(30_000.0, 40_000.0, 2.9)));
        assert!(!asked.suffices(&scene, at(30_000.0, 40_000.0, 3.1)));
        assert!(!asked.suffices(&scene, at(30_000.0, 40_000.0, 1.2)));
        assert!(asked.suffices(&scene, at(30_100.0, 40_000.0, 2.0)));
        assert!(!asked.suffices(&scene, at(30_110.0, 40_000.0, 2.0)));
    }

    proptest! {
        #[test]
        fn what_is_asked_for_is_what_is_needed(
            open: bool,
            x in 0.0..65_536.0,
            y in 0.0..65_536.0,
            zoom in -6.0..7.0f64,
            far in -1e9..1e9f64,
        ) {
            let scene = scene(65_536.0, open);
            let camera = scene.bring(at(if open { x + far } else { x }, y, zoom.exp2()));
            let asked = Asked::for_camera(&scene, camera);
            let region = asked.region.unwrap();
            prop_assert!(asked.suffices(&scene, camera), "{asked:?}");
            if !open {
                prop_assert!(region.x >= 0 && region.y >= 0);
                prop_assert!(region.x + i64::from(region.width) <= 65_536);
                prop_assert!(region.y + i64::from(region.height) <= 65_536);
            }
            // A fifth of the canvas in any direction stays in the margin.
            for by in [Xy::new(CANVAS.x / 5.0, 0.0), Xy::new(0.0, -CANVAS.y / 5.0)] {
                prop_assert!(asked.suffices(&scene, scene.pan(camera, by)));
            }
            prop_assert!((256..=2_048).contains(&asked.side_pixels));
        }
    }
}
