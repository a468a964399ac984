//! Small charts of the world's last steps: one line each, the last value printed, any value under the pointer.

use frontend::history::{Figure, Point};
use frontend::i18n::words;
use leptos::html;
use leptos::prelude::*;
use web_sys::PointerEvent;

use super::state::{App, app};

const WIDTH: f64 = 280.0;
const HEIGHT: f64 = 54.0;

#[component]
pub(super) fn Charts() -> impl IntoView {
    let app = app();
    view! {
        <section class="charts" aria-label=app.tr(|t| t.evolution)>
            <div class="head">
                <h2>{app.tr(|t| t.evolution)}</h2>
            </div>
            {chart(app, Figure::Matter, "chart matter")}
            {chart(app, Figure::Pace, "chart pace")}
        </section>
    }
}

fn chart(app: App, figure: Figure, class: &'static str) -> AnyView {
    let svg = NodeRef::<html::Div>::new();
    // Where the pointer is, as a share of the width.
    let pointer = RwSignal::new(None::<f64>);
    let nearest = move || {
        let share = pointer.get()?;
        app.history.with(|history| history.at(share))
    };
    let label = move || {
        let texts = app.lang.get().texts();
        match figure {
            Figure::Matter => texts.visible_matter,
            Figure::Pace => texts.pace,
        }
    };
    let last = move || app.history.with(frontend::history::History::last);
    let value = move || match (nearest(), last()) {
        (Some(point), _) => {
            let step = app.lang.get().texts().step;
            format!(
                "{step} {} · {}",
                app.numbers().integer(point.step),
                text(app, figure, &point)
            )
        }
        (None, Some(point)) => text(app, figure, &point),
        (None, None) => "–".to_owned(),
    };
    let line = Memo::new(move |_| app.history.with(|history| history.line(figure, WIDTH, HEIGHT)));
    view! {
        <div class=class>
            <header>
                <span>{label}</span>
                <span class="num">{value}</span>
            </header>
            <div
                node_ref=svg
                class="plot"
                on:pointermove=move |event: PointerEvent| {
                    if let Some(plot) = svg.get() {
                        // Both in pixels of the window, however large the card is drawn.
                        let frame = plot.get_bounding_client_rect();
                        let right = f64::from(event.client_x()) - frame.left();
                        pointer.set(Some(right / frame.width().max(1.0)));
                    }
                }
                on:pointerleave=move |_| pointer.set(None)
            >
                {move || match line.get() {
                    None => view! { <p class="quiet">{app.tr(|t| t.no_history)}</p> }.into_any(),
                    Some(line) => {
                        let area = format!("{line}L{WIDTH},{HEIGHT}L0,{HEIGHT}Z");
                        view! {
                            <svg
                                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                                preserveAspectRatio="none"
                                role="img"
                                aria-label=move || format!("{}: {}", label(), value())
                            >
                                <path class="area" d=area></path>
                                <path class="line" d=line></path>
                            </svg>
                        }
                            .into_any()
                    }
                }}
                {move || {
                    let share = pointer.get().filter(|_| line.with(Option::is_some))?;
                    Some(view! { <i class="cursor" style=format!("left:{:.2}%", share.clamp(0.0, 1.0) * 100.0)></i> })
                }}
            </div>
        </div>
    }
    .into_any()
}

fn text(app: App, figure: Figure, point: &Point) -> String {
    match figure {
        Figure::Matter => words::cells(app.lang.get(), point.visible_cells),
        Figure::Pace => app.numbers().pace(f64::from(point.steps_per_second)),
    }
}
