//! What keys do.

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
    /// On a button or a link: it takes Space and Enter.
    Button,
    /// In something that takes arrows and letters: a list, a slider, a choice.
    Choice,
    /// In a field that is typed into.
    Field,
}

impl Focus {
    /// From an element's tag and its `type`, or its role.
    pub fn of(tag: &str, kind: &str) -> Self {
        match (tag, kind) {
            ("BUTTON" | "A" | "SUMMARY", _) | ("INPUT", "checkbox" | "button" | "submit") => Self::Button,
            ("SELECT", _) | ("INPUT", "range" | "radio") | (_, "slider") => Self::Choice,
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
        Focus::Page => false,
        Focus::Button => action == Action::TogglePlay,
        Focus::Choice => !matches!(
            action,
            Action::Step | Action::Slower | Action::Faster | Action::Help
        ),
        Focus::Field => true,
    };
    (!taken).then_some(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, focus: Focus) -> Option<Action> {
        action(Press {
            key,
            modified: false,
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
            focus: Focus::Page,
        };
        assert_eq!(action(ctrl_r), None);
    }

    #[test]
    fn focus_comes_from_the_element() {
        assert_eq!(Focus::of("INPUT", "search"), Focus::Field);
        assert_eq!(Focus::of("INPUT", "range"), Focus::Choice);
        assert_eq!(Focus::of("SPAN", "slider"), Focus::Choice);
        assert_eq!(Focus::of("CANVAS", ""), Focus::Page);
    }
}
