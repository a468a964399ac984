//! What is shown, in which colours, and the legend.

use atheria_shared::view::{Part, Quantity, View};
use frontend::i18n::words;
use leptos::prelude::*;

use super::colours::Colours;
use super::legend::Legend;
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
            <Colours />
            <Legend />
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
            let view = app.view.get_untracked();
            app.choose_view(view.of(quantity, view.part));
        },
        face: |app, quantity| Face {
            inside: (move || words::quantity(app.lang.get(), quantity)).into_any(),
            name: None,
            meaning: Box::new(move || words::quantity_meaning(app.lang.get(), quantity).to_owned()),
            missing: None,
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
    open.or_else(|| app.opened().and_then(|e| e.params).map(|params| params.d_state))
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
                            app.choose_view(view.of(view.quantity, part.unwrap_or(view.part)));
                        }
                    >
                        {parts}
                    </select>
                }
                .into_any(),
            )
        }
        Quantity::Rgb => {
            let mix = app.palette.get().mix;
            let labels = words::primaries(lang, mix);
            let one = |(place, colour): (usize, String)| {
                channel(
                    labels[place],
                    channels,
                    view.rgb[place],
                    &colour,
                    move |channel| {
                        let mut view = app.view.get_untracked();
                        view.rgb[place] = channel;
                        app.choose_view(view);
                    },
                )
            };
            let all: Vec<_> = mix.swatches().into_iter().enumerate().map(one).collect();
            Some(all.into_any())
        }
    }
}

fn channel(
    label: &'static str,
    channels: u16,
    now: u16,
    colour: &str,
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
