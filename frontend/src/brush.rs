//! The tool in hand: which one, how large, how strong; and the strokes that a drag of it leaves.
//!
//! A stroke here is only described. The server applies it, at a step that it says, and records it.

use atheria_shared::geometry::{Boundary, Cell, GridShape};
use atheria_shared::planting::SeedMask;
use atheria_shared::tool::{Stroke, Tool};

use crate::camera::Xy;

/// Radii that can be chosen, in cells.
pub const RADII_CELLS: (u16, u16) = (1, 64);
/// Wavelengths that can be chosen, in cells.
pub const WAVELENGTHS_CELLS: (u16, u16) = (2, 64);
/// Most strokes that one movement leaves: a longer one leaves them farther apart.
const STROKES_A_MOVE: f64 = 24.0;

/// What can be chosen of a strength.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strengths {
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
    /// From one to the next.
    pub step: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Setting {
    radius_cells: u16,
    strength: f64,
    /// Whether it was used since the page was opened.
    used: bool,
}

/// The tool in hand, and how each one was last set.
#[derive(Debug, Clone, PartialEq)]
pub struct Brush {
    /// The tool; none: the hand, which moves the view.
    pub tool: Option<Tool>,
    settings: [Setting; Tool::ALL.len()],
    /// What [`Tool::Inject`] plants in the world that is open.
    seed: Option<SeedMask>,
    /// Direction of [`Tool::Wave`], in degrees from the right, downwards.
    pub angle_degrees: u16,
    /// Length of [`Tool::Wave`].
    pub wavelength_cells: u16,
}

impl Default for Brush {
    fn default() -> Self {
        Self {
            tool: None,
            settings: Tool::ALL.map(|_| Setting {
                radius_cells: 8,
                strength: 1.0,
                used: false,
            }),
            seed: None,
            angle_degrees: 0,
            wavelength_cells: 8,
        }
    }
}

impl Brush {
    /// The strengths of a tool: a share, or a factor or an angle that turns either way.
    pub fn strengths(tool: Tool) -> Strengths {
        let (low, high, step) = match tool {
            Tool::Inject | Tool::Noise | Tool::Erase | Tool::Collapse => (0.05, 1.0, 0.05),
            Tool::Vortex => (-4.0, 4.0, 1.0),
            Tool::Wave => (-3.0, 3.0, 0.25),
        };
        Strengths { low, high, step }
    }

    fn setting(&self, tool: Tool) -> Setting {
        let place = Tool::ALL.iter().position(|&other| other == tool);
        self.settings[place.unwrap_or(0)]
    }

    fn change(&mut self, tool: Tool, change: impl FnOnce(&mut Setting)) {
        let place = Tool::ALL.iter().position(|&other| other == tool);
        change(&mut self.settings[place.unwrap_or(0)]);
    }

    /// Takes over what the world that is open plants.
    pub fn plant(&mut self, seed: Option<SeedMask>) {
        self.seed = seed;
    }

    /// What [`Tool::Inject`] plants.
    pub fn seed(&self) -> Option<&SeedMask> {
        self.seed.as_ref()
    }

    /// Whether the world that is open has a tool: there is no planting without a seed.
    pub fn has(&self, tool: Tool) -> bool {
        tool != Tool::Inject || self.seed.is_some()
    }

    /// Whether a tool was used since the page was opened.
    pub fn was_used(&self, tool: Tool) -> bool {
        self.setting(tool).used
    }

    /// Remembers that a tool was used.
    pub fn used(&mut self, tool: Tool) {
        self.change(tool, |setting| setting.used = true);
    }

    /// The radius of a tool, in cells; that of a seed is its own.
    pub fn radius_cells(&self, tool: Tool) -> u16 {
        match &self.seed {
            Some(seed) if tool == Tool::Inject => (seed.height().max(seed.width()).div_ceil(2)) as u16,
            _ => self.setting(tool).radius_cells,
        }
    }

    /// The strength of a tool.
    pub fn strength(&self, tool: Tool) -> f64 {
        self.setting(tool).strength
    }

    /// Sets the radius of a tool, within what can be chosen.
    pub fn set_radius(&mut self, tool: Tool, cells: u16) {
        self.change(tool, |setting| {
            setting.radius_cells = cells.clamp(RADII_CELLS.0, RADII_CELLS.1);
        });
    }

    /// Sets the strength of a tool, within what can be chosen.
    pub fn set_strength(&mut self, tool: Tool, strength: f64) {
        let Strengths { low, high, .. } = Self::strengths(tool);
        if strength.is_finite() {
            self.change(tool, |setting| setting.strength = strength.clamp(low, high));
        }
    }

    /// One application of a tool.
    pub fn stroke(&self, tool: Tool, at: Cell, seed: u64) -> Stroke {
        Stroke {
            strength: self.strength(tool) as f32,
            seed,
            angle_radians: f32::from(self.angle_degrees).to_radians(),
            wavelength_cells: f32::from(self.wavelength_cells),
            ..Stroke::new(tool, at, f32::from(self.radius_cells(tool)))
        }
    }

    /// Cells between two strokes of a drag: seeds lie beside each other.
    pub fn spacing_cells(&self, tool: Tool) -> f64 {
        let radius = f64::from(self.radius_cells(tool));
        let share = if tool == Tool::Inject { 2.0 } else { 0.5 };
        (radius * share).max(1.0)
    }
}

/// Whether a stroke can touch a world where it is seen: what wraps round a torus is not meant from outside of it.
pub fn reaches(stroke: &Stroke, grid: GridShape, boundary: Boundary) -> bool {
    let reach = match boundary {
        Boundary::Unbounded => return true,
        Boundary::Torus => 0,
        Boundary::Walls => stroke.radius_cells.ceil() as i64,
    };
    let within = |at: i64, side: u32| (-reach..i64::from(side).saturating_add(reach)).contains(&at);
    within(stroke.at.y, grid.height()) && within(stroke.at.x, grid.width())
}

/// The seed of a stroke: another one each time, and a number that every JSON reader keeps whole.
pub fn seed(count: u64, now_ms: f64) -> u64 {
    let mut bits = (now_ms as u64)
        .wrapping_mul(1_000_003)
        .wrapping_add(count)
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ (bits >> 31)) >> 11
}

/// A drag of a tool: where its last stroke was, in cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trail {
    last: Xy,
}

impl Trail {
    /// Begins with a stroke at a point.
    pub fn begin(at: Xy) -> Self {
        Self { last: at }
    }

    /// Where strokes are due on the way to a point; what is left of the way waits for the next movement.
    pub fn follow(&mut self, to: Xy, spacing_cells: f64) -> Vec<Xy> {
        let (dx, dy) = (to.x - self.last.x, to.y - self.last.y);
        let way = dx.hypot(dy);
        let spacing = spacing_cells.max(way / STROKES_A_MOVE);
        if !way.is_finite() || way < spacing || spacing <= 0.0 {
            return Vec::new();
        }
        let from = self.last;
        // A hair more, so that a way of exactly n spacings has n strokes.
        let count = (way / spacing * (1.0 + 1e-12)).floor() as u32;
        let due = (1..=count).map(|n| {
            let share = f64::from(n) * spacing / way;
            Xy::new(from.x + dx * share, from.y + dy * share)
        });
        let due: Vec<Xy> = due.collect();
        self.last = due.last().copied().unwrap_or(from);
        due
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_tool_keeps_its_own_settings() {
        let mut brush = Brush::default();
        assert_eq!(brush.radius_cells(Tool::Erase), 8);
        brush.set_radius(Tool::Erase, 500);
        brush.set_strength(Tool::Erase, 9.0);
        brush.set_strength(Tool::Vortex, -2.0);
        brush.set_strength(Tool::Vortex, f64::NAN);
        assert_eq!(brush.radius_cells(Tool::Erase), 64);
        assert_eq!(brush.radius_cells(Tool::Noise), 8);
        assert!((brush.strength(Tool::Erase) - 1.0).abs() < 1e-6);
        assert!((brush.strength(Tool::Vortex) + 2.0).abs() < 1e-6);
    }

    #[test]
    fn a_seed_is_planted_whole_where_there_is_one() {
        let mut brush = Brush::default();
        assert!(!brush.has(Tool::Inject) && brush.has(Tool::Noise));
        brush.plant(SeedMask::new(3, 8, [true; 24]).ok());
        brush.set_radius(Tool::Inject, 64);
        assert!(brush.has(Tool::Inject));
        assert_eq!(
            (brush.radius_cells(Tool::Inject), brush.radius_cells(Tool::Noise)),
            (4, 8)
        );
        assert!(
            (brush.spacing_cells(Tool::Inject) - 8.0).abs() < 1e-9,
            "seeds do not overlap"
        );
        assert!(!brush.was_used(Tool::Inject));
        brush.used(Tool::Inject);
        assert!(brush.was_used(Tool::Inject) && !brush.was_used(Tool::Erase));
    }

    #[test]
    fn every_stroke_that_can_be_set_is_accepted() {
        let mut brush = Brush {
            angle_degrees: 345,
            ..Brush::default()
        };
        for tool in Tool::ALL {
            for strength in [-100.0, 0.0, 100.0] {
                brush.set_strength(tool, strength);
                let stroke = brush.stroke(tool, Cell { y: -3, x: 5 }, 7);
                assert!(stroke.check().is_ok(), "{stroke:?}");
            }
        }
    }

    #[test]
    fn what_is_out_of_reach_is_not_sent() {
        let grid = GridShape::new(10, 20).unwrap();
        let stroke = |y, x| Stroke::new(Tool::Erase, Cell { y, x }, 3.0);
        assert!(reaches(&stroke(-3, 5), grid, Boundary::Walls));
        assert!(!reaches(&stroke(-4, 5), grid, Boundary::Walls));
        assert!(!reaches(&stroke(-1, 5), grid, Boundary::Torus));
        assert!(reaches(&stroke(9, 19), grid, Boundary::Torus));
        assert!(!reaches(&stroke(9, 20), grid, Boundary::Torus));
        assert!(reaches(&stroke(-900, 5), grid, Boundary::Unbounded));
    }

    #[test]
    fn seeds_differ_and_are_whole_numbers_everywhere() {
        let seeds: Vec<u64> = (0..1_000).map(|n| seed(n, 1.7e12 + (n / 10) as f64)).collect();
        let mut sorted = seeds.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), seeds.len());
        assert!(seeds.iter().all(|&seed| seed < 1 << 53));
    }

    #[test]
    fn a_trail_has_even_steps() {
        let mut trail = Trail::begin(Xy::default());
        assert_eq!(trail.follow(Xy::new(3.9, 0.0), 4.0), []);
        assert_eq!(
            trail.follow(Xy::new(9.0, 0.0), 4.0),
            [Xy::new(4.0, 0.0), Xy::new(8.0, 0.0)]
        );
        assert_eq!(trail.follow(Xy::new(12.0, 0.0), 4.0), [Xy::new(12.0, 0.0)]);
    }

    proptest! {
        #[test]
        fn a_movement_never_leaves_too_many(x in -1e6..1e6f64, y in -1e6..1e6f64, spacing in 1.0..32.0f64) {
            let mut trail = Trail::begin(Xy::default());
            let to = Xy::new(x, y);
            let due = trail.follow(to, spacing);
            prop_assert!(due.len() <= 25);
            if let Some(last) = due.last() {
                prop_assert!((to.x - last.x).hypot(to.y - last.y) <= spacing.max(x.hypot(y) / 24.0) + 1e-6);
            } else {
                prop_assert!(x.hypot(y) < spacing);
            }
        }
    }
}
