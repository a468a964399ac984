//! The page's parts. [`state::App`] is what they share; [`session`] is what they do to the server.

#![expect(unreachable_pub, reason = "what the component macro writes is public")]

mod ask_reset;
mod canvas;
mod character;
mod charts;
mod colours;
mod commands;
mod cursor;
mod dark;
mod diagnosis;
mod dialog;
mod drawing;
mod easel;
mod experiments;
mod fields;
mod figures;
mod gallery;
mod help;
mod icon;
mod inspector;
mod keyboard;
mod legend;
mod line;
mod notice_list;
mod painting;
mod preview;
mod radios;
mod regions;
mod remarks;
mod route;
mod session;
mod show;
mod stage;
mod stages;
mod standing;
mod state;
mod state_card;
mod term;
mod thumbnail;
mod tools;
mod top_bar;
mod transport;
mod view_bar;
mod vigil;
mod visits;
mod world_form;

use leptos::prelude::*;

use ask_reset::AskReset;
use character::Character;
use charts::Charts;
use diagnosis::Diagnosis;
use experiments::Experiments;
use figures::Figures;
use inspector::WorldFigures;
use notice_list::Afloat;
use stage::World;
use state::{App, Tab};
use state_card::StateCard;
use tools::Tools;
use top_bar::TopBar;

/// The whole page.
#[component]
pub(crate) fn Page() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    app.begin();
    keyboard::listen(app);

    let narrow = app.narrow;
    let left = move || !narrow.get() && !app.left_folded.get();
    // At home there is nothing to inspect.
    let right = move || !narrow.get() && !app.right_folded.get() && !app.at_home();
    let sheet = move || narrow.get() && app.tab.get() != Tab::World;
    view! {
        <a class="skip" href="#world">{app.tr(|t| t.skip_to_world)}</a>
        <div
            class="app"
            class:narrow=move || narrow.get()
            class:no-left=move || !narrow.get() && app.left_folded.get()
            class:no-right=move || !narrow.get() && !right()
        >
            <TopBar />
            <Show when=left>
                <aside class="side left" aria-label=app.tr(|t| t.experiments)>
                    <Experiments />
                    <Figures />
                    <Afloat />
                </aside>
            </Show>
            <World />
            <Show when=right>
                <aside class="side right" aria-label=app.tr(|t| t.world)>
                    <Character />
                    <StateCard />
                    <Tools />
                    <WorldFigures />
                    <Charts />
                </aside>
            </Show>
            <Show when=sheet>
                <aside class="side sheet" aria-label=move || app.tab.get().label(app.lang.get())>
                    {move || match app.tab.get() {
                        Tab::Experiments => view! { <Experiments /> }.into_any(),
                        Tab::World => ().into_any(),
                        Tab::Law => view! { <Figures /> <Character /> <WorldFigures /> }.into_any(),
                        Tab::Evolution => view! { <StateCard /> <Charts /> }.into_any(),
                    }}
                </aside>
            </Show>
            <Show when=move || narrow.get()>
                <nav class="tabs" aria-label="Atheria">
                    {Tab::ALL
                        .map(|tab| {
                            view! {
                                <button
                                    class:on=move || app.tab.get() == tab
                                    aria-current=move || (app.tab.get() == tab).then_some("page")
                                    on:click=move |_| app.tab.set(tab)
                                >
                                    {icon::draw(tab.icon())}
                                    {move || tab.label(app.lang.get())}
                                </button>
                            }
                        })
                        .collect_view()}
                </nav>
            </Show>
        </div>
        <help::Help />
        <Diagnosis />
        <AskReset />
        <term::Meaning />
    }
}
