//! The keyboard's focus: where it is, and putting it somewhere.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

/// What Tab reaches, where it is seen.
const REACHED: &str = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea, \
     summary, [tabindex]";

fn page() -> Option<Document> {
    web_sys::window()?.document()
}

/// The element that has it; none when that is the page itself.
pub(crate) fn now() -> Option<HtmlElement> {
    let focused: HtmlElement = page()?.active_element()?.dyn_into().ok()?;
    (focused.tag_name() != "BODY").then_some(focused)
}

/// Puts it on the first element that suits a selector, if there is one.
pub(crate) fn put(selector: &str) {
    let found = page().and_then(|page| page.query_selector(selector).ok().flatten());
    put_on(found);
}

/// Puts it on the first element inside another that suits a selector, if there is one.
pub(crate) fn put_within(outer: &Element, selector: &str) {
    put_on(outer.query_selector(selector).ok().flatten());
}

fn put_on(found: Option<Element>) {
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // What cannot take it leaves it where it is.
        let _ = element.focus();
    }
}

/// Whether anything on the page suits a selector.
pub(crate) fn any(selector: &str) -> bool {
    page().is_some_and(|page| page.query_selector(selector).ok().flatten().is_some())
}

/// What Tab reaches inside an element, in its order.
pub(crate) fn stops(inside: &Element) -> Vec<HtmlElement> {
    let Ok(found) = inside.query_selector_all(REACHED) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|place| found.item(place)?.dyn_into::<HtmlElement>().ok())
        .filter(|element| element.tab_index() >= 0 && element.offset_width() > 0)
        .collect()
}
