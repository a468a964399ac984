//! What keys do.

use crate::cursor::FAR_CELLS;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Play or pause.
    TogglePlay,
    /// One step.
    Step,
    /// Back to step 0.
    Reset,
    /// What can be seen of matter.
    FitMatter,
    /// All of the world.
    Fit,
    /// One cell, one pixel.
    OneToOne,
    /// Nearer.
    ZoomIn,
    /// Farther.
    ZoomOut,
    /// Move the view by so many notches to the right and down.
    Pan(i8, i8),
    /// Move the cursor on the world by so many cells to the right and down.
    Cursor(i8, i8),
    /// Do at the cursor what there is to do.
    Apply,
    /// One speed slower.
    Slower,
    /// One speed faster.
    Faster,
    /// The next view.
    NextView,
    /// The next colormap.
    NextColormap,
    /// The tools.
    Tools,
    /// Inject where the pointer is.
    Inject,
    /// Erase where the pointer is.
    Erase,
    /// The sheet of keys.
    Help,
    /// Out of whatever is open.
    Escape,
}

/// Where the keyboard's focus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Somewhere that takes no keys itself.
    Page,
    /// On the world while there is something to do in it: arrows move a cursor, Enter acts there.
    Cursor,
    /// On a button or a link: it takes Space and Enter.
    Button,
    /// On one of a group's choices: it takes Space and the arrows.
    Radio,
    /// In something that takes arrows and letters: a list, a slider, a choice.
    Choice,
    /// In a field that is typed into.
    Field,
}

impl Focus {
    /// From an element's tag, its `type` and its `role`.
    pub fn of(tag: &str, kind: &str, role: &str) -> Self {
        if role == "radio" {
            return Self::Radio;
        }
        if role == "slider" {
            return Self::Choice;
        }
        match (tag, kind) {
            ("BUTTON" | "A" | "SUMMARY", _) | ("INPUT", "checkbox" | "button" | "submit") => Self::Button,
            ("SELECT", _) | ("INPUT", "range" | "radio") => Self::Choice,
            ("INPUT" | "TEXTAREA", _) => Self::Field,
            _ => Self::Page,
        }
    }
}

/// A key that was pressed, as the browser names it.
#[derive(Debug, Clone, Copy)]
pub struct Press<'a> {
    /// `KeyboardEvent.key`
    pub key: &'a str,
    /// Whether Ctrl, Alt or Meta was held: then it is the browser's.
    pub modified: bool,
    /// Whether Shift was held.
    pub shift: bool,
    /// Where the focus is.
    pub focus: Focus,
}

/// What a press asks for.
pub fn action(press: Press<'_>) -> Option<Action> {
    if press.modified {
        return None;
    }
    if press.key == "Escape" {
        return Some(Action::Escape);
    }
    if let (Focus::Cursor, Some(action)) = (press.focus, on_the_world(press)) {
        return Some(action);
    }
    let action = match press.key {
        " " => Action::TogglePlay,
        "." => Action::Step,
        "r" | "R" => Action::Reset,
        "f" => Action::FitMatter,
        "F" => Action::Fit,
        "1" => Action::OneToOne,
        "+" | "=" => Action::ZoomIn,
        "-" | "_" => Action::ZoomOut,
        "[" => Action::Slower,
        "]" => Action::Faster,
        "v" | "V" => Action::NextView,
        "c" | "C" => Action::NextColormap,
        "t" | "T" => Action::Tools,
        "i" | "I" => Action::Inject,
        "e" | "E" => Action::Erase,
        "?" => Action::Help,
        "ArrowLeft" => Action::Pan(-1, 0),
        "ArrowRight" => Action::Pan(1, 0),
        "ArrowUp" => Action::Pan(0, -1),
        "ArrowDown" => Action::Pan(0, 1),
        _ => return None,
    };
    let taken = match press.focus {
        Focus::Page | Focus::Cursor => false,
        Focus::Button => action == Action::TogglePlay,
        Focus::Radio => matches!(action, Action::TogglePlay | Action::Pan(..)),
        Focus::Choice => !matches!(
            action,
            Action::Step | Action::Slower | Action::Faster | Action::Help
        ),
        Focus::Field => true,
    };
    (!taken).then_some(action)
}

/// What a press asks for on the world, while there is something to do in it.
fn on_the_world(press: Press<'_>) -> Option<Action> {
    let cells = if press.shift { FAR_CELLS } else { 1 };
    Some(match press.key {
        "ArrowLeft" => Action::Cursor(-cells, 0),
        "ArrowRight" => Action::Cursor(cells, 0),
        "ArrowUp" => Action::Cursor(0, -cells),
        "ArrowDown" => Action::Cursor(0, cells),
        "Enter" => Action::Apply,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, focus: Focus) -> Option<Action> {
        action(Press {
            key,
            modified: false,
            shift: false,
            focus,
        })
    }

    #[test]
    fn keys_do_what_the_sheet_says() {
        for (key, wanted) in [
            (" ", Action::TogglePlay),
            (".", Action::Step),
            ("R", Action::Reset),
            ("f", Action::FitMatter),
            ("F", Action::Fit),
            ("]", Action::Faster),
            ("?", Action::Help),
            ("ArrowLeft", Action::Pan(-1, 0)),
        ] {
            assert_eq!(press(key, Focus::Page), Some(wanted), "{key}");
        }
        assert_eq!(press("q", Focus::Page), None);
    }

    #[test]
    fn typing_is_left_alone() {
        for key in [" ", "r", "1", "ArrowUp", "?"] {
            assert_eq!(press(key, Focus::Field), None, "{key}");
        }
        assert_eq!(press("Escape", Focus::Field), Some(Action::Escape));
        assert_eq!(press(" ", Focus::Button), None);
        assert_eq!(press("v", Focus::Button), Some(Action::NextView));
        assert_eq!(press("ArrowLeft", Focus::Choice), None);
    }

    #[test]
    fn the_browsers_own_keys_stay_its_own() {
        let ctrl_r = Press {
            key: "r",
            modified: true,
            shift: false,
            focus: Focus::Page,
        };
        assert_eq!(action(ctrl_r), None);
    }

    #[test]
    fn focus_comes_from_the_element() {
        assert_eq!(Focus::of("INPUT", "search", ""), Focus::Field);
        assert_eq!(Focus::of("INPUT", "range", ""), Focus::Choice);
        assert_eq!(Focus::of("SPAN", "", "slider"), Focus::Choice);
        assert_eq!(Focus::of("CANVAS", "", "application"), Focus::Page);
        assert_eq!(Focus::of("BUTTON", "", ""), Focus::Button);
        assert_eq!(Focus::of("BUTTON", "", "radio"), Focus::Radio);
    }

    #[test]
    fn a_groups_arrows_choose_and_its_letters_act() {
        assert_eq!(press("ArrowLeft", Focus::Radio), None);
        assert_eq!(press(" ", Focus::Radio), None);
        assert_eq!(press("v", Focus::Radio), Some(Action::NextView));
    }

    #[test]
    fn with_something_to_do_arrows_move_the_cursor() {
        assert_eq!(press("ArrowUp", Focus::Page), Some(Action::Pan(0, -1)));
        assert_eq!(press("ArrowUp", Focus::Cursor), Some(Action::Cursor(0, -1)));
        assert_eq!(press("Enter", Focus::Cursor), Some(Action::Apply));
        assert_eq!(press("Enter", Focus::Page), None);
        assert_eq!(press("i", Focus::Cursor), Some(Action::Inject));
        let far = Press {
            key: "ArrowRight",
            modified: false,
            shift: true,
            focus: Focus::Cursor,
        };
        assert_eq!(action(far), Some(Action::Cursor(10, 0)));
    }
}
