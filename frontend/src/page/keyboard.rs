//! Keys, wherever the focus is.

use atheria_shared::tool::Tool;
use atheria_shared::view::Quantity;
use atheria_shared::world::WorldCommand;
use frontend::keys::{Action, Focus, Press, action};
use frontend::pace::Rung;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use super::dialog;
use super::state::App;
use crate::browser::focus;

/// Listens for as long as the page lives.
pub(super) fn listen(app: App) {
    let _ = window_event_listener(leptos::ev::keydown, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let focus = target.map_or(Focus::Page, |element| {
            let said = |name| element.get_attribute(name).unwrap_or_default();
            if element.tag_name() == "CANVAS" && app.has_deed() {
                return Focus::Cursor;
            }
            Focus::of(&element.tag_name(), &said("type"), &said("role"))
        });
        let key = event.key();
        let asked = action(Press {
            key: &key,
            modified: event.ctrl_key() || event.alt_key() || event.meta_key(),
            shift: event.shift_key(),
            focus,
        });
        // Behind an open dialog no key acts but those that close it.
        let closes =
            |asked: &Action| *asked == Action::Escape || *asked == Action::Help && app.help.get_untracked();
        let Some(asked) = asked.filter(|asked| closes(asked) || !focus::any(dialog::MODAL)) else {
            return;
        };
        if asked != Action::Escape {
            event.prevent_default();
        }
        // A key that is held does once what is not a movement.
        let once = matches!(
            asked,
            Action::TogglePlay | Action::Reset | Action::Inject | Action::Erase | Action::Apply
        );
        if !(once && event.repeat()) {
            act(app, asked);
        }
    });
    let _ = window_event_listener(leptos::ev::keyup, move |event| {
        if event.key() == " " && app.held.get_untracked().is_some() {
            if app.held.get_untracked() == Some(false) {
                app.toggle_play();
            }
            app.held.set(None);
        }
    });
    // Whatever is let go elsewhere is not heard here.
    let _ = window_event_listener(leptos::ev::blur, move |_| app.held.set(None));
    // A button that was clicked with the pointer keeps no focus: Space then plays and pauses, wherever one clicked. Nor
    // does the one that opened what was closed by such a click; but what a click opened keeps it, and a word that explains
    // itself.
    let _ = window_event_listener(leptos::ev::click, move |event| {
        let drives =
            |element: &HtmlElement| element.tag_name() == "BUTTON" && !element.class_list().contains("term");
        let button = focus::now().filter(drives);
        let clicked = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        if let (true, Some(button)) = (event.detail() > 0, button)
            && clicked.is_none_or(|clicked| button.contains(Some(&clicked)) || !clicked.is_connected())
        {
            let _ = button.blur();
        }
    });
}

fn act(app: App, asked: Action) {
    let rung = Rung::nearest(app.status.with_untracked(|status| status.target_steps_per_second));
    match asked {
        // With a tool in hand Space also moves the view: what was meant is known when it is let go.
        Action::TogglePlay if app.brush.with_untracked(|brush| brush.tool.is_some()) => {
            if app.held.get_untracked().is_none() {
                app.held.set(Some(false));
            }
        }
        Action::TogglePlay => app.toggle_play(),
        Action::Step => app.command(&WorldCommand::Step { steps: 1 }),
        Action::Reset => app.reset(),
        Action::FitMatter => app.fit_matter(),
        Action::Fit => app.fit(),
        Action::OneToOne => app.one_to_one(),
        Action::ZoomIn => app.zoom_in(),
        Action::ZoomOut => app.zoom_out(),
        Action::Pan(right, down) => app.pan_notches(right, down),
        Action::Cursor(right, down) => app.move_cursor(right, down),
        Action::Apply => app.act_at_cursor(),
        Action::Slower => app.choose_pace(rung.slower()),
        Action::Faster => app.choose_pace(rung.faster()),
        Action::NextView => {
            let view = app.view.get_untracked();
            app.choose_view(view.of(next(view.quantity), view.part));
        }
        Action::NextColormap => app.next_colours(),
        Action::Help => app.help.update(|open| *open = !*open),
        Action::Tools => app.open_tools(),
        Action::Inject => app.apply_here(Tool::Inject),
        Action::Erase => app.apply_here(Tool::Erase),
        Action::Escape => {
            let open = app.help.get_untracked() || app.bell.get_untracked();
            if app.reset_asked.with_untracked(Option::is_some) {
                app.reset_asked.set(None);
            } else if open || app.diagnosis.with_untracked(Option::is_some) {
                app.help.set(false);
                app.bell.set(false);
                app.diagnosis.set(None);
            } else if app.form.picking.get_untracked() {
                app.stop_picking();
            } else if app.explained.with_untracked(Option::is_some) {
                app.explained.set(None);
            } else {
                app.choose_tool(None);
            }
        }
    }
}

fn next(quantity: Quantity) -> Quantity {
    let place = Quantity::ALL.iter().position(|&q| q == quantity).unwrap_or(0);
    Quantity::ALL[(place + 1) % Quantity::ALL.len()]
}
