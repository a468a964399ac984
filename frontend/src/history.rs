//! What the charts show: a few figures of the world over its last steps.

use std::collections::VecDeque;
use std::fmt::Write as _;

use atheria_shared::world::WorldStatus;

/// Points that are kept; at ten a second the last forty seconds.
const POINTS: usize = 400;

/// The world at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Steps since its beginning.
    pub step: u64,
    /// Cells whose matter can be seen.
    pub visible_cells: u64,
    /// The pace that was reached.
    pub steps_per_second: f32,
}

/// Which figure of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// [`Point::visible_cells`]
    Matter,
    /// [`Point::steps_per_second`]
    Pace,
}

impl Point {
    /// One figure of it.
    pub fn figure(&self, figure: Figure) -> f64 {
        match figure {
            Figure::Matter => self.visible_cells as f64,
            Figure::Pace => f64::from(self.steps_per_second),
        }
    }
}

/// The last points, oldest first; their steps only grow.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    points: VecDeque<Point>,
}

impl History {
    /// Takes a status in. One of the same step replaces the last; one of an earlier step begins anew.
    pub fn push(&mut self, status: &WorldStatus) {
        let point = Point {
            step: status.step,
            visible_cells: status.numbers.visible_cells,
            steps_per_second: status.steps_per_second,
        };
        match self.points.back_mut() {
            Some(last) if last.step == point.step => {
                // A pause keeps the pace that was: a world that rests has none.
                last.visible_cells = point.visible_cells;
                return;
            }
            Some(last) if last.step > point.step => self.points.clear(),
            _ => {}
        }
        if self.points.len() == POINTS {
            self.points.pop_front();
        }
        self.points.push_back(point);
    }

    /// The newest point.
    pub fn last(&self) -> Option<Point> {
        self.points.back().copied()
    }

    /// The point nearest to a share of the chart's width, 0 left and 1 right.
    pub fn at(&self, share: f64) -> Option<Point> {
        let (first, last) = (self.points.front()?, self.points.back()?);
        let step = first.step as f64 + share.clamp(0.0, 1.0) * (last.step - first.step) as f64;
        let away = |point: &Point| (point.step as f64 - step).abs();
        self.points
            .iter()
            .min_by(|a, b| away(a).total_cmp(&away(b)))
            .copied()
    }

    /// A line through one figure of all points, as an SVG path on `width` by `height`; none below two points. Zero
    /// is the lower edge.
    pub fn line(&self, figure: Figure, width: f64, height: f64) -> Option<String> {
        let (first, last) = (self.points.front()?, self.points.back()?);
        let steps = (last.step - first.step) as f64;
        if steps <= 0.0 {
            return None;
        }
        let top = self
            .points
            .iter()
            .map(|point| point.figure(figure))
            .fold(0.0, f64::max);
        let top = if top > 0.0 { top * 1.08 } else { 1.0 };
        let mut path = String::with_capacity(self.points.len() * 12);
        for point in &self.points {
            let x = (point.step - first.step) as f64 / steps * width;
            let y = height - point.figure(figure) / top * height;
            let command = if path.is_empty() { 'M' } else { 'L' };
            // Writing to a string cannot fail.
            let _ = write!(path, "{command}{x:.1},{y:.1}");
        }
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::world::WorldNumbers;

    use super::*;

    fn status(step: u64, visible_cells: u64) -> WorldStatus {
        WorldStatus {
            step,
            numbers: WorldNumbers {
                visible_cells,
                ..WorldNumbers::default()
            },
            steps_per_second: 10.0,
            ..WorldStatus::default()
        }
    }

    #[test]
    fn a_reset_begins_anew() {
        let mut history = History::default();
        for step in [1, 2, 3, 0] {
            history.push(&status(step, step));
        }
        assert_eq!(history.points.len(), 1);
        assert_eq!(history.line(Figure::Matter, 10.0, 10.0), None);
    }

    #[test]
    fn a_pause_adds_nothing() {
        let mut history = History::default();
        for _ in 0..5 {
            history.push(&status(7, 70));
        }
        assert_eq!(history.points.len(), 1);
    }

    #[test]
    fn it_never_grows_beyond_its_points() {
        let mut history = History::default();
        for step in 0..2_000 {
            history.push(&status(step, 1));
        }
        assert_eq!(history.points.len(), POINTS);
        assert_eq!(history.last().map(|p| p.step), Some(1_999));
        assert_eq!(history.at(0.0).map(|p| p.step), Some(1_600));
    }

    #[test]
    fn a_line_spans_the_chart() {
        let mut history = History::default();
        history.push(&status(0, 0));
        history.push(&status(10, 100));
        let line = history.line(Figure::Matter, 280.0, 54.0).unwrap();
        assert_eq!(line, "M0.0,54.0L280.0,4.0");
    }
}
