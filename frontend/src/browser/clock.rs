//! The computer's clock.

use js_sys::Date;
use wasm_bindgen::JsValue;

/// Milliseconds since 1970. The clock may be set while the page lives.
pub(crate) fn now_ms() -> f64 {
    Date::now()
}

/// The hour of the day, where the user is: hours, minutes, seconds.
pub(crate) fn of_day(at_ms: f64) -> (u32, u32, u32) {
    let date = Date::new(&JsValue::from_f64(at_ms));
    (date.get_hours(), date.get_minutes(), date.get_seconds())
}
