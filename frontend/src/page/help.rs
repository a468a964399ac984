//! The sheet of keys, pointers, gestures and words.

use frontend::i18n::Texts;
use frontend::i18n::glossary::Term;
use leptos::prelude::*;

use super::dialog::Dialog;
use super::state::{App, app};

/// Keys, or what is done with a hand, and what comes of it.
type Entry<'a> = (&'a [&'static str], &'static str);

#[component]
pub(super) fn Help() -> impl IntoView {
    let app = app();
    view! {
        <Show when=move || app.help.get()>
            <Dialog
                title=Signal::derive(move || app.lang.get().texts().help.to_owned())
                shut=Callback::new(move |()| app.help.set(false))
                class="help"
            >
                {move || {
                    let texts = app.lang.get().texts();
                    view! {
                        {keys(texts)}
                        {pointer(texts)}
                        {fingers(texts)}
                        {glossary(app)}
                    }
                }}
            </Dialog>
        </Show>
    }
}

fn keys(t: &Texts) -> AnyView {
    let entries: [Entry<'_>; 16] = [
        (&[t.space], t.key_play),
        (&["."], t.key_step),
        (&["R"], t.key_reset),
        (&["[", "]"], t.key_speed),
        (&["V"], t.key_view),
        (&["C"], t.key_colormap),
        (&["F"], t.fit_matter),
        (&[t.shift, "F"], t.fit),
        (&["1"], t.one_to_one),
        (&["+", "−"], t.key_zoom),
        (&["←", "↑", "↓", "→"], t.key_arrows),
        (&["T"], t.key_tools),
        (&["I", "E"], t.key_inject),
        (&[t.key_enter], t.key_apply),
        (&["?"], t.key_help),
        (&["Esc"], t.key_escape),
    ];
    part(t.keys, &entries)
}

fn pointer(t: &Texts) -> AnyView {
    let entries: [Entry<'_>; 5] = [
        (&[t.wheel], t.mouse_wheel),
        (&[t.drag], t.mouse_drag),
        (&[t.space, t.drag], t.mouse_paint),
        (&[t.double_click], t.mouse_double),
        (&[t.drag], t.range_hint),
    ];
    part(t.mouse, &entries)
}

fn fingers(t: &Texts) -> AnyView {
    let entries: [Entry<'_>; 4] = [
        (&[t.one_finger], t.touch_one),
        (&[t.two_fingers], t.touch_two),
        (&[t.pinch], t.touch_pinch),
        (&[t.double_tap], t.mouse_double),
    ];
    part(t.touch, &entries)
}

fn part(title: &'static str, entries: &[Entry<'_>]) -> AnyView {
    let entries = entries.iter().map(|&(keys, meaning)| {
        view! {
            <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
            <dd>{meaning}</dd>
        }
    });
    view! {
        <h3>{title}</h3>
        <dl class="keys">{entries.collect_view()}</dl>
    }
    .into_any()
}

fn glossary(app: App) -> AnyView {
    let lang = app.lang.get();
    let entries = Term::ALL.map(|term| {
        view! {
            <dt><dfn>{term.name(lang)}</dfn></dt>
            <dd>{term.meaning(lang)}</dd>
        }
    });
    view! {
        <h3>{lang.texts().glossary}</h3>
        <dl class="glossary">{entries.collect_view()}</dl>
    }
    .into_any()
}
