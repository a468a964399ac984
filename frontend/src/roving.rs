//! Where the keyboard goes within a group: arrows from one choice to another, Tab round and round a dialog.

/// A move within a group of which one member is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// To the one before; from the first to the last.
    Back,
    /// To the next; from the last to the first.
    On,
    /// To the first.
    First,
    /// To the last.
    Last,
}

impl Turn {
    /// What a key of a radio group asks for; `KeyboardEvent.key`.
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" | "ArrowUp" => Self::Back,
            "ArrowRight" | "ArrowDown" => Self::On,
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }

    /// The place that it leads to among `count`, from a place or from none of them; none in an empty group.
    pub fn from(self, place: Option<usize>, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        Some(match (self, place) {
            (Self::First, _) | (Self::On, None) => 0,
            (Self::Last, _) | (Self::Back, None | Some(0)) => last,
            (Self::Back, Some(place)) => (place - 1).min(last),
            (Self::On, Some(place)) if place >= last => 0,
            (Self::On, Some(place)) => place + 1,
        })
    }
}

/// Where Tab must be led in something that the focus does not leave: from its last member, or from outside of it, to
/// the first, and the other way round. None: the browser moves it by itself.
pub fn lead(place: Option<usize>, count: usize, back: bool) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match place {
        Some(place) if back && place > 0 => None,
        Some(place) if !back && place < last => None,
        Some(_) | None => Some(if back { last } else { 0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_and_home_and_end_to_the_ends() {
        assert_eq!(Turn::On.from(Some(6), 7), Some(0));
        assert_eq!(Turn::On.from(Some(2), 7), Some(3));
        assert_eq!(Turn::Back.from(Some(0), 7), Some(6));
        assert_eq!(Turn::Back.from(Some(3), 7), Some(2));
        assert_eq!(Turn::First.from(Some(3), 7), Some(0));
        assert_eq!(Turn::Last.from(Some(3), 7), Some(6));
    }

    #[test]
    fn a_group_without_a_choice_is_entered_at_an_end_and_an_empty_one_not_at_all() {
        assert_eq!(Turn::On.from(None, 3), Some(0));
        assert_eq!(Turn::Back.from(None, 3), Some(2));
        assert_eq!(Turn::On.from(None, 0), None);
        assert_eq!(Turn::Back.from(Some(9), 3), Some(2));
    }

    #[test]
    fn only_the_keys_of_a_group_move_in_it() {
        assert_eq!(Turn::of_key("ArrowDown"), Some(Turn::On));
        assert_eq!(Turn::of_key("ArrowUp"), Some(Turn::Back));
        assert_eq!(Turn::of_key("End"), Some(Turn::Last));
        assert_eq!(Turn::of_key("v"), None);
    }

    #[test]
    fn tab_stays_inside() {
        assert_eq!(lead(Some(0), 3, false), None);
        assert_eq!(lead(Some(2), 3, false), Some(0));
        assert_eq!(lead(Some(0), 3, true), Some(2));
        assert_eq!(lead(None, 3, false), Some(0));
        assert_eq!(lead(None, 3, true), Some(2));
        assert_eq!(lead(None, 0, true), None);
        assert_eq!(lead(Some(0), 1, false), Some(0));
    }
}
