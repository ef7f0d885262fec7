//! A moment as a person reads it: in the browser's time zone and habits.

use super::node::{Element, element, nodes};
use crate::protocol::Timestamp;
use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::JsValue;

/// The last second that a `Date` can hold; it throws beyond.
const LAST_SECOND: Timestamp = 8_640_000_000_000;

/// The time of day; with the date when it is not today.
pub fn moment(at: Timestamp) -> Element {
    let seconds = at.clamp(-LAST_SECOND, LAST_SECOND);
    let date = Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
    let mut options = vec![("hour", "numeric"), ("minute", "2-digit")];
    if date.to_date_string() != Date::new_0().to_date_string() {
        options.extend([("day", "numeric"), ("month", "long"), ("year", "numeric")]);
    }
    let text = format(&date, &options);
    let machine = String::from(date.to_iso_string());
    element("time", &[], nodes![text]).with("datetime", machine)
}

fn format(date: &Date, parts: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (part, style) in parts {
        // Setting a member of a plain object cannot fail.
        _ = Reflect::set(&options, &JsValue::from(*part), &JsValue::from(*style));
    }
    DateTimeFormat::new(&Array::new(), &options)
        .format()
        .call1(&JsValue::UNDEFINED, date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}
