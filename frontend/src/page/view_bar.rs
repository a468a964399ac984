//! What is shown, in which colours, and the legend.

use atheria_shared::frame::Scale;
use atheria_shared::view::{Part, Quantity, View};
use frontend::colormap::{Colormap, Family, LOUD};
use frontend::i18n::words;
use leptos::prelude::*;

use super::radios::{Face, Radios};
use super::state::{App, app};

const PARTS: [Part; 3] = [Part::Modulus, Part::Real, Part::Imaginary];

#[component]
pub(super) fn ViewBar() -> impl IntoView {
    let app = app();
    view! {
        <div class="view">
            {quantities(app)}
            {move || channels(app)}
            <span class="grow"></span>
            {move || colours(app)}
            {move || legend(app)}
        </div>
    }
}

/// What can be shown.
fn quantities(app: App) -> AnyView {
    Radios {
        class: "seg",
        label: |t| t.view,
        all: Quantity::ALL.to_vec(),
        now: |app| app.view.with(|view| view.quantity),
        choose: |app, quantity| {
            app.choose_view(View {
                quantity,
                ..app.view.get_untracked()
            });
        },
        face: |app, quantity| Face {
            inside: (move || words::quantity(app.lang.get(), quantity)).into_any(),
            name: None,
            meaning: Box::new(move || words::quantity_meaning(app.lang.get(), quantity).to_owned()),
        },
        off: |_| false,
        enter: None,
    }
    .draw(app)
}

/// Channels of the state, once it is known.
fn count(app: App) -> u16 {
    let open = app
        .opening
        .with(|opening| opening.world.as_ref().map(|world| world.params.d_state));
    open.or_else(|| app.shown().and_then(|e| e.params).map(|params| params.d_state))
        .unwrap_or(1)
}

fn channels(app: App) -> Option<AnyView> {
    let (lang, channels) = (app.lang.get(), count(app));
    let view = app.view.get().within(channels);
    let texts = lang.texts();
    match view.quantity {
        Quantity::Deviation | Quantity::Change => None,
        Quantity::Phase => Some(channel(
            texts.channel,
            channels,
            view.channel,
            "",
            move |channel| {
                app.choose_view(View {
                    channel,
                    ..app.view.get_untracked()
                });
            },
        )),
        Quantity::Channel => {
            let which = channel(texts.channel, channels, view.channel, "", move |channel| {
                app.choose_view(View {
                    channel,
                    ..app.view.get_untracked()
                });
            });
            let parts: Vec<_> = PARTS
                .iter()
                .map(|&part| {
                    let selected = part == view.part;
                    view! { <option prop:selected=selected>{words::part(lang, part)}</option> }
                })
                .collect();
            Some(
                view! {
                    {which}
                    <select
                        aria-label=texts.part
                        on:change=move |event| {
                            let chosen = event_target_value(&event);
                            let part = PARTS.into_iter().find(|&part| words::part(lang, part) == chosen);
                            let view = app.view.get_untracked();
                            app.choose_view(View { part: part.unwrap_or(view.part), ..view });
                        }
                    >
                        {parts}
                    </select>
                }
                .into_any(),
            )
        }
        Quantity::Rgb => Some(
            [
                (0, texts.red, "#ff4d4d"),
                (1, texts.green, "#4dff6e"),
                (2, texts.blue, "#5c7cff"),
            ]
            .map(|(place, label, colour): (usize, _, _)| {
                channel(label, channels, view.rgb[place], colour, move |channel| {
                    let mut view = app.view.get_untracked();
                    view.rgb[place] = channel;
                    app.choose_view(view);
                })
            })
            .collect_view()
            .into_any(),
        ),
    }
}

fn channel(
    label: &'static str,
    channels: u16,
    now: u16,
    colour: &'static str,
    choose: impl Fn(u16) + 'static,
) -> AnyView {
    let options: Vec<_> = (0..channels)
        .map(|channel| {
            let selected = channel == now;
            view! { <option value=channel prop:selected=selected>{format!("ψ{channel}")}</option> }
        })
        .collect();
    view! {
        <span class="channel">
            {(!colour.is_empty()).then(|| view! { <i class="sw" style=format!("background:{colour}")></i> })}
            <select
                aria-label=label
                on:change=move |event| {
                    if let Ok(channel) = event_target_value(&event).parse() {
                        choose(channel);
                    }
                }
            >
                {options}
            </select>
        </span>
    }
    .into_any()
}

fn colours(app: App) -> Option<AnyView> {
    let view = app.view.get();
    let members = Family::of(&view)?.members();
    let now = app.palette.get().of(&view);
    if members.len() < 2 {
        return None;
    }
    let options: Vec<_> = members
        .iter()
        .map(|&map| {
            let selected = Some(map) == now;
            view! { <option value=map.name() prop:selected=selected>{map.name().replace('_', " ")}</option> }
        })
        .collect();
    Some(
        view! {
            <select
                class="colormap"
                aria-label=app.tr(|t| t.colormap)
                on:change=move |event| {
                    if let Some(map) = Colormap::from_name(&event_target_value(&event)) {
                        app.choose_colormap(map);
                    }
                }
            >
                {options}
            </select>
        }
        .into_any(),
    )
}

fn legend(app: App) -> Option<AnyView> {
    let range = app.range.get()?;
    let view = app.view.get();
    let (low, high) = range.ends(app.numbers());
    let texts = app.lang.get().texts();
    let name = words::quantity(app.lang.get(), range.quantity);
    let log = (range.scale == Scale::Logarithmic).then_some(texts.logarithmic);
    let spoken = format!("{}: {name}, {low} – {high}", texts.legend);
    let ramp = app.palette.get().of(&view).map(|map| {
        let colours = format!("background:{}", map.gradient());
        view! { <i class="ramp" style=colours></i> }
    });
    let loud = range.loud.then(|| {
        let [r, g, b] = LOUD;
        let stripes =
            format!("background:repeating-linear-gradient(135deg,rgb({r},{g},{b}) 0 3px,#0d0d0d 3px 6px)");
        view! {
            <i class="sw" style=stripes></i>
            <span class="bad">{texts.not_finite}</span>
        }
    });
    Some(
        view! {
            <span class="legend" role="img" aria-label=spoken>
                <span class="num">{low}</span>
                {ramp.map_or_else(|| view! { "–" }.into_any(), IntoAny::into_any)}
                <span class="num">{high}</span>
                {log.map(|log| view! { <small>{log}</small> })}
                {loud}
            </span>
        }
        .into_any(),
    )
}
