//! The sheet of keys.

use leptos::html;
use leptos::prelude::*;

use super::icon;
use super::state::app;

#[component]
pub(super) fn Help() -> impl IntoView {
    let app = app();
    let close = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = close.get() {
            // Without it the keys of the sheet would act behind it.
            let _ = button.focus();
        }
    });
    view! {
        <Show when=move || app.help.get()>
            <div class="shade" on:click=move |_| app.help.set(false)>
                <section
                    class="dialog"
                    role="dialog"
                    aria-modal="true"
                    aria-label=app.tr(|t| t.help)
                    on:click=|event| event.stop_propagation()
                >
                    <div class="head">
                        <h2>{app.tr(|t| t.keys)}</h2>
                        <button
                            node_ref=close
                            class="icon small"
                            aria-label=app.tr(|t| t.close)
                            on:click=move |_| app.help.set(false)
                        >
                            {icon::draw(icon::CROSS)}
                        </button>
                    </div>
                    {move || {
                        let t = app.lang.get().texts();
                        let keys: [(&[&str], &str); 14] = [
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
                            (&["T"], t.key_tools),
                            (&["I", "E"], t.key_inject),
                            (&["?"], t.key_help),
                            (&["Esc"], t.key_escape),
                        ];
                        let pointer: [(&[&str], &str); 6] = [
                            (&[t.wheel], t.mouse_wheel),
                            (&[t.drag], t.mouse_drag),
                            (&[t.space, t.drag], t.mouse_paint),
                            (&["←", "↑", "↓", "→"], t.key_pan),
                            (&[t.double_click], t.mouse_double),
                            (&[t.drag], t.range_hint),
                        ];
                        view! {
                            <dl class="keys">{keys.map(entry).collect_view()}</dl>
                            <h2>{t.mouse}</h2>
                            <dl class="keys">{pointer.map(entry).collect_view()}</dl>
                        }
                    }}
                </section>
            </div>
        </Show>
    }
}

fn entry((keys, meaning): (&[&'static str], &'static str)) -> AnyView {
    view! {
        <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
        <dd>{meaning}</dd>
    }
    .into_any()
}
