//! What the browser keeps for us: a few choices, the page's address, what it knows of its user.

use frontend::address::value;
use frontend::i18n::Lang;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, History, HtmlAnchorElement, Url, Window};

/// A choice that outlives the page.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice {
    /// The language.
    Language,
    /// Light or dark.
    Theme,
    /// Whether the left column is folded away.
    LeftFolded,
    /// Whether the right column is folded away.
    RightFolded,
}

impl Choice {
    fn key(self) -> &'static str {
        match self {
            Self::Language => "atheria.language",
            Self::Theme => "atheria.theme",
            Self::LeftFolded => "atheria.left_folded",
            Self::RightFolded => "atheria.right_folded",
        }
    }
}

fn window() -> Option<Window> {
    web_sys::window()
}

/// The choice as it was made; none when it never was, or nothing may be kept here.
pub(crate) fn recall(choice: Choice) -> Option<String> {
    window()?.local_storage().ok()??.get_item(choice.key()).ok()?
}

/// Keeps a choice, where that is allowed.
pub(crate) fn keep(choice: Choice, value: &str) {
    if let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) {
        // A full or forbidden storage costs the memory of a choice, nothing more.
        let _ = storage.set_item(choice.key(), value);
    }
}

/// The language that was chosen, or the browser's.
pub(crate) fn language() -> Lang {
    let browsers = || window().and_then(|window| window.navigator().language());
    Lang::from_tag(&recall(Choice::Language).or_else(browsers).unwrap_or_default())
}

/// The secret that a server on another machine asks for: said once in the address (`?token=`), kept for this tab.
pub(crate) fn token() -> Option<String> {
    const KEY: &str = "atheria.token";
    let storage = window()?.session_storage().ok()??;
    if let Some(token) = value(&query(), "token") {
        let _ = storage.set_item(KEY, &token);
    }
    storage.get_item(KEY).ok()?
}

/// A path of the server, with the token where one is needed and no header can carry it.
pub(crate) fn with_token(path: &str) -> String {
    match token() {
        Some(token) => format!("{path}?token={}", frontend::address::escape(&token)),
        None => path.to_owned(),
    }
}

/// The address's query string.
pub(crate) fn query() -> String {
    window()
        .and_then(|window| window.location().search().ok())
        .unwrap_or_default()
}

/// Puts a query string into the address, without loading anything.
pub(crate) fn set_query(query: &str) {
    if let Some((history, address)) = history_and(query) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// The same, as a step that the browser's Back undoes.
pub(crate) fn push_query(query: &str) {
    if let Some((history, address)) = history_and(query) {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

fn history_and(query: &str) -> Option<(History, String)> {
    let window = window()?;
    let path = window.location().pathname().unwrap_or_default();
    Some((window.history().ok()?, format!("{path}{query}")))
}

/// Loads the page again.
pub(crate) fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Gives a text to the user as a file.
pub(crate) fn download(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let page = window()
        .and_then(|window| window.document())
        .ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = page.create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// Sets an attribute of the page's root element.
pub(crate) fn set_root(attribute: &str, value: &str) {
    let root = window()
        .and_then(|window| window.document())
        .and_then(|page| page.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute(attribute, value);
    }
}

/// Sets the title of the browser's tab.
pub(crate) fn set_title(title: &str) {
    if let Some(page) = window().and_then(|window| window.document()) {
        page.set_title(title);
    }
}

/// Pixels of the screen for one of the page.
pub(crate) fn pixel_ratio() -> f64 {
    window()
        .map_or(1.0, |window| window.device_pixel_ratio())
        .max(0.5)
}
