//! What a tool will do, drawn before it is done: lines about the cell that is aimed at.
//!
//! Lengths are cells, x to the right and y down, from the upper left corner of that cell: the same drawing serves every place and
//! every zoom. Where it lies on the canvas is the camera's to say.

use std::fmt::Write as _;

use atheria_shared::planting::SeedMask;
use atheria_shared::tool::Tool;

use crate::brush::Brush;

/// The middle of the cell that is aimed at.
const MIDDLE: f64 = 0.5;
/// What of a radius the arc of a vortex has.
const ARC_SHARE: f64 = 0.62;
/// How far that arc goes round, in radians.
const ARC_RADIANS: f64 = 4.7;

/// Lines, each the data of an SVG path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawing {
    /// The edge of the cells that will be touched.
    pub edge: String,
    /// What will become of them; empty where the edge says it.
    pub inside: String,
    /// The longest side of it, in cells.
    pub side_cells: u32,
}

/// The drawing of the tool in hand; none for the hand, and for a tool that this world does not have.
pub fn drawing(brush: &Brush) -> Option<Drawing> {
    let tool = brush.tool.filter(|&tool| brush.has(tool))?;
    if tool == Tool::Inject {
        return brush.seed().map(seed);
    }
    let radius_cells = brush.radius_cells(tool);
    let radius = f64::from(radius_cells) + MIDDLE;
    let inside = match tool {
        Tool::Inject | Tool::Noise | Tool::Erase | Tool::Collapse => String::new(),
        Tool::Wave => crests(
            radius,
            f64::from(brush.angle_degrees).to_radians(),
            f64::from(brush.wavelength_cells),
        ),
        Tool::Vortex => arc(radius * ARC_SHARE, brush.strength(tool)),
    };
    Some(Drawing {
        edge: circle(radius),
        inside,
        side_cells: 2 * u32::from(radius_cells) + 1,
    })
}

/// The outline of a seed's cells, its middle on the cell.
fn seed(mask: &SeedMask) -> Drawing {
    let (height, width) = (mask.height() as usize, mask.width() as usize);
    let mut laid = vec![false; height * width];
    for (y, columns) in mask.stretches() {
        let row = y as usize * width;
        if let Some(cells) = laid.get_mut(row + columns.start as usize..row + columns.end as usize) {
            cells.fill(true);
        }
    }
    let is_laid = |y: Option<usize>, x: Option<usize>| {
        y.zip(x)
            .filter(|&(y, x)| y < height && x < width)
            .is_some_and(|(y, x)| laid.get(y * width + x).copied().unwrap_or(false))
    };
    let (top, left) = ((height / 2) as i64, (width / 2) as i64);
    let mut edge = String::new();
    // A line lies where one of its two sides is laid and the other is not.
    for y in 0..=height {
        let differs = |x: usize| is_laid(y.checked_sub(1), Some(x)) != is_laid(Some(y), Some(x));
        for (from, to) in stretches(width, differs) {
            // A String takes everything.
            let _ = write!(
                edge,
                "M{} {}H{}",
                from as i64 - left,
                y as i64 - top,
                to as i64 - left
            );
        }
    }
    for x in 0..=width {
        let differs = |y: usize| is_laid(Some(y), x.checked_sub(1)) != is_laid(Some(y), Some(x));
        for (from, to) in stretches(height, differs) {
            let _ = write!(
                edge,
                "M{} {}V{}",
                x as i64 - left,
                from as i64 - top,
                to as i64 - top
            );
        }
    }
    Drawing {
        edge,
        inside: String::new(),
        side_cells: mask.height().max(mask.width()),
    }
}

/// The stretches of `0..count` in which something holds.
fn stretches(count: usize, holds: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for at in (0..count).filter(|&at| holds(at)) {
        match found.last_mut() {
            Some((_, to)) if *to == at => *to += 1,
            _ => found.push((at, at + 1)),
        }
    }
    found
}

fn circle(radius: f64) -> String {
    let (left, right) = (MIDDLE - radius, MIDDLE + radius);
    format!(
        "M{left:.2} {MIDDLE}A{radius:.2} {radius:.2} 0 1 1 {right:.2} {MIDDLE}A{radius:.2} {radius:.2} 0 1 1 {left:.2} {MIDDLE}Z"
    )
}

/// The lines along which a wave's phase is the most ahead, as far as the radius reaches; and one from the middle, of its
/// length and in its direction.
fn crests(radius: f64, angle_radians: f64, wavelength_cells: f64) -> String {
    let (sine, cosine) = angle_radians.sin_cos();
    let mut lines = format!(
        "M{MIDDLE} {MIDDLE}L{:.2} {:.2}",
        MIDDLE + wavelength_cells * cosine,
        MIDDLE + wavelength_cells * sine
    );
    let waves = (radius / wavelength_cells).ceil() as i32 + 1;
    for wave in -waves..=waves {
        let along = (f64::from(wave) + 0.25) * wavelength_cells;
        let half = (radius * radius - along * along).max(0.0).sqrt();
        if half > 0.0 {
            let (x, y) = (MIDDLE + along * cosine, MIDDLE + along * sine);
            let _ = write!(
                lines,
                "M{:.2} {:.2}L{:.2} {:.2}",
                x + half * sine,
                y - half * cosine,
                x - half * sine,
                y + half * cosine
            );
        }
    }
    lines
}

/// An arc with a head, the way round that the phase is wound; nothing where it is not.
fn arc(radius: f64, turns: f64) -> String {
    if turns == 0.0 {
        return String::new();
    }
    // y is down: clockwise is where the angle grows.
    let way = turns.signum();
    let at = |angle: f64, radius: f64| {
        let (sine, cosine) = (way * angle).sin_cos();
        (MIDDLE + radius * cosine, MIDDLE + radius * sine)
    };
    let ((x, y), (to_x, to_y)) = (at(0.0, radius), at(ARC_RADIANS, radius));
    let sweep = i32::from(way > 0.0);
    let heads = [0.75, 1.25].map(|share| at(ARC_RADIANS - 0.4, radius * share));
    let [(a_x, a_y), (b_x, b_y)] = heads;
    format!(
        "M{x:.2} {y:.2}A{radius:.2} {radius:.2} 0 1 {sweep} {to_x:.2} {to_y:.2}M{a_x:.2} {a_y:.2}L{to_x:.2} {to_y:.2}L{b_x:.2} {b_y:.2}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brush(tool: Tool) -> Brush {
        let mut brush = Brush::default();
        brush.plant(SeedMask::new(2, 3, [false, true, true, true, true, false]).ok());
        brush.tool = Some(tool);
        brush
    }

    #[test]
    fn a_seed_is_outlined_cell_by_cell_about_its_middle() {
        let drawing = drawing(&brush(Tool::Inject)).unwrap();
        assert_eq!(drawing.side_cells, 3);
        // .XX over XX., the middle [1, 1] on the cell.
        assert_eq!(
            drawing.edge,
            "M0 -1H2M-1 0H0M1 0H2M-1 1H1M-1 0V1M0 -1V0M1 0V1M2 -1V0"
        );
    }

    #[test]
    fn a_world_without_a_seed_has_nothing_to_show_for_it() {
        let mut brush = brush(Tool::Inject);
        brush.plant(None);
        assert_eq!(drawing(&brush), None);
        brush.tool = Some(Tool::Erase);
        assert!(drawing(&brush).is_some());
        brush.tool = None;
        assert_eq!(drawing(&brush), None);
    }

    #[test]
    fn a_wave_shows_its_direction_and_its_length() {
        let mut brush = brush(Tool::Wave);
        brush.set_radius(Tool::Wave, 8);
        brush.wavelength_cells = 8;
        let right = drawing(&brush).unwrap().inside;
        // Crests at 2 and -6 cells to the right of the middle, upright.
        assert!(right.starts_with("M0.5 0.5L8.50 0.50"), "{right}");
        assert!(right.contains("M2.50 ") && right.contains("M-5.50 "), "{right}");
        assert_eq!(right.matches('M').count(), 3, "{right}");
        brush.angle_degrees = 90;
        let down = drawing(&brush).unwrap().inside;
        assert!(down.starts_with("M0.5 0.5L0.50 8.50"), "{down}");
        brush.wavelength_cells = 4;
        assert!(drawing(&brush).unwrap().inside.matches('M').count() > 3);
    }

    #[test]
    fn a_vortex_shows_which_way_it_winds() {
        let mut brush = brush(Tool::Vortex);
        let drawn = |brush: &Brush| drawing(brush).unwrap().inside;
        brush.set_strength(Tool::Vortex, 2.0);
        assert!(drawn(&brush).contains(" 0 1 1 "), "{}", drawn(&brush));
        brush.set_strength(Tool::Vortex, -2.0);
        assert!(drawn(&brush).contains(" 0 1 0 "));
        brush.set_strength(Tool::Vortex, 0.0);
        assert_eq!(drawn(&brush), "");
    }
}
