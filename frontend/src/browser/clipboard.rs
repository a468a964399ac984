//! Puts a text on the clipboard, also where the browser has none for the page: `navigator.clipboard` is missing from a page
//! that came over plain http from another machine.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement, Window};

/// Puts a text on the clipboard; answers whether that went well.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    by_clipboard(&window, text).await || by_selection(&window, text).unwrap_or(false)
}

async fn by_clipboard(window: &Window, text: &str) -> bool {
    let navigator = window.navigator();
    // Looked for first: the binding takes for granted that it is there.
    match js_sys::Reflect::get(&navigator, &"clipboard".into()) {
        Ok(clipboard) if clipboard.is_object() => JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok(),
        Ok(_) | Err(_) => false,
    }
}

/// By a text field that is selected and copied from, as a user would; the focus goes back to where it was.
fn by_selection(window: &Window, text: &str) -> Result<bool, JsValue> {
    let page: HtmlDocument = window.document().ok_or(JsValue::NULL)?.dyn_into()?;
    let body = page.body().ok_or(JsValue::NULL)?;
    let focused = page
        .active_element()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let field: HtmlTextAreaElement = page.create_element("textarea")?.dyn_into()?;
    field.set_value(text);
    field.set_class_name("unseen-field");
    body.append_child(&field)?;
    field.select();
    let copied = page.exec_command("copy");
    field.remove();
    if let Some(element) = focused {
        element.focus()?;
    }
    copied
}
