//! Icons: strokes on a grid of 24. Decoration; what carries one has a label of its own.

use leptos::prelude::*;

pub(super) const BELL: &str = r#"<path d="M6 16V11a6 6 0 1 1 12 0v5l2 2H4z"/><path d="M10 21h4"/>"#;
pub(super) const SUN: &str = r#"<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6l1.4 1.4M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4"/>"#;
pub(super) const MOON: &str = r#"<path d="M20 14.5A8 8 0 1 1 9.5 4a6.500 6.500 0 0 0 10.500 10.500z"/>"#;
pub(super) const HELP: &str = r#"<circle cx="12" cy="12" r="9"/><path d="M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.8.4-1 .9-1 1.700M12 17h.01"/>"#;
pub(super) const SEARCH: &str = r#"<circle cx="11" cy="11" r="6"/><path d="M20 20l-4.500-4.500"/>"#;
pub(super) const RESET: &str = r#"<path d="M4 12a8 8 0 1 0 3-6.200"/><path d="M4 4v5h5"/>"#;
pub(super) const PLAY: &str = r#"<path d="M8 5v14l11-7z"/>"#;
pub(super) const PAUSE: &str = r#"<path d="M7 5h4v14H7zM13 5h4v14h-4z"/>"#;
pub(super) const STEP: &str = r#"<path d="M6 6v12l8-6zM18 6v12"/>"#;
pub(super) const MINUS: &str = r#"<path d="M5 12h14"/>"#;
pub(super) const PLUS: &str = r#"<path d="M12 5v14M5 12h14"/>"#;
pub(super) const FIT: &str = r#"<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>"#;
pub(super) const FIT_MATTER: &str =
    r#"<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/><circle cx="12" cy="12" r="3"/>"#;
pub(super) const CHECK: &str = r#"<path d="M5 13l4 4L19 7"/>"#;
pub(super) const FOLD: &str = r#"<path d="M6 9l6 6 6-6"/>"#;
pub(super) const CROSS: &str = r#"<path d="M6 6l12 12M18 6L6 18"/>"#;
pub(super) const ALERT: &str = r#"<path d="M12 4l9 16H3zM12 10v4M12 17h.01"/>"#;
pub(super) const COPY: &str = r#"<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3"/>"#;
pub(super) const FOLDER: &str = r#"<path d="M3 6h6l2 2h10v11H3z"/>"#;
pub(super) const GLOBE: &str =
    r#"<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3a14 14 0 0 1 0 18M12 3a14 14 0 0 0 0 18"/>"#;
pub(super) const LAW: &str = r#"<circle cx="6" cy="6" r="2.500"/><circle cx="18" cy="12" r="2.500"/><circle cx="6" cy="18" r="2.500"/><path d="M8.500 6.500l7 4.500M8.500 17.500l7-4.500"/>"#;
pub(super) const CHART: &str = r#"<path d="M4 19V5M4 19h16M8 15l3-4 3 2 5-6"/>"#;
pub(super) const LEFT: &str = r#"<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M9 5v14"/>"#;
pub(super) const RIGHT: &str = r#"<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M15 5v14"/>"#;
pub(super) const INFO: &str = r#"<path d="M12 11v7M12 6h.01"/>"#;
pub(super) const PULSE: &str = r#"<path d="M3 12h4l3-7 4 14 3-7h4"/>"#;
pub(super) const DOWNLOAD: &str = r#"<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>"#;
pub(super) const HAND: &str = r#"<path d="M8 12V6a1.500 1.500 0 0 1 3 0v5M11 11V4.500a1.500 1.500 0 0 1 3 0V11M14 11V6a1.500 1.500 0 0 1 3 0v8a6 6 0 0 1-6 6c-3 0-4.500-1.500-6-4l-1.500-2.700a1.500 1.500 0 0 1 2.500-1.500L8 14"/>"#;
pub(super) const DROP: &str =
    r#"<path d="M12 3.500c3.500 4.300 5.500 7 5.500 10a5.500 5.500 0 0 1-11 0c0-3 2-5.700 5.500-10z"/>"#;
pub(super) const DICE: &str = r#"<rect x="4" y="4" width="16" height="16" rx="3"/><path d="M8.500 8.500h.01M15.500 8.500h.01M12 12h.01M8.500 15.500h.01M15.500 15.500h.01"/>"#;
pub(super) const ERASER: &str = r#"<path d="M8 19l-4-4a1.500 1.500 0 0 1 0-2l8.500-8.500a1.500 1.500 0 0 1 2 0l5 5a1.500 1.500 0 0 1 0 2L12 19zM8.500 8.500l7 7M6 19h14"/>"#;
pub(super) const TARGET: &str =
    r#"<circle cx="12" cy="12" r="6.500"/><path d="M12 2.500v5M12 16.500v5M2.500 12h5M16.500 12h5"/>"#;
pub(super) const VORTEX: &str = r#"<path d="M12 12a1.500 1.500 0 0 1 3 0 4 4 0 0 1-4 4 5 5 0 0 1-5-5 6.500 6.500 0 0 1 6.500-6.500A8 8 0 0 1 20.500 12.500a8.500 8.500 0 0 1-6 8"/>"#;
pub(super) const UNPLUGGED: &str = r#"<path d="M5 12.500a10 10 0 0 1 4.500-2.600M14.500 9.900a10 10 0 0 1 4.500 2.600M8.500 16a5 5 0 0 1 7 0M12 19.500h.01M4 4l16 16"/>"#;
pub(super) const WAVE: &str = r#"<path d="M3 12c2-6 4.500-6 6 0s4 6 6 0 4-6 6 0"/>"#;

/// One of the icons above.
pub(super) fn draw(strokes: &'static str) -> AnyView {
    view! { <svg viewBox="0 0 24 24" aria-hidden="true" inner_html=strokes></svg> }.into_any()
}

/// The flower of the name.
pub(super) fn brand() -> AnyView {
    const FLOWER: &str = r##"<defs><radialGradient id="petal"><stop offset="0" stop-color="#fcfdbf"/><stop offset=".45" stop-color="#fe9f6d"/><stop offset="1" stop-color="#8c2981"/></radialGradient></defs><g fill="url(#petal)"><ellipse cx="12" cy="6.500" rx="3" ry="5"/><ellipse cx="12" cy="6.500" rx="3" ry="5" transform="rotate(72 12 12)"/><ellipse cx="12" cy="6.500" rx="3" ry="5" transform="rotate(144 12 12)"/><ellipse cx="12" cy="6.500" rx="3" ry="5" transform="rotate(216 12 12)"/><ellipse cx="12" cy="6.500" rx="3" ry="5" transform="rotate(288 12 12)"/></g>"##;
    view! { <svg viewBox="0 0 24 24" aria-hidden="true" inner_html=FLOWER></svg> }.into_any()
}
