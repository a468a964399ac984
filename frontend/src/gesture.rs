//! What pointers on the canvas mean: one moves the view or paints, two zoom about the point between them.
//!
//! Points are pixels of the canvas. A finger paints only once it has moved or left: until then a second one may come.

use crate::camera::Xy;

/// How far a finger moves before it paints, in pixels.
const SLOP: f64 = 10.0;

/// What a single pointer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// It moves the view.
    Look,
    /// It paints.
    Paint,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Deed {
    /// Move the view by so much.
    Pan(Xy),
    /// Zoom by a factor; what is under the point stays.
    Zoom(f64, Xy),
    /// Begin to paint here.
    Begin(Xy),
    /// Paint on to here.
    Paint(Xy),
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum Brush {
    /// It is not down.
    #[default]
    Up,
    /// A finger came down here, and may yet be one of two.
    Waiting(Xy),
    /// It paints.
    Down,
}

/// The pointers that are down.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gesture {
    pointers: Vec<(i32, Xy)>,
    brush: Brush,
}

impl Gesture {
    /// A pointer came down; `finger`: on a touch screen.
    pub fn down(&mut self, id: i32, at: Xy, hand: Hand, finger: bool) -> Option<Deed> {
        self.pointers.retain(|(other, _)| *other != id);
        self.pointers.push((id, at));
        self.brush = Brush::Up;
        if self.pointers.len() > 1 || hand == Hand::Look {
            return None;
        }
        if finger {
            self.brush = Brush::Waiting(at);
            return None;
        }
        self.brush = Brush::Down;
        Some(Deed::Begin(at))
    }

    /// A pointer that is down moved.
    pub fn moved(&mut self, id: i32, to: Xy) -> Vec<Deed> {
        let before = spread(&self.pointers);
        let Some((_, at)) = self.pointers.iter_mut().find(|(other, _)| *other == id) else {
            return Vec::new();
        };
        let by = Xy::new(to.x - at.x, to.y - at.y);
        match self.brush {
            Brush::Waiting(from) if (to.x - from.x).hypot(to.y - from.y) < SLOP => return Vec::new(),
            Brush::Waiting(from) => {
                *at = to;
                self.brush = Brush::Down;
                return vec![Deed::Begin(from), Deed::Paint(to)];
            }
            Brush::Down => {
                *at = to;
                return vec![Deed::Paint(to)];
            }
            Brush::Up => *at = to,
        }
        match (before, spread(&self.pointers)) {
            (Some((was, _)), Some((is, middle))) => {
                let mut deeds = vec![Deed::Pan(Xy::new(by.x / 2.0, by.y / 2.0))];
                if was > 0.0 && is > 0.0 {
                    deeds.push(Deed::Zoom(is / was, middle));
                }
                deeds
            }
            _ => vec![Deed::Pan(by)],
        }
    }

    /// A pointer left.
    pub fn up(&mut self, id: i32) -> Option<Deed> {
        self.pointers.retain(|(other, _)| *other != id);
        match std::mem::take(&mut self.brush) {
            Brush::Waiting(at) => Some(Deed::Begin(at)),
            Brush::Up | Brush::Down => None,
        }
    }

    /// A pointer was taken away: nothing comes of it.
    pub fn cancel(&mut self, id: i32) {
        self.pointers.retain(|(other, _)| *other != id);
        self.brush = Brush::Up;
    }
}

/// The distance of two pointers, and the point between them.
fn spread(pointers: &[(i32, Xy)]) -> Option<(f64, Xy)> {
    match pointers {
        [(_, a), (_, b)] => Some((
            (a.x - b.x).hypot(a.y - b.y),
            Xy::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y)),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Xy = Xy::new(10.0, 10.0);
    const B: Xy = Xy::new(40.0, 10.0);

    #[test]
    fn one_pointer_moves_the_view_or_paints() {
        let mut gesture = Gesture::default();
        assert_eq!(gesture.down(1, A, Hand::Look, false), None);
        assert_eq!(gesture.moved(1, B), [Deed::Pan(Xy::new(30.0, 0.0))]);
        assert_eq!(gesture.up(1), None);
        assert_eq!(gesture.moved(1, A), []);

        assert_eq!(gesture.down(1, A, Hand::Paint, false), Some(Deed::Begin(A)));
        assert_eq!(gesture.moved(1, B), [Deed::Paint(B)]);
        assert_eq!(gesture.up(1), None);
    }

    #[test]
    fn a_finger_paints_when_it_moves_or_leaves() {
        let mut gesture = Gesture::default();
        assert_eq!(gesture.down(1, A, Hand::Paint, true), None);
        assert_eq!(gesture.moved(1, Xy::new(12.0, 10.0)), []);
        assert_eq!(gesture.moved(1, B), [Deed::Begin(A), Deed::Paint(B)]);
        assert_eq!(gesture.up(1), None);
        assert_eq!(gesture.down(1, A, Hand::Paint, true), None);
        assert_eq!(gesture.up(1), Some(Deed::Begin(A)));
    }

    #[test]
    fn two_fingers_zoom_and_never_paint() {
        let mut gesture = Gesture::default();
        assert_eq!(gesture.down(1, A, Hand::Paint, true), None);
        assert_eq!(gesture.down(2, B, Hand::Paint, true), None);
        let deeds = gesture.moved(2, Xy::new(70.0, 10.0));
        assert_eq!(
            deeds,
            [
                Deed::Pan(Xy::new(15.0, 0.0)),
                Deed::Zoom(2.0, Xy::new(40.0, 10.0))
            ]
        );
        assert_eq!(gesture.up(2), None);
        // The finger that is left moves the view: it has not begun to paint.
        assert_eq!(gesture.moved(1, B), [Deed::Pan(Xy::new(30.0, 0.0))]);
        assert_eq!(gesture.up(1), None);
    }

    #[test]
    fn what_is_taken_away_leaves_nothing() {
        let mut gesture = Gesture::default();
        gesture.down(1, A, Hand::Paint, true);
        gesture.cancel(1);
        assert_eq!(gesture, Gesture::default());
    }
}
